"""Beat: at fixed times, busy or idle, a heartbeat to every peer.

Each holds a commitment to the node ledger's head, and the signed head of the pair ledger for the
peer to cosign. Its times, number and size do not depend on what the node has been doing.
"""

from datetime import UTC, datetime

from comity.core.exchange import Heartbeat
from comity.core.ledger import Entry, EntryType, consistency_proof, heartbeat_leaf, sign_head
from comity.core.terms import Digest, PartyId
from comity.node.node import (
    NODE_LEDGER,
    Node,
    head_of,
    pair_ledger,
    pair_of,
    record,
)
from comity.node.queueing import queue_message
from comity.store.port import Records
from comity.store.records import Beat, Checkpoint


def beat(node: Node) -> bool:
    """Beat if a time for it has come and this one has not been beaten; say whether it was."""
    slot = slot_at(node, node.now())
    with node.store.reading() as records:
        if records.beats.get(str(slot)) is not None:
            return False
    with node.store.writing() as records:
        if records.beats.get(str(slot)) is not None:
            return False
        head = head_of(records, node, NODE_LEDGER)
        salt = node.salt()
        leaf = heartbeat_leaf(salt, head.text().encode())
        records.beats.add(Beat(slot=slot, salt=salt, size=head.size, root=head.root))
        for peer in records.peers.find():
            _to_peer(records, node, peer.party, slot, leaf)
    return True


def slot_at(node: Node, moment: datetime) -> datetime:
    """Return the last time at or before a moment at which a heartbeat is due."""
    every = node.beats.total_seconds()
    return datetime.fromtimestamp(moment.timestamp() // every * every, UTC)


def _to_peer(records: Records, node: Node, peer: PartyId, slot: datetime, leaf: Digest) -> None:
    ledger = pair_ledger(peer)
    ids = {"leaf": leaf, "slot": slot.strftime("%Y-%m-%dT%H:%M:%SZ")}
    record(records, ledger, Entry(type=EntryType.HEARTBEAT, at=node.now(), ids=ids))
    head, old = head_of(records, node, ledger), pair_of(records, peer).witnessed
    signed = sign_head(head, node.keys.identity)
    records.checkpoints.put(
        Checkpoint(id=f"{ledger}/{head.size}", ledger=ledger, size=head.size, note=signed)
    )
    proof = (
        consistency_proof(old, head.size, lambda level, at: records.ledgers.node(ledger, level, at))
        if 0 < old <= head.size
        else []
    )
    queue_message(
        records,
        node,
        peer,
        heartbeat=Heartbeat(slot=slot, leaf=leaf, note=signed, old=old, proof=tuple(proof)),
    )
