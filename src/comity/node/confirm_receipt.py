"""Confirm receipt: what a peer's signed receipt changes, and nothing else does.

Only a receipt fixes a place in the order of the pair. One that comes for an envelope which was
destroyed meanwhile shows that it arrived after all: the disclosure is recorded as made, and
recalled.
"""

from comity.core.exchange import Done, Recall, Receipt
from comity.core.gate import Ground, Refusal
from comity.core.ledger import EntryType
from comity.core.terms import PartyId, Signed, encode, object_digest
from comity.node.deciding import decided
from comity.node.duties import begin
from comity.node.node import Node, alarm, note_pair, pair_of
from comity.node.notify_organisation import notify_organisation
from comity.node.queueing import queue_message
from comity.store.change import changed
from comity.store.port import Records
from comity.store.records import Outgoing, OutState, Progress, Receipted, Wish


def confirm_receipt(
    records: Records, node: Node, peer: PartyId, receipt: Receipt, document: Signed
) -> None:
    """Record a receipt whose signature has been checked. Coming twice changes nothing."""
    row = records.outbox.get(receipt.release)
    if records.receipts.get(receipt.release) is not None:
        return
    is_ours = row is not None and row.to == peer and receipt.header in row.headers
    if row is None or not is_ours or receipt.seq != pair_of(records, peer).sent + 1:
        alarm(records, node, "receipt-for-nothing", f"{peer}/{receipt.seq}")
        return
    _fix(records, node, row, receipt, document)
    if receipt.done is Done.QUARANTINED:
        alarm(records, node, "peer-quarantined", row.release)
    _after(records, node, row)


def _fix(records: Records, node: Node, row: Outgoing, receipt: Receipt, document: Signed) -> None:
    """Keep the receipt, fix the place, and put whoever else had this place back in the queue."""
    records.receipts.add(
        Receipted(
            release=row.release, from_=row.to, receipt=encode(document), held_since=node.now()
        )
    )
    pair = pair_of(records, row.to)
    records.pairs.put(
        changed(
            pair,
            sent=receipt.seq,
            sent_digest=receipt.header,
            sent_release=row.release,
            envelope_failures=0,
            next_envelope=None,
        )
    )
    for other in records.outbox.find(to=row.to, state=OutState.SENDING):
        if other.release != row.release:
            again = changed(other, state=OutState.QUEUED, seq=None, envelope=b"")
            records.outbox.put(again)
    note_pair(
        records,
        node,
        row.to,
        EntryType.SENT,
        release=row.release,
        seq=str(receipt.seq),
        header=receipt.header,
        receipt=object_digest(document),
        done=receipt.done,
    )


def _is_forbidden_now(records: Records, node: Node, wish: Wish, row: Outgoing) -> bool:
    """Return whether a clause forbids by now what arrived while it lay back in the queue."""
    if row.state is OutState.SENDING:
        return False
    decision, _ = decided(records, node, wish)
    return isinstance(decision, Refusal) and any(
        each.ground is Ground.FORBIDDEN for each in decision.reasons
    )


def _after(records: Records, node: Node, row: Outgoing) -> None:
    """Say that it was sent; recall it if it should not have arrived. Either way it is owed for."""
    permitted = records.permits.get(row.release)
    wish = records.wishes.get(permitted.request) if permitted else None
    if wish is None:
        return
    if row.state is OutState.DESTROYED or _is_forbidden_now(records, node, wish, row):
        records.outbox.put(changed(row, state=OutState.RECEIPTED, envelope=b""))
        records.wishes.put(changed(wish, progress=Progress.RECALLED))
        queue_message(records, node, row.to, recall=Recall(release=row.release))
        note_pair(records, node, row.to, EntryType.RECALL_SENT, release=row.release)
    else:
        records.outbox.put(changed(row, state=OutState.RECEIPTED, envelope=b""))
        records.wishes.put(changed(wish, progress=Progress.SENT))
    begin(records, node, row.release)
    notify_organisation(records, node, wish, row)
