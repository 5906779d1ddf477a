"""Ledgers: entries in order, and the nodes of their trees, within one transaction."""

from collections.abc import Iterator

from comity.core.ledger import Hash, Node
from comity.store.port import StoreError
from comity.store.session import Session

PAGE = 500
"""How many entries are read at a time."""


def completed(size: int) -> list[tuple[int, int]]:
    """Return level and place of each node that an entry after `size` others completes."""
    found = [(0, size)]
    while found[-1][1] % 2:
        level, place = found[-1]
        found.append((level + 1, place // 2))
    return found


class TableLedgers:
    """The ledgers of a node, in three tables."""

    def __init__(self, session: Session) -> None:
        """Open the ledgers."""
        self._session = session

    def size(self, ledger: str) -> int:
        """Return how many entries a ledger has; one that was never written to has none."""
        rows = self._session.rows("SELECT size FROM store_head WHERE ledger = %s", ledger)
        return int(rows[0][0]) if rows else 0

    def node(self, ledger: str, level: int, place: int) -> Hash:
        """Return a kept node of a ledger's tree.

        Raises:
            StoreError: it is not there.
        """
        query = "SELECT hash FROM store_treenode WHERE ledger = %s AND level = %s AND place = %s"
        rows = self._session.rows(query, ledger, level, place)
        if not rows:
            raise StoreError(f"ledger {ledger}: no node at level {level}, place {place}")
        return _as_bytes(ledger, rows[0][0])

    def append(self, ledger: str, entry: bytes, nodes: tuple[Node, ...]) -> int:
        """Keep an entry and the nodes that it completes; return its place, from 0.

        Raises:
            StoreError: the nodes are not those of the next place; the transaction can go on.
        """
        place = self.size(ledger)
        if [(node.level, node.place) for node in nodes] != completed(place):
            raise StoreError(f"ledger {ledger}: these nodes do not belong to place {place}")
        run = self._session.change
        run("INSERT INTO store_entry (ledger, place, data) VALUES (%s, %s, %s)",
            ledger, place, entry)  # fmt: skip  # one statement
        for node in nodes:
            run("INSERT INTO store_treenode (ledger, level, place, hash) VALUES (%s, %s, %s, %s)",
                ledger, node.level, node.place, node.hash)  # fmt: skip  # one statement
        run("INSERT INTO store_head (ledger, size) VALUES (%s, %s) "
            "ON CONFLICT (ledger) DO UPDATE SET size = excluded.size",
            ledger, place + 1)  # fmt: skip  # one statement
        return place

    def entry(self, ledger: str, place: int) -> bytes:
        """Return one entry.

        Raises:
            StoreError: there is none.
        """
        query = "SELECT data FROM store_entry WHERE ledger = %s AND place = %s"
        rows = self._session.rows(query, ledger, place)
        if not rows:
            raise StoreError(f"ledger {ledger}: there is no entry {place}")
        return _as_bytes(ledger, rows[0][0])

    def entries(self, ledger: str, begin: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Yield entries in order, from `begin` up to and without `end`.

        Raises:
            StoreError: one of them is missing.
        """
        size = self.size(ledger)
        last = size if end is None else min(end, size)
        for first in range(begin, last, PAGE):
            yield from self._page(ledger, first, min(first + PAGE, last))

    def _page(self, ledger: str, begin: int, end: int) -> Iterator[bytes]:
        query = (
            "SELECT data FROM store_entry WHERE ledger = %s AND place >= %s AND place < %s "
            "ORDER BY place"
        )
        rows = self._session.rows(query, ledger, begin, end)
        if len(rows) != end - begin:
            raise StoreError(f"ledger {ledger}: an entry from {begin} to {end - 1} is missing")
        return (_as_bytes(ledger, data) for (data,) in rows)


def _as_bytes(ledger: str, data: object) -> bytes:
    """Return what the database holds as bytes: SQLite keeps a text there if it is given one.

    Raises:
        StoreError: it is something else.
    """
    if not isinstance(data, bytes | memoryview):
        raise StoreError(f"ledger {ledger}: something that is not bytes stands in it")
    return bytes(data)
