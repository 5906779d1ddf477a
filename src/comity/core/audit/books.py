"""Books: the ledgers of a bundle, each entry read and each tree built anew from the entries."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import NamedTuple, TypeAlias

from comity.core.audit.bundle import NODE, PAIR, Bundle, LedgerPart
from comity.core.audit.report import Check, Notes
from comity.core.ledger import EntryType, Hash, added, head, leaf_hash
from comity.core.ledger.record import MOST_BYTES, NAME, SAYABLE
from comity.core.terms import InputError, PartyId

READER = json.JSONDecoder()
WRITER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))
KEYS = {"type", "at", "ids", "v"}
TYPES = {each.value: each for each in EntryType}

Tell: TypeAlias = Callable[[int], None]
"""Is told how many steps have been done since it was last told."""


class Written(NamedTuple):
    """An entry as it was read."""

    type: EntryType
    at: datetime
    ids: Mapping[str, str]

    def id(self, name: str) -> str:
        """Return one of its ids, or nothing."""
        return self.ids.get(name, "")

    def number(self, name: str) -> int:
        """Return one of its ids as a number, or -1."""
        written = self.id(name)
        return int(written) if written.isascii() and written.isdecimal() else -1


class Book(NamedTuple):
    """One ledger: its entries by place, and by type; one that cannot be read is missing."""

    name: str
    size: int
    levels: list[list[Hash]]
    entries: Mapping[int, Written]
    by_type: Mapping[EntryType, list[tuple[int, Written]]]

    def head(self, size: int) -> Hash:
        """Return the root of the first `size` entries, of at most all."""
        return head(size, lambda level, place: self.levels[level][place])

    def of(self, *types: EntryType) -> Iterator[tuple[int, Written]]:
        """Yield the entries of these types with their places, type by type."""
        for each in types:
            yield from self.by_type.get(each, ())


class Books(NamedTuple):
    """All ledgers of one node."""

    bundle: Bundle
    node: Book
    pairs: Mapping[PartyId, Book]


def open_books(bundle: Bundle, notes: Notes, tell: Tell) -> Books:
    """Return the ledgers of a bundle. What cannot be read is a finding."""
    pairs: dict[PartyId, Book] = {}
    node: Book | None = None
    for part in bundle.ledgers:
        party = _party(part.name)
        if (part.name == NODE and node) or party in pairs or (part.name != NODE and not party):
            notes.find(Check.LEDGERS, "a ledger of no known name, or one that stands twice")
            continue
        book = _book(part, notes, tell)
        if party:
            pairs[party] = book
        else:
            node = book
    if node is None:
        notes.find(Check.LEDGERS, "the node ledger is missing", NODE)
        node = Book(NODE, 0, [], {}, {})
    return Books(bundle, node, pairs)


def _party(name: str) -> PartyId | None:
    try:
        return PartyId(name.removeprefix(PAIR)) if name.startswith(PAIR) else None
    except InputError:
        return None


def _book(part: LedgerPart, notes: Notes, tell: Tell) -> Book:
    levels: list[list[Hash]] = []
    entries: dict[int, Written] = {}
    by_type: defaultdict[EntryType, list[tuple[int, Written]]] = defaultdict(list)
    for place, data in enumerate(part.entries):
        for node in added(place, leaf_hash(data), lambda level, at: levels[level][at]):
            if node.level == len(levels):
                levels.append([])
            levels[node.level].append(node.hash)
        try:
            found = read_entry(data)
        except ValueError as error:
            notes.find(Check.LEDGERS, f"the entry cannot be read: {error}", part.name, place)
        else:
            entries[place] = found
            by_type[found.type].append((place, found))
        tell(1)
    return Book(part.name, len(part.entries), levels, entries, by_type)


def read_entry(data: bytes) -> Written:
    """Return an entry from its bytes. It does what the codec does, for this one form, sooner.

    Raises:
        ValueError: the bytes are not those of an entry.
    """
    if len(data) > MOST_BYTES:
        raise ValueError("longer than an entry may be")
    try:
        found = READER.decode(data.decode())
        if WRITER.encode(found).encode() != data:
            raise ValueError("not in the canonical form")
    except (RecursionError, UnicodeError, json.JSONDecodeError):
        raise ValueError("not JSON") from None
    if type(found) is not dict or found.keys() != KEYS or type(found["ids"]) is not dict:
        raise ValueError("not the fields of an entry")
    if type(found["v"]) is not int or found["v"] != 1 or type(found["type"]) is not str:
        raise ValueError("not of this version")
    if found["type"] not in TYPES:
        raise ValueError("of an unknown type")
    for name, value in found["ids"].items():
        if not NAME.fullmatch(name) or type(value) is not str or not SAYABLE.fullmatch(value):
            raise ValueError("it says what an entry cannot say")
    return Written(TYPES[found["type"]], instant_in(found["at"]), found["ids"])


def instant_in(written: object) -> datetime:
    """Return the instant that is written, in UTC and in the one way.

    Raises:
        ValueError: it is none.
    """
    if type(written) is not str:
        raise ValueError("not a time")
    found = datetime.fromisoformat(written)
    if found.isoformat().replace("+00:00", "Z") != written or not written.endswith("Z"):
        raise ValueError("not a time in UTC, written in the one way")
    return found
