"""Port: what a use case may do with what is kept.

There is one way in: a transaction, which commits as a whole when its block ends and leaves nothing
behind when it raises. A writing transaction is the only one at its time on its database, so what
it has read stays true until it commits. No transaction is open while anything is sent.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol, TypeVar

from comity.core.casework import Case
from comity.core.consent import Seeking
from comity.core.ledger import Hash, Node
from comity.store import records as r

T = TypeVar("T")


class StoreError(Exception):
    """The database refuses, is full, or holds what it should not. Nothing was changed."""


class Shelf(Protocol[T]):
    """All values of one kind, each under its key."""

    def get(self, key: str) -> T | None:
        """Return the value under a key, if there is one."""
        ...

    def add(self, value: T) -> None:
        """Keep a new value.

        Raises:
            StoreError: its key is taken.
        """
        ...

    def put(self, value: T) -> None:
        """Keep a value in the place of what its key held, if anything."""
        ...

    def remove(self, key: str) -> None:
        """Forget the value under a key, if there is one."""
        ...

    def find(self, **columns: object) -> list[T]:
        """Return the values whose columns equal these, in the order in which they were added."""
        ...

    def first(self, **columns: object) -> T | None:
        """Return the value that was added first among those whose columns equal these."""
        ...


class Ledgers(Protocol):
    """The ledgers of a node, by name: entries in order, and the nodes of their trees."""

    def size(self, ledger: str) -> int:
        """Return how many entries a ledger has; one that was never written to has none."""
        ...

    def node(self, ledger: str, level: int, place: int) -> Hash:
        """Return a kept node of a ledger's tree.

        Raises:
            StoreError: it is not there.
        """
        ...

    def append(self, ledger: str, entry: bytes, nodes: tuple[Node, ...]) -> int:
        """Keep an entry and the nodes that it completes; return its place, from 0."""
        ...

    def entry(self, ledger: str, place: int) -> bytes:
        """Return one entry.

        Raises:
            StoreError: there is none.
        """
        ...

    def entries(self, ledger: str, begin: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Yield entries in order, from `begin` up to and without `end`."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """Everything that is kept, within one transaction."""

    ledgers: Ledgers
    peers: Shelf[r.Peer]
    signings: Shelf[r.HeldSigning]
    keys: Shelf[r.PinnedKey]
    pairs: Shelf[r.Pair]
    gaps: Shelf[r.Gap]
    data_keys: Shelf[r.DataKey]
    cases: Shelf[Case]
    items: Shelf[r.Held]
    known: Shelf[r.Known]
    wishes: Shelf[r.Wish]
    decisions: Shelf[r.Decided]
    permits: Shelf[r.Permitted]
    outbox: Shelf[r.Outgoing]
    messages: Shelf[r.Message]
    inbox: Shelf[r.Incoming]
    receipts: Shelf[r.Receipted]
    taken: Shelf[r.Taken]
    recalls: Shelf[r.Recalled]
    duties: Shelf[r.HeldDuty]
    delays: Shelf[r.HeldDelay]
    owed_notices: Shelf[r.OwedNotice]
    alarms: Shelf[r.Alarm]
    seekings: Shelf[Seeking]
    asked: Shelf[r.Asked]
    statements: Shelf[r.HeldStatement]
    statuses: Shelf[r.HeldStatus]
    choices: Shelf[r.HeldChoice]
    pseudonyms: Shelf[r.Pseudonym]
    accounts: Shelf[r.Account]
    mandates: Shelf[r.Mandate]
    members: Shelf[r.Member]
    invitations: Shelf[r.Invitation]
    registrations: Shelf[r.HeldRegistration]
    domains: Shelf[r.HeldDomain]
    told: Shelf[r.Told]
    own_files: Shelf[r.OwnFile]
    letters: Shelf[r.HeldLetter]
    reports: Shelf[r.OwnReport]
    drafts: Shelf[r.Draft]
    return_codes: Shelf[r.ReturnCode]
    imported: Shelf[r.Imported]
    answers: Shelf[r.Answered]
    prepared: Shelf[r.Prepared]
    notices: Shelf[r.Notice]
    addresses: Shelf[r.HeldAddress]
    occasions: Shelf[r.Occasion]
    mails: Shelf[r.Mail]
    counters: Shelf[r.Counter]
    beats: Shelf[r.Beat]
    checkpoints: Shelf[r.Checkpoint]


class Store(Protocol):
    """What a node keeps."""

    def writing(self) -> AbstractContextManager[Records]:
        """Return a transaction that may change everything, alone at its time."""
        ...

    def reading(self) -> AbstractContextManager[Records]:
        """Return a transaction that changes nothing and sees one state throughout."""
        ...
