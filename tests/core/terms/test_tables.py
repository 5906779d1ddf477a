"""A value is taken out of a document by its type, or the error names its key."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from comity.core.terms import Code, InputError, PartyId, Table

MOMENT = datetime(2026, 11, 23, 9, tzinfo=UTC)
TABLE = Table(
    {
        "text": "a",
        "flag": True,
        "number": 3,
        "moment": MOMENT,
        "written": "2026-11-23T10:00:00+01:00",
        "texts": ["a", "b"],
        "table": {"inner": {"x": 1}},
        "tables": [{"x": 1}, {"x": "2"}],
    },
    "f",
)
EMPTY = Table({}, "f", "a.b")


def test_each_type_has_its_reader() -> None:
    assert TABLE.text("text") == "a"
    assert TABLE.flag("flag") is True
    assert TABLE.number("number") == 3
    assert TABLE.instant("moment") == TABLE.instant("written") == MOMENT
    assert TABLE.texts("texts") == ("a", "b")
    assert TABLE.table("table").table("inner").number("x") == 1
    assert [each.values["x"] for each in TABLE.tables("tables")] == [1, "2"]
    assert TABLE.one_of("text", ["a", "b"]) == "a"
    assert TABLE.made(PartyId, "NCA", "text") == PartyId("NCA")
    assert TABLE.has("text")
    assert not TABLE.has("none")


def test_what_is_missing_has_a_default_if_there_is_one() -> None:
    assert EMPTY.text("x", "d") == "d"
    assert EMPTY.flag("x", default=False) is False
    assert EMPTY.number("x", 0) == 0
    assert EMPTY.instant("x", MOMENT) == MOMENT
    assert EMPTY.texts("x") == ()
    assert EMPTY.table("x").values == {}
    assert list(EMPTY.tables("x")) == []
    assert EMPTY.one_of("x", ["a"], "a") == "a"


@pytest.mark.parametrize(
    "read", [EMPTY.text, EMPTY.flag, EMPTY.number, EMPTY.instant, lambda key: EMPTY.one_of(key, [])]
)
def test_what_is_missing_without_a_default_is_named(read: Callable[[str], object]) -> None:
    with pytest.raises(InputError) as caught:
        read("x")
    assert str(caught.value) == "f: a.b: key x is missing [missing-key]"
    assert caught.value.advice == "add x = ..."


@pytest.mark.parametrize(
    ("read", "message"),
    [
        (lambda: TABLE.text("number"), "f: number: number must be a text in quotes"),
        (lambda: TABLE.flag("text"), "f: text: text must be true or false"),
        (lambda: TABLE.number("flag"), "f: flag: flag must be a whole number"),
        (lambda: TABLE.number("text"), "f: text: text must be a whole number"),
        (lambda: TABLE.instant("text"), "f: text: text must be an instant such as"),
        (lambda: TABLE.instant("number"), "f: number: number must be an instant such as"),
        (lambda: TABLE.texts("text"), "f: text: text must be a list of texts in quotes"),
        (lambda: TABLE.texts("tables"), "f: tables: tables must be a list of texts in quotes"),
        (lambda: TABLE.table("text"), "f: text: text must be a table"),
        (lambda: list(TABLE.tables("table")), "f: table: table must be a list of tables"),
        (lambda: list(TABLE.tables("texts")), "f: texts: texts must be a list of tables"),
        (
            lambda: list(TABLE.tables("tables"))[1].number("x"),
            "f: tables[1].x: x must be a whole number",
        ),
        (
            lambda: TABLE.table("table").table("inner").text("x"),
            "f: table.inner.x: x must be a text in quotes",
        ),
    ],
)
def test_a_value_of_another_type_is_named(read: Callable[[], object], message: str) -> None:
    with pytest.raises(InputError) as caught:
        read()
    assert caught.value.code is Code.WRONG_TYPE
    assert str(caught.value).startswith(message)


def test_an_instant_without_a_zone_is_named_by_its_key() -> None:
    with pytest.raises(InputError) as caught:
        Table({"at": "2026-11-23"}, "f", "a").instant("at")
    assert str(caught.value) == "f: a.at: 2026-11-23T00:00:00 has no time zone [bad-instant]"


def test_a_key_that_nobody_reads_is_refused_with_a_suggestion() -> None:
    with pytest.raises(InputError) as caught:
        Table({"purpos": 1}, "f").only("purpose", "kind")
    assert str(caught.value) == "f: unknown key purpos; did you mean purpose? [unknown-key]"
    assert caught.value.advice == "the keys here are purpose, kind"
    Table({"kind": 1}, "f").only("purpose", "kind")


def test_one_of_several_texts_is_asked_for_by_name() -> None:
    with pytest.raises(InputError) as caught:
        TABLE.one_of("text", ["aa", "b"])
    assert str(caught.value) == "f: text: a is no text; did you mean aa? [unknown-value]"
    assert caught.value.advice == "use one of aa, b"


def test_an_error_of_a_maker_stands_at_the_key() -> None:
    with pytest.raises(InputError) as caught:
        TABLE.made(PartyId, "nca", "text")
    assert str(caught.value) == "f: text: 'nca' is not a party [bad-id]"
