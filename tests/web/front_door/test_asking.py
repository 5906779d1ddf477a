"""Answers stand in an address: what was given comes back, and what no answer can be is an error."""

from datetime import UTC, datetime
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from comity.core.language import Value
from comity.signposts import rules
from comity.web.front_door.asking import (
    Answers,
    UnreadableError,
    WrongAnswerError,
    answered,
    read_answers,
)
from tests.signposts.test_rules import incidents
from tests.store.django import set_up

set_up()

FACTS = rules().vocabulary.facts
LONDON = ZoneInfo("Europe/London")
NOW = datetime(2026, 11, 28, 2, 10, 33, tzinfo=UTC)


def query(text: str) -> QueryDict:
    return QueryDict(text)


def is_sayable(known: dict[str, Value]) -> dict[str, Value | None]:
    """Return the answers that a form can give: no empty choice, no numbers."""
    return {name: value for name, value in known.items() if value != frozenset()}


@given(incidents, st.sets(st.sampled_from(sorted(FACTS))))
def test_what_was_answered_comes_back_from_the_address_in_its_order(
    known: dict[str, Value], unknown: set[str]
) -> None:
    given_ = is_sayable(known) | dict.fromkeys(sorted(unknown))
    answers = Answers(given_)
    again = read_answers(query(answers.query.removeprefix("?")), FACTS)
    assert dict(again.given) == dict(answers.given)
    assert again.known.keys() | again.passed == given_.keys()
    assert sorted(again.pairs) == sorted(answers.pairs)
    assert list(again.known) == list(answers.known)


@pytest.mark.parametrize(
    "text",
    [
        "bogus=1",
        "personal_data=maybe",
        "personal_data=yes&personal_data=no",
        "roles=pirate",
        "roles=charity&roles=pirate",
        "roles=",
        "risk_to_people=low",
        "unknown=bogus",
        "question=bogus",
        "change=bogus",
        "aware_at=yesterday",
        "aware_at=9999-12-31T23:59Z",
        "aware_at=0001-01-01T00:00Z",
        "aware_at=2026-02-30T00:00Z",
    ],
)
def test_an_address_with_what_no_answer_can_be_is_an_error(text: str) -> None:
    with pytest.raises(UnreadableError):
        read_answers(query(text), FACTS)


@given(st.lists(st.tuples(st.sampled_from([*FACTS, "unknown", "question", "x"]), st.text())))
def test_no_address_is_anything_but_answers_or_unreadable(pairs: list[tuple[str, str]]) -> None:
    try:
        found = read_answers(query(urlencode(pairs, errors="replace")), FACTS)
    except UnreadableError:
        return
    assert found.known.keys() | found.passed <= FACTS.keys()


def form(text: str, name: str) -> Value | None:
    return answered(query(text), FACTS[name], NOW, LONDON)


def test_each_kind_of_question_takes_its_answers() -> None:
    assert form("personal_data=yes", "personal_data") is True
    assert form("personal_data=unknown", "personal_data") is None
    assert form("roles=charity&roles=school", "roles") == {"charity", "school"}
    assert form("risk_to_people=high", "risk_to_people") == "high"
    assert form("aware_at=now", "aware_at") == NOW.replace(second=0)
    written = "aware_at-day=1&aware_at-month=7&aware_at-year=2026&aware_at-time=09:30"
    summer = datetime(2026, 7, 1, 8, 30, tzinfo=UTC)
    assert form(f"aware_at=then&{written}", "aware_at") == summer
    assert form(written, "aware_at") == summer, "who writes a time need not choose to write one"
    assert form(written.replace("09:30", "9"), "aware_at") == summer.replace(minute=0)


@pytest.mark.parametrize(
    ("text", "name", "error"),
    [
        ("", "personal_data", "choose"),
        ("personal_data=maybe", "personal_data", "choose"),
        ("roles=charity&roles=unknown", "roles", "either"),
        ("roles=pirate", "roles", "choose"),
        ("aware_at=then", "aware_at", "instant"),
        ("aware_at=then&aware_at-day=31&aware_at-month=2&aware_at-year=2026&aware_at-time=1:00",
         "aware_at", "instant"),
        ("aware_at-day=29&aware_at-month=3&aware_at-year=2026&aware_at-time=01:30",
         "aware_at", "instant"),
        ("aware_at-day=1&aware_at-month=1&aware_at-year=99999&aware_at-time=01:30",
         "aware_at", "instant"),
        ("aware_at-day=1&aware_at-month=1&aware_at-year=1999&aware_at-time=01:30",
         "aware_at", "instant"),
        ("aware_at-day=29&aware_at-month=11&aware_at-year=2026&aware_at-time=01:30",
         "aware_at", "future"),
    ],
)  # fmt: skip
def test_an_answer_that_cannot_be_taken_says_why(text: str, name: str, error: str) -> None:
    with pytest.raises(WrongAnswerError) as caught:
        form(text, name)
    assert str(caught.value) == f"error.{error}"


def test_of_two_hours_with_one_name_the_earlier_one_counts() -> None:
    twice = "aware_at-day=25&aware_at-month=10&aware_at-year=2026&aware_at-time=01:30"
    assert form(twice, "aware_at") == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
