"""People are told of a question when it came and twice more at most, and not once it is over."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.core.mail import MOST_ATTEMPTS, next_hour, told_at, wait_before

CAME = datetime(2026, 11, 23, 9, 10, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
CAMES = st.datetimes(datetime(2020, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds the zone


def hours(*after: float) -> tuple[datetime, ...]:
    """Return instants so many hours after nine."""
    return tuple(datetime(2026, 11, 23, 9, tzinfo=UTC) + each * HOUR for each in after)


@pytest.mark.parametrize(
    ("time", "told"),
    [
        (30 * DAY, hours(1, 15 * 24 + 1, 29 * 24 + 1)),
        (4 * DAY, hours(1, 2 * 24 + 1, 3 * 24 + 1)),
        (2 * DAY, hours(1, 25)),
        (DAY, hours(1, 13)),
        (3 * HOUR, hours(1, 2)),
        (2 * HOUR, hours(1, 2)),
        (timedelta(minutes=110), hours(1)),
        (HOUR, hours(1)),
        (timedelta(minutes=50), (CAME,)),
        (timedelta(0), ()),
        (-DAY, ()),
    ],
)
def test_people_are_reminded_at_half_of_the_time_and_a_day_before_its_end(
    time: timedelta, told: tuple[datetime, ...]
) -> None:
    assert told_at(CAME, CAME + time) == told


@given(CAMES, st.timedeltas(-DAY, 4000 * DAY))
def test_nobody_is_ever_reminded_more_than_twice_or_once_it_is_over(
    came: datetime, time: timedelta
) -> None:
    told = told_at(came, came + time)
    assert len(told) <= 3
    assert all(came <= each < came + time for each in told)
    assert list(told) == sorted(set(told))
    assert all(later - before >= HOUR for before, later in pairwise(told))
    assert bool(told) is (time > timedelta(0))


@given(CAMES, st.timedeltas(HOUR, 4000 * DAY))
def test_a_mail_is_on_the_whole_hour_wherever_there_is_one(came: datetime, time: timedelta) -> None:
    assert all(
        (each.minute, each.second, each.microsecond) == (0, 0, 0)
        for each in told_at(came, came + time)
    )


@given(CAMES)
def test_the_next_hour_is_whole_and_comes_within_an_hour(at: datetime) -> None:
    found = next_hour(at)
    assert at < found <= at + HOUR
    assert found.replace(minute=0, second=0, microsecond=0) == found


def test_a_mail_that_nobody_takes_is_tried_again_for_less_than_half_a_day() -> None:
    waits = [wait_before(each) for each in range(2, MOST_ATTEMPTS + 1)]
    assert waits == sorted(waits)
    assert waits[0] == timedelta(minutes=5)
    assert sum(waits, timedelta()) < timedelta(hours=11)
