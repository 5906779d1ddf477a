"""An agreement governs its parties, watches what they were given, and changes on dated days."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.core.markings import Label, Source, join, made_by, told_in_confidence
from comity.core.terms import OrganisationId, PartyId
from tests.core.agreement.small import TEXT, altered, load

SMALL = load(TEXT)
NORTH, SOUTH, EAST = map(PartyId, ("NORTH", "SOUTH", "EAST"))
ACME = OrganisationId("acme")


@pytest.mark.parametrize(
    ("discloser", "recipient", "governs"),
    [
        (NORTH, SOUTH, True),
        (SOUTH, NORTH, True),
        (NORTH, NORTH, True),
        (NORTH, EAST, False),
        (EAST, SOUTH, False),
        (EAST, EAST, False),
    ],
)
def test_an_agreement_governs_where_both_ends_are_parties(
    discloser: PartyId, recipient: PartyId, *, governs: bool
) -> None:
    assert SMALL.governs(discloser, recipient) is governs


@pytest.mark.parametrize(
    ("label", "watches"),
    [
        (made_by(NORTH), True),
        (made_by(EAST), False),
        (told_in_confidence(ACME, frozenset({SOUTH})), True),
        (told_in_confidence(ACME, frozenset({EAST})), False),
        (told_in_confidence(ACME, frozenset()), True),
        (join([made_by(EAST), told_in_confidence(ACME, frozenset({EAST, NORTH}))]), True),
    ],
)
def test_an_agreement_watches_what_a_party_made_or_was_given(
    label: Label, *, watches: bool
) -> None:
    assert SMALL.watches(label) is watches


parties = st.sampled_from([NORTH, SOUTH, EAST])
sources = st.builds(
    Source, origin=parties | st.just(ACME), given_to=st.frozensets(parties, max_size=2)
)
labels = st.frozensets(sources, min_size=1, max_size=3).map(lambda all_: Label(sources=all_))


@given(labels, labels)
def test_whoever_joins_labels_stays_watched(a: Label, b: Label) -> None:
    assert SMALL.watches(join([a, b])) == (SMALL.watches(a) or SMALL.watches(b))


def day(month: int, number: int, hours_east: int = 0) -> datetime:
    return datetime(2026, month, number, tzinfo=timezone(timedelta(hours=hours_east)))


def test_an_agreement_is_in_force_from_its_first_day_in_utc() -> None:
    assert SMALL.in_force_at(datetime(2026, 1, 1, tzinfo=UTC))
    assert not SMALL.in_force_at(datetime(2025, 12, 31, 23, 59, 59, tzinfo=UTC))
    assert not SMALL.in_force_at(day(1, 1, hours_east=14))
    assert SMALL.in_force_at(day(1, 1, hours_east=-5))


def test_a_parameter_of_one_value_is_fixed() -> None:
    assert SMALL.fixed_parameters() == {"k": 10}
    later = load(altered("k = 10", "k = 10 from 2025-01-01"))
    assert later.fixed_parameters() == {"k": 10}


def test_only_a_parameter_that_is_the_same_for_ever_switches_off_a_condition() -> None:
    def switches_off(one: str, old: str = "k = 10", new: str = "k = 10") -> bool:
        text = altered("A-1  allowed when giver is NORTH", f"A-1  allowed when {one}")
        found = load(text.replace(old, new))
        return found.switches_off(found.assurances[0].condition)

    assert switches_off("k < 1")
    assert not switches_off("1 < k")
    assert not switches_off("limit < 1"), "it may change on a day"
    assert not switches_off("k < 1", new="k = 10 from 2026-01-01, k = 9 from 2030-01-01")
    assert not switches_off("giver is NORTH and not giver is NORTH"), "no parameter does that"


@pytest.mark.parametrize(
    ("now", "limit"),
    [
        (day(6, 30), 3),
        (day(7, 1), 5),
        (day(12, 31), 5),
        (day(7, 1, hours_east=10), 3),
        (datetime(2020, 1, 1, tzinfo=UTC), 3),
    ],
)
def test_a_dated_parameter_changes_on_its_day(now: datetime, limit: int) -> None:
    assert SMALL.changing_parameters(now) == {"limit": limit}


def test_a_dated_parameter_has_its_first_value_before_its_first_date() -> None:
    dated = load(altered("limit = 3,", "limit = 3 from 2025-05-01,"))
    assert dated.changing_parameters(datetime(2020, 1, 1, tzinfo=UTC)) == {"limit": 3}


def test_a_parameter_is_a_number_of_the_agreement_s_own_words() -> None:
    assert SMALL.vocabulary.facts["k"].wanted == "a whole number"
    assert SMALL.vocabulary.facts["k"].supplied_by == "the agreement"


def test_a_clause_is_found_by_its_id_with_its_rules() -> None:
    clause = SMALL.clause("2.a-b")
    assert [rule.id for rule in SMALL.rules_of(clause)] == ["2.1", "2.2", "2.3"]
    assert list(SMALL.rules_of(SMALL.clause("1"))) == []
    with pytest.raises(KeyError):
        SMALL.clause("3")
