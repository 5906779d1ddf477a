"""A form is data: its sections, its questions, and what may be answered."""

from datetime import UTC, date, datetime
from importlib import resources
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.core.intake import Form, Wording, read_form
from comity.core.intake.form import (
    MOST_FILES,
    MOST_LONG_TEXT,
    MOST_TEXT,
    RESERVED,
    AnswerKind,
    Question,
    answer,
)
from comity.core.terms import Code, InputError, Table, read_toml

DIGEST = "0f" * 32
FILE = {"name": "log.txt", "bytes": 3, "sha256": DIGEST}
VALUES = ("red", "green")
DOCUMENT: dict[str, Any] = {
    "version": "7",
    "sections": {
        "incident": {
            "title": "What happened",
            "questions": {
                "summary": {"asks": "What?", "type": "long text", "required": True},
                "colour": {"asks": "Which?", "type": "one of", "values": list(VALUES)},
            },
        },
        "people": {"title": "Who", "identifies_people": True, "questions": {}},
    },
}


def answered(kind: AnswerKind, value: object) -> object:
    question = Question(name="q", asks="?", kind=kind, values=VALUES)
    return answer(question, Table({"q": value}, "r.toml", "s"))


def shipped() -> Form:
    file = resources.files("comity") / "forms" / "report-1.toml"
    return read_form(read_toml(file.read_bytes(), file.name), file.name)


def test_a_form_lists_its_sections_and_questions() -> None:
    form = read_form(DOCUMENT, "form.toml")
    assert form.version == "7"
    assert list(form.sections) == ["incident", "people"]
    assert form.sections["incident"].identifies_people is None
    assert form.sections["people"].identifies_people is True
    summary = form.sections["incident"].questions["summary"]
    assert (summary.asks, summary.kind, summary.required) == ("What?", AnswerKind.LONG_TEXT, True)
    assert form.sections["incident"].questions["colour"].values == VALUES


def test_the_shipped_form_can_be_filled_in() -> None:
    for section in shipped().sections.values():
        assert section.questions
        for question in section.questions.values():
            chooses = question.kind in {AnswerKind.ONE, AnswerKind.SOME}
            assert bool(question.values) is chooses


def test_everything_in_the_shipped_form_is_said_in_both_languages() -> None:
    for section in shipped().sections.values():
        assert section.title_cy not in {"", section.title}
        for question in section.questions.values():
            assert question.asks_cy not in {"", question.asks}
            assert bool(question.help) is bool(question.help_cy)
            assert not question.help or question.help != question.help_cy
            assert list(question.meanings) == list(question.values)
            for meaning in question.meanings.values():
                assert meaning.en
                assert meaning.cy not in {"", meaning.en}


def test_the_two_wishes_are_a_no_unless_somebody_says_yes_and_no_other_question_is() -> None:
    silent = {
        f"{section.name}.{each.name}"
        for section in shipped().sections.values()
        for each in section.questions.values()
        if each.no_unless_said
    }
    assert silent == {"sharing.engagement_may_be_known", "sharing.warnings_may_use"}
    assert all(each.no_unless_said for each in shipped().sections["sharing"].questions.values())


def test_what_is_said_of_a_question_can_be_said_of_one_type_only() -> None:
    right = {"no_unless_said": "yes or no", "names_bodies": "some of"}
    for key, kind in right.items():
        for other in AnswerKind:
            question = {"asks": "?", "type": other, key: True, "values": list(VALUES)}
            sections = {"a": {"title": "x", "questions": {"q": question}}}
            document = {"version": "1", "sections": sections}
            if other == kind:
                assert getattr(read_form(document, "f").sections["a"].questions["q"], key) is True
                continue
            with pytest.raises(InputError, match=f"only a question of type {kind}") as caught:
                read_form(document, "f")
            assert caught.value.code is Code.UNKNOWN_VALUE


def test_a_question_names_the_clauses_that_its_words_restate() -> None:
    question = {"asks": "?", "type": "text", "rests_on": ["pact/I-1"]}
    sections = {"a": {"title": "x", "questions": {"q": question}}}
    form = read_form({"version": "1", "sections": sections}, "f")
    assert form.sections["a"].questions["q"].rests_on == (("pact", "I-1"),)


def test_nobody_has_checked_the_welsh_of_the_shipped_form() -> None:
    assert not shipped().translation_reviewed_by


def test_a_form_without_welsh_or_words_for_its_values_is_a_form_as_before() -> None:
    colour = read_form(DOCUMENT, "f").sections["incident"].questions["colour"]
    assert (colour.asks_cy, colour.help, colour.meanings) == ("", "", {})


WORDED: dict[str, Any] = {"version": "1", "values": {"red": {"en": "Red", "cy": "Coch"}}}


def test_a_value_is_worded_once_for_every_question_that_lists_it() -> None:
    sections = {"incident": DOCUMENT["sections"]["incident"]}
    colour = read_form({**WORDED, "sections": sections}, "f").sections["incident"]
    assert colour.questions["colour"].meanings == {"red": Wording(en="Red", cy="Coch")}
    assert colour.questions["summary"].meanings == {}


@pytest.mark.parametrize(
    ("change", "code", "message"),
    [
        ({"version": 7}, Code.WRONG_TYPE, "f: version: version must be a text in quotes"),
        ({"verson": "7"}, Code.UNKNOWN_KEY, "f: unknown key verson; did you mean version?"),
        ({"sections": {"A": {"title": "x"}}}, Code.BAD_ID, "f: sections.A.A: 'A' is not a section"),
        ({"sections": {"a": {}}}, Code.MISSING_KEY, "f: sections.a: key title is missing"),
        ({"sections": {"a": {"titel": "x"}}}, Code.UNKNOWN_KEY, "f: sections.a: unknown key titel"),
        (
            {"sections": {"a": {"title": "x", "questions": {"q": {"asks": "?", "type": "txt"}}}}},
            Code.UNKNOWN_VALUE,
            "f: sections.a.questions.q.type: txt is no type; did you mean text?",
        ),
        (
            {"sections": {"a": {"title": "x", "questions": {"q": {"type": "text"}}}}},
            Code.MISSING_KEY,
            "f: sections.a.questions.q: key asks is missing",
        ),
        ({"values": {"a": {"cy": "x"}}}, Code.MISSING_KEY, "f: values.a: key en is missing"),
        ({"values": {"a": {"en": "x", "c": "y"}}}, Code.UNKNOWN_KEY, "f: values.a: unknown key c"),
        ({"values": {"a": {"en": "\0"}}}, Code.BAD_TEXT, "f: values.a.en: en holds a character"),
        (
            {"sections": {"a": {"title": "x", "title_cy": "\u202e"}}},
            Code.BAD_TEXT,
            "f: sections.a.title_cy: title_cy holds a character that cannot be shown",
        ),
        (
            {"sections": {"a": {"title": "x", "questions": {"q": {"ask": "?"}}}}},
            Code.UNKNOWN_KEY,
            "f: sections.a.questions.q: unknown key ask; did you mean asks?",
        ),
    ],
)
def test_what_is_no_form_is_refused(change: dict[str, Any], code: Code, message: str) -> None:
    with pytest.raises(InputError) as caught:
        read_form({**DOCUMENT, **change}, "f")
    assert caught.value.code is code
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize("name", RESERVED)
def test_no_section_takes_the_place_of_a_choice_or_a_label(name: str) -> None:
    with pytest.raises(InputError, match=f"a section cannot be called {name}") as caught:
        read_form({"version": "1", "sections": {name: {"title": "x"}}}, "f")
    assert caught.value.code is Code.NAME_TAKEN


NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
LINES = "\u00a0first\r\n\tsecond\u00a0\u202fthird\u200d\u00adfourth\n "


@pytest.mark.parametrize(
    ("kind", "value", "found"),
    [
        (AnswerKind.TEXT, " Jo Smith ", "Jo Smith"),
        (AnswerKind.TEXT, "x" * MOST_TEXT, "x" * MOST_TEXT),
        (AnswerKind.LONG_TEXT, LINES, LINES.replace("\r\n", "\n").strip()),
        (AnswerKind.LONG_TEXT, "\u4e2d\u6587 \U0001f512\ufe0f caf\u00e9", None),
        (AnswerKind.FLAG, False, None),
        (AnswerKind.NUMBER, 0, None),
        (AnswerKind.INSTANT, NOON, None),
        (AnswerKind.INSTANT, "2026-11-23T13:00:00+01:00", NOON),
        (AnswerKind.INSTANT, date(2026, 11, 23), None),
        (AnswerKind.ONE, "red", None),
        (AnswerKind.SOME, ["red", "green", "red"], ["green", "red"]),
        (AnswerKind.SOME, [], None),
        (AnswerKind.FILES, [FILE], None),
        (AnswerKind.FILES, [FILE] * MOST_FILES, None),
    ],
)
def test_an_answer_is_taken_as_it_was_given(kind: AnswerKind, value: object, found: object) -> None:
    assert answered(kind, value) == (value if found is None else found)


@pytest.mark.parametrize(
    ("kind", "value", "code", "message"),
    [
        (AnswerKind.TEXT, 3, Code.WRONG_TYPE, "s.q: q must be a text in quotes"),
        (AnswerKind.TEXT, " \n", Code.WRONG_TYPE, "s.q: q is empty"),
        (AnswerKind.TEXT, "x" * 501, Code.TOO_LARGE, "s.q: q has 501 characters; at most 500"),
        (AnswerKind.TEXT, "a\x1b[2J", Code.BAD_TEXT, "s.q: q holds a character that cannot be sh"),
        (AnswerKind.TEXT, "a\u202eb", Code.BAD_TEXT, "s.q: q holds a character that cannot be sho"),
        (AnswerKind.TEXT, "a\0", Code.BAD_TEXT, "s.q: q holds a character that cannot be shown"),
        (AnswerKind.TEXT, "a\rb", Code.BAD_TEXT, "s.q: q holds a character that cannot be shown"),
        (AnswerKind.TEXT, "a\ud800", Code.BAD_TEXT, "s.q: q holds a character that cannot be sh"),
        (AnswerKind.LONG_TEXT, "x" * (MOST_LONG_TEXT + 1), Code.TOO_LARGE, "s.q: q has 20001"),
        (AnswerKind.FLAG, "yes", Code.WRONG_TYPE, "s.q: q must be true or false"),
        (AnswerKind.NUMBER, True, Code.WRONG_TYPE, "s.q: q must be a whole number"),
        (AnswerKind.NUMBER, -1, Code.BAD_NUMBER, "s.q: q is less than 0"),
        (AnswerKind.INSTANT, 3, Code.WRONG_TYPE, "s.q: q must be an instant such as"),
        (AnswerKind.INSTANT, "noon", Code.WRONG_TYPE, "s.q: q must be an instant such as"),
        (AnswerKind.INSTANT, "2026-11-23T12:00", Code.BAD_INSTANT, "s.q: 2026-11-23T12:00:00 has"),
        (AnswerKind.ONE, "rde", Code.UNKNOWN_VALUE, "s.q: rde is no q; did you mean red?"),
        (AnswerKind.SOME, ["rde"], Code.UNKNOWN_VALUE, "s.q: rde is no answer to q; did you mean"),
        (AnswerKind.SOME, "red", Code.WRONG_TYPE, "s.q: q must be a list of texts in quotes"),
        (AnswerKind.FILES, ["log.txt"], Code.WRONG_TYPE, "s.q: q must be a list of tables"),
        (AnswerKind.FILES, [FILE] * 51, Code.TOO_MANY, "s.q: 51 files; at most 50 are taken"),
        (AnswerKind.FILES, [{**FILE, "name": "a/b"}], Code.BAD_TEXT, "s.q[0].name: a file's name"),
        (AnswerKind.FILES, [{**FILE, "name": "a\\b"}], Code.BAD_TEXT, "s.q[0].name: a file's name"),
        (AnswerKind.FILES, [{**FILE, "name": "a\nb"}], Code.BAD_TEXT, "s.q[0].name: a file's name"),
        (
            AnswerKind.FILES,
            [{**FILE, "sha256": "0f"}],
            Code.BAD_ID,
            "s.q[0].sha256: '0f' is no SHA",
        ),
        (AnswerKind.FILES, [{**FILE, "sha256": "0F" * 32}], Code.BAD_ID, "s.q[0].sha256: '0F0F"),
        (AnswerKind.FILES, [{**FILE, "bytes": -1}], Code.BAD_NUMBER, "s.q[0].bytes: bytes is less"),
        (AnswerKind.FILES, [{**FILE, "path": "x"}], Code.UNKNOWN_KEY, "s.q[0]: unknown key path"),
        (AnswerKind.FILES, [{"name": "a"}], Code.MISSING_KEY, "s.q[0]: key sha256 is missing"),
    ],
)
def test_an_answer_of_another_kind_is_refused_at_its_question(
    kind: AnswerKind, value: object, code: Code, message: str
) -> None:
    with pytest.raises(InputError) as caught:
        answered(kind, value)
    assert caught.value.code is code
    assert str(caught.value).startswith(f"r.toml: {message}")
    assert caught.value.advice


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.datetimes() | st.dates(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=5,
)


@given(st.sampled_from(AnswerKind), anything)
def test_any_value_is_an_answer_or_an_input_error(kind: AnswerKind, value: object) -> None:
    try:
        found = answered(kind, value)
    except InputError:
        return
    if kind in {AnswerKind.TEXT, AnswerKind.LONG_TEXT}:
        assert isinstance(found, str)
        assert not {"\x1b", "\0", "\r", "\u202e", "\u2066"} & set(found)
