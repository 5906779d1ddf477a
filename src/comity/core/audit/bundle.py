"""Bundle: everything that an auditor needs of one node, in one file of canonical bytes.

It holds ledgers, keys, heartbeats with their salts, decisions with all that they rested on, signed
documents about consent, receipts, and the texts and signatures of the agreements. It holds no
content: what an organisation told, what an officer wrote and every private key stay in the node.

Lists are flat and what was signed or digested stands as the very bytes, so a verifier reads each
part by itself and a damaged one is named.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from comity.core.consent import Consents
from comity.core.gate import DisclosureRequest
from comity.core.ledger import Hash
from comity.core.terms import (
    Code,
    Digest,
    InputError,
    Limits,
    PartyId,
    Place,
    ReleaseId,
    Signature,
    Signer,
    decode,
    encode,
    pae,
)

BUNDLE_TYPE = "application/vnd.comity.audit-bundle+json"
LIMITS = Limits(size=1 << 31, depth=16, values=20_000_000)
NODE = "node"
PAIR = "pair-"
BEGIN, SEALS = b'{"bundle":', b',"seals":['


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """A peer's key, and the places in the pair ledger between which it counts."""

    party: PartyId
    use: str
    public: bytes
    from_entry: int
    until_entry: int | None = None
    revoked: bool = False

    @property
    def id(self) -> str:
        """The name by which ledger entries speak of it: whose, what for, and how it begins."""
        return f"{self.party}/{self.use}/{self.public.hex()[:16]}"

    def counts_at(self, place: int) -> bool:
        """Return whether it counts at a place of the pair ledger."""
        return self.from_entry <= place and (self.until_entry is None or place < self.until_entry)


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerPart:
    """One ledger: its entries, and the head of all of them, signed when the bundle was made."""

    name: str
    entries: tuple[bytes, ...]
    head: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BeatPart:
    """One heartbeat: the salt that opens it, and the node ledger's head that it stands for."""

    slot: datetime
    salt: bytes
    size: int
    root: Hash


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckpointPart:
    """A signed head of a pair ledger, with the peer's cosignature if there is one."""

    ledger: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionPart:
    """A decision as the node kept it. `question` is the bytes of a `Basis`."""

    question: bytes
    permitted: bool
    clauses: tuple[str, ...]
    entry: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """Everything that a decision rested on. The SHA-256 of its bytes stands in the ledger."""

    agreements: tuple[Digest, ...]
    asked: DisclosureRequest
    consents: Consents
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptPart:
    """A signed receipt, for a release that one side sent and the other received."""

    release: ReleaseId
    document: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementPart:
    """One agreement version: its text, and its vocabulary, each text of which adds to the last."""

    text: bytes
    vocabulary: tuple[bytes, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """What one node shows an auditor. Of its own keys the newest stands first."""

    v: int = 1
    party: PartyId
    role: str
    made_at: datetime
    identity: tuple[bytes, ...]
    witness: tuple[bytes, ...]
    consent: tuple[bytes, ...]
    pins: tuple[Pin, ...]
    ledgers: tuple[LedgerPart, ...]
    beats: tuple[BeatPart, ...]
    checkpoints: tuple[CheckpointPart, ...]
    decisions: tuple[DecisionPart, ...]
    documents: tuple[bytes, ...]
    held: tuple[ReceiptPart, ...]
    given: tuple[ReceiptPart, ...]
    agreements: tuple[AgreementPart, ...]
    signings: tuple[bytes, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _File:
    bundle: Bundle
    seals: tuple[Signature, ...]


class Sealed(NamedTuple):
    """A bundle as it was read: the very bytes that are signed, and the signatures."""

    bundle: Bundle
    payload: bytes
    seals: tuple[Signature, ...]


def seal_bundle(bundle: Bundle, signers: Iterable[Signer]) -> bytes:
    """Return the file of a bundle, signed by each of the node's identity keys."""
    message = pae(BUNDLE_TYPE, encode(bundle))
    seals = tuple(Signature(keyid=each.public.hex(), sig=each.sign(message)) for each in signers)
    return encode(_File(bundle=bundle, seals=seals))


def read_bundle(data: bytes, name: str) -> Sealed:
    """Return the bundle in a file. Nothing of it is trusted yet.

    Raises:
        InputError: it holds none, or one of another version.
    """
    found = decode(_File, data.removesuffix(b"\n"), name, LIMITS)
    if found.bundle.v != 1:
        raise InputError(
            Code.UNKNOWN_VALUE,
            f"a bundle of version {found.bundle.v}",
            at=Place(name=name),
            advice="use the verifier of the version that made it",
        )
    return Sealed(found.bundle, data[len(BEGIN) : data.rindex(SEALS)], found.seals)
