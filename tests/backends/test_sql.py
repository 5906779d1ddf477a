"""The tables refuse what is no value, and a source is found through its key."""

import sqlite3
from collections.abc import Iterator
from typing import Any

import pytest

from comity.backends import sql
from comity.backends.forms import NotExpressibleError, as_bits, coder
from comity.core.language import read_vocabulary
from comity.shipped import shipped_agreement, standard_vocabulary

AGREEMENT = shipped_agreement("ico-nca-2024")
FACTS = AGREEMENT.vocabulary.facts


@pytest.fixture
def database() -> Iterator[sqlite3.Connection]:
    """Return a database with the tables and the view."""
    found = sqlite3.connect(":memory:")
    found.executescript(sql.script(AGREEMENT, sql.Dialect.SQLITE))
    yield found
    found.close()


def test_each_source_is_found_through_the_key(database: sqlite3.Connection) -> None:
    plan = [row[3] for row in database.execute(f"EXPLAIN QUERY PLAN SELECT * FROM {sql.PERMITTED}")]  # noqa: S608 - a fixed name
    about_sources = [step for step in plan if step.split()[1] == "s"]
    assert len(about_sources) > 5
    assert all("INDEX" in step and step.endswith("(item=?)") for step in about_sources)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("recipient", "ico"),
        ("tlp", "RED"),
        ("restrictions", 8),
        ("restrictions", -1),
        ("identifies_people", 2),
        ("now", "2026-11-23"),
        ("smallest_group", 9.5),
    ],
)
def test_the_table_refuses_what_is_no_value(
    database: sqlite3.Connection, column: str, value: object
) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        database.execute(f'INSERT INTO {sql.REQUESTS} (item, "{column}") VALUES (1, ?)', (value,))  # noqa: S608 - a name of this file


@pytest.mark.parametrize(
    ("name", "value", "number"),
    [
        ("identifies_people", True, 1),
        ("identifies_people", False, 0),
        ("tlp", "TLP:CLEAR", 0),
        ("tlp", "TLP:RED", 4),
        ("restrictions", [], 0),
        ("restrictions", ["hmrc", "intelligence_service", "hmrc"], 5),
        ("smallest_group", 10, 10),
        ("now", 3, 3),
    ],
)
def test_a_value_is_a_number_in_columns(name: str, value: object, number: int) -> None:
    assert coder(FACTS[name])(value) == number


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("identifies_people", 1),
        ("identifies_people", "no"),
        ("tlp", "RED"),
        ("tlp", 0),
        ("tlp", ["TLP:RED"]),
        ("restrictions", "hmrc"),
        ("restrictions", ["hmcr"]),
        ("restrictions", 1),
        ("smallest_group", "10"),
        ("now", "2026-11-23"),
    ],
)
def test_what_is_no_value_is_an_error_in_columns(name: str, value: object) -> None:
    with pytest.raises(ValueError, match=f"{name} cannot be"):
        coder(FACTS[name])(value)


def test_a_set_of_too_many_values_has_no_number() -> None:
    document: dict[str, Any] = {
        "name": "many",
        "values": {"many": {"meaning": {f"v{number}": "a value" for number in range(63)}}},
        "facts": {"all_of": {"type": "set of many", "meaning": "many", "supplied_by": "a test"}},
    }
    fact = read_vocabulary(document, "many.toml", standard_vocabulary()).facts["all_of"]
    with pytest.raises(NotExpressibleError, match="more than 62 values: all_of"):
        as_bits(fact, ["v1"])


def test_a_text_in_sql_ends_where_it_should() -> None:
    assert sql._quoted("it's") == "'it''s'"


def test_both_databases_get_the_same_condition() -> None:
    texts = [sql.script(AGREEMENT, each) for each in sql.Dialect]
    assert all(sql.where(AGREEMENT) in text for text in texts)
