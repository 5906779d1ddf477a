"""Control: every message that carries no content. Its form is closed: there is no free text.

A control names only what its addressee already sent or received. It is signed anew at each
attempt to deliver it, under the same id, so that an old copy cannot be played again later.
"""

import re
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

from comity.core.consent import Said, Status, documents
from comity.core.ledger import Hash
from comity.core.terms import (
    Code,
    Digest,
    InputError,
    Limits,
    MessageId,
    PartyId,
    Place,
    ReleaseId,
    Signature,
    Signed,
    Signer,
    Verifier,
    decode,
    encode,
    signed,
)

CONTROL_TYPE = "application/vnd.comity.control+json"
CONTROL_LIMITS = Limits(size=256 << 10)
HASH_BYTES = 32
KEY_BYTES = {"identity": 32, "witness": 32, "consent": 32, "reading": 1216}
"""The uses of a node's keys, and how many bytes their public halves have."""

_NAMED = r"[A-Za-z0-9][A-Za-z0-9_./-]{0,127}"
_BASE64 = "[A-Za-z0-9+/]"
NOTE = re.compile(
    rf"{_NAMED}\n[0-9]{{1,19}}\n{_BASE64}{{43}}=\n\n\u2014 {_NAMED} {_BASE64}{{91}}=\n"
)
"""A checkpoint with the one signature of its keeper."""
COSIGNATURE = re.compile(rf"\u2014 {_NAMED} {_BASE64}{{102}}==\n")


class Done(StrEnum):
    """How the receiver dealt with an envelope or a control."""

    ACCEPTED = "accepted"
    QUARANTINED = "quarantined"
    STALE = "stale"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """An envelope was taken: kept durably, under this sequence number, by its header's digest."""

    release: ReleaseId
    seq: int
    header: Digest
    done: Done
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Recall:
    """What came under this release must no longer be used. It never says why."""

    release: ReleaseId


@dataclass(frozen=True, slots=True, kw_only=True)
class Heartbeat:
    """A sign of life at a fixed time, busy or idle, with the head of the pair ledger.

    `leaf` commits to the node ledger's head. `proof` shows that the head in `note` extends the
    one of size `old`, the last that the addressee cosigned.
    """

    slot: datetime
    leaf: Digest
    note: str
    old: int
    proof: tuple[Hash, ...]

    def __post_init__(self) -> None:
        """Refuse a note that is no signed head, and a proof that is no list of hashes.

        Raises:
            InputError: it is none.
        """
        if not NOTE.fullmatch(self.note) or any(len(each) != HASH_BYTES for each in self.proof):
            raise _wrong("a heartbeat has a signed head and a proof of hashes")


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyChange:
    """A key comes, in the place of another or beside it; or one goes.

    A new signing key signs its own public key with `shown`, so that nobody claims another's.
    """

    use: str
    public: bytes
    replaces: bytes | None = None
    revoked: bool = False
    shown: Signature | None = None

    def __post_init__(self) -> None:
        """Refuse a use that no key of a node has, and bytes that are no key.

        Raises:
            InputError: it is none.
        """
        sizes = {len(each) for each in (self.public, self.replaces) if each is not None}
        if sizes != {KEY_BYTES.get(self.use)}:
            raise _wrong(f"a key is for one of {', '.join(KEY_BYTES)} and has the bytes of one")


@dataclass(frozen=True, slots=True, kw_only=True)
class Poll:
    """A question for what is on its way here.

    `received` is the last sequence number held, and `receipt` the receipt that was given for it,
    in case it never arrived. `sent` is the last sequence number for which this node holds a
    receipt of the addressee.
    """

    received: int
    receipt: Signed | None = None
    sent: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """The sender was put back from an old copy, and its officer has written the gap down.

    `head` is the newest head of its pair ledger that the addressee cosigned, as it signed it, if
    its ledger does not have that any more; else nothing.
    """

    head: str = ""

    def __post_init__(self) -> None:
        """Refuse a head that is no signed head.

        Raises:
            InputError: it is none.
        """
        _check_note(self.head)


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledgement:
    """A control was dealt with. `size` is the last head cosigned, `cosignature` the new line."""

    message: MessageId
    done: Done
    size: int = 0
    cosignature: str = ""

    def __post_init__(self) -> None:
        """Refuse whatever is no cosignature's line.

        Raises:
            InputError: it is none.
        """
        if self.cosignature and not COSIGNATURE.fullmatch(self.cosignature):
            raise _wrong("a cosignature is one line")


ControlBody: TypeAlias = (
    Receipt | Recall | Heartbeat | KeyChange | Poll | Acknowledgement | Signed | Restored
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """One control message: from whom to whom, when, and exactly one body.

    `statement` and `status` are a front door's signed documents about consent.
    """

    v: int = 1
    id: MessageId
    from_: PartyId
    to: PartyId
    created: datetime
    receipt: Receipt | None = None
    recall: Recall | None = None
    heartbeat: Heartbeat | None = None
    key: KeyChange | None = None
    poll: Poll | None = None
    acknowledgement: Acknowledgement | None = None
    statement: Signed | None = None
    status: Signed | None = None
    restored: Restored | None = None

    def __post_init__(self) -> None:
        """Refuse a control that says nothing, several things at once, or what is no document.

        Raises:
            InputError: it does.
        """
        if len(self._bodies()) != 1:
            raise _wrong("a control message has exactly one body")
        for document, kind, form in (
            (self.statement, documents.STATEMENT_TYPE, Said),
            (self.status, documents.STATUS_TYPE, Status),
        ):
            if document is not None:
                if document.payloadType != kind or len(document.signatures) != 1:
                    raise _wrong("a statement or status is one, and signed once")
                decode(form, document.payload, kind)

    @property
    def type(self) -> str:
        """The name of the one body."""
        return next(iter(self._bodies()))

    @property
    def body(self) -> ControlBody:
        """The one body."""
        return next(iter(self._bodies().values()))

    def _bodies(self) -> dict[str, ControlBody]:
        found = {name: getattr(self, name) for name in BODIES}
        return {name: body for name, body in found.items() if body is not None}


BODIES = (
    *("receipt", "recall", "heartbeat", "key", "poll", "acknowledgement"),
    *("statement", "status", "restored"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What was signed by whoever asks and is held here: it shows one that was put back that it was.

    `head` is the newest head of its pair ledger that was cosigned here. `header` is that of the
    last envelope from it, and `receipt` the last one that it gave: each only if the question shows
    that it knows of fewer.
    """

    head: str = ""
    header: Signed | None = None
    receipt: Signed | None = None

    def __post_init__(self) -> None:
        """Refuse a head that is no signed head.

        Raises:
            InputError: it is none.
        """
        _check_note(self.head)


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """The answer to a poll: envelopes and signed controls that are on their way, as they are."""

    envelopes: tuple[bytes, ...] = ()
    controls: tuple[bytes, ...] = ()
    shown: Shown = field(default_factory=Shown)


def _check_note(note: str) -> None:
    if note and not NOTE.fullmatch(note):
        raise _wrong("a head is a checkpoint with one signature")


def _wrong(message: str) -> InputError:
    return InputError(
        Code.WRONG_TYPE,
        message,
        at=Place(name="a control message"),
        advice="the message may be damaged, or of another version",
    )


def sign_control(control: Control, signer: Signer) -> Signed:
    """Return a control message, signed."""
    return signed(CONTROL_TYPE, encode(control), signer)


def read_control(document: Signed, identity: bytes, verifier: Verifier) -> Control:
    """Return the control message that this identity key signed.

    Raises:
        SignatureError: it did not.
        InputError: what it signed is not written as a control message.
    """
    payload = document.check(CONTROL_TYPE, identity, verifier)
    return decode(Control, payload, "a control message", CONTROL_LIMITS)
