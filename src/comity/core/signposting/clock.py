"""Clock: when something is due, in hours or in working days, from an instant of the incident."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import NamedTuple

SATURDAY = 5
ONE_DAY = timedelta(days=1)


class Calendar(NamedTuple):
    """The time zone of the organisation, and the bank holidays of each nation."""

    zone: tzinfo
    holidays: Mapping[str, frozenset[date]]

    def day_of(self, at: datetime) -> date:
        """Return the day that it is in the organisation's zone."""
        return at.astimezone(self.zone).date()

    def is_working_day(self, day: date, nation: str) -> bool:
        """Return whether a day is neither at a weekend nor a bank holiday of that nation."""
        return day.weekday() < SATURDAY and day not in self.holidays.get(nation, ())


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """How long there is for one stage of a report, and which instant of the incident starts it.

    Either `hours`, which run without a break, or `working_days`: the day of the start does not
    count, and what is due is due by the end of the last one. With neither there is no number, and
    `words` say what the source says: "immediately", "without undue delay".
    """

    stage: str
    from_: str
    words: str
    hours: int = 0
    working_days: int = 0


def due(
    clock: Clock, start: datetime, nations: Iterable[str], calendar: Calendar
) -> datetime | None:
    """Return the last instant (UTC) at which it is in time; None if the source gives no number.

    Of several nations the one in which it is due first counts.
    """
    if clock.hours:
        return start.astimezone(UTC) + timedelta(hours=clock.hours)
    if not clock.working_days:
        return None
    first = calendar.day_of(start)
    last = min(_after(first, clock.working_days, nation, calendar) for nation in nations)
    end = datetime.combine(last + ONE_DAY, time(), tzinfo=calendar.zone)
    return end.astimezone(UTC) - timedelta(seconds=1)


def _after(day: date, many: int, nation: str, calendar: Calendar) -> date:
    """Return the day that is so many working days of a nation later."""
    while many:
        day += ONE_DAY
        many -= calendar.is_working_day(day, nation)
    return day
