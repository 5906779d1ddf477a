"""A filled form says what was answered, word for word, and what was not, in both languages."""

import re
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.core.intake import Report, read_report
from comity.core.intake.form import AnswerKind
from comity.core.intake.projection import Filled, project
from comity.core.terms import Code, InputError, read_toml
from comity.shipped import (
    FORMS,
    bodies,
    notice,
    shipped_projection,
    shipped_projections,
)
from comity.words import Language, dated, moment, say
from comity.words.forms import Sheet, form_data, form_lines, kept, sheet
from tests.core.intake.reports import FORM, KNOWN, answers_of, own_word, reports

TODAY = date(2026, 11, 29)
NOTICES = {Language.ENGLISH: notice(), Language.WELSH: notice("text_cy")}


def sample() -> Report:
    document = read_toml((FORMS / "sample-report.toml").read_bytes(), "sample")
    return read_report(document, "sample", FORM, bodies())


def told(sections: dict[str, object]) -> Report:
    return read_report({"organisation": "acme", **sections}, "r", FORM, frozenset())


def summed_up(summary: str) -> Report:
    needed: dict[str, object] = {"discovered_at": TODAY, "summary": summary}
    return told({"incident": needed})


def filled(name: str = "ncsc", report: Report | None = None) -> Filled:
    return project(shipped_projection(name), report or sample())


def shown(
    name: str = "ncsc", report: Report | None = None, language: Language = Language.ENGLISH
) -> Sheet:
    return sheet(filled(name, report), TODAY, NOTICES[language], language)


def text(
    name: str = "ncsc", report: Report | None = None, language: Language = Language.ENGLISH
) -> str:
    return "\n".join(form_lines(shown(name, report, language)))


def squeezed(words: str) -> str:
    return " ".join(words.split())


def test_a_form_says_whom_it_is_for_that_nothing_was_sent_and_where_its_layout_is_from() -> None:
    found = squeezed(text("ico-personal-data-breach"))
    assert found.startswith("REPORT OF A PERSONAL DATA BREACH For: the Information Commissioner")
    assert "Date: 29 November 2026" in found
    assert "This software has sent it to nobody." in found
    assert "The layout follows the ICO's form" in found
    assert "(the text itself was read; 30 June 2026)" in found
    assert "Labels in quotation marks are in the recipient's own words." in found


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("name", shipped_projections())
def test_every_form_says_that_it_is_a_demonstration(name: str, language: Language) -> None:
    found = squeezed(text(name, None, language))
    for line in NOTICES[language].split("\n"):
        assert line[1:] in found


@pytest.mark.parametrize("name", ["ico-nis", "report-fraud", "scottish-public-sector"])
def test_a_form_from_memory_says_so_before_anything_else(name: str) -> None:
    assert "from memory" in "".join(shown(name).head)
    assert "o'r cof" in "".join(shown(name, None, Language.WELSH).head).lower()


@pytest.mark.parametrize("name", ["board", "charity-commission", "insurer"])
def test_a_layout_of_our_own_says_so(name: str) -> None:
    assert shown(name).basis[0].startswith("The layout is our own: ")


def test_a_line_from_memory_says_so_on_a_form_that_was_read() -> None:
    rows = [row for block in shown("ico-personal-data-breach").blocks for row in block.rows]
    seen = {row.label: row.seen for row in rows}
    assert seen["If more than 72 hours passed before this report, why?"] == "from memory"
    assert seen["What could follow for these people?"] == "from a published summary"
    assert not seen["\u201cWhat has happened?\u201d"]


def test_a_welsh_form_says_that_nobody_has_checked_it_and_an_english_one_does_not() -> None:
    unreviewed = say("form.unreviewed", Language.WELSH)
    assert unreviewed in shown("board", None, Language.WELSH).basis
    assert unreviewed not in shown("board").basis
    assert len(shown("board").basis) == 2


def test_what_is_not_answered_and_what_is_for_the_hand_is_marked_and_listed() -> None:
    found = text("ncsc")
    assert "    [not answered yet]" in found
    assert "    [to be filled in by hand] ____" in found
    listed = found.partition("Still open\n")[2]
    assert "What are your planned next steps?" in listed
    assert "Your name" not in listed


def test_a_form_with_nothing_open_says_so() -> None:
    whole = shipped_projection("board")
    first = whole.parts[0]
    layout = replace(whole, parts=(replace(first, lines=first.lines[:1]),))
    found = sheet(project(layout, sample()), TODAY, notice(), Language.ENGLISH)
    assert found.open_rows() == ()
    assert "Nothing is open: each line is answered." in "\n".join(form_lines(found))


@pytest.mark.parametrize(
    ("section", "question", "value", "english"),
    [
        ("incident", "still_going_on", True, "Yes"),
        ("incident", "still_going_on", False, "No"),
        ("incident", "happened_at", TODAY, "29 November 2026"),
        ("incident", "recovery", "weeks", "within weeks"),
        ("personal_data", "people_affected", 0, "0"),
    ],
)
def test_an_answer_is_said_in_words(
    section: str, question: str, value: object, english: str
) -> None:
    needed: dict[str, dict[str, object]] = {
        "incident": {"discovered_at": date(2026, 11, 1), "summary": "x"},
        "personal_data": {"affected": "not_known"},
    }
    report = told({section: {**needed[section], question: value}})
    rows = [row for block in shown("charity-commission", report).blocks for row in block.rows]
    assert english in {one.text for row in rows for one in row.answers}


def test_an_empty_list_was_answered() -> None:
    last = shown("ncsc", told({"attachments": {"files": []}})).blocks[-1].rows[-1]
    assert last.answers[0].text == "none"
    assert not last.is_open


def test_an_answer_keeps_its_lines_and_stands_further_in_than_any_heading() -> None:
    written = "1. About you\n\n  indented\n" + "long " * 60 + "\n[not answered yet]"
    lines = list(kept(written, "    "))
    assert lines[:3] == ["    1. About you", "", "      indented"]
    assert all(line.startswith("    ") for line in lines if line)
    assert max(map(len, lines)) <= 96
    found = list(form_lines(shown("board", summed_up(written))))
    assert [line for line in found if line.startswith("1. ")] == ["1. What we know"]


WORD = re.compile(r"word\d{3}of")


@given(st.sampled_from(shipped_projections()), st.sampled_from(Language), reports())
def test_each_text_of_a_report_stands_on_the_forms_that_ask_for_it_and_on_no_other(
    name: str, language: Language, report: Report
) -> None:
    found = text(name, report, language)
    asked = shipped_projection(name).asks()
    given_ = answers_of(report)
    texts = {each for each in given_ if KNOWN[each].kind in {AnswerKind.TEXT, AnswerKind.LONG_TEXT}}
    files = {each for each in given_ if KNOWN[each].kind is AnswerKind.FILES and given_[each]}
    assert set(WORD.findall(found)) == {own_word(each) for each in (texts | files) & asked}
    for each in texts & asked:
        assert squeezed(str(given_[each])) in squeezed(found)


@given(st.sampled_from(shipped_projections()), st.sampled_from(Language), reports())
def test_each_answer_as_data_is_what_was_given_and_open_is_what_was_not(
    name: str, language: Language, report: Report
) -> None:
    found: Any = form_data(filled(name, report), language)
    given_ = answers_of(report)
    for part in found["parts"]:
        for line in part["lines"]:
            for one in line["answers"]:
                value = given_.get(one["question"])
                assert one["value"] == (value.isoformat() if isinstance(value, date) else value)
                assert (one["text"] is None) is (value is None)
    assert found["unanswered"] == [*filled(name, report).unanswered()]
    assert found["sent"] is False


@given(st.sampled_from(shipped_projections()), st.sampled_from(Language), reports())
def test_no_form_shows_a_number_or_a_day_that_nobody_gave(
    name: str, language: Language, report: Report
) -> None:
    asked = shipped_projection(name).asks()
    given_ = [value for each, value in answers_of(report).items() if each in asked]
    known = {str(value) for value in given_ if isinstance(value, int)}
    known |= {
        say("form.instant", language, moment=moment(value, language))
        if isinstance(value, datetime)
        else dated(value, language)
        for value in given_
        if isinstance(value, date)
    }
    for block in shown(name, report, language).blocks:
        for row in block.rows:
            for one, asks in zip(row.answers, _kinds(name, block.number, row.number), strict=True):
                if one.text and asks in {AnswerKind.NUMBER, AnswerKind.INSTANT}:
                    assert one.text in known


def _kinds(name: str, block: str, row: str) -> list[AnswerKind]:
    lines = shipped_projection(name).parts[int(block) - 1].lines
    labelled = [line for line in lines if line.label.en]
    line = labelled[int(row.partition(".")[2]) - 1] if row else None
    return [each.question.kind for each in line.asked] if line else []


@pytest.mark.parametrize("letter", ["\x1b", "\0", "\u202e", "\u2066", "\u2028", "\x85", "\r"])
def test_what_could_steer_a_screen_never_comes_as_far_as_a_form(letter: str) -> None:
    with pytest.raises(InputError) as caught:
        summed_up(f"a{letter}b")
    assert caught.value.code is Code.BAD_TEXT
