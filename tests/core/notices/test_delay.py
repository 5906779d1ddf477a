"""A delay runs until its review date, and no longer than two officers have renewed it for."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.core.notices import LONGEST, Delay, DelayError, begin_delay, end_delay, renew_delay
from comity.core.terms import EvidenceId, OfficerId
from tests.core.world import DAY, NOW

INSTANT = timedelta(microseconds=1)
FIRST, SECOND = OfficerId("officer-1"), OfficerId("officer-2")
DELAY = Delay(
    about="request-1",
    clause="I-5",
    prejudice=EvidenceId("evidence-1"),
    officer=FIRST,
    since=NOW,
    review=NOW + 30 * DAY,
)
CLAUSES = frozenset({"I-5"})
days = st.integers(-10, 200).map(lambda number: NOW + number * DAY)


def renewed(delay: Delay = DELAY, *, by: OfficerId = SECOND, in_days: int = 60) -> Delay:
    return renew_delay(
        delay,
        prejudice=EvidenceId("evidence-2"),
        review=NOW + in_days * DAY,
        officer=FIRST,
        confirmed_by=by,
        now=NOW + 10 * DAY,
    )


def test_a_delay_runs_until_its_review_date_and_not_at_it() -> None:
    begun = begin_delay(DELAY, CLAUSES)
    assert begun.runs_at(DELAY.review - INSTANT)
    assert not begun.runs_at(DELAY.review)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"review": NOW}, "is past"),
        ({"review": NOW - DAY}, "is past"),
        ({"review": NOW + LONGEST + INSTANT}, "90 days away"),
        ({"clause": "I-77"}, "no agreement"),
        ({"clause": ""}, "no agreement"),
    ],
)
def test_a_delay_that_may_not_be_is_refused(changes: dict[str, object], message: str) -> None:
    with pytest.raises(DelayError, match=message):
        begin_delay(replace(DELAY, **changes), CLAUSES)  # type: ignore[arg-type] # fields of a delay
    longest = replace(DELAY, review=NOW + LONGEST)
    assert begin_delay(longest, CLAUSES) == longest


def test_a_second_officer_must_confirm_that_a_delay_goes_on() -> None:
    assert renewed().review == NOW + 60 * DAY
    with pytest.raises(DelayError, match="second officer"):
        renewed(by=FIRST)


def test_what_is_over_cannot_be_renewed() -> None:
    for over in (end_delay(DELAY, NOW), replace(DELAY, review=NOW + 10 * DAY)):
        with pytest.raises(DelayError, match="over"):
            renewed(over)


@pytest.mark.parametrize("in_days", [9, 10, 101])
def test_a_renewal_has_a_review_date_that_is_to_come_and_not_too_far_away(in_days: int) -> None:
    with pytest.raises(DelayError, match="review date"):
        renewed(in_days=in_days)


@given(days, days)
def test_what_was_ended_never_runs_again_whatever_the_clock_shows(
    end: datetime, now: datetime
) -> None:
    ended = end_delay(DELAY, end)
    assert not ended.runs_at(now)
    assert end_delay(ended, NOW + 100 * DAY) == ended


@given(days, days)
def test_a_delay_ran_until_it_was_ended_or_reviewed_whichever_came_first(
    end: datetime, then: datetime
) -> None:
    ended = end_delay(DELAY, end)
    assert ended.ran_at(then) is (then < min(end, DELAY.review))
    assert DELAY.ran_at(then) is DELAY.runs_at(then)


@given(st.lists(st.tuples(st.integers(0, 200), st.integers(0, 200)), max_size=6), days)
def test_no_history_of_renewals_lets_a_delay_outlast_ninety_days_without_two_officers(
    renewals: list[tuple[int, int]], end: datetime
) -> None:
    delay, last = DELAY, NOW
    for at, until in sorted(renewals):
        now = NOW + at * DAY
        try:
            delay = renew_delay(
                delay,
                prejudice=EvidenceId("evidence-2"),
                review=NOW + until * DAY,
                officer=FIRST,
                confirmed_by=SECOND,
                now=now,
            )
        except DelayError:
            continue
        last = now
    assert delay.review <= last + LONGEST
    assert not delay.runs_at(max(last + LONGEST, end))
