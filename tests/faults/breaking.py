"""Breaking: a store that fails or ends its process at one chosen transaction of a whole story."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from enum import Enum, auto

from comity.core.exchange import Answer, Problem, UnreachableError
from comity.core.terms import PartyId
from comity.node.work import Worker
from comity.store.port import Records, StoreError
from tests.node.watched import Wire, requeue
from tests.node.world import FRONT_DOOR, ICO, NCA, Direct, World
from tests.store.twin import Twin

MOST_TRIES = 5


class Kind(Enum):
    """How a transaction goes wrong."""

    REFUSED = auto()
    """The database refuses the commit: nothing of it is kept."""

    ENDED_BEFORE = auto()
    """The process ends before it begins."""

    ENDED_AFTER = auto()
    """The process ends right after its commit."""


class EndedError(BaseException):
    """The process was killed: no handler of the node's own may see this."""


@dataclass(slots=True)
class Plan:
    """Which writing transaction goes wrong, counted over all nodes, and how."""

    kind: Kind = Kind.REFUSED
    at: int = -1
    seen: int = 0
    is_armed: bool = False

    def is_now(self) -> bool:
        """Count one transaction; return whether it is the one."""
        if not self.is_armed:
            return False
        self.seen += 1
        return self.seen - 1 == self.at


@dataclass(slots=True)
class BreakingStore(Twin):
    """A store in memory that goes wrong once, as planned."""

    plan: Plan = field(default_factory=Plan)

    def __post_init__(self) -> None:
        """Keep nothing yet."""
        Twin.__init__(self)

    @contextmanager
    def writing(self) -> Iterator[Records]:  # type: ignore[override] # a context manager as well
        """Return a transaction that may go wrong."""
        is_now, kind = self.plan.is_now(), self.plan.kind
        if is_now and kind is Kind.ENDED_BEFORE:
            raise EndedError
        with Twin.writing(self) as records:
            yield records
            if is_now and kind is Kind.REFUSED:
                raise StoreError("the disk is full")
        if is_now and kind is Kind.ENDED_AFTER:
            raise EndedError


@dataclass(slots=True)
class BreakingWire(Wire):
    """A transport between nodes that are processes: what goes wrong at one end stays there."""

    def post(self, address: str, path: str, body: bytes) -> Answer:
        """Return the other node's answer, or what one gets when it fails."""
        try:
            return Direct.post(self, address, path, body)
        except StoreError:
            return Answer(503, Problem.UNAVAILABLE.encode())
        except EndedError:
            raise UnreachableError from None


def breaking_world(plan: Plan) -> World:
    """Return three nodes that have pinned each other, on stores that go wrong as planned."""
    world = World()
    world.transport = BreakingWire(world)
    for party in (FRONT_DOOR, NCA, ICO):
        world.add(party, BreakingStore(plan=plan))
    world.pin_all()
    plan.is_armed = True
    return world


def until_done(world: World, act: Callable[[], object], is_done: Callable[[], bool]) -> None:
    """Let a person try until it is done, and the nodes rest after it."""
    for _ in range(MOST_TRIES):
        if is_done():
            break
        try:
            act()
        except (StoreError, EndedError):
            start_again(world)
    assert is_done()
    settle(world)


def settle(world: World) -> None:
    """Let the nodes work until all rest, whatever goes wrong meanwhile."""
    for _ in range(MOST_TRIES):
        try:
            for party in world.nodes:
                requeue(world, party)
            world.settle()
        except (StoreError, EndedError):
            start_again(world)
            continue
        if not any(waits(world, party) for party in world.nodes):
            return
    raise AssertionError("the nodes do not come to rest")


def waits(world: World, party: PartyId) -> bool:
    """Return whether a node waits before it tries a peer again."""
    with world.nodes[party].store.reading() as records:
        return any(pair.next_attempt or pair.next_envelope for pair in records.pairs.find())


def start_again(world: World) -> None:
    """Give every node a new process: what it had in memory alone is gone."""
    for party, node in world.nodes.items():
        world.nodes[party] = replace(node)
        world.workers[party] = Worker(world.nodes[party])
