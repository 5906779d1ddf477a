"""A projection shows the answers to the questions that it names, and makes nothing up."""

from copy import deepcopy
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.core.intake import Report, Wording, read_form, read_report
from comity.core.intake.projection import (
    Filled,
    Grade,
    Layout,
    Projection,
    project,
    read_projection,
)
from comity.core.terms import Code, InputError
from comity.shipped import PROJECTIONS, shipped_projection, shipped_projections
from tests.core.intake.reports import FORM, KNOWN, answers_of, reports
from tests.core.intake.test_form import DOCUMENT

SMALL = read_form(
    {
        **DOCUMENT,
        "values": {"red": {"en": "red it is", "cy": "coch"}, "green": {"en": "green it is"}},
        "sections": {
            **DOCUMENT["sections"],
            "marks": {
                "title": "Marks",
                "questions": {"some": {"asks": "?", "type": "some of", "values": ["a", "b", "c"]}},
            },
        },
    },
    "form.toml",
)
LAYOUT: dict[str, Any] = {
    "version": "3",
    "form": "7",
    "title": "Report",
    "title_cy": "Adroddiad",
    "recipient": "the office",
    "layout": "theirs",
    "source": "its form",
    "grade": "A",
    "verified_on": date(2026, 6, 30),
    "parts": [
        {
            "heading": "What",
            "heading_cy": "Beth",
            "lines": [
                {"note": "Write clearly.", "grade": "M"},
                {"label": "What happened?", "quoted": True, "from": ["incident.summary"]},
                {
                    "label": "Colour",
                    "from": ["incident.colour"],
                    "says": {"green": {"en": "Verdant"}},
                },
                {"label": "Reference", "note": "if you have one"},
            ],
        },
        {
            "heading": "Marks",
            "lines": [{"label": "Both", "from": ["marks.some", "incident.colour"]}],
        },
    ],
}


def changed(*path: str | int, to: object) -> dict[str, Any]:
    document = deepcopy(LAYOUT)
    inner: Any = document
    for key in path[:-1]:
        inner = inner[key]
    if to is None:
        del inner[path[-1]]
    else:
        inner[path[-1]] = to
    return document


def projection(document: dict[str, Any] = LAYOUT) -> Projection:
    return read_projection(document, "small.toml", SMALL)


def report(**sections: dict[str, object]) -> Report:
    return read_report({"organisation": "acme", **sections}, "r", SMALL, frozenset())


def values(filled: Filled) -> list[list[object]]:
    lines = (each for part in filled.parts for each in part.lines)
    return [[one.value for one in each.answers] for each in lines]


def test_a_projection_says_whom_it_is_for_and_how_well_it_was_seen() -> None:
    found = projection()
    assert (found.name, found.version, found.layout) == ("small", "3", Layout.THEIRS)
    assert found.title == Wording(en="Report", cy="Adroddiad")
    assert (found.grade, found.verified_on) == (Grade.TEXT, date(2026, 6, 30))
    note, happened, colour, reference = found.parts[0].lines
    assert (note.grade, happened.grade) == (Grade.MEMORY, Grade.TEXT)
    assert (happened.quoted, colour.quoted) == (True, False)
    assert [each.by_hand for each in (note, happened, colour, reference)] == [False] * 3 + [True]
    assert found.asks() == {"incident.summary", "incident.colour", "marks.some"}


def test_a_line_has_the_answers_to_its_questions_as_they_were_given() -> None:
    text = "Files\n\n  were <b>encrypted</b>. "
    filled = project(projection(), report(incident={"summary": text, "colour": "red"}))
    assert values(filled) == [[], [text.strip()], ["red"], [], [None, "red"]]
    assert filled.unanswered() == ("marks.some",)
    assert filled.by_hand() == (Wording(en="Reference"),)


def test_a_section_that_was_left_out_answers_nothing() -> None:
    filled = project(projection(), report(marks={"some": ["a"]}))
    assert values(filled) == [[], [None], [None], [], [["a"], None]]
    assert filled.unanswered() == ("incident.summary", "incident.colour")


@pytest.mark.parametrize(
    ("colour", "words"),
    [
        ("red", Wording(en="red it is", cy="coch")),
        ("green", Wording(en="Verdant")),
    ],
)
def test_a_value_is_said_in_the_bodys_words_or_else_in_ours(colour: str, words: Wording) -> None:
    found = project(projection(), report(incident={"summary": "x", "colour": colour}))
    assert found.parts[0].lines[2].answers[0].words == (words,)


def test_values_come_in_the_order_of_the_form_and_without_words_as_they_are() -> None:
    found = project(projection(), report(marks={"some": ["c", "a"]}))
    assert found.parts[1].lines[0].answers[0].words == (Wording(en="a"), Wording(en="c"))


LINE = ("parts", 0, "lines", 2)


@pytest.mark.parametrize(
    ("document", "code", "message"),
    [
        (changed("version", to=None), Code.MISSING_KEY, "key version is missing"),
        (changed("titel", to="x"), Code.UNKNOWN_KEY, "unknown key titel; did you mean title?"),
        (changed("form", to="8"), Code.UNKNOWN_VALUE, "form: 8 is no form"),
        (changed("layout", to="their"), Code.UNKNOWN_VALUE, "layout: their is no layout; did"),
        (changed("grade", to="C"), Code.UNKNOWN_VALUE, "grade: C is no grade"),
        (changed("verified_on", to=None), Code.MISSING_KEY, "verified_on: key verified_on is"),
        (changed("verified_on", to="2026-06-30"), Code.WRONG_TYPE, "verified_on: verified_on must"),
        (changed("verified_on", to=datetime(2026, 6, 30, tzinfo=UTC)), Code.WRONG_TYPE, "verified"),
        (changed("link", to="https://x\x1b[2J"), Code.BAD_TEXT, "link: link holds a character"),
        (changed("parts", to=[]), Code.MISSING_KEY, "it has no part"),
        (changed("parts", 0, "lines", to=[]), Code.MISSING_KEY, "parts[0]: the part has no line"),
        (changed("parts", 0, "heading", to=None), Code.MISSING_KEY, "parts[0]: key heading is"),
        (changed("parts", 0, "lien", to=1), Code.UNKNOWN_KEY, "parts[0]: unknown key lien; did"),
        (changed(*LINE, "label", to=None), Code.MISSING_KEY, "parts[0].lines[2]: key label is"),
        (changed(*LINE, "form", to=[]), Code.UNKNOWN_KEY, "parts[0].lines[2]: unknown key form"),
        (changed(*LINE, "grade", to="Z"), Code.UNKNOWN_VALUE, "parts[0].lines[2].grade: Z is no"),
        (changed(*LINE, "quoted", to="yes"), Code.WRONG_TYPE, "parts[0].lines[2].quoted: quoted"),
        (changed(*LINE, "label", to="\u202eabc"), Code.BAD_TEXT, "parts[0].lines[2].label: label"),
        (
            changed(*LINE, "from", to=["incident.summery"]),
            Code.UNKNOWN_QUESTION,
            "parts[0].lines[2].from: unknown question incident.summery; did you mean incident.summ",
        ),
        (
            changed(*LINE, "from", to=["marks.summary"]),
            Code.UNKNOWN_QUESTION,
            "parts[0].lines[2].from: unknown question marks.summary; did you mean",
        ),
        (
            changed(*LINE, "from", to=["summary"]),
            Code.UNKNOWN_QUESTION,
            "parts[0].lines[2].from: unknown question summary",
        ),
        (
            changed(*LINE, "says", "grene", to={"en": "x"}),
            Code.UNKNOWN_VALUE,
            "parts[0].lines[2].says: grene is no answer to this line; did you mean green?",
        ),
        (
            changed("parts", 0, "lines", 1, "says", to={"red": {"en": "x"}}),
            Code.UNKNOWN_VALUE,
            "parts[0].lines[1].says: red is no answer to this line",
        ),
        (
            changed(*LINE, "says", "green", to={"cy": "x"}),
            Code.MISSING_KEY,
            "parts[0].lines[2].says.green: key en is missing",
        ),
    ],
)  # fmt: skip
def test_what_is_no_projection_is_refused(
    document: dict[str, Any], code: Code, message: str
) -> None:
    with pytest.raises(InputError) as caught:
        projection(document)
    assert caught.value.code is code
    assert str(caught.value).startswith(f"small.toml: {message}")
    assert caught.value.advice


@given(st.sampled_from(shipped_projections()), reports())
def test_of_any_report_it_shows_the_answers_that_it_names_and_no_others(
    name: str, told: Report
) -> None:
    layout = shipped_projection(name)
    filled = project(layout, told)
    answers = [one for part in filled.parts for line in part.lines for one in line.answers]
    given_ = answers_of(told)
    assert {one.asked.name: one.value for one in answers} == {
        each: given_.get(each) for each in layout.asks()
    }
    assert set(filled.unanswered()) == layout.asks() - set(given_)
    for one in answers:
        chosen = one.value if isinstance(one.value, list) else [one.value]
        listed = one.asked.question.values
        assert len(one.words) == (len(chosen) if listed and one.value is not None else 0)


@given(reports())
def test_it_keeps_the_layout_whatever_was_answered(told: Report) -> None:
    for layout in map(shipped_projection, shipped_projections()):
        filled = project(layout, told)
        assert [each.heading for each in filled.parts] == [each.heading for each in layout.parts]
        for before, after in zip(layout.parts, filled.parts, strict=True):
            assert [each.line for each in after.lines] == list(before.lines)


def worded(layout: Projection) -> list[Wording]:
    found = [layout.title, layout.recipient, layout.source]
    for part in layout.parts:
        found.append(part.heading)
        for line in part.lines:
            found += [each for each in (line.label, line.note) if each.en]
            found += line.says.values()
    return found


@pytest.mark.parametrize("name", shipped_projections())
def test_a_shipped_layout_says_everything_in_both_languages(name: str) -> None:
    layout = shipped_projection(name)
    for each in worded(layout):
        assert each.en
        assert each.cy not in {"", each.en}
    assert not layout.translation_reviewed_by


@pytest.mark.parametrize("name", shipped_projections())
def test_a_shipped_layout_asks_what_the_form_has_and_says_where_it_was_seen(name: str) -> None:
    layout = shipped_projection(name)
    assert layout.name == name
    assert layout.asks() <= set(KNOWN)
    assert {"incident.summary", "contact.name"} & layout.asks()
    assert layout.layout is Layout.OURS or layout.link.startswith("https://")
    lines = [line for part in layout.parts for line in part.lines]
    assert all(line.grade is Grade.TEXT for line in lines if line.quoted)
    assert len({line.label for line in lines if line.label.en}) == sum(
        bool(line.label.en) for line in lines
    )


def test_every_body_that_was_promised_has_its_form() -> None:
    assert shipped_projections() == [
        "board",
        "charity-commission",
        "ico-nis",
        "ico-personal-data-breach",
        "insurer",
        "ncsc",
        "report-fraud",
        "scottish-public-sector",
    ]
    assert len(list(PROJECTIONS.iterdir())) == 8


def test_what_is_chosen_of_a_list_has_words_on_every_form() -> None:
    for layout in map(shipped_projection, shipped_projections()):
        for part in layout.parts:
            for each in (one for line in part.lines for one in line.asked):
                assert each.question == FORM.sections[each.section].questions[each.question.name]
                assert set(each.question.values) == set(each.question.meanings)
