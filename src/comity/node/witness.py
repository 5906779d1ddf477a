"""Witness: cosign a peer's pair ledger if its head extends the last one that was cosigned.

A ledger that was cut, rewritten or shown in two versions does not extend itself, and gets no
cosignature but an alarm.
"""

from comity.core.exchange import Acknowledgement, Control, Done, Heartbeat
from comity.core.ledger import (
    EntryType,
    Head,
    ProofError,
    check_consistency,
    check_head,
    cosign,
    origin,
)
from comity.node.node import Node, alarm, note_pair, pair_ledger, pair_of, pinned, read_by_any
from comity.store.change import changed
from comity.store.port import Records
from comity.store.records import Pair, Use


def witness(
    records: Records, node: Node, control: Control, heartbeat: Heartbeat
) -> Acknowledgement:
    """Return the cosignature of a peer's checkpoint, or why there is none."""
    peer = control.from_
    pair = pair_of(records, peer)
    head = _head(records, node, control, heartbeat)
    if head is None:
        alarm(records, node, "checkpoint-not-verified", peer)
        return Acknowledgement(message=control.id, done=Done.REFUSED)
    if heartbeat.old != pair.seen and pair.seen:
        return Acknowledgement(message=control.id, done=Done.STALE, size=pair.seen)
    if not _extends(pair, head, heartbeat):
        alarm(records, node, "ledger-forked", f"{peer}/{head.size}")
        return Acknowledgement(message=control.id, done=Done.REFUSED)
    records.pairs.put(changed(pair, seen=head.size, seen_root=head.root, seen_note=heartbeat.note))
    note_pair(
        records,
        node,
        peer,
        EntryType.HEARTBEAT_SEEN,
        leaf=heartbeat.leaf,
        slot=heartbeat.slot.strftime("%Y-%m-%dT%H:%M:%SZ"),
        size=str(head.size),
        root=head.root.hex(),
    )
    line = cosign(heartbeat.note, node.party, node.keys.witness, node.now())
    return Acknowledgement(message=control.id, done=Done.ACCEPTED, size=head.size, cosignature=line)


def _head(records: Records, node: Node, control: Control, heartbeat: Heartbeat) -> Head | None:
    """Return the head that the peer signed, if it did."""
    name = origin(control.from_, pair_ledger(node.party))
    keys = pinned(records, control.from_, Use.IDENTITY)
    return read_by_any(keys, lambda key: check_head(heartbeat.note, name, key, node.verifier))


def _extends(pair: Pair, head: Head, heartbeat: Heartbeat) -> bool:
    if not pair.seen:
        return head.size > 0
    try:
        check_consistency(pair.seen, head.size, pair.seen_root, head.root, heartbeat.proof)
    except ProofError:
        return False
    return True
