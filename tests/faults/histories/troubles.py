"""Troubles: what happens to nodes and to what is between them, and their own work."""

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

from comity.node import keys as node_keys
from comity.node.poll import poll
from comity.store.records import Use as PinnedUse
from comity.wire.keys import Use
from tests.faults.breaking import Kind
from tests.faults.histories.people import attempt
from tests.node.watched import requeue
from tests.node.world import FRONT_DOOR, ICO, NCA, NCSC

if TYPE_CHECKING:
    from tests.faults.histories.world import World

PARTIES = (FRONT_DOOR, NCA, ICO, NCSC)
BODIES = (ICO, NCSC, NCA)
LINES = ((FRONT_DOOR, NCA), (NCA, ICO), (NCA, NCSC))
POLLS = ((ICO, NCA), (ICO, NCA), (NCSC, NCA), (NCA, FRONT_DOOR), (ICO, NCSC))
BUSIEST = (NCA, NCA, FRONT_DOOR, FRONT_DOOR, ICO, NCSC)
TIMES = tuple(
    timedelta(seconds=each) for each in (1, 20, 61, 200, 360, 700, 700, 3_600, 31 * 86_400)
)
ERRORS = tuple(timedelta(seconds=each) for each in (-420, -200, -30, 0, 30, 200, 420))
MOST_ROUNDS = 100
MOST_GENERATIONS = 5


def work(world: "World", a: int, _b: int, _c: int) -> str:
    """One node does one round of its work."""
    party = BUSIEST[a % len(BUSIEST)]
    done, why = attempt(world, party, world.workers[party].round)
    return f"{party} works{f' ({why})' if why else ''}" if done or why else ""


def settle(world: "World", _a: int, _b: int, _c: int) -> str:
    """All nodes work until there is nothing to do."""
    world.resting.clear()
    for _ in range(MOST_ROUNDS):
        for party in PARTIES:
            if party in world.resting:
                continue
            world.resting.add(party)  # until something is handed to it
            found, why = attempt(world, party, lambda party=party: world.workers[party].round())  # type: ignore[misc] # bound now
            if found or why:
                world.resting.discard(party)
        if len(world.resting) == len(PARTIES):
            return "all work until they rest"
    return "all work and do not come to rest"


def wait(world: "World", a: int, _b: int, _c: int) -> str:
    """Time passes."""
    time = TIMES[a % len(TIMES)]
    world.moment += time
    return f"{time} pass"


def retry(world: "World", a: int, _b: int, _c: int) -> str:
    """A node's waits are over."""
    party = PARTIES[a % len(PARTIES)]
    _, why = attempt(world, party, lambda: requeue(world, party))  # type: ignore[arg-type] # a world with nodes
    return f"{party} waits no longer{f' ({why})' if why else ''}"


def ask_peer(world: "World", a: int, b: int, _c: int) -> str:
    """A node polls a peer at once."""
    party, peer = POLLS[a % len(POLLS)] if b % 4 else (BODIES[a % 3], PARTIES[b // 4 % 4])
    node = world.nodes[party]
    with node.store.reading() as records:
        known = records.peers.get(peer)
    if known is None:
        return ""
    _, why = attempt(world, party, lambda: poll(node, known))
    return f"{party} asks {peer} for what waits{f' ({why})' if why else ''}"


def fate(world: "World", a: int, b: int, c: int) -> str:
    """Something is about to happen to the next message on a line."""
    from tests.faults.histories.world import Fate  # noqa: PLC0415 - the world is made of this

    sender, to = LINES[a % len(LINES)] if b % 2 else (PARTIES[a % 4], PARTIES[b // 2 % 4])
    if sender == to:
        return ""
    world.fates[sender, to] = tuple(Fate)[c % len(Fate)]
    what = world.fates[sender, to].name.lower().replace("_", " ")
    return f"the next message from {sender} to {to}: {what}"


def offer(world: "World", a: int, _b: int, _c: int) -> str:
    """A node works while it reaches nobody: what it would send lies ready for whoever asks."""
    from tests.faults.histories.world import Fate  # noqa: PLC0415 - the world is made of this

    party = (NCA, NCA, NCSC)[a % 3]
    before = dict(world.fates)
    world.fates |= {(party, each): Fate.LOST for each in PARTIES}
    _, why = attempt(world, party, world.workers[party].round)
    world.fates = before
    return f"{party} works and reaches nobody{f' ({why})' if why else ''}"


def cut(world: "World", a: int, b: int, _c: int) -> str:
    """Two nodes cannot reach each other, or can again."""
    one, other = LINES[a % len(LINES)] if b % 2 else (PARTIES[a % 4], PARTIES[b // 2 % 4])
    if one == other:
        return ""
    pair = frozenset({one, other})
    if pair in world.cut:
        world.cut.discard(pair)
        return f"{one} and {other} reach each other again"
    world.cut.add(pair)
    return f"{one} and {other} cannot reach each other"


def arrive(world: "World", a: int, _b: int, _c: int) -> str:
    """A message that was held arrives, whatever came before it by now."""
    if not world.held:
        return ""
    sent = world.held.pop(a % len(world.held))
    return f"late, from {sent.sender} to {sent.to}: {sent.path}{_given(world, sent)}"


def repeat(world: "World", a: int, _b: int, _c: int) -> str:
    """Somebody sends again what passed before."""
    if not world.passed:
        return ""
    sent = world.passed[-1 - a % len(world.passed)]
    return f"again, from {sent.sender} to {sent.to}: {sent.path}{_given(world, sent)}"


def _given(world: "World", sent: object) -> str:
    from comity.core.exchange import UnreachableError  # noqa: PLC0415 - only here

    try:
        world.hand_over(sent)  # type: ignore[arg-type] # a message that was sent
    except UnreachableError:
        return " (its process ends)"
    return ""


def crash(world: "World", a: int, b: int, c: int) -> str:
    """A transaction that is still to come goes wrong at a node."""
    party = BUSIEST[a % len(BUSIEST)]
    planned = world.crashes(party)
    planned.after, planned.kind = b % 6, tuple(Kind)[c % len(Kind)]
    return f"{party}'s transaction after {planned.after} more: {planned.kind.name.lower()}"


def back_up(world: "World", a: int, _b: int, _c: int) -> str:
    """A node's database is backed up."""
    party = PARTIES[a % 4]
    world.backups[party] = world.store(party).fork()
    return f"{party} is backed up"


def restore(world: "World", a: int, _b: int, _c: int) -> str:
    """A node's database is restored from its backup."""
    from tests.faults.histories.outcome import position  # noqa: PLC0415 - what it is compared by

    if not world.backups:
        return ""
    party = sorted(world.backups)[a % len(world.backups)]
    before = position(world, party)
    world.add(party, world.backups[party].fork())
    if position(world, party) != before:
        world.oracle.restored.add(party)
    world.oracle.forgets(party)
    return f"{party} is restored from its backup"


def skew(world: "World", a: int, b: int, _c: int) -> str:
    """A node's clock is wrong."""
    party = PARTIES[a % 4]
    world.skew[party] = ERRORS[b % len(ERRORS)]
    world.oracle.widest = max(
        world.oracle.widest, max(world.skew.values()) - min(*world.skew.values(), timedelta())
    )
    return f"{party}'s clock is {world.skew[party].total_seconds():+.0f} s off"


def rotate(world: "World", a: int, b: int, _c: int) -> str:
    """A node replaces one of its keys, and tells its peers: in three steps, like the command."""
    party, use = PARTIES[a % 4], (Use.IDENTITY, Use.READING, Use.CONSENT)[b % 3]
    number = world.generation.get((party, use), 1)
    if number >= MOST_GENERATIONS or (use is Use.CONSENT and party != FRONT_DOOR):
        return ""
    before = world.nodes[party]

    def expect() -> None:
        with before.store.writing() as records:
            node_keys.expect_change(records, before, PinnedUse(use), revoked=False)

    def announce() -> None:
        with before.store.writing() as records:
            node_keys.announce_changes(records, world.nodes[party])

    _, why = attempt(world, party, expect)
    if not why:
        world.generation[party, use] = number + 1
        world.add(party, before.store)
        _, why = attempt(world, party, announce)
    return f"{party} replaces its {use} key{f' ({why})' if why else ''}"


Act = Callable[["World", int, int, int], str]
"""Does something by three numbers, and says in words what; nothing if it was not possible."""
