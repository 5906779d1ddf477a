"""A delay and its life: it runs until its review date, is renewed before that, or is ended.

Instants are timezone-aware, UTC. Of an instant before the review date a delay runs, whatever the
clock showed in between; once it was ended it never runs again.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from comity.core.terms import EvidenceId, OfficerId

LONGEST = timedelta(days=90)
"""How far away a review date may be. Our own choice: no text that was read names a number."""


class DelayError(ValueError):
    """A delay that may not be as it is stated. The message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delay:
    """Why the organisation is told later of one request, or of one disclosure outside (`about`).

    `prejudice` names the text that says what telling it now would prejudice. That text, and who
    the officers are, never leave the node.
    """

    about: str
    clause: str
    prejudice: EvidenceId
    officer: OfficerId
    since: datetime
    review: datetime
    confirmed_by: OfficerId | None = None
    ended_at: datetime | None = None

    def runs_at(self, now: datetime) -> bool:
        """Return whether the organisation is not told yet."""
        return self.ended_at is None and now < self.review

    def ran_at(self, then: datetime) -> bool:
        """Return whether the organisation was not told at an instant, whatever came later."""
        return then < self.review and (self.ended_at is None or then < self.ended_at)


def begin_delay(delay: Delay, clauses: frozenset[str]) -> Delay:
    """Return a delay if it may be as it is stated; `clauses` are those that bind the body.

    Raises:
        DelayError: no such clause binds the body, or the review date is past or too far away.
    """
    if delay.clause not in clauses:
        raise DelayError("no agreement that binds this body has that clause")
    _check_review(delay.review, delay.since)
    return delay


def renew_delay(  # noqa: PLR0913 - what the two officers state, and when
    delay: Delay,
    *,
    prejudice: EvidenceId,
    review: datetime,
    officer: OfficerId,
    confirmed_by: OfficerId,
    now: datetime,
) -> Delay:
    """Return the delay with a later review date, which two officers answer for.

    Raises:
        DelayError: it is over, one officer alone wants it, or the review date is past or too far
            away.
    """
    if not delay.runs_at(now):
        raise DelayError("the delay is over, and cannot be renewed")
    if officer == confirmed_by:
        raise DelayError("a second officer must confirm that it goes on")
    _check_review(review, now)
    return replace(
        delay, prejudice=prejudice, review=review, officer=officer, confirmed_by=confirmed_by
    )


def end_delay(delay: Delay, now: datetime) -> Delay:
    """Return the delay as it is once it has ended; the first end counts."""
    return replace(delay, ended_at=delay.ended_at or now)


def _check_review(review: datetime, now: datetime) -> None:
    if review <= now:
        raise DelayError("the review date is past")
    if review > now + LONGEST:
        raise DelayError(f"the review date is more than {LONGEST.days} days away")
