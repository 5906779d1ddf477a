"""Hours: whether somebody answers at this hour, as far as that was seen anywhere."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from comity.core.signposting.clock import ONE_DAY, Calendar

END_OF_DAY = 24
LOOK_AHEAD = 15
"""Days: no row of weekends and bank holidays is longer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """From one full hour to another (0 to 24), in the calendar's zone.

    Every day, or only on the working days of a nation.
    """

    opens: int
    closes: int
    working_days_of: str = ""


def next_answered(openings: Iterable[Opening], at: datetime, calendar: Calendar) -> datetime | None:
    """Return `at` if somebody answers then, else when (UTC); None if no hours are known."""
    spans = list(_spans(tuple(openings), calendar.day_of(at), calendar))
    if any(start <= at < end for start, end in spans):
        return at
    return min((start for start, _ in spans if start > at), default=None)


def _spans(
    openings: tuple[Opening, ...], first: date, calendar: Calendar
) -> Iterator[tuple[datetime, datetime]]:
    for ahead in range(LOOK_AHEAD):
        day = first + ahead * ONE_DAY
        for each in openings:
            nation = each.working_days_of
            if not nation or calendar.is_working_day(day, nation):
                yield _hour(day, each.opens, calendar), _hour(day, each.closes, calendar)


def _hour(day: date, hour: int, calendar: Calendar) -> datetime:
    """Return when a full hour of a day begins; hour 24 is the beginning of the next day."""
    days, rest = divmod(hour, END_OF_DAY)
    local = datetime.combine(day + timedelta(days=days), time(rest), tzinfo=calendar.zone)
    return local.astimezone(UTC)
