"""The node: who it is, its ports, and the few things that every use case does with them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol, TypeVar

from comity.core.agreement import Agreements
from comity.core.exchange import Transport
from comity.core.identification import Domains
from comity.core.ledger import (
    Entry,
    EntryType,
    Head,
    NoteError,
    Recorded,
    added,
    head,
    leaf_hash,
    origin,
)
from comity.core.mail import Notifier
from comity.core.terms import (
    InputError,
    Opener,
    PartyId,
    Sealer,
    SignatureError,
    Signer,
    Vault,
    Verifier,
)
from comity.core.terms.ids import Id
from comity.store.port import Records, Store
from comity.store.records import Alarm, Pair, Role, Use

NODE_LEDGER = "node"
SALT_BYTES = 32
ID_BYTES = 16

T = TypeVar("T")
I = TypeVar("I", bound=Id)  # noqa: E741 - any kind of id


class Keys(Protocol):
    """The node's own keys. `consent` is a front door's only."""

    @property
    def identity(self) -> Signer:
        """Signs envelopes, receipts and checkpoints."""
        ...

    @property
    def witness(self) -> Signer:
        """Cosigns other nodes' checkpoints."""
        ...

    @property
    def opener(self) -> Opener:
        """Opens what was sealed for this node."""
        ...

    @property
    def vault(self) -> Vault:
        """Keeps contents at rest."""
        ...

    @property
    def consent(self) -> Signer | None:
        """Signs what organisations answered."""
        ...

    @property
    def former(self) -> Mapping[Any, tuple[Signer, ...]]:
        """The signing keys that were replaced, by use, the newest first."""
        ...

    @property
    def generations(self) -> Mapping[Any, tuple[bytes, ...]]:
        """All public keys of each use, the newest first."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One node and all that it needs of the outside.

    `now` tells the time, `chance` returns that many random bytes. `beats` is the time between
    heartbeats, `statuses` that between two statuses of one consent.
    """

    party: PartyId
    role: Role
    store: Store
    keys: Keys
    verifier: Verifier
    sealer: Sealer
    transport: Transport
    domains: Domains
    agreements: Agreements
    now: Callable[[], datetime]
    chance: Callable[[int], bytes]
    beats: timedelta
    statuses: timedelta
    notifier: Notifier | None = None
    """Tells people by mail that there is something to read; nobody is told if there is none."""
    marks: str = ""
    """Stands in every id that the node makes."""

    def new_id(self, kind: type[I], prefix: str) -> I:
        """Return a fresh random id that says nothing but what it is of."""
        return kind(f"{prefix}-{self.marks}{self.chance(ID_BYTES).hex()}")

    def salt(self) -> bytes:
        """Return a fresh salt."""
        return self.chance(SALT_BYTES)


class NotPossibleError(Exception):
    """What was asked cannot be done now. The message says why; `advice` what to do next."""

    def __init__(self, message: str, advice: str) -> None:
        """Say why, and what to do."""
        super().__init__(message)
        self.advice = advice


class StoppedError(NotPossibleError):
    """This node was put back from an old copy: until an officer has looked, it does nothing."""

    def __init__(self) -> None:
        """Say so, and what to do."""
        super().__init__(
            "this node was put back from an old copy and has stopped: a peer holds more of it",
            "see what is lost: restore show; then write it down: restore reconcile",
        )


def is_stopped(records: Records) -> bool:
    """Return whether a peer has shown that this node was put back, and no officer has looked."""
    return records.gaps.first() is not None


def pair_ledger(peer: PartyId) -> str:
    """Return the name of the ledger that this node shares with a peer."""
    return f"pair-{peer}"


def record(records: Records, ledger: str, entry: Entry) -> Recorded:
    """Add an entry to a ledger and return it with its place.

    Raises:
        StoppedError: this node was put back. Nothing is added but what says so.
    """
    if entry.type is not EntryType.RESTORE and is_stopped(records):
        raise StoppedError
    size, data = records.ledgers.size(ledger), entry.bytes()
    nodes = added(size, leaf_hash(data), lambda level, at: records.ledgers.node(ledger, level, at))
    return Recorded(entry, records.ledgers.append(ledger, data, tuple(nodes)))


def note(records: Records, node: Node, kind: EntryType, **ids: str) -> Recorded:
    """Add an entry to the node ledger, about now."""
    return record(records, NODE_LEDGER, Entry(type=kind, at=node.now(), ids=ids))


def note_pair(records: Records, node: Node, peer: PartyId, kind: EntryType, **ids: str) -> Recorded:
    """Add an entry to the ledger shared with a peer, and to the node ledger."""
    entry = Entry(type=kind, at=node.now(), ids=ids)
    record(records, NODE_LEDGER, Entry(type=kind, at=entry.at, ids={"peer": peer, **ids}))
    return record(records, pair_ledger(peer), entry)


def head_of(records: Records, node: Node, ledger: str) -> Head:
    """Return a ledger's head."""
    size = records.ledgers.size(ledger)
    root = head(size, lambda level, at: records.ledgers.node(ledger, level, at))
    return Head(origin=origin(node.party, ledger), size=size, root=root)


def alarm(records: Records, node: Node, kind: str, about: str) -> None:
    """Raise something that a person has to look at, once."""
    key = f"{kind}/{about}"
    if records.alarms.get(key) is None:
        records.alarms.add(Alarm(id=key, kind=kind, about=about, at=node.now()))
        note(records, node, EntryType.ALARM, alarm=kind, about=about)


def pair_of(records: Records, peer: PartyId) -> Pair:
    """Return where this node stands with a peer."""
    return records.pairs.get(peer) or Pair(party=peer)


def pinned(records: Records, peer: PartyId, use: Use) -> list[bytes]:
    """Return a peer's keys for a use that count now, the newest first.

    A key counts between two places in the pair ledger, so no clock can revive one.
    """
    place = records.ledgers.size(pair_ledger(peer))
    counting = [
        key
        for key in records.keys.find(party=peer, use=use)
        if not key.revoked
        and key.from_entry <= place
        and (key.until_entry is None or place < key.until_entry)
    ]
    return [key.public for key in reversed(counting)]


def consent_keys(records: Records, node: Node) -> list[bytes]:
    """Return the consent keys that count here.

    They are those of every front door that is pinned; at a front door they are its own.
    """
    if node.role is Role.FRONT_DOOR:
        return [node.keys.consent.public] if node.keys.consent else []
    parties: Iterable[PartyId] = [
        peer.party for peer in records.peers.find() if peer.role is Role.FRONT_DOOR
    ]
    return [key for party in parties for key in pinned(records, party, Use.CONSENT)]


def replaced_consent_keys(records: Records, node: Node) -> list[bytes]:
    """Return the consent keys that others took the place of, and that nobody revoked.

    What they signed was said all the same. Only a status, by a key that counts, says it stands.
    """
    counting = consent_keys(records, node)
    if node.role is Role.FRONT_DOOR:
        return [each.public for each in node.keys.former.get(Use.CONSENT, ())]
    doors = {peer.party for peer in records.peers.find() if peer.role is Role.FRONT_DOOR}
    return [
        key.public
        for key in reversed(records.keys.find(use=Use.CONSENT))
        if key.party in doors and not key.revoked and key.public not in counting
    ]


def read_by_any(keys: Iterable[bytes], read: Callable[[bytes], T]) -> T | None:
    """Return what is read under the first of these keys that signed it; None if none did."""
    for key in keys:
        try:
            return read(key)
        except (SignatureError, InputError, NoteError):
            continue
    return None
