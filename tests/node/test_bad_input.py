"""Bad input at a node: what is broken, foreign or dishonest harms nobody and stops nothing."""

from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.db import connections

from comity.core.exchange import (
    Answer,
    Control,
    Done,
    Envelope,
    Heartbeat,
    Problem,
    Receipt,
    RefusedError,
    read_envelope,
    sign_control,
)
from comity.core.exchange.envelope import ENVELOPE_LIMITS, HEADER_TYPE
from comity.core.exchange.header import Header
from comity.core.gate import Refusal
from comity.core.terms import (
    Digest,
    InputError,
    MessageId,
    OfficerId,
    PartyId,
    ReleaseId,
    Signer,
    decode,
    encode,
    signed,
)
from comity.node.accept_envelope import accept_envelope
from comity.node.deliver import CONTROLS, ENVELOPES
from comity.node.keys import introduction, pin_peer, read_introduction, revoke_peer_key
from comity.node.node import Node
from comity.node.notify_organisation import send_message
from comity.node.take_control import take_control
from comity.store.port import StoreError
from comity.store.records import InState, OutState, Progress, Use
from comity.wire.sealing import HpkeOpener, new_reading_key
from tests.node import watched as w
from tests.node.world import FRONT_DOOR, ICO, NCA, NCSC, OFFICER, World, new_world
from tests.store.django import forget, open_store, set_up

set_up()

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
MORE_THAN_A_CONTROL = 6000


def refused(node: Node, envelope: bytes) -> Problem:
    """Return why a node does not take an envelope."""
    with pytest.raises(RefusedError) as caught:
        accept_envelope(node, envelope)
    return caught.value.problem


def put(world: World, node: Node) -> None:
    """Put a node in the place of the one of its name."""
    world.nodes[node.party] = world.workers[node.party].node = node


def sent(world: World, wire: w.Wire, *sections: str) -> bytes:
    """Let the NCA pass sections on, and return the envelope."""
    w.consented(world, *sections)
    world.ask(*sections)
    world.settle()
    return wire.envelopes()[-1]


def kept_back(world: World, wire: w.Wire, *sections: str) -> tuple[str, bytes]:
    """Let the NCA pass sections on, and the envelope be lost; return the request and it."""
    w.consented(world, *sections)
    wire.lose_messages.add((ICO, ENVELOPES))
    request, _ = world.ask(*sections)
    world.settle()
    return request, wire.envelopes()[-1]


def signed_anew(envelope: bytes, signer: Signer, **changes: Any) -> bytes:  # noqa: ANN401 - any field of a header
    """Return an envelope whose header says something else, signed by this key."""
    found = read_envelope(envelope)
    header = decode(Header, found.header.payload, "a header")
    fields = {name: getattr(header, name) for name in Header.__dataclass_fields__}
    document = signed(HEADER_TYPE, encode(Header(**{**fields, **changes})), signer)
    return encode(Envelope(header=document, sealed=found.sealed))


@pytest.mark.parametrize(
    "change",
    [
        lambda _: b"",
        lambda data: data[:-1],
        lambda data: data[1:],
        lambda data: b" " + data,
        lambda data: data.replace(b'"header"', b'"headers"', 1),
        lambda data: data + b"x" * ENVELOPE_LIMITS.size,
        lambda _: b"{}",
        lambda _: b"\x00\xff\xfe",
    ],
)
def test_what_is_no_envelope_is_refused_and_nothing_is_kept(change: Any) -> None:  # noqa: ANN401 - any damage
    world, wire = w.watched()
    _, envelope = kept_back(world, wire, "incident")
    assert refused(world.nodes[ICO], change(envelope)) is Problem.MALFORMED
    with world.nodes[ICO].store.reading() as records:
        assert records.inbox.find() == []
    assert w.alarms(world, ICO) == set()


def test_an_envelope_with_another_content_is_refused() -> None:
    world, wire = w.watched()
    _, envelope = kept_back(world, wire, "incident")
    found = read_envelope(envelope)
    other = encode(Envelope(header=found.header, sealed=found.sealed[:-1] + b"\x00"))
    assert refused(world.nodes[ICO], other) is Problem.MALFORMED


def test_an_envelope_for_another_node_or_by_a_stranger_is_refused() -> None:
    world, wire = w.watched()
    _, envelope = kept_back(world, wire, "incident")
    assert refused(world.nodes[NCSC], envelope) is Problem.NOT_FOR_THIS_NODE
    alone = new_world([ICO])
    assert refused(alone.nodes[ICO], envelope) is Problem.UNKNOWN_PEER
    mine = world.nodes[NCSC].keys.identity
    assert refused(world.nodes[ICO], signed_anew(envelope, mine)) is Problem.BAD_SIGNATURE


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"v": 2}, Problem.UNSUPPORTED),
        ({"seq": 0}, Problem.FORK),
        ({"seq": -1}, Problem.FORK),
        ({"prev": Digest("0" * 64)}, Problem.FORK),
        ({"ciphertext": None}, Problem.MALFORMED),
        ({"ciphertext": Digest("0" * 64)}, Problem.MALFORMED),
    ],
)
def test_a_header_that_does_not_continue_the_order_is_refused(
    changes: dict[str, object], problem: Problem
) -> None:
    world, wire = w.watched()
    _, envelope = kept_back(world, wire, "incident")
    wrong = signed_anew(envelope, world.nodes[NCA].keys.identity, **changes)
    assert refused(world.nodes[ICO], wrong) is problem
    with world.nodes[ICO].store.reading() as records:
        assert records.inbox.find() == []


def test_an_envelope_that_is_too_old_or_lives_too_long_is_refused() -> None:
    world, wire = w.watched()
    _, envelope = kept_back(world, wire, "incident")
    key = world.nodes[NCA].keys.identity
    long = signed_anew(envelope, key, expires=world.clock.now() + HOUR)
    assert refused(world.nodes[ICO], long) is Problem.EXPIRED
    early = signed_anew(envelope, key, created=world.clock.now() + HOUR)
    assert refused(world.nodes[ICO], early) is Problem.CLOCK_SKEW
    world.clock.pass_(20 * MINUTE)
    assert refused(world.nodes[ICO], envelope) is Problem.EXPIRED
    assert {"expired", "clock-skew"} <= w.alarms(world, ICO)


def test_an_old_envelope_that_is_played_again_gets_its_receipt_and_does_nothing() -> None:
    world, wire = w.watched()
    envelope = sent(world, wire, "incident")
    receipts = [answer for _, path, _, answer in wire.passed if path == ENVELOPES]
    world.clock.pass_(24 * HOUR)
    again = accept_envelope(world.nodes[ICO], envelope)
    assert again in [each.body for each in receipts if each]
    world.settle()
    assert len(w.at(world)) == 1


def test_another_release_cannot_take_the_id_of_one_that_is_held() -> None:
    world, wire = w.watched()
    envelope = sent(world, wire, "incident")
    with world.nodes[ICO].store.reading() as records:
        (before,) = records.inbox.find()
    ncsc = signed_anew(
        envelope, world.nodes[NCSC].keys.identity, from_=NCSC, created=world.clock.now()
    )
    assert refused(world.nodes[ICO], ncsc) is Problem.FORK
    digest = Digest(sha256(read_envelope(envelope).header.payload).hexdigest())
    same = signed_anew(envelope, world.nodes[NCA].keys.identity, seq=2, prev=digest)
    assert refused(world.nodes[ICO], same) is Problem.FORK
    with world.nodes[ICO].store.reading() as records:
        assert records.inbox.find() == [before]
    assert "fork" in w.alarms(world, ICO)


def test_another_item_cannot_take_the_id_of_one_that_is_held() -> None:
    world, wire = w.watched()
    sent(world, wire, "incident")
    (held,) = w.at(world)
    number = bytes.fromhex(held.item.id.removeprefix("item-"))
    nca = world.nodes[NCA]
    w.consented(world, "technical")
    world.ask("technical")
    put(world, replace(nca, chance=lambda size: (number * 3)[:size]))
    world.workers[NCA].round()
    put(world, nca)
    world.workers[ICO].round()
    assert w.at(world) == [held]
    assert "not-opened" in w.alarms(world, ICO)


def test_a_peer_that_was_down_gets_everything_once_when_it_comes_back() -> None:
    world, wire = w.watched()
    w.consented(world, "incident", "technical")
    world.down.add(ICO)
    world.workers[ICO].polled_at.clear()
    for section in ("incident", "technical"):
        world.ask(section)
    ico = world.workers.pop(ICO)
    world.wait(2 * HOUR)
    assert w.at(world) == []
    world.down.clear()
    world.workers[ICO] = ico
    world.wait(20 * MINUTE)
    assert sorted(each.item.section for each in w.at(world)) == ["incident", "technical"]
    assert w.states(world) == [OutState.RECEIPTED, OutState.RECEIPTED]
    assert len({w.header_of(each).id for each in wire.envelopes()}) == 2


def test_what_is_sealed_for_another_key_is_quarantined_kept_and_receipted() -> None:
    world, wire = w.watched()
    ico = world.nodes[ICO]
    other = HpkeOpener([new_reading_key()])
    put(world, replace(ico, keys=replace(ico.keys, opener=other)))  # type: ignore[type-var] # keys of tests are a dataclass
    w.consented(world, "incident", "technical")
    for section in ("incident", "technical"):
        world.ask(section)
    world.settle()
    assert w.states(world) == [OutState.RECEIPTED, OutState.RECEIPTED]
    with ico.store.reading() as records:
        rows = records.inbox.find()
    assert [each.state for each in rows] == [InState.QUARANTINED, InState.QUARANTINED]
    assert [each.envelope for each in rows] == wire.envelopes()
    assert w.at(world) == []
    assert w.alarms(world, ICO) == {"not-opened"}


def receipt(world: World, envelope: bytes, signer: Signer, **changes: Any) -> Answer:  # noqa: ANN401 - any field of a receipt
    """Return what the ICO could answer to an envelope."""
    header = w.header_of(envelope)
    said = {
        "release": header.id,
        "seq": header.seq,
        "header": Digest(sha256(read_envelope(envelope).header.payload).hexdigest()),
        "done": Done.ACCEPTED,
        "at": world.clock.now(),
        **changes,
    }
    control = Control(
        id=MessageId("msg-1"),
        from_=ICO,
        to=NCA,
        created=world.clock.now(),
        receipt=Receipt(**said),
    )
    return Answer(200, encode(sign_control(control, signer)))


@pytest.mark.parametrize(
    ("whose", "changes", "alarm"),
    [
        (NCSC, {}, "peer-refuses"),
        (NCA, {}, "peer-refuses"),
        (ICO, {"release": ReleaseId("rel-other")}, "receipt-for-nothing"),
        (ICO, {"seq": 7}, "receipt-for-nothing"),
        (ICO, {"header": Digest("0" * 64)}, "receipt-for-nothing"),
    ],
)
def test_a_receipt_that_is_forged_or_for_something_else_is_not_believed(
    whose: PartyId, changes: dict[str, object], alarm: str
) -> None:
    world, wire = w.watched()
    request, envelope = kept_back(world, wire, "incident")
    answer = receipt(world, envelope, world.nodes[whose].keys.identity, **changes)
    wire.lose_messages.clear()
    wire.answer_instead[ICO, ENVELOPES] = answer
    w.requeue(world)
    world.workers[NCA].round()
    assert w.wish(world, request).progress is Progress.QUEUED
    assert w.states(world) == [OutState.SENDING]
    assert alarm in w.alarms(world, NCA)
    wire.answer_instead.clear()
    world.wait(20 * MINUTE)
    assert w.wish(world, request).progress is Progress.SENT
    assert len(w.at(world)) == 1


NONSENSE = [
    b"",
    *(pytest.param(each, marks=pytest.mark.slow) for each in (b"{}", b"\xff", b"malformed?")),
]


@pytest.mark.parametrize("body", NONSENSE)
@pytest.mark.parametrize("path", [ENVELOPES, CONTROLS])
def test_nonsense_for_an_answer_is_waited_out(body: bytes, path: str) -> None:
    world, wire = w.watched()
    w.consented(world, "incident")
    wire.answer_instead[ICO, path] = Answer(200, body)
    request, _ = world.ask("incident")
    world.wait(5 * MINUTE)
    wire.answer_instead.clear()
    world.wait(20 * MINUTE)
    assert w.wish(world, request).progress is Progress.SENT
    assert len(w.at(world)) == 1


def test_a_question_about_nothing_stops_nothing() -> None:
    world, _ = w.watched()
    nca = world.nodes[NCA]
    with nca.store.writing() as records:
        case = records.cases.find()[0]
        text = {
            "ask": "consent-1", "items": [], "recipient": ICO, "purpose": "regulation",
            "until": world.clock.now() + HOUR, "why": "nothing",
        }  # fmt: skip
        send_message(records, nca, case.organisation, text, OfficerId("officer-1"), case.id)
    world.settle()
    assert "message-not-understood" in w.alarms(world, FRONT_DOOR)
    w.consented(world, "incident")


def test_a_peer_that_is_revoked_before_its_envelope_is_opened_stops_nothing() -> None:
    world, wire = w.watched()
    _, envelope = kept_back(world, wire, "incident")
    ico = world.nodes[ICO]
    assert accept_envelope(ico, envelope)
    revoke_peer_key(ico, NCA, Use.IDENTITY)
    world.workers[ICO].round()
    with ico.store.reading() as records:
        assert [each.state for each in records.inbox.find()] == [InState.QUARANTINED]
    assert "not-opened" in w.alarms(world, ICO)


def test_a_receipt_counts_even_if_no_front_door_is_left_to_tell() -> None:
    world, wire = w.watched()
    w.consented(world, "incident")
    wire.lose_answers.add(ENVELOPES)
    request, _ = world.ask("incident")
    world.settle()
    wire.lose_answers.clear()
    revoke_peer_key(world.nodes[NCA], FRONT_DOOR, Use.IDENTITY)
    world.wait(10 * MINUTE)
    assert w.wish(world, request).progress is Progress.RECALLED
    assert "notice-without-front-door" in w.alarms(world, NCA)


def test_a_peer_without_a_reading_key_holds_up_nobody_else() -> None:
    world, _ = w.watched()
    w.consented(world, "incident")
    revoke_peer_key(world.nodes[NCA], ICO, Use.READING)
    request, _ = world.ask("incident")
    world.wait(20 * MINUTE)
    assert w.wish(world, request).progress is Progress.QUEUED
    assert "no-reading-key" in w.alarms(world, NCA)
    with world.nodes[NCSC].store.reading() as records:
        assert len(records.taken.find(from_=NCA)) > 2
    nca, again = world.nodes[NCA], new_world([ICO]).nodes[ICO]
    shown = introduction(again, "http://ICO")
    put(world, replace(world.nodes[ICO], keys=again.keys))
    pin_peer(nca, read_introduction(shown, nca.verifier), OFFICER)
    world.wait(20 * MINUTE)
    assert w.wish(world, request).progress is Progress.SENT


def test_a_peer_whose_address_cannot_be_used_holds_up_nobody_else() -> None:
    world, wire = w.watched()

    class Picky(type(wire)):  # type: ignore[misc] # the wire's own class
        def post(self, address: str, path: str, body: bytes) -> Answer:
            if address.endswith(ICO):
                raise InputError(code, "no certificate", at=where, advice="pin it")
            return wire.post(address, path, body)

    with pytest.raises(InputError) as caught:
        PartyId("x")
    code, where = caught.value.code, caught.value.at
    put(world, replace(world.nodes[NCA], transport=Picky(world)))
    world.wait(20 * MINUTE)
    assert "address-not-usable" in w.alarms(world, NCA)
    with world.nodes[NCSC].store.reading() as records:
        assert len(records.taken.find(from_=NCA)) > 2


def test_a_content_that_cannot_be_opened_holds_up_nothing_that_waits_behind_it() -> None:
    world, wire = w.watched()
    w.consented(world, "incident", "technical")
    first, _ = world.ask("incident")
    second, _ = world.ask("technical")
    with world.nodes[NCA].store.writing() as records:
        (held,) = [each for each in records.items.find() if each.item.section == "incident"]
        records.items.put(w.changed(held, content=b""))
    world.settle()
    assert w.wish(world, first).progress is Progress.WITHDRAWN
    assert w.wish(world, second).progress is Progress.SENT
    assert "content-not-opened" in w.alarms(world, NCA)
    assert len(wire.envelopes()) == 1


def test_what_is_refused_while_a_status_is_missing_is_not_asked_again_without_end() -> None:
    world, wire = w.watched()
    w.consented(world, "incident")
    wire.lose_messages |= {(ICO, ENVELOPES), (ICO, CONTROLS), (NCA, CONTROLS)}
    request, _ = world.ask("incident")
    world.workers.pop(ICO)
    world.down.add(FRONT_DOOR)
    world.wait(20 * MINUTE)
    wire.lose_messages.clear()
    w.requeue(world)
    before = decisions(world, request)
    for _ in range(50):
        world.clock.pass_(timedelta(seconds=1))
        world.workers[NCA].round()
    assert w.states(world) == [OutState.QUEUED]
    assert decisions(world, request) <= before + 1
    world.down.clear()
    world.wait(20 * MINUTE)
    assert w.wish(world, request).progress is Progress.SENT


def decisions(world: World, request: str) -> int:
    with world.nodes[NCA].store.reading() as records:
        return len(records.decisions.find(request=request))


def test_a_control_that_is_too_large_is_refused_like_any_other_nonsense() -> None:
    world, _ = w.watched()
    world.wait(20 * MINUTE)
    nca = world.nodes[NCA]
    with nca.store.reading() as records:
        (row,) = records.messages.find(to=ICO, type="heartbeat")[-1:]
    beat = decode(Control, row.body, "a message").heartbeat
    assert beat is not None
    proof = (bytes(32),) * MORE_THAN_A_CONTROL
    long = Heartbeat(slot=beat.slot, leaf=beat.leaf, note=beat.note, old=beat.old, proof=proof)
    made = Control(id=MessageId("msg-1"), from_=NCA, to=ICO, created=nca.now(), heartbeat=long)
    with pytest.raises(RefusedError) as caught:
        take_control(world.nodes[ICO], encode(sign_control(made, nca.keys.identity)))
    assert caught.value.problem is Problem.MALFORMED


def test_a_database_that_lost_its_settings_takes_nothing_and_says_why(tmp_path: Path) -> None:
    store = open_store(tmp_path / "ico.sqlite3")
    options = connections[store.alias].settings_dict["OPTIONS"]
    usual = options["init_command"]
    world = World()
    for party in (FRONT_DOOR, NCA):
        world.add(party)
    world.add(ICO, store)
    world.pin_all()
    _, wire = w.watched(world)
    _, envelope = kept_back(world, wire, "incident")
    try:
        options["init_command"] = usual.replace("synchronous=FULL", "synchronous=OFF")
        store.close()
        with pytest.raises(StoreError, match="synchronous is not 2, so a commit could be lost"):
            accept_envelope(world.nodes[ICO], envelope)
        options["init_command"] = usual
        with store.reading() as records:
            assert records.inbox.find() == []
        assert accept_envelope(world.nodes[ICO], envelope)
    finally:
        forget(store.alias)
    assert isinstance(world.ask("technical")[1], Refusal)
