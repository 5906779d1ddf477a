"""A duty and its life: waiting, open, then done or breached."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from comity.core.agreement import Owner
from comity.core.gate import Permit, owed
from comity.core.terms import Digest, EvidenceId, OfficerId, ReleaseId, RequestId

HOUR = timedelta(hours=1)


class State(StrEnum):
    """Where a duty stands."""

    WAITING = "waiting"
    OPEN = "open"
    DONE = "done"
    BREACHED = "breached"


class AlreadyDoneError(ValueError):
    """A duty that was done is to be done again, or one is to be done that is not owed yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Discharge:
    """That a duty was done: by which officer, when it was said, and the record that shows it."""

    officer: OfficerId
    at: datetime
    shown_by: EvidenceId


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """What a party owes for one disclosure, within `hours` of when that was made (`since`).

    `id` is `RELEASE/OBLIGATION`; `request` is None at the recipient, which never sees it.
    """

    id: str
    release: ReleaseId
    request: RequestId | None
    agreement: Digest
    clause: str
    what: str
    hours: int
    since: datetime | None = None
    discharge: Discharge | None = None

    @property
    def due(self) -> datetime | None:
        """The instant by which it must be done; None while nothing is owed."""
        return None if self.since is None else self.since + timedelta(hours=self.hours)

    @property
    def is_undone(self) -> bool:
        """Whether it is owed, and nobody has done it."""
        return self.since is not None and self.discharge is None

    def state_at(self, now: datetime) -> State:
        """Return where it stands. What is done at the very instant it is due is done in time."""
        if self.due is None:
            return State.WAITING
        end = now if self.discharge is None else self.discharge.at
        if end > self.due:
            return State.BREACHED
        return State.OPEN if self.discharge is None else State.DONE


def duties_of(
    permit: Permit, owner: Owner, release: ReleaseId, request: RequestId | None = None
) -> tuple[Duty, ...]:
    """Return what a permit makes one end owe once the disclosure is made.

    What is owed before sending is no duty: the permit has waited for it.
    """
    return tuple(
        Duty(
            id=f"{release}/{each.obligation.id}",
            release=release,
            request=request,
            agreement=each.agreement.digest,
            clause=each.rule.clause,
            what=each.obligation.what,
            hours=each.obligation.within // HOUR,
        )
        for each in owed(permit)
        if each.obligation.owner is owner and each.obligation.within is not None
    )


def begun(duty: Duty, since: datetime) -> Duty:
    """Return the duty as it is once the disclosure was made. The first time counts."""
    return _with(duty, since=duty.since or since, discharge=duty.discharge)


def done(duty: Duty, discharge: Discharge) -> Duty:
    """Return the duty as it is once it was done, in time or late.

    Raises:
        AlreadyDoneError: it is done, or not owed yet. What was done stays as it was recorded.
    """
    if not duty.is_undone:
        raise AlreadyDoneError("it is done already" if duty.discharge else "it is not owed yet")
    return _with(duty, since=duty.since, discharge=discharge)


def _with(duty: Duty, since: datetime | None, discharge: Discharge | None) -> Duty:
    return Duty(
        id=duty.id,
        release=duty.release,
        request=duty.request,
        agreement=duty.agreement,
        clause=duty.clause,
        what=duty.what,
        hours=duty.hours,
        since=since,
        discharge=discharge,
    )
