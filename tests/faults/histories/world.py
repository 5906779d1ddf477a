"""A world that lives at random: real nodes, and everything outside them injected and forkable.

A node's store crashes at a numbered transaction, its clock is wrong by so much, its wire loses,
holds, doubles and repeats. Keys, seals and signatures are real; what a signature says is looked
up if the same one was made or checked before.
"""

import random  # noqa: TID251 - seeded, so that a run can be repeated
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import Enum, auto
from functools import cache
from typing import NamedTuple

from comity.bootstrap import agreements
from comity.core.exchange import Answer, Problem, RefusedError, UnreachableError
from comity.core.terms import PartyId, Passkey, SignatureError, Signer
from comity.node import accept_envelope, take_control
from comity.node.deliver import ENVELOPES
from comity.node.keys import introduction, pin_peer, read_introduction
from comity.node.node import Node
from comity.node.work import Worker
from comity.store.port import Records, Store, StoreError
from comity.store.records import Role
from comity.wire.keys import NodeKeys, Use
from comity.wire.sealing import HpkeOpener, HpkeSealer, new_reading_key
from comity.wire.signing import Ed25519Verifier
from tests.faults.breaking import EndedError, Kind
from tests.faults.histories.oracle import Oracle
from tests.faults.histories.people import Desk
from tests.node.world import FRONT_DOOR, ICO, NCA, NCSC, OFFICER, START, Zone, keys, sign_all
from tests.store.twin import Tree, Twin

PARTIES = (FRONT_DOOR, NCA, ICO, NCSC)
BEATS, STATUSES = timedelta(hours=1), timedelta(minutes=5)
GENERATIONS = 6
ROTATED = (Use.IDENTITY, Use.READING, Use.CONSENT)
MOST_REMEMBERED = 200_000


class Fate(Enum):
    """What becomes of the next message on a line."""

    LOST = auto()
    ANSWER_LOST = auto()
    HELD = auto()
    TWICE = auto()


class Sent(NamedTuple):
    """A message as it was posted."""

    sender: PartyId
    to: PartyId
    path: str
    body: bytes


@dataclass(slots=True)
class Crash:
    """Which writing transaction goes wrong, by how many come before it, and how; -1: none."""

    after: int = -1
    kind: Kind = Kind.REFUSED


@dataclass(slots=True)
class CrashingStore:
    """A store that goes wrong as planned; around the twin it can be forked, too."""

    real: Store = field(default_factory=Twin)
    crash: Crash = field(default_factory=Crash)

    def reading(self) -> AbstractContextManager[Records]:
        """Return a transaction that changes nothing."""
        return self.real.reading()

    @contextmanager
    def writing(self) -> Iterator[Records]:
        """Return a transaction that may go wrong.

        Raises:
            EndedError: the process ends.
            StoreError: the database refuses the commit.
        """
        is_now = self.crash.after == 0
        self.crash.after -= self.crash.after >= 0
        if is_now and self.crash.kind is Kind.ENDED_BEFORE:
            raise EndedError
        with self.real.writing() as records:
            yield records
            if is_now and self.crash.kind is Kind.REFUSED:
                raise StoreError("the disk is full")
        if is_now and self.crash.kind is Kind.ENDED_AFTER:
            raise EndedError

    def fork(self) -> "CrashingStore":
        """Return a store in memory that holds the same and goes its own way."""
        assert isinstance(self.real, Twin)
        made = Twin()
        made.added = self.real.added
        made.tables = {name: dict(table) for name, table in self.real.tables.items()}
        made.trees = {
            name: Tree(list(tree.entries), dict(tree.nodes))
            for name, tree in self.real.trees.items()
        }
        return CrashingStore(made, replace(self.crash))


class RememberingVerifier:
    """Checks each signature once: the answer to the same question is always the same."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self._real = Ed25519Verifier()
        self._found: dict[tuple[bytes, bytes, bytes], str] = {}

    def check(self, public: bytes, signature: bytes, message: bytes) -> None:
        """Do nothing if this key signed this message.

        Raises:
            SignatureError: it did not.
        """
        question = (public, signature, message)
        if question not in self._found:
            self._keep(question, self._asked(*question))
        if self._found[question]:
            raise SignatureError(self._found[question])

    def check_passkey(self, passkey: Passkey, signature: bytes, message: bytes) -> None:
        """Do nothing if this passkey signed this message.

        Raises:
            SignatureError: it did not.
        """
        self._real.check_passkey(passkey, signature, message)

    def made(self, public: bytes, signature: bytes, message: bytes) -> None:
        """Keep in mind a signature that was made just now."""
        self._keep((public, signature, message), "")

    def _keep(self, question: tuple[bytes, bytes, bytes], found: str) -> None:
        if len(self._found) >= MOST_REMEMBERED:
            self._found.clear()
        self._found[question] = found

    def _asked(self, public: bytes, signature: bytes, message: bytes) -> str:
        try:
            self._real.check(public, signature, message)
        except SignatureError as error:
            return str(error) or "not signed"
        return ""


@dataclass(frozen=True, slots=True)
class RememberedSigner:
    """Signs, and lets the verifier know."""

    real: Signer

    @property
    def public(self) -> bytes:
        """The public key."""
        return self.real.public

    def sign(self, message: bytes) -> bytes:
        """Return the signature over a message."""
        signature = self.real.sign(message)
        VERIFIER.made(self.public, signature, message)
        return signature


AGREEMENTS = agreements()
VERIFIER = RememberingVerifier()
READING = {(party, number): new_reading_key() for party in PARTIES for number in range(GENERATIONS)}


@cache
def keys_of(party: PartyId, identity: int, reading: int, consent: int) -> NodeKeys:
    """Return a node's keys in these generations."""
    made = keys(party, consent=party == FRONT_DOOR)
    signing = keys(party, consent=True, generation=identity)
    agreeing = keys(party, consent=True, generation=consent)
    private = [READING[party, each] for each in range(reading - 1, -1, -1)]
    former = {Use.IDENTITY: signing.former, Use.CONSENT: agreeing.former}
    assert agreeing.consent is not None
    return replace(
        made,
        identity=RememberedSigner(signing.identity),
        witness=RememberedSigner(made.witness),
        consent=RememberedSigner(agreeing.consent) if party == FRONT_DOOR else None,
        opener=HpkeOpener(private),
        former={
            **made.former,
            **{use: tuple(map(RememberedSigner, found[use])) for use, found in former.items()},
        },
    )


@dataclass(slots=True)
class WatchedSealer:
    """Seals, and lets the oracle look at what is sealed."""

    oracle: Oracle

    def seal(self, public: bytes, info: bytes, content: bytes) -> bytes:
        """Return the content sealed."""
        sealed = HpkeSealer().seal(public, info, content)
        self.oracle.sealed(sealed, content)
        return sealed


@dataclass(slots=True)
class WatchedVault:
    """Keeps contents, and lets the oracle see what a node comes to know."""

    party: PartyId
    oracle: Oracle
    real: NodeKeys

    def new_key(self) -> bytes:
        """Return a fresh data key, wrapped."""
        return self.real.vault.new_key()

    def lock(self, key: bytes, place: str, content: bytes) -> bytes:
        """Return the content locked."""
        self.oracle.learned(self.party, content)
        return self.real.vault.lock(key, place, content)

    def unlock(self, key: bytes, place: str, locked: bytes) -> bytes:
        """Return what was locked."""
        return self.real.vault.unlock(key, place, locked)


@dataclass(slots=True)
class Line:
    """A node's way to all others, with everything that can happen on it."""

    sender: PartyId
    world: "World"

    def post(self, address: str, path: str, body: bytes) -> Answer:
        """Return the other node's answer.

        Raises:
            UnreachableError: none came.
        """
        world, to = self.world, PartyId(address.rpartition("/")[2])
        sent = Sent(self.sender, to, path, body)
        if frozenset({self.sender, to}) in world.cut:
            raise UnreachableError
        fate = world.fates.pop((self.sender, to), None)
        if fate is Fate.LOST:
            raise UnreachableError
        world.oracle.leaves(self.sender, to, path, body)
        world.passed.append(sent)
        if fate is Fate.HELD:
            world.held.append(sent)
            raise UnreachableError
        answer = world.hand_over(sent)
        if fate is Fate.TWICE:
            answer = world.hand_over(sent)
        if fate is Fate.ANSWER_LOST:
            raise UnreachableError
        return answer


@dataclass(slots=True)
class World:
    """Four nodes, what is between them, and what the oracle has seen of it."""

    moment: datetime
    oracle: Oracle
    chance: random.Random
    nodes: dict[PartyId, Node] = field(default_factory=dict)
    workers: dict[PartyId, Worker] = field(default_factory=dict)
    skew: dict[PartyId, timedelta] = field(default_factory=dict)
    fates: dict[tuple[PartyId, PartyId], Fate] = field(default_factory=dict)
    cut: set[frozenset[PartyId]] = field(default_factory=set)
    held: list[Sent] = field(default_factory=list)
    passed: list[Sent] = field(default_factory=list)
    backups: dict[PartyId, CrashingStore] = field(default_factory=dict)
    generation: dict[tuple[PartyId, Use], int] = field(default_factory=dict)
    resting: set[PartyId] = field(default_factory=set)
    desk: Desk = field(default_factory=Desk)

    def clock(self, party: PartyId) -> Callable[[], datetime]:
        """Return a node's clock: right but for its own error."""
        return lambda: self.moment + self.skew.get(party, timedelta())

    def chances(self, size: int) -> bytes:
        """Return random bytes."""
        return self.chance.randbytes(size)

    def add(self, party: PartyId, store: Store) -> None:
        """Add or replace a node on this store."""
        self.nodes[party] = Node(
            party=party,
            role=Role.FRONT_DOOR if party == FRONT_DOOR else Role.BODY,
            store=store,
            keys=self.keys(party),
            verifier=VERIFIER,
            sealer=WatchedSealer(self.oracle),
            transport=Line(party, self),
            domains=Zone(),
            agreements=AGREEMENTS,
            now=self.clock(party),
            chance=self.chances,
            beats=BEATS,
            statuses=STATUSES,
        )
        self.workers[party] = Worker(self.nodes[party])

    def keys(self, party: PartyId) -> NodeKeys:
        """Return a node's keys of its present generations; their private halves never change."""
        made = keys_of(party, *(self.generation.get((party, use), 1) for use in ROTATED))
        return replace(made, vault=WatchedVault(party, self.oracle, made))  # type: ignore[arg-type] # a vault like it

    def hand_over(self, sent: Sent) -> Answer:
        """Let a message arrive.

        Raises:
            UnreachableError: the node's process ended while it dealt with it.
        """
        self.resting.discard(sent.to)
        is_envelope = sent.path == ENVELOPES
        take = accept_envelope.accept_envelope if is_envelope else take_control.take_control
        try:
            answer = take(self.nodes[sent.to], sent.body)
        except RefusedError as refused:
            return Answer(403, refused.problem.encode())
        except StoreError:
            return Answer(503, Problem.UNAVAILABLE.encode())
        except EndedError:
            self.start_again(sent.to)
            raise UnreachableError from None
        self.oracle.arrives(sent.sender, sent.to, sent.path, sent.body, self.moment)
        self.oracle.answers(sent.to, sent.sender, answer)
        return Answer(200 if answer else 202, answer)

    def start_again(self, party: PartyId) -> None:
        """Give a node a new process: what it had in memory alone is gone."""
        self.workers[party] = Worker(self.nodes[party])

    def crashes(self, party: PartyId) -> Crash:
        """Return what is planned for a node's store."""
        return self.store(party).crash

    def store(self, party: PartyId) -> CrashingStore:
        """Return a node's store."""
        found = self.nodes[party].store
        assert isinstance(found, CrashingStore)
        return found

    def fork(self, seed: str) -> "World":
        """Return a world that is the same until now, and whose chance is its own."""
        made = World(self.moment, self.oracle.fork(), random.Random(seed))  # noqa: S311 - a seed is the point here
        made.skew, made.generation = dict(self.skew), dict(self.generation)
        made.oracle.now = lambda: made.moment
        made.desk = self.desk.fork()
        made.held, made.passed = list(self.held), list(self.passed)
        made.cut, made.fates, made.backups = set(self.cut), dict(self.fates), dict(self.backups)
        for party in self.nodes:
            made.add(party, self.store(party).fork())
            made.workers[party] = at_work(made.nodes[party], self.workers[party])
        return made


def at_work(node: Node, before: Worker) -> Worker:
    """Return a node's process that goes on with what another one had in memory."""
    return replace(
        before,
        node=node,
        polled_at=dict(before.polled_at),
        asked=set(before.asked),
        unanswered=dict(before.unanswered),
    )


def new_world(stores: Mapping[PartyId, Store] | None = None) -> World:
    """Return four nodes that have pinned each other, on these stores or in memory."""
    world = World(START, Oracle(), random.Random(1))  # noqa: S311 - a seed is the point here
    world.oracle.now = lambda: world.moment
    for party in PARTIES:
        world.add(party, CrashingStore(stores[party]) if stores else CrashingStore())
    for node in world.nodes.values():
        sign_all(node)
    for node in world.nodes.values():
        for other in world.nodes.values():
            if other is not node:
                shown = introduction(other, f"http://{other.party}")
                pin_peer(node, read_introduction(shown, node.verifier), OFFICER)
    return world


__all__ = ["FRONT_DOOR", "ICO", "NCA", "NCSC", "PARTIES", "Fate", "Sent", "World", "new_world"]
