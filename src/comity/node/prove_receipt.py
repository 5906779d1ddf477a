"""Prove receipt: at a front door, for an organisation, that a body's receipt is on the record.

Or that what a body told it is: a notice of what that body passed on, for example. The proof is from
the ledger that the front door shares with the body, under a head that the body has cosigned. It
shows this one entry and nothing else.
"""

from comity.core.ledger import Entry, EntryType, Proof, inclusion_proof, read_head
from comity.core.terms import PartyId, ReleaseId, decode
from comity.node.node import Node, NotPossibleError, pair_ledger
from comity.store.port import Records

DASH = "\u2014"


def prove_receipt(node: Node, release: ReleaseId) -> Proof:
    """Return the proof that a release was sent and receipted.

    Raises:
        NotPossibleError: there is no receipt for it, or no cosigned head covers it yet.
    """
    with node.store.reading() as records:
        receipted = records.receipts.get(release)
        if receipted is None:
            raise NotPossibleError(
                f"there is no receipt for {release}", "look at what was received: report show"
            )
        return _proof(records, pair_ledger(receipted.from_), release, EntryType.SENT)


def prove_told(node: Node, body: PartyId, release: ReleaseId) -> Proof:
    """Return the proof that a body told something, in the envelope of this release.

    Raises:
        NotPossibleError: nothing came so, or no cosigned head covers it yet.
    """
    with node.store.reading() as records:
        return _proof(records, pair_ledger(body), release, EntryType.RECEIVED)


def _proof(records: Records, ledger: str, release: ReleaseId, kind: EntryType) -> Proof:
    place = _place(records, ledger, release, kind)
    note = _cosigned(records, ledger, place)
    size = read_head(note).size
    hashes = inclusion_proof(place, size, lambda level, at: records.ledgers.node(ledger, level, at))
    return Proof(
        entry=records.ledgers.entry(ledger, place),
        place=place,
        hashes=tuple(hashes),
        note=note,
    )


def _place(records: Records, ledger: str, release: ReleaseId, kind: EntryType) -> int:
    for place, data in enumerate(records.ledgers.entries(ledger)):
        if release.encode() in data:
            entry = decode(Entry, data, "an entry")
            if entry.type is kind and entry.ids.get("release") == release:
                return place
    raise NotPossibleError(f"the ledger has no entry for {release}", "let an auditor look")


def _cosigned(records: Records, ledger: str, place: int) -> str:
    """Return the first head that covers a place and that the peer has cosigned."""
    for each in records.checkpoints.find(ledger=ledger):
        if each.size > place and each.note.count(DASH) > 1:
            return each.note
    raise NotPossibleError(
        "the other side has not cosigned it yet", "ask again after the next heartbeat"
    )
