"""Record: what a ledger entry says, and the release that only a recorded permit becomes.

An entry holds ids, digests and words from closed lists, never a text that somebody wrote: there is
nowhere to put one. A decision is recorded before anything is done about it, refusals like permits.

Source: DESIGN, the one door; Boulder's rule, to record the intention before the act.
"""

import re
from collections.abc import Mapping
from dataclasses import InitVar, dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple, NoReturn, final

from comity.core.gate import Permit, Refusal
from comity.core.terms import (
    Digest,
    ReleaseId,
    RequestId,
    encode,
    object_digest,
    salted_digest,
)

_TOKEN = object()
NAME = re.compile(r"[a-z][a-z0-9_]{0,31}")
SAYABLE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@/+:,-]{0,1023}")
MOST_BYTES = 4096


class EntryType(StrEnum):
    """Every kind of entry, in the node ledger and in pair ledgers."""

    DECISION = "decision"
    RELEASE = "release"
    SENT = "sent"
    RECEIVED = "received"
    QUARANTINED = "quarantined"
    OPENED = "opened"
    OWED = "owed"
    DUTY_DONE = "duty-done"
    DESTROYED = "destroyed"
    NOTIFIED = "notified"
    NOTICE_DELAYED = "notice-delayed"
    DELAY_RENEWED = "delay-renewed"
    DELAY_ENDED = "delay-ended"
    PASSED_OUTSIDE = "passed-outside"
    RECALL_SENT = "recall-sent"
    RECALL_RECEIVED = "recall-received"
    CONSENT_SOUGHT = "consent-sought"
    COUNSEL_LOOKED = "counsel-looked"
    CONSENT_ANSWERED = "consent-answered"
    CONSENT_HELD = "consent-held"
    REGISTERED = "registered"
    MANDATE_GIVEN = "mandate-given"
    MANDATE_ENDED = "mandate-ended"
    REGISTRATION_STATED = "registration-stated"
    REGISTRATION_LOOKED_UP = "registration-looked-up"
    DOMAIN_ASKED = "domain-asked"
    DOMAIN_PROVED = "domain-proved"
    REPORTED = "reported"
    LETTER_WRITTEN = "letter-written"
    CODE_GIVEN = "code-given"
    INVITED = "invited"
    MEMBER_JOINED = "member-joined"
    MEMBER_LEFT = "member-left"
    CASE_OPENED = "case-opened"
    NOTE_WRITTEN = "note-written"
    INDEPENDENCE_DECLARED = "independence-declared"
    READ = "read"
    AGREEMENT_SIGNED = "agreement-signed"
    KEY_PINNED = "key-pinned"
    KEY_CHANGED = "key-changed"
    KEY_REVOKED = "key-revoked"
    HEARTBEAT = "heartbeat"
    HEARTBEAT_SEEN = "heartbeat-seen"
    RESTORE = "restore"
    ALARM = "alarm"


class NotSayableError(ValueError):
    """A ledger entry was to hold something that is no id, digest or listed word."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry: what kind, when, and which ids it is about."""

    type: EntryType
    at: datetime
    ids: Mapping[str, str]
    v: int = 1

    def __post_init__(self) -> None:
        """Refuse whatever could be a text.

        Raises:
            NotSayableError: a value is none that an id, a digest or a list of them has, or a name
                is no name.
        """
        for name, value in self.ids.items():
            if not NAME.fullmatch(name):
                raise NotSayableError("a ledger entry has names of small letters only")
            if not SAYABLE.fullmatch(value):
                raise NotSayableError(f"a ledger entry cannot say this as its {name}")

    def bytes(self) -> bytes:
        """Return the entry as it is kept and hashed.

        Raises:
            NotSayableError: it is longer than an entry may be.
        """
        found = encode(self)
        if len(found) > MOST_BYTES:
            raise NotSayableError(f"a ledger entry has at most {MOST_BYTES} bytes")
        return found


class Recorded(NamedTuple):
    """An entry and its place in the node ledger, from 0."""

    entry: Entry
    place: int


def question_digest(decision: Permit | Refusal) -> Digest:
    """Return the digest of all that a decision rested on: with it, it can be decided again."""
    question = decision.question
    return object_digest(
        {
            "asked": question.request,
            "consents": question.consents,
            "agreements": sorted(question.agreements.digests),
            "now": question.now,
        }
    )


def decision_entry(decision: Permit | Refusal, request: RequestId) -> Entry:
    """Return the entry that records a decision, whichever it is."""
    asked = decision.question.request
    return Entry(
        type=EntryType.DECISION,
        at=decision.question.now,
        ids={
            "request": request,
            "question": question_digest(decision),
            "outcome": _outcome(decision),
            "discloser": asked.discloser,
            "recipient": asked.recipient,
            **({"clauses": ",".join(decision.clauses)} if decision.clauses else {}),
        },
    )


@final
@dataclass(frozen=True, slots=True, eq=False)
class Release:
    """What may leave: a permit that has been recorded. Made here and nowhere else."""

    id: ReleaseId
    permit: Permit
    recorded: Recorded
    token: InitVar[object]

    def __post_init__(self, token: object) -> None:
        """Refuse a release that the ledger did not make.

        Raises:
            TypeError: the token is not the ledger's.
        """
        if token is not _TOKEN:
            raise TypeError("only the ledger makes a release")

    def __init_subclass__(cls) -> None:
        """Refuse a subclass, which could leave the check out.

        Raises:
            TypeError: always.
        """
        raise TypeError("a release has no subclasses")

    def __reduce__(self) -> NoReturn:
        """Refuse to be copied or pickled.

        Raises:
            TypeError: always.
        """
        raise TypeError("a release is neither copied nor stored; ask the gate again")


class NotRecordedError(ValueError):
    """An entry that does not record the permit it is shown with."""


def release(recorded: Recorded, permit: Permit, release_id: ReleaseId) -> Release:
    """Return the release of a permit whose decision is recorded.

    Raises:
        NotRecordedError: the entry is of another decision, or of none.
    """
    ids = recorded.entry.ids
    about_this = ids.get("question") == question_digest(permit)
    if recorded.entry.type is not EntryType.DECISION or not about_this:
        raise NotRecordedError("the ledger entry records another decision")
    if ids.get("outcome") != _outcome(permit):
        raise NotRecordedError("the ledger entry records another outcome")
    return Release(release_id, permit, recorded, _TOKEN)


def heartbeat_leaf(salt: bytes, checkpoint: bytes) -> Digest:
    """Return the commitment to a node ledger's head that a pair ledger holds.

    Whoever has the salt can show which head it stands for; nobody else learns its size.

    Raises:
        ValueError: the salt does not have 32 bytes; another length could stand for another head.
    """
    return salted_digest(salt, checkpoint)


def _outcome(decision: Permit | Refusal) -> str:
    return "permitted" if isinstance(decision, Permit) else "refused"
