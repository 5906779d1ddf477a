"""Ledgers: check (a). Every signed head is that of the entries, and every heartbeat opens to one.

1. The bundle is signed by each identity key that it names as the node's own.
2. The head of each whole ledger, and every checkpoint, is signed by such a key and is the head of
   the entries; a cosignature is by a witness key that is pinned for the peer. Each heartbeat has
   its checkpoint.
3. What a pair ledger holds, the node ledger holds in the same order, but for heartbeats.
4. Each pinned key has its entry in the node ledger.
"""

from collections import Counter

from comity.core.audit.books import Book, Books, Tell, Written
from comity.core.audit.bundle import BUNDLE_TYPE, PAIR, CheckpointPart, Sealed
from comity.core.audit.heartbeats import check_heartbeats
from comity.core.audit.report import Check, Notes
from comity.core.ledger import (
    EntryType,
    Head,
    NoteError,
    check_cosignature,
    check_head,
    origin,
    read_head,
)
from comity.core.ledger.checkpoint import split
from comity.core.terms import PartyId, Signature, SignatureError, Verifier, pae

NOT_IN_PAIRS = frozenset({EntryType.OPENED})
"""Entries of the node ledger that name a peer and stand in no pair ledger."""


def check_ledgers(
    sealed: Sealed, books: Books, verifier: Verifier, notes: Notes, tell: Tell
) -> None:
    """Carry out check (a), and write down what was done."""
    _check_seals(sealed, verifier, notes)
    sound, cosigned = _check_checkpoints(books, verifier, notes, tell)
    beats = check_heartbeats(books, notes)
    sound[books.node.name] = beats.sound
    for part in sealed.bundle.ledgers:
        first = sound.get(part.name, 0)
        _signed_head(books, part.name, part.head, verifier, notes, first=first, whole=True)
    for party, book in books.pairs.items():
        _check_mirrored(books.node, party, book, notes)
    _check_pins(books, notes)
    count = len(sealed.bundle.checkpoints)
    notes.did(
        Check.LEDGERS,
        f"{len(sealed.bundle.ledgers)} ledgers with {_entries(sealed)} entries rebuilt; "
        f"{count} checkpoints, {cosigned} of them cosigned; {beats.opened} heartbeats opened",
    )
    if cosigned < count:
        notes.not_checked(f"{count - cosigned} checkpoints have no cosignature of the peer")


def _entries(sealed: Sealed) -> int:
    return sum(len(each.entries) for each in sealed.bundle.ledgers)


def _check_seals(sealed: Sealed, verifier: Verifier, notes: Notes) -> None:
    message = pae(BUNDLE_TYPE, sealed.payload)
    by_key = {each.keyid: each for each in sealed.seals}
    if not sealed.bundle.identity:
        notes.find(Check.LEDGERS, "the bundle names no identity key")
    for key in sealed.bundle.identity:
        if not _holds(by_key.get(key.hex()), key, message, verifier):
            notes.find(Check.LEDGERS, f"the bundle is not signed by its identity key {key.hex()}")


def _holds(seal: Signature | None, key: bytes, message: bytes, verifier: Verifier) -> bool:
    try:
        if seal is not None:
            verifier.check(key, seal.sig, message)
    except SignatureError:
        return False
    return seal is not None


def _signed_head(  # noqa: PLR0913 - whose ledger, which note, and how it is checked
    books: Books,
    ledger: str,
    note: str,
    verifier: Verifier,
    notes: Notes,
    *,
    first: int,
    whole: bool,
) -> Head | None:
    """Return the head that a note states, if the node signed it and the entries have it.

    The entries before `first` are those of an earlier head that holds.
    """
    head = _by_identity(books, ledger, note, verifier)
    if head is None:
        place = max(_stated_size(note) - 1, 0)
        what = "a head that no identity key of the node signed"
        notes.find(Check.LEDGERS, what, ledger, place, first)
        return None
    book = book_of(books, ledger)
    if book is None or head.size > book.size or (whole and head.size != book.size):
        size = book.size if book else 0
        place = head.size if head.size < size else size - 1
        what = f"a head of size {head.size} is signed, and there are {size} entries"
        notes.find(Check.LEDGERS, what, ledger, max(place, 0))
        return None
    if book.head(head.size) != head.root:
        what = f"the signed head of size {head.size} is not that of these entries"
        notes.find(Check.LEDGERS, what, ledger, max(head.size - 1, 0), first)
        return None
    return head


def book_of(books: Books, ledger: str) -> Book | None:
    """Return a ledger by its name."""
    if ledger == books.node.name:
        return books.node
    return next((each for each in books.pairs.values() if each.name == ledger), None)


def _by_identity(books: Books, ledger: str, note: str, verifier: Verifier) -> Head | None:
    name = origin(books.bundle.party, ledger)
    for key in books.bundle.identity:
        try:
            return check_head(note, name, key, verifier)
        except (NoteError, SignatureError):
            continue
    return None


def _check_checkpoints(
    books: Books, verifier: Verifier, notes: Notes, tell: Tell
) -> tuple[dict[str, int], int]:
    """Check every checkpoint.

    Return the size of the last cosigned one that holds, by ledger, and how many are cosigned.
    """
    sound: dict[str, int] = {}
    cosigned, sizes = 0, set()
    for each in sorted(books.bundle.checkpoints, key=lambda each: _stated_size(each.note)):
        first = sound.get(each.ledger, 0)
        head = _signed_head(
            books, each.ledger, each.note, verifier, notes, first=first, whole=False
        )
        if head is not None and _is_cosigned(books, each, head, first, verifier, notes):
            cosigned += 1
            sound[each.ledger] = head.size
        sizes.add((each.ledger, head.size if head else 0))
        tell(1)
    for book in books.pairs.values():
        for place, _ in book.of(EntryType.HEARTBEAT):
            if (book.name, place + 1) not in sizes:
                notes.find(Check.LEDGERS, "a heartbeat without its checkpoint", book.name, place)
    return sound, cosigned


def _stated_size(note: str) -> int:
    try:
        return read_head(note).size
    except NoteError:
        return -1


def _is_cosigned(  # noqa: PLR0913, PLR0917 - a checkpoint, its head, and how both are checked
    books: Books, each: CheckpointPart, head: Head, first: int, verifier: Verifier, notes: Notes
) -> bool:
    """Return whether the peer cosigned; a line that claims so and does not hold is a finding."""
    party = each.ledger.removeprefix(PAIR)
    if all(line.name != party for line in split(each.note)[1]):
        return False
    for pin in books.bundle.pins:
        stolen = pin.revoked and pin.until_entry is not None and pin.until_entry < head.size
        if pin.party == party and pin.use == "witness" and not stolen:
            try:
                check_cosignature(each.note, party, pin.public, verifier)
            except SignatureError:
                continue
            return True
    what = f"the cosignature on size {head.size} is by no witness key that is pinned for {party}"
    notes.find(Check.LEDGERS, what, each.ledger, head.size - 1, first)
    return False


def _check_mirrored(node: Book, party: PartyId, book: Book, notes: Notes) -> None:
    """Compare what two ledgers of one node say of one peer, entry by entry."""
    here = [
        (place, entry)
        for place, entry in sorted(node.entries.items())
        if entry.id("peer") == party and entry.type not in NOT_IN_PAIRS
    ]
    there = [
        (place, entry)
        for place, entry in sorted(book.entries.items())
        if entry.type is not EntryType.HEARTBEAT
    ]
    for (place, entry), (other, beside) in zip(here, there, strict=False):
        if _without_peer(entry) != (beside.type, beside.at, dict(beside.ids)):
            what = f"it is not what the node ledger has at its entry {place}"
            notes.find(Check.LEDGERS, what, book.name, other)
            return
    for place, entry in here[len(there) :]:
        what = f"the {entry.type} entry is missing from ledger {book.name}"
        notes.find(Check.LEDGERS, what, node.name, place)
    for place, entry in there[len(here) :]:
        what = f"the {entry.type} entry is missing from the node ledger"
        notes.find(Check.LEDGERS, what, book.name, place)


def _without_peer(entry: Written) -> tuple[object, ...]:
    return entry.type, entry.at, {key: each for key, each in entry.ids.items() if key != "peer"}


def _check_pins(books: Books, notes: Notes) -> None:
    recorded = Counter(entry.id("key") for _, entry in books.node.of(EntryType.KEY_PINNED))
    for pin in books.bundle.pins:
        if not recorded[pin.id]:
            notes.find(Check.LEDGERS, f"key {pin.id} is used, and no entry says it was pinned")
