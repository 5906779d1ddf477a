"""Accept restore: what a peer that was put back says of it, recorded at this end too.

Its ledger cannot extend the head that was cosigned here: the entries are lost. So both ends write
that down, an alarm is raised, and its next head begins a new line. Nothing is hidden by this: each
head that was cosigned stands in this node's ledgers, and an auditor sees where the lines meet.
"""

from comity.core.exchange import Done, Restored
from comity.core.ledger import EntryType, read_head
from comity.core.terms import PartyId
from comity.node.node import Node, alarm, note_pair, pair_of
from comity.store.change import changed
from comity.store.port import Records
from comity.store.records import OutState

NEWS = frozenset({"statement", "key", "recall"})
"""Messages that a peer must not have lost; those that it has it answers as before."""


def accept_restore(records: Records, node: Node, peer: PartyId, said: Restored) -> Done:
    """Record that a peer was put back, and send it again what it may have lost."""
    pair = pair_of(records, peer)
    if said.head and said.head != pair.seen_note:
        alarm(records, node, "restore-of-another-head", peer)
        return Done.REFUSED
    if said.head:
        head = read_head(said.head)
        ids = {"size_there": str(head.size), "root": head.root.hex()}
        records.pairs.put(changed(pair, seen=0, seen_root=b"", seen_note=""))
    else:
        ids = {}
    alarm(records, node, "peer-put-back", f"{peer}/{node.now():%Y-%m-%dT%H:%M:%SZ}")
    note_pair(records, node, peer, EntryType.RESTORE, by=peer, **ids)
    for row in records.messages.find(to=peer, state=OutState.RECEIPTED):
        if row.type in NEWS:
            records.messages.put(changed(row, state=OutState.QUEUED))
    return Done.ACCEPTED
