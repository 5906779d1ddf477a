"""The store's twin in memory: the same port and the same rules, in dictionaries.

It is fast enough for a simulator: a transaction costs what it changes, values are kept as they
are, and what a failed transaction did is undone from a log. While somebody reads, a writer copies
a shelf before it changes it, so the reader sees one state throughout.
"""

import threading
from collections.abc import Iterator
from types import TracebackType
from typing import Any, Generic, NamedTuple, TypeVar

from comity.core.ledger import Hash, Node
from comity.store.columns import PARENTS, Cell, cells
from comity.store.failures import DOOMED, ONLY_READS, RULE
from comity.store.ledgers import completed
from comity.store.port import Records, StoreError
from comity.store.shelves import SHELVES

T = TypeVar("T")


class Kept(NamedTuple):
    """A value, when it was added among all, and its columns."""

    added: int
    value: Any
    cells: dict[str, Cell]


Tables = dict[str, dict[str, Kept]]


class Tree(NamedTuple):
    """A ledger: only ever added to, but for a transaction that fails."""

    entries: list[bytes]
    nodes: dict[tuple[int, int], Hash]


class Twin:
    """What a node keeps, in memory."""

    def __init__(self) -> None:
        """Keep nothing yet."""
        self.tables: Tables = {name: {} for name in SHELVES}
        self.trees: dict[str, Tree] = {}
        self.lock = threading.Lock()
        self.inside: set[int] = set()
        self.readers = 0
        self.added = 0
        self._writer = Writing(self)
        self._free: list[Reading] = []

    def writing(self) -> "Writing":
        """Return a transaction that may change everything, alone at its time."""
        return self._writer

    def reading(self) -> "Reading":
        """Return a transaction that changes nothing and sees one state throughout."""
        return self._free.pop() if self._free else Reading(self)

    def enter(self) -> None:
        """Note that this thread has a transaction."""
        thread = threading.get_ident()
        if thread in self.inside:
            raise RuntimeError("this thread has a transaction open already; end it first")
        self.inside.add(thread)

    def leave(self, reader: "Reading | None" = None) -> None:
        """Note that this thread's transaction is over."""
        self.inside.discard(threading.get_ident())
        if reader:
            self._free.append(reader)

    def close(self) -> None:
        """Do nothing: there is no connection."""


class Writing:
    """The writers' transaction, one after the other."""

    def __init__(self, twin: Twin) -> None:
        """Make the shelves once."""
        self.twin = twin
        self.is_open = self.is_doomed = False
        self.undo: list[tuple[str, str, Kept | None]] = []
        self.before: dict[str, int] = {}
        self.copied: set[str] = set()
        self.records = _records(self)

    @property
    def tables(self) -> Tables:
        """The shelves as they are now."""
        return self.twin.tables

    def __enter__(self) -> Records:
        """Wait for the other writers, and begin."""
        self.twin.enter()
        self.twin.lock.acquire()
        self.is_open, self.is_doomed = True, False
        return self.records

    def __exit__(
        self, kind: type[BaseException] | None, _: BaseException | None, __: TracebackType | None
    ) -> None:
        """Keep everything, or nothing."""
        broken = kind is None and self._is_broken()
        if kind or broken or self.is_doomed:
            self._roll_back()
        self.undo.clear()
        self.before.clear()
        self.copied.clear()
        self.is_open = False
        self.twin.lock.release()
        self.twin.leave()
        if kind is None and (broken or self.is_doomed):
            raise StoreError(RULE if broken else DOOMED)

    def change(self, shelf: str, key: str, kept: Kept | None) -> None:
        """Put something under a key, or nothing."""
        if self.twin.readers and shelf not in self.copied:
            self.tables[shelf] = dict(self.tables[shelf])
            self.copied.add(shelf)
        table = self.tables[shelf]
        self.undo.append((shelf, key, table.get(key)))
        if kept is None:
            table.pop(key, None)
        else:
            table[key] = kept

    def size(self, ledger: str) -> int:
        """Return how many entries a ledger has."""
        tree = self.twin.trees.get(ledger)
        return len(tree.entries) if tree else 0

    def append(self, ledger: str, entry: bytes, nodes: tuple[Node, ...]) -> int:
        """Add an entry and its nodes."""
        tree = self.twin.trees.setdefault(ledger, Tree([], {}))
        place = len(tree.entries)
        if [(node.level, node.place) for node in nodes] != completed(place):
            raise StoreError(f"ledger {ledger}: these nodes do not belong to place {place}")
        self.before.setdefault(ledger, place)
        tree.entries.append(entry)
        tree.nodes.update({(node.level, node.place): node.hash for node in nodes})
        return place

    def _is_broken(self) -> bool:
        """Return whether a row that was touched, or its child, has lost its parent."""
        for child, parent in PARENTS.items():
            children, parents = self.tables[child], self.tables[parent]
            for shelf, key, _ in self.undo:
                if shelf in {child, parent} and key in children and key not in parents:
                    return True
        return False

    def _roll_back(self) -> None:
        for shelf, key, kept in reversed(self.undo):
            if kept is None:
                self.tables[shelf].pop(key, None)
            else:
                self.tables[shelf][key] = kept
        for ledger, size in self.before.items():
            tree = self.twin.trees[ledger]
            for place in range(size, len(tree.entries)):
                for node in completed(place):
                    del tree.nodes[node]
            del tree.entries[size:]


class Reading:
    """A reader's transaction: the shelves as they were when it began."""

    def __init__(self, twin: Twin) -> None:
        """Make the shelves once."""
        self.twin = twin
        self.is_open = self.is_doomed = False
        self.tables: Tables = {}
        self.sizes: dict[str, int] = {}
        self.records = _records(self)

    def __enter__(self) -> Records:
        """Take the state that was last committed."""
        self.twin.enter()
        with self.twin.lock:
            self.twin.readers += 1
            self.tables = dict(self.twin.tables)
            self.sizes = {name: len(tree.entries) for name, tree in self.twin.trees.items()}
        self.is_open, self.is_doomed = True, False
        return self.records

    def __exit__(
        self, kind: type[BaseException] | None, _: BaseException | None, __: TracebackType | None
    ) -> None:
        """Let go of it."""
        self.is_open = False
        with self.twin.lock:
            self.twin.readers -= 1
        doomed = self.is_doomed and kind is None
        self.twin.leave(self)
        if doomed:
            raise StoreError(DOOMED)

    def change(self, shelf: str, key: str, kept: Kept | None) -> None:
        """Refuse.

        Raises:
            StoreError: always.
        """
        del shelf, key, kept
        self.is_doomed = True
        raise StoreError(ONLY_READS)

    def size(self, ledger: str) -> int:
        """Return how many entries a ledger had."""
        return self.sizes.get(ledger, 0)

    def append(self, ledger: str, entry: bytes, nodes: tuple[Node, ...]) -> int:
        """Refuse.

        Raises:
            StoreError: always.
        """
        del ledger, entry, nodes
        self.is_doomed = True
        raise StoreError(ONLY_READS)


Side = Writing | Reading


class TwinShelf(Generic[T]):
    """All values of one kind."""

    def __init__(self, name: str, side: Side) -> None:
        """Open a shelf of `SHELVES`."""
        self._name, self._side, self._spec = name, side, SHELVES[name]

    @property
    def _table(self) -> dict[str, Kept]:
        if not self._side.is_open:
            raise RuntimeError("this transaction is over; begin another")
        return self._side.tables[self._name]

    def get(self, key: str) -> T | None:
        """Return the value under a key, if there is one."""
        kept = self._table.get(str(key))
        return kept.value if kept else None

    def add(self, value: T) -> None:
        """Keep a new value."""
        if self._spec.key_of(value) in self._table:
            raise StoreError(f"{self._name}: the key is taken")
        self.put(value)

    def put(self, value: T) -> None:
        """Keep a value in the place of what its key held, if anything."""
        key = self._spec.key_of(value)
        held = self._table.get(key)
        twin = self._side.twin
        twin.added += 1
        added = held.added if held else twin.added
        columns = cells(self._name, self._spec.columns_of(value))
        self._side.change(self._name, key, Kept(added, value, columns))

    def remove(self, key: str) -> None:
        """Forget the value under a key, if there is one."""
        if str(key) in self._table:
            self._side.change(self._name, str(key), None)

    def find(self, **columns: object) -> list[T]:
        """Return the values whose columns equal these, in the order in which they were added."""
        wanted = cells(self._name, columns)
        found = list(self._table.values())
        for name, cell in wanted.items():
            found = [kept for kept in found if kept.cells[name] == cell]
        if len(found) > 1:
            found.sort(key=lambda kept: kept.added)
        return [kept.value for kept in found]

    def first(self, **columns: object) -> T | None:
        """Return the value that was added first among those whose columns equal these."""
        found = self.find(**columns)
        return found[0] if found else None


class TwinLedgers:
    """The ledgers of a node."""

    def __init__(self, side: Side) -> None:
        """Open the ledgers."""
        self._side = side

    def size(self, ledger: str) -> int:
        """Return how many entries a ledger has."""
        if not self._side.is_open:
            raise RuntimeError("this transaction is over; begin another")
        return self._side.size(ledger)

    def node(self, ledger: str, level: int, place: int) -> Hash:
        """Return a kept node of a ledger's tree."""
        if not 0 <= place < self.size(ledger) >> level:
            raise StoreError(f"ledger {ledger}: no node at level {level}, place {place}")
        return self._side.twin.trees[ledger].nodes[level, place]

    def append(self, ledger: str, entry: bytes, nodes: tuple[Node, ...]) -> int:
        """Keep an entry and the nodes that it completes; return its place."""
        self.size(ledger)
        return self._side.append(ledger, entry, nodes)

    def entry(self, ledger: str, place: int) -> bytes:
        """Return one entry."""
        if not 0 <= place < self.size(ledger):
            raise StoreError(f"ledger {ledger}: there is no entry {place}")
        return self._side.twin.trees[ledger].entries[place]

    def entries(self, ledger: str, begin: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Yield entries in order, from `begin` up to and without `end`."""
        size = self.size(ledger)
        last = size if end is None else min(end, size)
        for place in range(begin, last):
            yield self.entry(ledger, place)


def _records(side: Side) -> Records:
    shelves: dict[str, Any] = {name: TwinShelf(name, side) for name in SHELVES}
    return Records(ledgers=TwinLedgers(side), **shelves)
