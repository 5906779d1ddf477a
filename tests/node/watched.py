"""Watched: a world whose messages can be caught, lost and looked at."""

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from comity.core.consent import Assurance
from comity.core.exchange import Answer, UnreachableError, read_envelope
from comity.core.exchange.header import Header
from comity.core.terms import ConsentId, Digest, PartyId, decode
from comity.node import poll
from comity.node.answer_consent import answer_consent
from comity.node.deliver import ENVELOPES
from comity.node.node import Node, pair_of
from comity.node.withdraw_consent import withdraw_consent
from comity.store.change import changed
from comity.store.records import Alarm, Held, OutState, Wish
from tests.node.world import (
    FRONT_DOOR,
    ICO,
    NCA,
    SPEAKER,
    Direct,
    World,
    new_world,
    sections,
)

__all__ = ["Wire", "World", "changed", "pair_of", "watched"]
"""What tests take from here by name; everything else is defined below."""


@dataclass(slots=True)
class Wire(Direct):
    """A transport that keeps what passes, and can lose messages or answers of a path."""

    passed: list[tuple[str, str, bytes, Answer | None]] = field(default_factory=list)
    lose_answers: set[str] = field(default_factory=set)
    lose_messages: set[tuple[str, str]] = field(default_factory=set)
    answer_instead: dict[tuple[str, str], Answer] = field(default_factory=dict)
    while_sending: Callable[[], None] = lambda: None

    def post(self, address: str, path: str, body: bytes) -> Answer:
        """Hand a message over, and keep it with its answer."""
        to = address.rpartition("/")[2]
        self.while_sending()
        if (to, path) in self.lose_messages:
            self.passed.append((to, path, body, None))
            raise UnreachableError
        if (to, path) in self.answer_instead:
            return self.answer_instead[to, path]
        answer = Direct.post(self, address, path, body)
        self.passed.append((to, path, body, answer))
        if path in self.lose_answers:
            raise UnreachableError
        return answer

    def envelopes(self, to: PartyId = ICO) -> list[bytes]:
        """Return the envelopes that were sent to a party."""
        return [body for party, path, body, _ in self.passed if (party, path) == (to, ENVELOPES)]


def watched(world: World | None = None) -> tuple[World, Wire]:
    """Return a world in which Acme has reported to the NCA, and its wire."""
    world = world or new_world()
    wire = Wire(world)
    for party, node in list(world.nodes.items()):
        rewired = on_wire(node, wire)
        world.nodes[party] = rewired
        world.workers[party].node = rewired
    world.report()
    wire.passed.clear()
    return world, wire


def on_wire(node: Node, wire: Wire) -> Node:
    """Return a node that posts over this wire."""
    fields = {name: getattr(node, name) for name in Node.__dataclass_fields__}
    return Node(**{**fields, "transport": wire})


def restored(world: World, party: PartyId) -> Node:
    """Put a node back to what it was right after it had pinned the others, and return it."""
    node = world.nodes[party]
    fresh = on_wire(new_world().nodes[party], Wire(world))
    fields = {name: getattr(node, name) for name in Node.__dataclass_fields__}
    world.nodes[party] = Node(**{**fields, "store": fresh.store})
    world.workers[party].node = world.nodes[party]
    return world.nodes[party]


def unaware(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no node look at what peers show of it: so one that was put back goes on regardless."""
    monkeypatch.setattr(poll, "look_at", lambda *_: None)


def consented(world: World, *names: str) -> str:
    """Let the NCA ask for consent and Acme say yes, and return the consent's id."""
    consent = world.seek(*names)
    door = world.nodes[FRONT_DOOR]
    answer_consent(door, consent, sections(*names), Assurance.TOTP, SPEAKER)
    world.settle()
    return consent


def withdraw(world: World, consent: str) -> None:
    """Let Acme take its yes back."""
    withdraw_consent(world.nodes[FRONT_DOOR], ConsentId(consent), Assurance.TOTP)


def at(world: World, party: PartyId = ICO) -> list[Held]:
    """Return what a body holds of what another body passed on to it, contents given up or not."""
    with world.nodes[party].store.reading() as records:
        return [each for each in records.items.find() if each.release and party not in to(each)]


def to(held: Held) -> frozenset[PartyId]:
    """Return to whom an item was told by its sources."""
    return frozenset().union(*(each.given_to for each in held.item.label.sources))


def digests(world: World, party: PartyId = ICO) -> set[Digest]:
    """Return the digests of what a body was passed."""
    return {each.item.digest for each in at(world, party)}


def alarms(world: World, party: PartyId) -> set[str]:
    """Return the kinds of alarm that a node has raised."""
    with world.nodes[party].store.reading() as records:
        found: list[Alarm] = records.alarms.find()
    return {each.kind for each in found}


def wish(world: World, request: str, party: PartyId = NCA) -> Wish:
    """Return a wish as it stands."""
    with world.nodes[party].store.reading() as records:
        found = records.wishes.get(request)
    assert found is not None
    return found


def header_of(envelope: bytes) -> Header:
    """Return the header of an envelope, unverified."""
    return decode(Header, read_envelope(envelope).header.payload, "a header")


def requeue(world: World, party: PartyId = NCA) -> None:
    """Let a node try its peers again at once, as if the waits were over."""
    with world.nodes[party].store.writing() as records:
        for pair in records.pairs.find():
            records.pairs.put(changed(pair, next_attempt=None, next_envelope=None))
    world.workers[party].unanswered.clear()


def states(world: World, party: PartyId = NCA, peer: PartyId = ICO) -> list[OutState]:
    """Return the states of what a node has or had on its way to a peer."""
    with world.nodes[party].store.reading() as records:
        return [each.state for each in records.outbox.find(to=peer)]
