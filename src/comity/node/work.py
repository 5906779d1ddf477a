"""Work: one round of what a node does by itself, in the order in which it matters.

What came in is opened and done first, then what is due by the clock, then what waits to be sent.
Mails to people go apart from that, so that no mail server holds anything up, and no other node can
tell from a round that came late that somebody was written to.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import NoReturn

from comity.core.consent import Said
from comity.core.exchange import Control, RefusedError, UnreachableError, wait_after
from comity.core.terms import PartyId, ReleaseId, Signed, decode
from comity.node.accept_envelope import accept_envelope
from comity.node.beat import beat
from comity.node.confirm_receipt import confirm_receipt
from comity.node.delays import look_at_delays
from comity.node.deliver import deliver
from comity.node.duties import look_out
from comity.node.issue_statuses import issue_statuses
from comity.node.keys import announce_changes
from comity.node.mailing import Mailing
from comity.node.node import Node, is_stopped
from comity.node.poll import ask, poll
from comity.node.recall import recall_withdrawn, recalled
from comity.node.receive_disclosure import receive_disclosure
from comity.node.send_message import confirm_message
from comity.store.change import changed
from comity.store.port import Records
from comity.store.records import Incoming, InState, Peer, Taken

POLL_EVERY = timedelta(seconds=60)


class NotYet:
    """A way to a peer that has not said yet whether it holds more of this node than it has."""

    def post(self, address: str, path: str, body: bytes) -> NoReturn:  # noqa: ARG002 - the port's own names
        """Send nothing: what waits can be had by a poll.

        Raises:
            UnreachableError: always.
        """
        raise UnreachableError


@dataclass(slots=True)
class Worker:
    """A node at work, with when it last did what is due by the clock.

    `asked` are the peers that have answered since this process began: before that, nothing is
    pushed to one. `unanswered` says how often each of the others was asked, and when it is next.
    `mailing` is what goes apart.
    """

    node: Node
    is_announced: bool = False
    statuses_at: datetime | None = None
    polled_at: dict[PartyId, datetime] = field(default_factory=dict)
    asked: set[PartyId] = field(default_factory=set)
    unanswered: dict[PartyId, tuple[int, datetime]] = field(default_factory=dict)
    mailing: Mailing = field(default_factory=Mailing)

    def round(self) -> int:
        """Do what there is to do; return how much it was.

        First each peer is asked whether this node was put back. While it is stopped it does
        nothing but ask: so the officer sees what each peer holds.
        """
        with self.node.store.reading() as records:
            peers = records.peers.find()
        self._ask(peers)
        with self.node.store.reading() as records:
            stopped = is_stopped(records)
        if stopped:
            for peer in peers:
                if self._due(peer.party):
                    ask(self.node, peer)
            return 0
        done = self._announce() + take_in(self.node) + int(beat(self.node)) + look_out(self.node)
        done += self._statuses() + look_at_delays(self.node)
        for peer in peers:
            done += deliver(self._towards(peer.party), peer)
            if self._due(peer.party):
                done += poll(self.node, peer)
        return done

    def mail(self) -> int:
        """Let the mails go that are due; return how much it was. It may take seconds."""
        return self.mailing.round(self.node)

    def _ask(self, peers: list[Peer]) -> None:
        """Ask those that have not answered yet, less and less often."""
        now = self.node.now()
        for peer in peers:
            failures, due = self.unanswered.get(peer.party, (0, now))
            if peer.party in self.asked or (now < due and not self._due(peer.party)):
                continue
            if ask(self.node, peer) is not None:
                self.asked.add(peer.party)
            wait = wait_after(failures, self.node.chance(1)[0] / 256)
            self.unanswered[peer.party] = failures + 1, now + wait

    def _towards(self, peer: PartyId) -> Node:
        """Return the node as it works towards a peer: silent until that has answered once."""
        return self.node if peer in self.asked else replace(self.node, transport=NotYet())

    def _announce(self) -> int:
        """Tell the peers once of a key that came while nobody could tell them."""
        if self.is_announced:
            return 0
        with self.node.store.writing() as records:
            done = announce_changes(records, self.node)
        self.is_announced = True
        return done

    def _statuses(self) -> int:
        now = self.node.now()
        if self.statuses_at and now < self.statuses_at + self.node.statuses:
            return 0
        self.statuses_at = now
        return issue_statuses(self.node)

    def _due(self, peer: PartyId) -> bool:
        """Return whether it is time to poll a peer: every minute, a little earlier or later."""
        now = self.node.now()
        jitter = self.node.chance(1)[0] / 256 + 0.5
        last = self.polled_at.setdefault(peer, now)
        if now < last + POLL_EVERY * jitter:
            return False
        self.polled_at[peer] = now
        return True


def take_in(node: Node) -> int:
    """Open what was accepted, do what controls ask for, and try again what was parked."""
    with node.store.reading() as records:
        waiting = [each.id for each in records.inbox.find(state=InState.RECEIVED)]
        controls = records.taken.find(waiting=True)
        parked = sorted(records.inbox.find(state=InState.PARKED), key=lambda each: each.seq)
        heads = {pair.party: pair.received for pair in records.pairs.find()} if parked else {}
    for release in waiting:
        receive_disclosure(node, release)
    for row in controls:
        _control(node, row)
    return len(waiting) + len(controls) + _parked(node, parked, heads)


def _control(node: Node, row: Taken) -> None:
    document = decode(Signed, row.control, "a taken message")
    control = decode(Control, document.payload, "a taken message")
    with node.store.writing() as records:
        _do(records, node, control, document)
        records.taken.put(changed(row, waiting=False))


def _do(records: Records, node: Node, control: Control, document: Signed) -> None:
    if control.recall:
        recalled(records, node, control.from_, control.recall)
    elif control.statement:
        said = decode(Said, control.statement.payload, "a verified statement")
        recall_withdrawn(records, node, said)
    elif control.receipt:
        confirm_receipt(records, node, control.from_, control.receipt, document)
    elif control.acknowledgement:
        row = records.messages.get(control.acknowledgement.message)
        if row is not None and row.to == control.from_:
            confirm_message(records, node, row, control.acknowledgement)


def _parked(node: Node, parked: list[Incoming], heads: dict[PartyId, int]) -> int:
    """Try what came before its turn; what is still too early stays where it is.

    `heads` has the place up to which envelopes of each peer were taken.
    """
    done = 0
    for row in parked:
        if row.seq > heads.get(row.from_, 0) + 1:
            continue
        done += 1
        if not _again(node, row.envelope):
            _forget(node, row.id)
        heads[row.from_] = row.seq
    return done


def _again(node: Node, envelope: bytes) -> bytes:
    try:
        return accept_envelope(node, envelope)
    except RefusedError:
        return b""


def _forget(node: Node, release: ReleaseId) -> None:
    with node.store.writing() as records:
        row = records.inbox.get(release)
        if row is not None and row.state is InState.PARKED:
            records.inbox.remove(release)
