"""Hours run through nights, weekends and changes of the clock; working days do not count them."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.core.signposting import Calendar, Clock, due
from tests.core.signposting.small import CALENDAR, HOLIDAYS

LONDON = ZoneInfo("Europe/London")
starts = st.datetimes(datetime(2025, 1, 1), datetime(2027, 12, 1)).map(  # noqa: DTZ001 - the zone comes next
    lambda at: at.replace(tzinfo=UTC)
)


def hours(many: int) -> Clock:
    return Clock(stage="", from_="aware_at", words="", hours=many)


def days(many: int) -> Clock:
    return Clock(stage="", from_="aware_at", words="", working_days=many)


def by(clock: Clock, start: datetime, *nations: str, calendar: Calendar = CALENDAR) -> datetime:
    found = due(clock, start, nations or ("england",), calendar)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("start", "local"),
    [
        (datetime(2026, 3, 28, 9, tzinfo=LONDON), "2026-03-31 10:00"),
        (datetime(2026, 10, 24, 9, tzinfo=LONDON), "2026-10-27 08:00"),
        (datetime(2026, 12, 24, 18, tzinfo=LONDON), "2026-12-27 18:00"),
    ],
)
def test_72_hours_are_72_hours_also_across_a_change_of_the_clock(
    start: datetime, local: str
) -> None:
    found = by(hours(72), start)
    assert found - start.astimezone(UTC) == timedelta(hours=72)
    assert f"{found.astimezone(LONDON):%Y-%m-%d %H:%M}" == local


def test_a_working_day_is_no_weekend_and_no_holiday_of_that_nation() -> None:
    monday = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)
    assert by(days(1), monday, "england").date() == date(2026, 3, 4)
    assert by(days(1), monday, "scotland").date() == date(2026, 3, 3)
    assert by(days(2), monday, "scotland").date() == date(2026, 3, 5)
    friday = datetime(2026, 3, 6, 9, tzinfo=UTC)
    assert by(days(1), friday).date() == date(2026, 3, 9)


def test_of_several_nations_the_one_in_which_it_is_due_first_counts() -> None:
    monday = datetime(2026, 3, 2, 9, tzinfo=UTC)
    assert by(days(1), monday, "england", "scotland") == by(days(1), monday, "scotland")


def test_a_working_day_ends_at_midnight_where_the_organisation_is() -> None:
    at = datetime(2026, 7, 1, 23, 30, tzinfo=UTC)
    assert CALENDAR.day_of(at) == date(2026, 7, 2)
    assert by(days(1), at) == datetime(2026, 7, 3, 22, 59, 59, tzinfo=UTC)


def test_without_a_number_nothing_is_reckoned() -> None:
    clock = Clock(stage="", from_="aware_at", words="promptly")
    assert due(clock, datetime(2026, 3, 2, tzinfo=UTC), ["england"], CALENDAR) is None


@given(starts, st.integers(1, 40), st.sampled_from(sorted(HOLIDAYS)))
def test_there_are_exactly_so_many_working_days_until_it_is_due(
    start: datetime, many: int, nation: str
) -> None:
    found = by(days(many), start, nation)
    first, last = CALENDAR.day_of(start), CALENDAR.day_of(found)
    between = [first + timedelta(days=n + 1) for n in range((last - first).days)]
    assert sum(CALENDAR.is_working_day(each, nation) for each in between) == many
    assert CALENDAR.is_working_day(last, nation)
    assert CALENDAR.day_of(found + timedelta(seconds=1)) == last + timedelta(days=1)


@given(starts, starts, st.integers(1, 200), st.integers(0, 20))
def test_who_knows_later_is_never_due_earlier(
    one: datetime, other: datetime, of_hours: int, of_days: int
) -> None:
    earlier, later = sorted((one, other))
    assert by(hours(of_hours), earlier) <= by(hours(of_hours), later)
    if of_days:
        assert by(days(of_days), earlier) <= by(days(of_days), later)
