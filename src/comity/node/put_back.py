"""Put back: how a node notices by itself that its database is an old copy, and stops.

A peer that is asked what waits here answers with what it holds of this node's own signatures. If
one of these is newer than what this node has, it was put back: it signs, seals and sends nothing
more until an officer has written the gap down. A claim that this node did not sign is no reason
to stop, and neither is what it still has.
"""

from comity.core.exchange import Own, Shown, lost_envelope, lost_head, lost_receipt
from comity.core.ledger import head, origin
from comity.core.terms import Digest, PartyId
from comity.node.node import Node, is_stopped, pair_ledger, pair_of
from comity.store.change import changed
from comity.store.port import Records
from comity.store.records import Alarm, Gap, Use


def look_at(node: Node, peer: PartyId, shown: Shown) -> None:
    """Stop if a peer shows that this node was put back; else do nothing."""
    with node.store.reading() as records:
        found = _gap(records, node, peer, shown)
    if found is None:
        return
    with node.store.writing() as records:
        found = _gap(records, node, peer, shown)
        if found is not None:
            _stop(records, node, found)


def _gap(records: Records, node: Node, peer: PartyId, shown: Shown) -> Gap | None:
    """Return what a peer shows to be lost, with what it showed before; None if that is nothing."""
    before = records.gaps.get(peer)
    found = before or Gap(party=peer, found_at=node.now())
    pair, own, ledger = pair_of(records, peer), _own(node, peer), pair_ledger(peer)

    def is_known(digest: Digest) -> bool:
        return any(digest in each.headers for each in records.outbox.find(to=peer))

    envelope = lost_envelope(own, shown.header, max(pair.sent, found.sent), is_known)
    if envelope is not None:
        found = changed(found, sent=envelope.seq, header=envelope.digest)
    receipt = lost_receipt(own, shown.receipt, max(pair.received, found.received))
    if receipt is not None:
        found = changed(found, received=receipt.seq, receipt=receipt.digest)
    top = lost_head(
        own,
        shown.head,
        origin(node.party, ledger),
        records.ledgers.size(ledger),
        lambda size: head(size, lambda level, at: records.ledgers.node(ledger, level, at)),
    )
    if top is not None and top.size > max(pair.settled, found.size):
        found = changed(found, size=top.size, root=top.root, note=shown.head)
    return found if found not in {before, Gap(party=peer, found_at=found.found_at)} else None


def _own(node: Node, peer: PartyId) -> Own:
    former = node.keys.former.get(Use.IDENTITY, ())
    keys = (node.keys.identity.public, *(each.public for each in former))
    return Own(node.party, peer, keys, node.verifier)


def _stop(records: Records, node: Node, gap: Gap) -> None:
    """Keep the gap, and raise an alarm of which no ledger speaks until it is reconciled."""
    if not is_stopped(records) or records.gaps.get(gap.party) is None:
        about = f"{gap.party}/{gap.found_at:%Y-%m-%dT%H:%M:%SZ}"
        key = f"put-back/{about}"
        records.alarms.put(Alarm(id=key, kind="put-back", about=about, at=node.now()))
    records.gaps.put(gap)
