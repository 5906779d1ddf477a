"""Both sides: check (e). Two bundles of one pair say the same.

What one sent the other received, and the reverse, one to one. Heartbeats that one saw are those
that the other sent: a ledger that was put back to an old copy lacks some. The bundles need not be
of one moment, so what is younger than the other bundle is said and not counted as a finding.
"""

from comity.core.audit.books import Book, Books, Written
from comity.core.audit.heartbeats import SLOT
from comity.core.audit.receipts import CAME
from comity.core.audit.report import Check, Notes
from comity.core.exchange.judge import MOST_SKEW
from comity.core.ledger import EntryType

FACTS = ("release", "seq", "header", "receipt", "done")


def check_sides(here: Books, there: Books, notes: Notes) -> None:
    """Carry out check (e) for this node and one peer, and write down what was done."""
    us, them = here.bundle.party, there.bundle.party
    ours, theirs = here.pairs.get(them), there.pairs.get(us)
    if ours is None or theirs is None:
        notes.find(Check.BOTH_SIDES, f"{us} and {them} do not both keep a ledger of their pair")
        return
    _check_keys(here, there, notes)
    _check_keys(there, here, notes)
    sent = _matched(ours, theirs, here, there, notes)
    came = _matched(theirs, ours, there, here, notes)
    beats = _check_beats(here, ours, there, theirs, notes)
    beats += _check_beats(there, theirs, here, ours, notes)
    notes.did(
        Check.BOTH_SIDES,
        f"{them}: {sent} envelopes to it and {came} from it match one to one; "
        f"{beats} heartbeats that were seen are those that were sent",
    )


def _check_keys(here: Books, there: Books, notes: Notes) -> None:
    """Find keys that are pinned here for the peer, and that it does not call its own."""
    bundle = there.bundle
    own = {"identity": bundle.identity, "witness": bundle.witness, "consent": bundle.consent}
    for pin in here.bundle.pins:
        if pin.party == bundle.party and pin.public not in own.get(pin.use, ()):
            what = f"{here.bundle.party} has pinned {pin.id}, and {bundle.party} has no such key"
            notes.find(Check.BOTH_SIDES, what)


def _matched(sender: Book, receiver: Book, one: Books, other: Books, notes: Notes) -> int:
    """Match one direction; return how many match. Findings name the ledger of either side."""
    sent = {entry.number("seq"): (at, entry) for at, entry in sender.of(EntryType.SENT)}
    came = {entry.number("seq"): (at, entry) for at, entry in receiver.of(*CAME)}
    matching = 0
    for seq in sorted(sent.keys() & came.keys()):
        (at, entry), (_, beside) = sent[seq], came[seq]
        if _facts(entry) != _facts(beside):
            what = f"envelope {seq} is another one at {other.bundle.party}"
            notes.find(Check.BOTH_SIDES, what, _of(one, sender), at)
        else:
            matching += 1
    for seq in sorted(sent.keys() - came.keys()):
        at, entry = sent[seq]
        what = f"envelope {seq} was sent, and {other.bundle.party} has no entry of it"
        _extra(entry, other, what, _of(one, sender), at, notes, may_travel=False)
    travelling = max(sent, default=0) + 1
    for seq in sorted(came.keys() - sent.keys()):
        at, entry = came[seq]
        what = f"envelope {seq} was received, and {one.bundle.party} has no entry of it"
        _extra(entry, one, what, _of(other, receiver), at, notes, may_travel=seq == travelling)
    return matching


def _of(books: Books, book: Book) -> str:
    """Return the name of a ledger with its keeper's."""
    return f"{book.name} of {books.bundle.party}"


def _facts(entry: Written) -> tuple[str, ...]:
    return tuple(entry.id(each) for each in FACTS)


def _extra(  # noqa: PLR0913, PLR0917 - the entry, where it stands, and what may excuse it
    entry: Written,
    lacking: Books,
    what: str,
    ledger: str,
    place: int,
    notes: Notes,
    *,
    may_travel: bool,
) -> None:
    """Write down an entry that only one side has: a finding, unless it is too young for both."""
    if lacking.bundle.made_at - entry.at < MOST_SKEW:
        notes.not_checked(f"{ledger}, entry {place}: {what}; it is younger than that bundle")
    elif may_travel:
        notes.not_checked(f"{ledger}, entry {place}: {what}; its receipt may still be on its way")
    else:
        notes.find(Check.BOTH_SIDES, what, ledger, place)


def _check_beats(one: Books, sender: Book, other: Books, seer: Book, notes: Notes) -> int:
    """Compare the heartbeats that one side saw with those that the other sent."""
    sizes = {each.slot.strftime(SLOT): each.size for each in one.bundle.beats}
    sent = {entry.id("slot"): (at, entry) for at, entry in sender.of(EntryType.HEARTBEAT)}
    count = younger = opened = sound = 0
    for place, entry in seer.of(EntryType.HEARTBEAT_SEEN):
        slot = entry.id("slot")
        at, beat = sent.get(slot, (-1, None))
        if beat is None and one.bundle.made_at - entry.at < MOST_SKEW:
            younger += 1
            continue
        sound = _check_cosigned(one, sender, other, entry, sound, notes)
        if beat and beat.id("leaf") == entry.id("leaf") and entry.number("size") == at + 1:
            count += 1
            opened = sizes.get(slot, opened)
            continue
        what = f"a heartbeat of {slot} that {one.bundle.party} does not have"
        notes.find(Check.BOTH_SIDES, what, _of(other, seer), place)
        if beat and beat.id("leaf") != entry.id("leaf"):
            what = f"the heartbeat of {slot} that was sent stood for other entries"
            last = max(sizes.get(slot, 0) - 1, 0)
            notes.find(Check.BOTH_SIDES, what, _of(one, one.node), last, opened)
    if younger:
        notes.not_checked(
            f"{younger} heartbeats that {other.bundle.party} saw are younger than the bundle of "
            f"{one.bundle.party}"
        )
    return count


def _check_cosigned(  # noqa: PLR0913, PLR0917 - whose head, who cosigned it, and the last that held
    one: Books, sender: Book, other: Books, seen: Written, sound: int, notes: Notes
) -> int:
    """Compare a head that the peer cosigned with the entries; return the size of the last sound."""
    size = seen.number("size")
    if size > sender.size:
        what = (
            f"{other.bundle.party} cosigned a head of {size}, and there are {sender.size} entries"
        )
        notes.find(Check.BOTH_SIDES, what, _of(one, sender), max(sender.size - 1, 0))
    elif sender.head(max(size, 0)).hex() != seen.id("root"):
        what = f"{other.bundle.party} cosigned another head of size {size}"
        notes.find(Check.BOTH_SIDES, what, _of(one, sender), max(size - 1, 0), sound)
    else:
        return size
    return sound
