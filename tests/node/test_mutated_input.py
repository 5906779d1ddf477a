"""Mutated and dishonest messages: a node refuses or answers, and goes on whatever comes."""

from datetime import timedelta
from functools import cache
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from comity.core.exchange import (
    Acknowledgement,
    Control,
    Done,
    Heartbeat,
    KeyChange,
    Poll,
    Recall,
    Receipt,
    RefusedError,
    sign_control,
)
from comity.core.exchange.control import KEY_BYTES
from comity.core.terms import Digest, MessageId, PartyId, ReleaseId, Signed, decode, encode
from comity.node.accept_envelope import accept_envelope
from comity.node.deliver import ENVELOPES
from comity.node.node import Node
from comity.node.take_control import take_control
from tests.node import watched as w
from tests.node.test_bad_input import signed_anew
from tests.node.world import BEATS, FRONT_DOOR, ICO, NCA, World, new_world
from tests.store.twin import Twin

KINDS = {"envelope", "statement", "status", "heartbeat", "poll", "recall"}
NUMBERS = st.integers(min_value=-3, max_value=(1 << 53) - 1)
OUTCOMES = st.sampled_from(list(Done))


@cache
def story() -> tuple[World, tuple[tuple[PartyId, str, bytes], ...]]:
    """Return a world after a story, and every message that was sent in it."""
    world, wire = w.watched()
    world.clock.pass_(BEATS)
    world.settle()
    consent = w.consented(world, "incident")
    world.ask("incident")
    world.settle()
    w.withdraw(world, consent)
    world.wait(timedelta(minutes=2))
    return world, tuple((PartyId(to), path, body) for to, path, body, _ in wire.passed)


def control(body: bytes) -> Control:
    """Return a control message, unverified."""
    return decode(Control, decode(Signed, body, "a message").payload, "a message")


def take(node: Node, path: str, body: bytes) -> bytes | None:
    """Return what a node answers; None if it refuses."""
    try:
        return (accept_envelope if path == ENVELOPES else take_control)(node, body)
    except RefusedError:
        return None


def kept(node: Node) -> dict[str, Any]:
    """Return everything that a node keeps, apart from alarms and how its clock stands."""
    assert isinstance(node.store, Twin)
    tables = {name: dict(rows) for name, rows in node.store.tables.items() if name != "alarms"}
    with node.store.reading() as records:
        sizes = {
            pair.party: records.ledgers.size(f"pair-{pair.party}") for pair in records.pairs.find()
        }
    return {**tables, "sizes": sizes}


def test_the_story_has_messages_of_every_kind() -> None:
    _, passed = story()
    found = {"envelope" if path == ENVELOPES else control(body).type for _, path, body in passed}
    assert found >= KINDS


@st.composite
def mutated(draw: st.DrawFn) -> tuple[PartyId, str, bytes]:
    """Draw a message of the story with some of its bytes changed, left out, doubled or added."""
    to, path, body = draw(st.sampled_from(story()[1]))
    for _ in range(draw(st.integers(1, 3))):
        at, size = draw(st.integers(0, len(body))), draw(st.sampled_from((0, 1, 1, 2, 40)))
        new = draw(st.one_of(st.binary(max_size=4), st.just(body[at : at + size] * 2)))
        body = body[:at] + new + body[at + size :]
    return to, path, body


@given(mutated())
def test_a_mutated_message_is_refused_and_changes_nothing(
    message: tuple[PartyId, str, bytes],
) -> None:
    world, passed = story()
    assume(message not in passed)
    to, path, body = message
    before = kept(world.nodes[to])
    answer = take(world.nodes[to], path, body)
    assert answer is None or control(body) in [
        control(each) for _, where, each in passed if where != ENVELOPES
    ]
    assert kept(world.nodes[to]) == before


def bodies(world: World) -> st.SearchStrategy[dict[str, Any]]:
    """Return bodies of control messages that a peer could sign, true or not."""
    real = [control(body) for _, path, body in story()[1] if path != ENVELOPES]
    beats = [each.heartbeat for each in real if each.heartbeat]
    releases = [each.recall.release for each in real if each.recall]
    ids = st.sampled_from([each.id for each in real])
    documents = [decode(Signed, each, "it") for _, path, each in story()[1] if path != ENVELOPES]
    release = st.sampled_from([*releases, ReleaseId("rel-x")])
    hashes = st.lists(st.binary(min_size=32, max_size=32), max_size=3).map(tuple)
    digest = st.sampled_from("0f").map(lambda each: Digest(each * 64))
    moment = st.integers(-400, 400).map(lambda each: world.clock.now() + timedelta(days=each))
    signed = st.sampled_from(documents)
    statements = [each.statement for each in real if each.statement]
    statuses = [each.status for each in real if each.status]
    keys = st.sampled_from(sorted(KEY_BYTES)).flatmap(
        lambda use: st.builds(
            KeyChange,
            use=st.just(use),
            public=st.binary(min_size=KEY_BYTES[use], max_size=KEY_BYTES[use]),
            replaces=st.none(),
            revoked=st.booleans(),
        )
    )
    return st.one_of(
        st.fixed_dictionaries({"recall": st.builds(Recall, release=release)}),
        st.fixed_dictionaries({"receipt": st.builds(
            Receipt, release=release, seq=NUMBERS, header=digest, done=OUTCOMES, at=moment
        )}),
        st.fixed_dictionaries({"acknowledgement": st.builds(
            Acknowledgement, message=ids, done=OUTCOMES, size=NUMBERS
        )}),
        st.fixed_dictionaries({"poll": st.builds(
            Poll, received=NUMBERS, receipt=st.none() | signed
        )}),
        st.fixed_dictionaries({"heartbeat": st.sampled_from(beats).flatmap(
            lambda beat: st.builds(
                Heartbeat, slot=moment, leaf=digest, note=st.just(beat.note), old=NUMBERS,
                proof=hashes,
            )
        )}),
        st.fixed_dictionaries({"key": keys}),
        st.fixed_dictionaries({"statement": st.sampled_from(statements)}),
        st.fixed_dictionaries({"status": st.sampled_from(statuses)}),
    )  # fmt: skip


def fresh() -> World:
    """Return a world for one example: what is taken changes it."""
    world, _ = w.watched(new_world((FRONT_DOOR, NCA, ICO)))
    w.consented(world, "incident")
    world.ask("incident")
    world.settle()
    return world


@pytest.mark.slow
@settings(max_examples=40)
@given(st.data())
def test_a_peer_that_signs_whatever_it_likes_stops_no_node(data: st.DataObject) -> None:
    world = fresh()
    drawn = bodies(world)
    for number in range(data.draw(st.integers(1, 4))):
        sender, to = data.draw(st.permutations((FRONT_DOOR, NCA, ICO)))[:2]
        made = Control(
            id=MessageId(f"msg-{number}"),
            from_=sender,
            to=to,
            created=world.clock.now(),
            **data.draw(drawn),
        )
        signer = world.nodes[sender].keys.identity
        assert take(world.nodes[to], "/node/controls", encode(sign_control(made, signer)))
    world.clock.pass_(timedelta(minutes=11))
    world.settle()


@pytest.mark.slow
@settings(max_examples=40)
@given(st.data())
def test_a_peer_that_writes_whatever_it_likes_on_an_envelope_stops_no_node(
    data: st.DataObject,
) -> None:
    world = fresh()
    envelopes = [body for to, path, body in story()[1] if (to, path) == (ICO, ENVELOPES)]
    envelope = data.draw(st.sampled_from(envelopes))
    header, now = w.header_of(envelope), world.clock.now()
    fields = {
        "id": st.sampled_from([header.id, ReleaseId("rel-x"), ReleaseId("rel-y")]),
        "type": st.sampled_from(["report", "message", "organisation_specific", "", "x"]),
        "seq": NUMBERS,
        "prev": st.none() | st.just(Digest("0" * 64)),
        "created": st.just(now),
        "expires": st.just(now + timedelta(minutes=5)),
        "consent": st.lists(st.sampled_from(header.consent), max_size=3).map(tuple),
        "agreements": st.just(()),
    }
    for _ in range(data.draw(st.integers(1, 3))):
        changes = data.draw(st.fixed_dictionaries({}, optional=fields))
        wrong = signed_anew(envelope, world.nodes[NCA].keys.identity, **changes)
        take(world.nodes[ICO], ENVELOPES, wrong)
    world.workers[ICO].round()
    world.settle()
