"""Receipts: check (d). What was sent, the peer signed for; what came, this node signed for.

A receipt names the release, its place in the order of the pair, and the header. The places of
each direction go 1, 2, 3 and on: nothing was sent, or taken, between two of them. Places that were
lost when a node was put back are said, with the entry in which its officer wrote that down.
"""

from collections.abc import Iterable, Mapping

from comity.core.audit.books import Book, Books, Tell, Written
from comity.core.audit.bundle import ReceiptPart
from comity.core.audit.report import Check, Notes
from comity.core.exchange import Control, Done, read_control
from comity.core.ledger import EntryType
from comity.core.terms import (
    InputError,
    PartyId,
    SignatureError,
    Signed,
    Verifier,
    decode,
    object_digest,
)

CAME = (EntryType.RECEIVED, EntryType.QUARANTINED)
DONE = {EntryType.RECEIVED: Done.ACCEPTED, EntryType.QUARANTINED: Done.QUARANTINED}


def check_receipts(books: Books, verifier: Verifier, notes: Notes, tell: Tell) -> None:
    """Carry out check (d), and write down what was done."""
    held, given = _by_release(books.bundle.held), _by_release(books.bundle.given)
    own = books.bundle.identity
    sent = came = 0
    for peer, book in books.pairs.items():
        for place, entry in book.of(EntryType.SENT):
            keys = _identities(books, peer, place)
            ends = (peer, books.bundle.party)
            for what in _wrong(entry, held.get(entry.id("release")), keys, ends, verifier):
                notes.find(Check.RECEIPTS, what, book.name, place)
            sent += 1
            tell(1)
        for place, entry in sorted(book.of(*CAME)):
            ends = (books.bundle.party, peer)
            for what in _wrong(entry, given.get(entry.id("release")), own, ends, verifier):
                notes.find(Check.RECEIPTS, what, book.name, place)
            came += 1
            tell(1)
        _check_gapless(book, "sent", sorted(book.of(EntryType.SENT, EntryType.RESTORE)), notes)
        _check_gapless(book, "received", sorted(book.of(*CAME, EntryType.RESTORE)), notes)
    notes.did(
        Check.RECEIPTS,
        f"{sent} receipts of peers and {came} receipts of this node are signed and in order",
    )


def _by_release(parts: Iterable[ReceiptPart]) -> Mapping[str, bytes]:
    return {str(each.release): each.document for each in parts}


def _identities(books: Books, peer: PartyId, place: int) -> tuple[bytes, ...]:
    return tuple(
        pin.public
        for pin in books.bundle.pins
        if pin.party == peer and pin.use == "identity" and pin.counts_at(place)
    )


def _wrong(
    entry: Written,
    data: bytes | None,
    keys: Iterable[bytes],
    ends: tuple[PartyId, PartyId],
    verifier: Verifier,
) -> Iterable[str]:
    """Yield what is wrong with the receipt of an entry."""
    name = entry.id("release")
    if data is None:
        yield f"there is no receipt for {name}"
        return
    try:
        document = decode(Signed, data, "a receipt")
        control = _read(document, keys, verifier)
    except (InputError, SignatureError) as error:
        yield f"the receipt for {name} does not verify: {error}"
        return
    if object_digest(document) != entry.id("receipt"):
        yield f"the receipt for {name} is not the one that was recorded"
    if (control.from_, control.to) != ends or not _names(control, entry):
        yield f"the receipt for {name} is of another envelope, or between others"


def _read(document: Signed, keys: Iterable[bytes], verifier: Verifier) -> Control:
    signers = {each.keyid for each in document.signatures}
    for key in keys:
        if key.hex() in signers:
            return read_control(document, key, verifier)
    raise SignatureError("no identity key that counted at this place signed it")


def _names(control: Control, entry: Written) -> bool:
    receipt = control.receipt
    done = DONE.get(entry.type)
    return (
        receipt is not None
        and receipt.release == entry.id("release")
        and receipt.seq == entry.number("seq")
        and receipt.header == entry.id("header")
        and receipt.done == entry.id("done")
        and done in {None, receipt.done}
    )


def _check_gapless(book: Book, way: str, entries: list[tuple[int, Written]], notes: Notes) -> None:
    """Find a place that is left out, unless an officer wrote down that it was lost."""
    wanted = 1
    for place, entry in entries:
        if entry.type is EntryType.RESTORE:
            there = entry.number(f"{way}_there")
            if there >= wanted:
                notes.not_checked(
                    f"{book.name}, entry {place}: what was {way} from {wanted} to {there} was "
                    "lost when the node was put back; the peer's bundle has it"
                )
            wanted = max(wanted, there + 1)
        elif entry.number("seq") != wanted:
            what = f"the place in the order is {entry.id('seq')}, and {wanted} was the next"
            notes.find(Check.RECEIPTS, what, book.name, place)
            return
        else:
            wanted += 1
