"""The story on real databases, one for each node: the same on both kinds, and nobody waits."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from comity.core.gate import Permit, Refusal
from comity.core.terms import OfficerId, PartyId, Section
from comity.node.seek_consent import Seek, seek_consent
from comity.node.send_report import send_report
from comity.node.show_report import show_reports
from comity.node.work import Worker
from comity.store.database import DatabaseStore
from comity.store.records import Counter, InState, OutState, Progress
from tests.node import watched as w
from tests.node.mail import ask as ask_acme
from tests.node.mail import pass_time, told_acme
from tests.node.world import ACME, FRONT_DOOR, ICO, NCA, REGULATION, World, acme_report
from tests.store.databases import Stores, one_for_each
from tests.store.django import set_up

set_up()

PARTIES = (FRONT_DOOR, NCA, ICO)
LONGEST_LOCK = 2.0
AT_ONCE = 20
LONGEST = 60.0


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.slow)])
def stores(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stores]:
    """Return an empty database for each node, of either kind."""
    with one_for_each(PARTIES, request, tmp_path) as made:
        yield made


def world_on(stores: Stores) -> World:
    world = World()
    for party, store in stores.items():
        world.add(party, store)
    world.pin_all()
    return world


class Probe:
    """Somebody else who writes to a database, in a thread of its own."""

    def __init__(self, stores: Stores) -> None:
        """Write to these databases."""
        self.stores, self.times = stores, 0
        self.pool = ThreadPoolExecutor(max_workers=1)

    def __call__(self) -> None:
        """See that every database takes a commit of somebody else now."""
        self.begun().result(timeout=LONGEST_LOCK)
        self.times += 1

    def begun(self) -> Future[None]:
        """Begin to write, and return at once."""
        return self.pool.submit(self._write)

    def _write(self) -> None:
        for store in self.stores.values():
            with store.writing() as records:
                records.counters.put(Counter(name="somebody-else", value=self.times))

    def close(self) -> None:
        """Close the thread's connections, and end it."""
        for store in self.stores.values():
            self.pool.submit(store.close).result()
        self.pool.shutdown()


@pytest.fixture
def probe(stores: Stores) -> Iterator[Probe]:
    """Return somebody else who writes to these databases."""
    found = Probe(stores)
    yield found
    found.close()


def test_the_story_is_the_same_and_no_lock_is_kept_while_anything_is_sent(
    stores: Stores, probe: Probe
) -> None:
    world, wire = w.watched(world_on(stores))
    wire.while_sending = probe
    _, decision = world.ask("incident", "technical")
    assert isinstance(decision, Refusal)
    assert decision.clauses[0] == "I-1"
    consent = w.consented(world, "incident")
    assert isinstance(world.ask("technical")[1], Refusal)
    request, permitted = world.ask("incident")
    assert isinstance(permitted, Permit)
    world.settle()
    assert [each.item.section for each in w.at(world)] == ["incident"]
    assert w.wish(world, request).progress is Progress.SENT
    *refused, notice = show_reports(world.nodes[FRONT_DOOR], ACME).notices
    assert [each.sections for each in refused] == [("incident", "technical"), ("technical",)]
    assert (notice.by, notice.recipient, notice.sections) == (NCA, ICO, ("incident",))
    assert all(each.received for each in show_reports(world.nodes[FRONT_DOOR], ACME).told)
    w.withdraw(world, consent)
    world.settle()
    assert w.wish(world, request).progress is Progress.RECALLED
    assert [each.content for each in w.at(world)] == [b""]
    world.wait(timedelta(minutes=11))
    assert not any(w.alarms(world, party) for party in PARTIES)
    assert len(wire.envelopes()) == 1
    assert probe.times > 10


def test_a_lock_that_is_kept_would_be_noticed(stores: Stores, probe: Probe) -> None:
    with stores[NCA].writing():
        waiting = probe.begun()
        with pytest.raises(TimeoutError):
            waiting.result(timeout=0.3)
    waiting.result(timeout=LONGEST_LOCK)


def many_each_way(world: World) -> None:
    """Let a front door and a body each have many envelopes for the other."""
    door, nca = world.nodes[FRONT_DOOR], world.nodes[NCA]
    with nca.store.reading() as records:
        case = records.cases.find()[0].id
    for _ in range(AT_ONCE):
        send_report(door, acme_report())
        seek_consent(
            nca,
            Seek(
                case=case,
                items=world.items(NCA, "incident")[:1],
                recipient=ICO,
                purpose=REGULATION,
                until=world.clock.now() + timedelta(days=1),
                why="so that nobody need ring you",
                officer=OfficerId("officer-1"),
            ),
        )


def work(worker: Worker, store: DatabaseStore, rests: Callable[[], bool]) -> None:
    """Let a node work in this thread until nothing waits anywhere."""
    ends = time.monotonic() + LONGEST
    try:
        while not rests():
            assert time.monotonic() < ends, "the nodes hold each other up"
            worker.round()
    finally:
        store.close()


@pytest.mark.slow
def test_two_nodes_that_send_to_each_other_at_once_lose_and_double_nothing(
    stores: Stores,
) -> None:
    world, _ = w.watched(world_on(stores))
    many_each_way(world)
    sides = ((FRONT_DOOR, NCA), (NCA, FRONT_DOOR))

    def rests() -> bool:
        for party, peer in sides:
            with stores[party].reading() as records:
                waiting = records.outbox.find(to=peer, state=OutState.QUEUED)
                waiting += records.outbox.find(to=peer, state=OutState.SENDING)
                if waiting or records.inbox.find(state=InState.RECEIVED):
                    return False
        return True

    def side(party: PartyId) -> None:
        try:
            work(world.workers[party], stores[party], rests)
        finally:
            for store in stores.values():
                store.close()

    with ThreadPoolExecutor(max_workers=2) as pool:
        for done in [pool.submit(side, party) for party, _ in sides]:
            done.result(timeout=LONGEST)
    for party, peer in sides:
        with stores[party].reading() as records, world.nodes[peer].store.reading() as others:
            sent = records.outbox.find(to=peer)
            came = others.inbox.find(from_=party)
            assert {each.state for each in sent} == {OutState.RECEIPTED}
            assert {each.state for each in came} == {InState.OPENED}
            assert {each.release for each in sent} == {each.id for each in came}
            assert sorted(each.seq for each in came) == list(range(1, len(sent) + 1))
            assert len(sent) in {AT_ONCE, AT_ONCE + 1}
        assert not w.alarms(world, party)
    with stores[FRONT_DOOR].reading() as records:
        assert len(records.asked.find()) == AT_ONCE
    with stores[NCA].reading() as records:
        held = [each.item.section for each in records.items.find() if each.release]
    assert held.count(Section("incident")) == AT_ONCE + 1


def test_people_are_told_once_and_nobody_waits_for_a_mail_server(
    stores: Stores, probe: Probe
) -> None:
    world, _, box = told_acme(world=world_on(stores))
    box.meanwhile = probe
    for section in ("incident", "contact"):
        ask_acme(world, section=section)
    pass_time(world, timedelta(hours=3))
    assert box.to == ["person-1@outside.example"]
    assert probe.times == 1
