"""Put back: what must have come of nodes whose databases were put back to an old copy.

Like the oracle this imports neither the gate nor an agreement: it compares what a node keeps with
what its peers hold of it.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

from comity.core.terms import PartyId
from comity.node.reconcile import reconcile
from comity.store.records import Pair
from tests.faults.histories.oracle import Kind
from tests.faults.histories.troubles import PARTIES, settle
from tests.node.watched import requeue
from tests.node.world import OFFICER
from tests.spec.slow_tree import tree_hash

if TYPE_CHECKING:
    from tests.faults.histories.world import World

MOST_HEALING = 4


def nobody_stopped(world: "World") -> None:
    """See that no node has stopped that was never put back."""
    for party in PARTIES:
        if party not in world.oracle.put_back and _is_stopped(world, party):
            world.oracle.fault(Kind.MISMATCH, f"{party} has stopped, and was never put back")


def noticed(world: "World") -> None:
    """See that a node that was put back has stopped, if a peer holds what it has lost.

    Somebody has at least to be alarmed, unless all that it had forgotten was sent to it again.
    """
    for party in PARTIES:
        if _is_stopped(world, party):
            continue
        for words in _held_of(world, party):
            world.oracle.fault(Kind.MISMATCH, f"{party} was put back and goes on: {words}")
    for party in world.oracle.restored:
        if _stands_as_peers_say(world, party):
            continue
        if not set().union(*(_alarms(world, each) for each in PARTIES)):
            world.oracle.fault(Kind.MISMATCH, f"nobody noticed that {party} was put back")


def goes_on(world: "World") -> None:
    """See that nodes which were put back go on when officers have written that down."""
    written: set[PartyId] = set()
    for _ in range(MOST_HEALING):
        waiting = [each for each in PARTIES if _is_stopped(world, each)]
        if not waiting:
            break
        for party in waiting:
            reconcile(world.nodes[party], OFFICER, PARTIES)
        written.update(waiting)
        _two_heartbeats(world)
    for party in PARTIES if written else ():
        if _is_stopped(world, party):
            world.oracle.fault(Kind.LOSS, f"{party} stops again and again")
        for words in (*_held_of(world, party), *_not_cosigned(world, party)):
            world.oracle.fault(Kind.MISMATCH, f"{party} was written down, and yet {words}")
        if written - {party} and "peer-put-back" not in _alarms(world, party):
            world.oracle.fault(Kind.MISMATCH, f"{party} was not told that a peer was put back")


def _two_heartbeats(world: "World") -> None:
    for _ in range(2):
        world.moment += timedelta(minutes=61)
        for party in PARTIES:
            requeue(world, party)  # type: ignore[arg-type] # a world with nodes
        settle(world, 0, 0, 0)


def _not_cosigned(world: "World", party: PartyId) -> Iterator[str]:
    with world.nodes[party].store.reading() as records:
        for pair in records.pairs.find():
            entries = list(records.ledgers.entries(f"pair-{pair.party}"))
            last = max(
                (n for n, data in enumerate(entries, 1) if b'"heartbeat"' in data), default=0
            )
            if pair.witnessed < last:
                yield f"{pair.party} does not cosign {last} entries but {pair.witnessed}"


def _stands_as_peers_say(world: "World", party: PartyId) -> bool:
    """Return whether a node and each of its peers have the same places of what passed."""
    for peer in PARTIES:
        with world.nodes[party].store.reading() as records:
            here = records.pairs.get(peer) or Pair(party=peer)
        with world.nodes[peer].store.reading() as records:
            there = records.pairs.get(party) or Pair(party=party)
        mine = (here.sent, here.sent_digest, here.received, here.received_digest)
        theirs = (there.received, there.received_digest, there.sent, there.sent_digest)
        if peer != party and mine != theirs:
            return False
    return True


def _alarms(world: "World", party: PartyId) -> set[str]:
    with world.nodes[party].store.reading() as records:
        return {row.kind for row in records.alarms.find()}


def _is_stopped(world: "World", party: PartyId) -> bool:
    with world.nodes[party].store.reading() as records:
        return bool(records.gaps.find())


def _held_of(world: "World", party: PartyId) -> Iterator[str]:
    """Yield what peers that answer hold, signed by a node, that the node does not have."""
    for peer in PARTIES:
        if peer == party or _is_stopped(world, peer):
            continue
        with world.nodes[peer].store.reading() as records:
            there = records.pairs.get(party)
            came = records.inbox.find(from_=party, seq=there.received) if there else []
        if there is None:
            continue
        with world.nodes[party].store.reading() as records:
            here = records.pairs.get(peer)
            leaves = list(records.ledgers.entries(f"pair-{peer}"))
            known = {each for row in records.outbox.find(to=peer) for each in row.headers}
        has_envelope = any(each.receipt and each.envelope for each in came)
        if there.seen > len(leaves) or (
            there.seen and tree_hash(leaves[: there.seen]) != there.seen_root
        ):
            yield f"{peer} cosigned another head of {there.seen} entries"
        if (
            has_envelope
            and there.received > (here.sent if here else 0)
            and there.received_digest not in known
        ):
            yield f"{peer} has envelope {there.received}"
        if there.sent > (here.received if here else 0):
            yield f"{peer} has a receipt for {there.sent}"
