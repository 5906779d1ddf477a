"""Reconcile: an officer writes down what a node that was put back has lost, and it goes on.

1. Every peer is asked once more what it holds of this node's own signatures. One that does not
   answer has to be named; if it holds more, the node stops again when it says so.
2. The node ledger says who did it. Then for each peer with a gap both ledgers say from where to
   where: the places that were lost in the order of envelopes, and the head that was lost.
3. The pair ledger is filled up to the size of the lost head with entries that say so. So no size
   of it is ever signed for two different histories without a word in between.
4. The order goes on after what the peer holds. What lay ready to be sent may have arrived since
   the copy was made, so it is laid aside with an alarm: it is not sent twice, and not forgotten.
5. Every peer is told. It records that too, takes a new line of heads, and sends again the news
   that may have been lost.
"""

from collections.abc import Collection
from typing import NamedTuple

from comity.core.exchange import Restored
from comity.core.ledger import EntryType
from comity.core.terms import OfficerId, PartyId
from comity.node.deliver import WAITING, laid_aside
from comity.node.node import (
    Node,
    NotPossibleError,
    alarm,
    is_stopped,
    note,
    note_pair,
    pair_ledger,
    pair_of,
)
from comity.node.poll import ask
from comity.node.queueing import queue_message
from comity.store.change import changed
from comity.store.port import Records
from comity.store.records import Gap


class Lost(NamedTuple):
    """What is lost towards one peer: what stands here, and what the peer holds."""

    party: PartyId
    sent: int
    sent_there: int
    received: int
    received_there: int
    size: int
    size_there: int


def show_lost(node: Node) -> list[Lost]:
    """Return what peers have shown to be lost; nothing if this node was not put back."""
    with node.store.reading() as records:
        return [_lost(records, each) for each in records.gaps.find()]


def reconcile(node: Node, officer: OfficerId, without: Collection[PartyId] = ()) -> list[Lost]:
    """Write down what was lost and let the node go on; return it.

    Raises:
        NotPossibleError: the node was not put back, or a peer did not answer and is not named.
    """
    with node.store.reading() as records:
        stopped, peers = is_stopped(records), records.peers.find()
    if not stopped:
        raise NotPossibleError(
            "no peer has shown that this node was put back", "there is nothing to reconcile"
        )
    silent = [each.party for each in peers if ask(node, each) is None]
    missing = sorted(set(silent) - set(without))
    if missing:
        raise NotPossibleError(
            f"not known is what these peers hold, they do not answer: {', '.join(missing)}",
            "try again when they do, or go on without: --without PARTY for each",
        )
    with node.store.writing() as records:
        gaps = records.gaps.find()
        found = [_lost(records, each) for each in gaps]
        _written_down(records, node, officer, gaps, silent)
        for peer in peers:
            gap = next((each for each in gaps if each.party == peer.party), None)
            queue_message(
                records, node, peer.party, restored=Restored(head=gap.note if gap else "")
            )
    return found


def _lost(records: Records, gap: Gap) -> Lost:
    pair = pair_of(records, gap.party)
    size = records.ledgers.size(pair_ledger(gap.party))
    return Lost(
        gap.party,
        pair.sent,
        max(gap.sent, pair.sent),
        pair.received,
        max(gap.received, pair.received),
        size,
        gap.size,
    )


def _written_down(
    records: Records, node: Node, officer: OfficerId, gaps: list[Gap], silent: list[PartyId]
) -> None:
    parties = ",".join(sorted(each.party for each in gaps))
    unasked = {"unasked": ",".join(sorted(silent))} if silent else {}
    note(records, node, EntryType.RESTORE, by=officer, peers=parties, **unasked)
    for gap in gaps:
        _gap_written_down(records, node, gap)
        records.gaps.remove(gap.party)
    for gap in gaps:
        for place in _places(records, gap):
            alarm(records, node, "lost-in-restore", f"{gap.party}/{place}")
        _go_on(records, node, gap)


def _gap_written_down(records: Records, node: Node, gap: Gap) -> None:
    """Say what was lost, in both ledgers, and fill the pair ledger up to what was signed of it."""
    pair, ledger = pair_of(records, gap.party), pair_ledger(gap.party)
    ids = {"size": str(records.ledgers.size(ledger))}
    if gap.size:
        ids |= {"size_there": str(gap.size), "root": gap.root.hex()}
    if gap.header:
        ids |= {"sent": str(pair.sent), "sent_there": str(gap.sent), "header": gap.header}
    if gap.receipt:
        ids |= {"received": str(pair.received), "received_there": str(gap.received)}
        ids |= {"receipt": gap.receipt}
    note_pair(records, node, gap.party, EntryType.RESTORE, **ids)
    for place in range(records.ledgers.size(ledger), gap.size):
        note_pair(records, node, gap.party, EntryType.RESTORE, lost=str(place))


def _places(records: Records, gap: Gap) -> range:
    """Return the places of envelopes from a peer that were taken, and are lost."""
    return range(pair_of(records, gap.party).received + 1, gap.received + 1)


def _go_on(records: Records, node: Node, gap: Gap) -> None:
    """Let the order go on after what the peer holds, and lay aside what may have arrived."""
    pair = pair_of(records, gap.party)
    if gap.header:
        pair = changed(pair, sent=gap.sent, sent_digest=gap.header, sent_release=None)
    if gap.receipt:
        pair = changed(pair, received=gap.received, received_digest=gap.receipt)
    if gap.size:
        pair = changed(pair, witnessed=0, settled=gap.size)
    records.pairs.put(pair)
    for row in records.outbox.find(to=gap.party) if gap.header else ():
        if row.state in WAITING:
            laid_aside(records, node, row, "this node was put back, and it may have arrived")
