"""A node that was put back to an old copy notices by itself, stops, and goes on after an officer.

The nodes are real and work on; what is copied is all that a node keeps.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest

from comity.core.exchange import (
    Answer,
    Batch,
    Control,
    Own,
    Problem,
    RefusedError,
    Restored,
    Shown,
    lost_envelope,
    lost_head,
    read_envelope,
)
from comity.core.ledger import Entry, EntryType, Hash, Head, origin, read_head, sign_head
from comity.core.terms import Digest, PartyId, Passkey, Signed, decode, encode
from comity.node import accept_envelope as accept
from comity.node import deliver, node, poll, put_back, take_control, work
from comity.node.deliver import CONTROLS, ENVELOPES
from comity.node.export_audit import ledger_names
from comity.node.node import NODE_LEDGER, NotPossibleError, StoppedError, pair_ledger
from comity.node.queueing import queue_message
from comity.node.recall import recall
from comity.node.reconcile import reconcile, show_lost
from comity.node.work import Worker
from comity.store.database import DatabaseStore
from comity.store.records import Checkpoint, OutState, Peer, Progress
from tests.board import record
from tests.faults.test_rollback_and_fork import beat, copied, go_on_with, store_of
from tests.node import watched as w
from tests.node.world import FRONT_DOOR, ICO, NCA, OFFICER, World, new_world
from tests.store.twin import Twin

HOUR, MINUTES = timedelta(hours=1), timedelta(minutes=2)
PARTIES = (FRONT_DOOR, NCA, ICO)


def lived() -> tuple[World, w.Wire]:
    """Return three nodes of which the NCA has passed something on to the ICO, and their wire."""
    world, wire = w.watched(new_world(PARTIES))
    w.consented(world, "incident", "technical")
    world.ask("incident")
    beat(world, 2)
    return world, wire


def beats_are_lost(world: World) -> None:
    """Nothing but heartbeats is newer than the copy."""
    beat(world, 2)


def an_envelope_is_lost(world: World) -> None:
    """The copy is older than an envelope to the ICO, and there was no heartbeat since."""
    world.ask("technical")
    world.settle()


def a_receipt_is_lost(world: World) -> None:
    """The copy is older than a report that came to the NCA, and there was no heartbeat since."""
    world.report()


def all_is_lost(world: World) -> None:
    """All of these."""
    for each in (an_envelope_is_lost, a_receipt_is_lost, beats_are_lost):
        each(world)


def a_recalled_envelope_is_lost(world: World) -> None:
    """The copy is older than an envelope to the ICO that was recalled at once."""
    request, _ = world.ask("technical")
    world.settle()
    release = w.wish(world, request).release
    assert release is not None
    with world.nodes[NCA].store.writing() as records:
        recall(records, world.nodes[NCA], release)
    world.settle()


LOST = [
    *(beats_are_lost, an_envelope_is_lost, a_receipt_is_lost, a_recalled_envelope_is_lost),
    all_is_lost,
]


def put_back_after(lost: Callable[[World], None]) -> tuple[World, w.Wire]:
    """Return nodes of which the NCA was put back to what it was before something happened."""
    world, wire = lived()
    backup = copied(store_of(world))
    lost(world)
    go_on_with(world, backup)
    wire.passed.clear()
    return world, wire


def ledgers(world: World) -> list[list[bytes]]:
    """Return the entries of all of the NCA's ledgers."""
    with world.nodes[NCA].store.reading() as records:
        return [list(records.ledgers.entries(name)) for name in ledger_names(records)]


def entries(world: World, ledger: str, party: PartyId = NCA) -> list[dict[str, str]]:
    """Return what a node wrote down of being put back."""
    with world.nodes[party].store.reading() as records:
        found = [decode(Entry, each, "an entry") for each in records.ledgers.entries(ledger)]
    return [dict(each.ids) for each in found if each.type is EntryType.RESTORE]


def stopped(world: World, party: PartyId = NCA) -> bool:
    with world.nodes[party].store.reading() as records:
        return node.is_stopped(records)


def controls(wire: w.Wire) -> Iterator[Control]:
    """Yield the control messages that were sent, by whomever."""
    for _, path, body, _ in wire.passed:
        if path == CONTROLS:
            yield decode(Control, decode(Signed, body, "a message").payload, "a message")


# --- what is wrong --------------------------------------------------------------------------


def work_on(world: World) -> None:
    """Let all go on for an hour; a process that fails is started again."""
    for _ in range(30):
        world.clock.pass_(MINUTES)
        for party in PARTIES:
            try:
                world.workers[party].round()
            except StoppedError:
                world.workers[party] = Worker(world.nodes[party])


def wrong_after(lost: Callable[[World], None]) -> set[str]:
    """Return what is not as it should be at a node that was put back."""
    world, wire = put_back_after(lost)
    before, found = ledgers(world), set()
    world.workers[NCA].round()
    found |= {"it does not stop at once"} if not stopped(world) else set()
    found |= {"nobody is told"} if "put-back" not in w.alarms(world, NCA) else set()
    work_on(world)
    found |= {"it forgets that it was put back"} if not stopped(world) else set()
    go_on_with(world, store_of(world))
    world.down = {FRONT_DOOR, ICO}
    work_on(world)
    world.down = set()
    work_on(world)
    found |= {"it goes on in a new process"} if not stopped(world) else set()
    with suppress(StoppedError):
        world.seek("contact")
    found |= {"its ledgers go on"} if ledgers(world) != before else set()
    if any(each.from_ == NCA and each.poll is None for each in controls(wire)):
        found.add("it sends more than questions")
    if any(w.header_of(each).from_ == NCA for each in wire.envelopes()):
        found.add("it sends envelopes")
    answers = [answer for to, _, _, answer in wire.passed if to == NCA]
    if any(each is None or each.body != b"unavailable" for each in answers):
        found.add("it answers")
    return found


def claims(world: World, wire: w.Wire) -> dict[str, Shown]:
    """Return what a malicious ICO could show to the NCA, which was not put back."""
    signer, ours = world.nodes[ICO].keys.identity, pair_ledger(ICO)
    newer = Head(origin=origin(NCA, ours), size=10_000, root=bytes(32))
    with world.nodes[NCA].store.reading() as records:
        notes = [each.note for each in records.checkpoints.find()]
    mine = [each for each in notes if read_head(each).origin == origin(NCA, ours)]
    others = [each for each in notes if read_head(each).origin != origin(NCA, ours)]
    oldest = min(mine, key=lambda each: read_head(each).size)
    headers = [read_envelope(each).header for each in wire.envelopes()]
    forged = sign_head(newer, signer)
    return {
        "a head that it signed itself": Shown(head=forged),
        "a head with a signature of another": Shown(
            head=forged.partition("\n\n")[0] + "\n\n" + _one(oldest).partition("\n\n")[2]
        ),
        "a head that is old": Shown(head=_one(oldest)),
        "a head of another pair": Shown(head=_one(others[0])),
        "an envelope that is old": Shown(header=headers[0]),
        "an envelope that it changed": Shown(
            header=replace(headers[0], payload=headers[0].payload.replace(b'"seq":1', b'"seq":9'))
        ),
    }


def _one(note: str) -> str:
    """Return a note with its keeper's signature alone."""
    text, _, lines = note.partition("\n\n")
    return f"{text}\n\n{lines.splitlines()[0]}\n"


def wrongly_stopped() -> set[str]:
    """Return by which of a peer's claims a node that was not put back can be stopped."""
    world, wire = lived()
    found = set()
    for name, shown in claims(world, wire).items():
        wire.answer_instead[ICO, CONTROLS] = Answer(200, encode(Batch(shown=shown)))
        ico = next(e for e in _peers(world) if e.party == ICO)
        assert poll.poll(world.nodes[NCA], ico) == 0
        if stopped(world):
            found.add(name)
            with world.nodes[NCA].store.writing() as records:
                records.gaps.remove(ICO)
    return found


def _peers(world: World) -> list[Peer]:
    with world.nodes[NCA].store.reading() as records:
        return records.peers.find()


# --- it stops -------------------------------------------------------------------------------


@pytest.mark.parametrize("lost", LOST)
def test_a_node_that_was_put_back_stops_until_an_officer_looks(
    lost: Callable[[World], None],
) -> None:
    found = wrong_after(lost)
    record("P12", what="nodes that were put back stop by themselves", tried=1, broken=len(found))
    assert found == set()


def test_no_claim_of_a_peer_stops_a_node_that_was_not_put_back() -> None:
    found = wrongly_stopped()
    record("P12", what="peers that claim a node was put back", tried=6, broken=len(found))
    assert found == set()


def test_whatever_a_peer_shows_again_of_what_a_node_signed_does_not_stop_it() -> None:
    world, wire = lived()
    an_envelope_is_lost(world)
    world.wait(HOUR)
    heads = [each.heartbeat.note for each in controls(wire) if each.heartbeat]
    headers = [read_envelope(each).header for each in wire.envelopes()]
    receipts = [
        decode(Signed, answer.body, "a receipt")
        for to, path, _, answer in wire.passed
        if to == NCA and path == ENVELOPES and answer
    ]
    shown = [Shown(head=each) for each in heads]
    shown += [Shown(header=each) for each in headers]
    shown += [Shown(receipt=each) for each in receipts]
    nothing_stops(world, shown)


def nothing_stops(world: World, shown: list[Shown]) -> None:
    """See that the NCA goes on whichever of these two peers show it."""
    assert len(shown) > 20
    for peer in (ICO, FRONT_DOOR):
        for each in shown:
            put_back.look_at(world.nodes[NCA], peer, each)
    assert not stopped(world)


def test_a_restart_alone_stops_nothing() -> None:
    world, _ = lived()
    for party in PARTIES:
        world.workers[party] = Worker(world.nodes[party])
    world.ask("technical")
    beat(world, 2)
    assert not any(stopped(world, each) for each in PARTIES)
    assert w.states(world) == [OutState.RECEIPTED] * 2


def test_nothing_is_pushed_to_a_peer_that_has_not_said_what_it_holds() -> None:
    """So a node that was put back signs nothing twice, not even in its first second."""
    world, wire = put_back_after(all_is_lost)
    wire.lose_messages = {(ICO, CONTROLS), (FRONT_DOOR, CONTROLS)}
    for _ in range(20):
        world.clock.pass_(MINUTES)
        world.workers[NCA].round()
    assert not stopped(world)
    assert all(each.poll for each in controls(wire) if each.from_ == NCA)
    assert not wire.envelopes()


def test_a_node_that_cannot_push_still_lets_its_peer_poll() -> None:
    world, wire = lived()
    world.workers[NCA] = Worker(world.nodes[NCA])
    wire.lose_messages = {(ICO, CONTROLS), (ICO, ENVELOPES)}
    world.ask("technical")
    world.workers[NCA].round()
    with world.nodes[ICO].store.reading() as records:
        nca = next(each for each in records.peers.find() if each.party == NCA)
    assert poll.poll(world.nodes[ICO], nca) > 0
    world.workers[ICO].round()
    assert len(w.at(world)) == 2


def test_a_stopped_node_answers_like_one_that_fails_and_records_nothing() -> None:
    world, wire = lived()
    backup = copied(store_of(world))
    wire.passed.clear()
    all_is_lost(world)
    sent = [(path, body) for to, path, body, _ in wire.passed if to == NCA]
    go_on_with(world, backup)
    world.workers[NCA].round()
    before = ledgers(world)
    for path, body in sent:
        take = accept.accept_envelope if path == ENVELOPES else take_control.take_control
        with pytest.raises(RefusedError) as refused:
            take(world.nodes[NCA], body)
        assert refused.value.problem is Problem.UNAVAILABLE
    assert len(sent) > 3
    assert ledgers(world) == before


def test_an_officer_of_a_stopped_node_is_told_why_and_nothing_is_kept() -> None:
    world, _ = put_back_after(all_is_lost)
    world.workers[NCA].round()
    before = ledgers(world)
    with pytest.raises(StoppedError) as told:
        world.ask("technical")
    assert "has stopped" in str(told.value)
    assert "restore reconcile" in told.value.advice
    assert ledgers(world) == before


# --- planted mistakes -----------------------------------------------------------------------


def nobody_shows(patch: pytest.MonkeyPatch) -> None:
    """Peers keep to themselves what they hold."""
    patch.setattr(take_control, "_shown", lambda *_: Shown())


def any_head_counts(patch: pytest.MonkeyPatch) -> None:
    """A head is believed whoever signed it."""

    def wrong(_own: object, note: str, _name: str, size: int, _root: object) -> Head | None:
        found = read_head(note) if note else None
        return found if found and found.size > size else None

    patch.setattr(put_back, "lost_head", wrong)


def old_heads_count(patch: pytest.MonkeyPatch) -> None:
    """A head is believed to be newer because it is another than that of now."""

    def wrong(own: Own, note: str, name: str, _size: int, root: Callable[[int], Hash]) -> object:
        return lost_head(own, note, name, 0, root) if note else None

    patch.setattr(put_back, "lost_head", wrong)


class Believing:
    """Checks signatures without looking."""

    def check(self, public: bytes, signature: bytes, message: bytes) -> None:
        """Do nothing."""

    def check_passkey(self, passkey: Passkey, signature: bytes, message: bytes) -> None:
        """Do nothing."""


def any_envelope_counts(patch: pytest.MonkeyPatch) -> None:
    """An envelope's header is believed whoever signed it."""

    def wrong(
        own: Own, document: Signed | None, sent: int, known: Callable[[Digest], bool]
    ) -> object:
        believing = own._replace(verifier=Believing())
        return lost_envelope(believing, document, sent, known)

    patch.setattr(put_back, "lost_envelope", wrong)


def asks_later(patch: pytest.MonkeyPatch) -> None:
    """A node asks its peers only when it is time, and works before that."""
    patch.setattr(Worker, "_ask", lambda self, peers: self.asked.update(e.party for e in peers))


def stopped_in_memory(patch: pytest.MonkeyPatch) -> None:
    """That it has stopped is known to one process, as long as that lives."""
    memory: list[object] = []
    patch.setattr(put_back, "_stop", lambda *_: memory.append(1))
    for each in (work, deliver, node, accept, take_control):
        patch.setattr(each, "is_stopped", lambda _: bool(memory))
    right = go_on_with

    def forgets(world: World, store: Twin | DatabaseStore) -> None:
        memory.clear()
        right(world, store)

    patch.setitem(globals(), "go_on_with", forgets)


def stopped_for_its_officer_alone(patch: pytest.MonkeyPatch) -> None:
    """It raises the alarm and works on."""
    for each in (work, deliver, node, accept, take_control):
        patch.setattr(each, "is_stopped", lambda _: False)


def still_answers(patch: pytest.MonkeyPatch) -> None:
    """It sends nothing of its own, but it answers."""
    for each in (accept, take_control):
        patch.setattr(each, "is_stopped", lambda _: False)


def still_records(patch: pytest.MonkeyPatch) -> None:
    """It sends and answers nothing, but what officers do goes into its ledgers."""
    patch.setattr(node, "is_stopped", lambda _: False)


BUGS = [
    *(nobody_shows, any_head_counts, old_heads_count, any_envelope_counts, asks_later),
    *(stopped_in_memory, stopped_for_its_officer_alone, still_answers, still_records),
]


@pytest.mark.parametrize("bug", BUGS, ids=lambda each: each.__name__)
def test_a_planted_mistake_about_stopping_is_found(
    bug: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    bug(monkeypatch)
    try:
        found = wrongly_stopped() or wrong_after(all_is_lost)
    except StoppedError:
        found = {"it stops while all is well"}
    record(
        "P12", what="mistakes about stopping", tried=0, broken=0, planted=1, caught=int(bool(found))
    )
    assert found


# --- it goes on -----------------------------------------------------------------------------


@pytest.mark.parametrize("lost", LOST)
def test_when_an_officer_has_written_the_gap_down_everything_goes_on(
    lost: Callable[[World], None],
) -> None:
    world, _ = put_back_after(lost)
    world.workers[NCA].round()
    reconcile(world.nodes[NCA], OFFICER)
    beat(world, 3)
    world.ask("incident")
    world.report()
    beat(world, 3)
    assert not any(stopped(world, each) for each in PARTIES)
    assert w.states(world)[-1] is OutState.RECEIPTED
    for party in (ICO, FRONT_DOOR):
        assert "ledger-forked" not in w.alarms(world, party)
        assert "peer-put-back" in w.alarms(world, party)
        assert entries(world, pair_ledger(NCA), party)
        with world.nodes[NCA].store.reading() as records:
            pair, size = records.pairs.get(party), records.ledgers.size(pair_ledger(party))
        assert pair is not None
        assert pair.witnessed > size - 8
    assert entries(world, NODE_LEDGER)[0]["by"] == OFFICER


def test_the_gap_stands_in_both_ledgers_from_where_to_where() -> None:
    world, _ = put_back_after(all_is_lost)
    world.workers[NCA].round()
    [ico] = [each for each in show_lost(world.nodes[NCA]) if each.party == ICO]
    assert (ico.sent, ico.sent_there) == (1, 2)
    assert ico.size_there > ico.size
    reconcile(world.nodes[NCA], OFFICER)
    first, *filled = entries(world, pair_ledger(ICO))
    assert (first["sent"], first["sent_there"]) == ("1", "2")
    assert (first["size"], first["size_there"]) == (str(ico.size), str(ico.size_there))
    assert [each["lost"] for each in filled] == [
        str(place) for place in range(ico.size + 1, ico.size_there)
    ]
    mirrored = [each for each in entries(world, NODE_LEDGER) if each.get("peer") == ICO]
    assert [{k: v for k, v in each.items() if k != "peer"} for each in mirrored] == [first, *filled]


def test_what_lay_ready_is_laid_aside_with_an_alarm_and_sent_no_second_time() -> None:
    world, wire = lived()
    request, _ = world.ask("technical")
    backup = copied(store_of(world))
    world.settle()
    go_on_with(world, backup)
    world.workers[NCA].round()
    reconcile(world.nodes[NCA], OFFICER)
    wire.passed.clear()
    beat(world, 3)
    assert w.wish(world, request).progress is Progress.DEAD
    assert "dead-letter" in w.alarms(world, NCA)
    assert not wire.envelopes()
    assert "fork" not in w.alarms(world, ICO)


def test_places_that_came_and_are_lost_are_named_one_by_one() -> None:
    world, _ = put_back_after(a_receipt_is_lost)
    world.workers[NCA].round()
    [gap] = show_lost(world.nodes[NCA])
    reconcile(world.nodes[NCA], OFFICER)
    with world.nodes[NCA].store.reading() as records:
        named = [each.about for each in records.alarms.find(kind="lost-in-restore")]
    places = range(gap.received + 1, gap.received_there + 1)
    assert named == [f"FRONT_DOOR/{place}" for place in places] != []


def test_a_withdrawal_that_was_lost_is_sent_again() -> None:
    world, _ = lived()
    consent = world.seek("contact")
    backup = copied(store_of(world))
    with world.nodes[NCA].store.reading() as records:
        [old] = {each.consent for each in records.statements.find()} - {consent}
    w.withdraw(world, old)
    beat(world, 2)
    go_on_with(world, backup)
    world.workers[NCA].round()
    reconcile(world.nodes[NCA], OFFICER)
    beat(world, 1)
    with world.nodes[NCA].store.reading() as records:
        assert len(records.statements.find(consent=old)) == 2
    assert world.ask("technical")[1] is not None
    world.settle()
    assert len([each for each in w.at(world) if each.content]) == 0


def test_a_peer_that_does_not_answer_has_to_be_named() -> None:
    world, _ = put_back_after(beats_are_lost)
    world.workers[NCA].round()
    world.down = {ICO}
    with pytest.raises(NotPossibleError, match="ICO"):
        reconcile(world.nodes[NCA], OFFICER)
    assert stopped(world)
    reconcile(world.nodes[NCA], OFFICER, [ICO])
    assert entries(world, NODE_LEDGER)[0]["unasked"] == ICO
    assert not stopped(world)


def test_a_peer_that_held_more_and_was_silent_stops_the_node_again() -> None:
    world, _ = put_back_after(beats_are_lost)
    world.down = {ICO}
    world.workers[NCA].round()
    reconcile(world.nodes[NCA], OFFICER, [ICO])
    world.down = set()
    world.wait(timedelta(minutes=20))
    assert stopped(world)
    reconcile(world.nodes[NCA], OFFICER)
    beat(world, 4)
    assert not stopped(world)
    assert "ledger-forked" not in w.alarms(world, ICO)


def test_a_node_that_was_not_put_back_has_nothing_to_reconcile() -> None:
    world, _ = lived()
    before = ledgers(world)
    with pytest.raises(NotPossibleError, match="no peer has shown"):
        reconcile(world.nodes[NCA], OFFICER)
    assert show_lost(world.nodes[NCA]) == []
    assert ledgers(world) == before


def test_what_was_settled_stops_a_node_no_second_time_whatever_is_shown_again() -> None:
    world, wire = lived()
    backup = copied(store_of(world))
    all_is_lost(world)
    seen = [
        decode(Batch, answer.body, "a batch").shown
        for _, path, body, answer in wire.passed
        if path == CONTROLS and answer and b'"shown"' in answer.body
    ]
    seen += [Shown(head=each.heartbeat.note) for each in controls(wire) if each.heartbeat]
    seen += [Shown(header=read_envelope(each).header) for each in wire.envelopes()]
    go_on_with(world, backup)
    world.workers[NCA].round()
    reconcile(world.nodes[NCA], OFFICER)
    nothing_stops(world, seen)


def test_a_node_that_is_put_back_again_is_found_again() -> None:
    world, _ = put_back_after(all_is_lost)
    world.workers[NCA].round()
    reconcile(world.nodes[NCA], OFFICER)
    beat(world, 2)
    backup = copied(store_of(world))
    beat(world, 2)
    go_on_with(world, backup)
    world.workers[NCA].round()
    assert stopped(world)


def test_a_peer_cosigns_no_new_line_for_another_head_than_it_holds() -> None:
    world, _ = lived()
    with world.nodes[NCA].store.reading() as records:
        notes: list[Checkpoint] = records.checkpoints.find(ledger=pair_ledger(ICO))
    with world.nodes[NCA].store.writing() as records:
        old = _one(notes[0].note)
        queue_message(records, world.nodes[NCA], ICO, restored=Restored(head=old))
    world.settle()
    assert "restore-of-another-head" in w.alarms(world, ICO)
    with world.nodes[ICO].store.reading() as records:
        pair = records.pairs.get(NCA)
    assert pair is not None
    assert pair.seen > 0
