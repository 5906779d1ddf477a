"""Times: when people are told of a question, and how long to wait before trying again.

All of it is in UTC and on whole hours, so that the time of a mail says little about what a body or
the organisation did, and several things that came within an hour are one mail.
"""

from datetime import datetime, timedelta

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FIRST_WAIT = timedelta(minutes=5)
MOST_ATTEMPTS = 8
"""How often one mail is handed over before it is given up: within eleven hours. As many copies of
it can arrive at most."""


def next_hour(at: datetime) -> datetime:
    """Return the first whole hour after an instant."""
    return at.replace(minute=0, second=0, microsecond=0) + HOUR


def told_at(asked_at: datetime, until: datetime) -> tuple[datetime, ...]:
    """Return when people are told of a question: when it came, and at most twice more.

    They are reminded after half of the time, and a day before it is over, as far as that lies
    between the first mail and the end. At the end, and after it, nobody is told.
    """
    if until <= asked_at:
        return ()
    first = next_hour(asked_at)
    if first >= until:
        return (asked_at,)
    again = {next_hour(asked_at + (until - asked_at) / 2), next_hour(until - DAY)}
    return (first, *sorted(each for each in again if first < each < until))


def wait_before(attempt: int) -> timedelta:
    """Return how long to wait before an attempt after the first: five minutes, then twice that."""
    return FIRST_WAIT * (1 << attempt - 2)
