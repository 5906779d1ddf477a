"""Heartbeats: part of check (a). What the node committed to every ten minutes, opened.

A pair ledger's heartbeat is a salted commitment to the node ledger's head. Opened, it shows that
head to be that of the first entries; so nothing before it was changed since. It also brackets
times: what stands after a heartbeat cannot have been written before it, nor the reverse.
"""

from datetime import datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

from comity.core.audit.books import Book, Books
from comity.core.audit.bundle import NODE, BeatPart
from comity.core.audit.report import Check, Notes
from comity.core.ledger import EntryType, Head, heartbeat_leaf, origin

TOLERANCE = timedelta(minutes=1)
"""How far a node's clock may be set back."""

SLOT = "%Y-%m-%dT%H:%M:%SZ"


class Beaten(NamedTuple):
    """How many heartbeats there were, and how many entries the last that holds stands for."""

    opened: int
    sound: int


def check_heartbeats(books: Books, notes: Notes) -> Beaten:
    """Open every heartbeat."""
    beats = {each.slot.strftime(SLOT): each for each in books.bundle.beats}
    if len(beats) < len(books.bundle.beats):
        notes.find(Check.LEDGERS, "two heartbeats are of one time")
    sound = 0
    for each in sorted(books.bundle.beats, key=lambda each: each.size):
        sound = _check_head(books.node, each, sound, notes)
    _check_growth(books.bundle.beats, notes)
    written = {}
    for book in books.pairs.values():
        written.update(_check_opened(books, book, beats, notes))
    _check_times(books.node, books.bundle.beats, written, notes)
    last = max((each.size for each in books.bundle.beats), default=0)
    after = books.node.size - last
    if after:
        notes.not_checked(
            f"the last {after} entries of the node ledger are after its last heartbeat: only the "
            "signed head in the bundle covers them"
        )
    count = sum(len(book.by_type.get(EntryType.HEARTBEAT, ())) for book in books.pairs.values())
    return Beaten(count, sound)


def _check_head(node: Book, beat: BeatPart, sound: int, notes: Notes) -> int:
    """Compare a heartbeat's head; return how many entries the last that holds stands for."""
    if beat.size < 0 or beat.size > node.size:
        what = f"a heartbeat stands for {beat.size} entries, and there are {node.size}"
        notes.find(Check.LEDGERS, what, NODE, max(node.size - 1, 0))
    elif node.head(beat.size) != beat.root:
        slot = beat.slot.strftime(SLOT)
        what = f"the heartbeat of {slot} stands for a head of size {beat.size} of other entries"
        notes.find(Check.LEDGERS, what, NODE, max(beat.size - 1, 0), sound)
    else:
        return beat.size
    return sound


def _check_growth(beats: tuple[BeatPart, ...], notes: Notes) -> None:
    ordered = sorted(beats, key=lambda each: each.slot)
    for before, after in pairwise(ordered):
        if after.size < before.size:
            what = f"the node ledger had {before.size} entries and then {after.size}"
            notes.find(Check.LEDGERS, what, NODE, max(after.size - 1, 0))


def _check_opened(
    books: Books, book: Book, beats: dict[str, BeatPart], notes: Notes
) -> dict[str, datetime]:
    """Open the heartbeats of one pair ledger; return when each was written, by its slot."""
    written: dict[str, datetime] = {}
    before, opened = "", 0
    for place, entry in book.of(EntryType.HEARTBEAT):
        slot = entry.id("slot")
        if slot <= before:
            notes.find(Check.LEDGERS, "heartbeats are out of order", book.name, place)
        beat, before = beats.get(slot), slot
        if beat is None or _leaf(books, beat) != entry.id("leaf"):
            what = f"the heartbeat of {slot} is not opened by its salt, or has none"
            notes.find(Check.LEDGERS, what, book.name, place)
            if beat is not None:
                what = f"the heartbeat of {slot} was for another head than one of size {beat.size}"
                notes.find(Check.LEDGERS, what, NODE, max(beat.size - 1, 0), opened)
            continue
        written[slot], opened = entry.at, beat.size
    return written


def _leaf(books: Books, beat: BeatPart) -> str:
    head = Head(origin=origin(books.bundle.party, NODE), size=beat.size, root=beat.root)
    try:
        return heartbeat_leaf(beat.salt, head.text().encode())
    except ValueError:
        return "no salt"


def _check_times(
    node: Book, beats: tuple[BeatPart, ...], written: dict[str, datetime], notes: Notes
) -> None:
    """Find entries that are dated outside the heartbeats between which they stand."""
    ordered = sorted(beats, key=lambda each: each.size)
    opened = [(each, written.get(each.slot.strftime(SLOT))) for each in ordered]
    index = 0
    for place, entry in sorted(node.entries.items()):
        while index < len(opened) and opened[index][0].size <= place:
            index += 1
        earliest = opened[index - 1][0].slot if index else None
        latest = opened[index][1] if index < len(opened) else None
        too_early = earliest is not None and earliest - entry.at > TOLERANCE
        if too_early or (latest is not None and entry.at - latest > TOLERANCE):
            what = f"dated {entry.at.strftime(SLOT)}, outside the heartbeats around it"
            notes.find(Check.LEDGERS, what, NODE, place)
