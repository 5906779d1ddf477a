"""Recall: a discloser takes a release back. It never says why.

The contents that came under it are given up at once. What remains is what the recipient must not
forget: that it was held, and its label, so that nothing written after it was read comes free.
"""

from comity.core.consent import Answer, Said
from comity.core.exchange import Recall, header_alone, read_envelope
from comity.core.ledger import EntryType
from comity.core.terms import PartyId, ReleaseId, encode
from comity.node.node import Node, NotPossibleError, alarm, note_pair, pair_of
from comity.node.queueing import queue_message
from comity.store.change import changed
from comity.store.port import Records
from comity.store.records import Incoming, Progress, Recalled


def recall(records: Records, node: Node, release: ReleaseId) -> None:
    """Ask the recipient of a release to stop using it, if it gave a receipt and was not asked yet.

    Raises:
        NotPossibleError: there is no receipt for it.
    """
    receipted = records.receipts.get(release)
    permitted = records.permits.get(release)
    wish = records.wishes.get(permitted.request) if permitted else None
    if receipted is None or wish is None:
        raise NotPossibleError("nothing was received under it", "there is nothing to recall")
    if wish.progress is Progress.RECALLED:
        return
    queue_message(records, node, receipted.from_, recall=Recall(release=release))
    records.wishes.put(changed(wish, progress=Progress.RECALLED))
    note_pair(records, node, receipted.from_, EntryType.RECALL_SENT, release=release)


def recall_withdrawn(records: Records, node: Node, said: Said) -> None:
    """Recall what was passed on under a consent that its organisation has taken back."""
    if said.answer is not Answer.WITHDRAWN:
        return
    for wish in records.wishes.find(progress=Progress.SENT):
        named = any(item.digest in said.items for item in wish.request.items)
        if named and wish.request.recipient == said.recipient and wish.release:
            recall(records, node, wish.release)


def recalled(records: Records, node: Node, peer: PartyId, message: Recall) -> None:
    """Give up the contents that came under a release that its discloser takes back."""
    came = records.inbox.get(message.release)
    if came is None or came.from_ != peer:
        alarm(records, node, "recall-for-nothing", peer)
        return
    if records.recalls.get(message.release) is not None:
        return
    records.recalls.add(Recalled(release=message.release, by=peer, at=node.now()))
    for held in records.items.find(release=message.release):
        records.items.put(changed(held, content=b""))
    records.inbox.put(changed(came, envelope=_header_alone(records, came)))
    note_pair(records, node, peer, EntryType.RECALL_RECEIVED, release=message.release)


def _header_alone(records: Records, came: Incoming) -> bytes:
    """Return the header of the last envelope from a peer, without what was sealed.

    If the peer is put back to an old copy, its own signature there shows it. Of others nothing
    is kept.
    """
    if not came.envelope or came.seq != pair_of(records, came.from_).received:
        return b""
    return encode(header_alone(read_envelope(came.envelope)))
