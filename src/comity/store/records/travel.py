"""Travel: what is on its way out, and what came in."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from comity.core.terms import Digest, MessageId, PartyId, ReleaseId, RequestId


@dataclass(frozen=True, slots=True, kw_only=True)
class Permitted:
    """That a release was permitted: the decision and its ledger entry. It makes no permit.

    Without one there can be no outgoing envelope.
    """

    release: ReleaseId
    request: RequestId
    decision: Digest
    entry: int


class OutState(StrEnum):
    """How far an outgoing envelope or message has come."""

    QUEUED = "queued"
    SENDING = "sending"
    RECEIPTED = "receipted"
    DESTROYED = "destroyed"
    DEAD = "dead"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A release on its way. It has a sequence number and an envelope once it was sealed.

    `headers` are the digests of every header that may have reached the peer: a receipt names one
    of them. `offered_until` ends the time for which the last decision lets a poll have it.
    """

    release: ReleaseId
    to: PartyId
    state: OutState
    queued_at: datetime
    expires: datetime
    seq: int | None = None
    headers: tuple[Digest, ...] = ()
    envelope: bytes = b""
    sealed_at: datetime | None = None
    offered_until: datetime | None = None
    attempts: int = 0
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A control message on its way. It is signed anew at each attempt, with the same id."""

    id: MessageId
    to: PartyId
    state: OutState
    type: str
    body: bytes
    queued_at: datetime
    expires: datetime
    attempts: int = 0
    why: str = ""


class InState(StrEnum):
    """How far an incoming envelope has come."""

    RECEIVED = "received"
    OPENED = "opened"
    QUARANTINED = "quarantined"
    PARKED = "parked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """An envelope that came in, sealed as it came. `receipt` is what was answered."""

    id: ReleaseId
    from_: PartyId
    seq: int
    state: InState
    envelope: bytes
    receipt: bytes = b""
    received_at: datetime
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipted:
    """A peer's signed receipt for a release of ours."""

    release: ReleaseId
    from_: PartyId
    receipt: bytes
    held_since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A control message that came in, and what was answered: a repetition is answered alike.

    `waiting` says that the worker has still to do what it asks.
    """

    id: MessageId
    from_: PartyId
    control: bytes
    answer: bytes
    waiting: bool
    taken_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Recalled:
    """A release that its discloser has recalled."""

    release: ReleaseId
    by: PartyId
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """Something that a person has to look at. It names kinds, parties and ids, never content."""

    id: str
    kind: str
    about: str
    at: datetime
