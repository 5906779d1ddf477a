"""Peers: other nodes, their keys, and where this node stands with each."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from comity.core.terms import Digest, PartyId, ReleaseId, Signed


class Role(StrEnum):
    """What a node is."""

    BODY = "body"
    FRONT_DOOR = "front-door"


class Use(StrEnum):
    """What a key is for."""

    IDENTITY = "identity"
    WITNESS = "witness"
    READING = "reading"
    CONSENT = "consent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """Another node with which this one exchanges. `certificate` is PEM, empty on loopback."""

    party: PartyId
    role: Role
    address: str
    certificate: str = ""
    pinned_by: str
    pinned_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldSigning:
    """A party's signature of a version of an agreement."""

    id: str
    agreement: Digest
    party: PartyId
    document: Signed
    held_since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PinnedKey:
    """A peer's key. It counts from one place in the pair ledger until another.

    Places count the entries of this node's pair ledger with that peer. `id` is
    `PARTY/use/first 16 digits`.
    """

    id: str
    party: PartyId
    use: Use
    public: bytes
    from_entry: int
    until_entry: int | None = None
    revoked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Where this node stands with one peer: the one row that sending and receiving go by.

    `sent` and `received` are the highest sequence numbers that have a receipt, and the digests
    are those of the headers that had them; `sent_release` is what had the first. `witnessed` is
    the size of this node's pair ledger that the peer has cosigned, `seen` and `seen_root` the
    newest head of the peer's pair ledger that this node has cosigned, and `seen_note` that head
    as the peer signed it. Heads of up to `settled` entries were signed by this node before it was
    put back, and an officer has written that down. Messages and envelopes are tried again apart.
    """

    party: PartyId
    sent: int = 0
    sent_digest: Digest | None = None
    sent_release: ReleaseId | None = None
    received: int = 0
    received_digest: Digest | None = None
    witnessed: int = 0
    seen: int = 0
    seen_root: bytes = b""
    seen_note: str = ""
    settled: int = 0
    failures: int = 0
    next_attempt: datetime | None = None
    envelope_failures: int = 0
    next_envelope: datetime | None = None
    skew: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """What a peer has shown that this node signed and does not have: it was put back.

    `sent` and `header` are of the newest such envelope, `received` and `receipt` (the header's
    digest) of the newest such receipt, `size`, `root` and `note` of the newest such head. What is
    0 or empty is not lost. While there is a gap the node is stopped.
    """

    party: PartyId
    found_at: datetime
    sent: int = 0
    header: Digest | None = None
    received: int = 0
    receipt: Digest | None = None
    size: int = 0
    root: bytes = b""
    note: str = ""
