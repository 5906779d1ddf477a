"""Play: a history from its number, told as a story and made as short as it can be.

Histories come in families. All of a family begin alike, from one of a few prepared worlds, and
part after that; so the beginning is played once. The number alone says what happens.
"""

import random  # noqa: TID251 - seeded, so that a run can be repeated
from collections.abc import Callable, Container, Iterator
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from comity.core.terms import OrganisationId
from tests.faults.histories import outcome, people, troubles
from tests.faults.histories.oracle import Fault, Kind
from tests.faults.histories.world import FRONT_DOOR, World, new_world
from tests.node.world import entitle

if TYPE_CHECKING:
    from tests.faults.histories.troubles import Act

FAMILY = 10
BEGINNING, REST = 8, 8
LARGEST = 1 << 16

ALWAYS: dict[str, tuple["Act", int]] = {
    "work": (troubles.work, 20),
    "settle": (troubles.settle, 10),
    "wait": (troubles.wait, 8),
    "report": (people.report, 3),
    "update": (people.update, 4),
    "seek": (people.seek, 5),
    "yes": (people.yes, 6),
    "no": (people.no, 1),
    "withdraw": (people.withdraw, 6),
    "ask": (people.ask, 14),
    "note": (people.note, 4),
}
SOMETIMES: dict[str, tuple["Act", int]] = {
    "declare": (people.declare, 3),
    "retry": (troubles.retry, 4),
    "fate": (troubles.fate, 8),
    "ask_peer": (troubles.ask_peer, 4),
    "offer": (troubles.offer, 4),
    "cut": (troubles.cut, 5),
    "arrive": (troubles.arrive, 6),
    "repeat": (troubles.repeat, 6),
    "crash": (troubles.crash, 10),
    "back_up": (troubles.back_up, 3),
    "restore": (troubles.restore, 3),
    "skew": (troubles.skew, 4),
    "rotate": (troubles.rotate, 4),
}
THEMES: dict[str, dict[str, int]] = {
    "late": {"withdraw": 18, "cut": 12, "wait": 16, "ask": 18, "work": 24, "yes": 4},
    "lost": {"withdraw": 18, "fate": 20, "ask_peer": 14, "ask": 18, "work": 24, "settle": 4},
    "offered": {"offer": 24, "ask_peer": 24, "withdraw": 18, "ask": 18, "work": 24, "settle": 3},
    "twice": {"seek": 20, "yes": 16, "no": 14, "ask": 24, "wait": 14, "settle": 18, "note": 0},
    "crashes": {"crash": 24, "work": 24, "ask": 14, "withdraw": 8, "retry": 6},
    "edits": {"update": 14, "note": 14, "declare": 8, "ask": 24, "settle": 14, "seek": 6, "yes": 6},
}
"""What some families are about: what happens often in them, instead of a choice by chance."""

TOGETHER = (("fate", "arrive"), ("back_up", "restore"), ("cut", "retry"), ("offer", "ask_peer"))
ACTS = {name: act for name, (act, _) in (ALWAYS | SOMETIMES).items()}


class Step(NamedTuple):
    """One act and the numbers that choose its details."""

    name: str
    a: int
    b: int
    c: int


class History(NamedTuple):
    """Where it begins and what happens."""

    number: int
    start: str
    steps: tuple[Step, ...]


class Played(NamedTuple):
    """What came of a history."""

    history: History
    told: tuple[str, ...]
    faults: tuple[Fault, ...]


# --- where histories begin --------------------------------------------------------------------


def introduced() -> World:
    """Four nodes know each other."""
    world = new_world()
    for each in people.ORGANISATIONS:
        entitle(world.nodes[FRONT_DOOR], OrganisationId(each))
    troubles.settle(world, 0, 0, 0)
    return world


def told() -> World:
    """One organisation has told the NCA, another the NCA and the NCSC."""
    world = introduced().fork("start 2")
    people.report(world, 0, 1, 1)
    people.report(world, 1, 0, 2)
    troubles.settle(world, 0, 0, 0)
    return world


def agreed() -> World:
    """And has agreed that the NCA passes one section on to the ICO."""
    return _consented(told().fork("start 3"), 0)


def passed_on() -> World:
    """And it was passed on."""
    return _passed(agreed().fork("start 4"))


def relayed() -> World:
    """One section went from the NCA to the NCSC, which has to ask before it goes on."""
    return _passed(_consented(told().fork("start 5"), 2))


def _consented(world: World, question: int) -> World:
    people.seek(world, question, 0, 1)
    troubles.settle(world, 0, 0, 0)
    people.yes(world, 0, 0, 0)
    troubles.settle(world, 0, 0, 0)
    return world


def _passed(world: World) -> World:
    found = people.ask(world, 0, 1, 1)
    assert found.endswith("permitted"), found
    troubles.settle(world, 0, 0, 0)
    return world


STARTS: dict[str, Callable[[], World]] = {
    each.__name__: cache(each) for each in (introduced, told, agreed, passed_on, relayed)
}
WEIGHTS = (1, 3, 4, 2, 2)


# --- playing ----------------------------------------------------------------------------------


def history(number: int) -> History:
    """Return the history of this number."""
    family = random.Random(number // FAMILY)  # noqa: S311 - a seed is the point here
    [start] = family.choices(tuple(STARTS), WEIGHTS)
    weights = _weights(family, _theme(family))
    beginning = _steps(family, weights, BEGINNING)
    own = random.Random(f"history {number}")  # noqa: S311 - a seed is the point here
    return History(number, start, (*beginning, *_steps(own, weights, REST)))


def theme(number: int) -> str:
    """Return what a history's family is about; nothing for one that is about anything."""
    family = random.Random(number // FAMILY)  # noqa: S311 - a seed is the point here
    family.choices(tuple(STARTS), WEIGHTS)
    return _theme(family)


def _theme(chance: random.Random) -> str:
    return chance.choice([*THEMES, *[""] * len(THEMES)])


def _weights(chance: random.Random, theme: str) -> dict[str, int]:
    """Return what may happen in a family: its theme, or some troubles, rarely all of them."""
    weights = {name: weight for name, (_, weight) in ALWAYS.items()}
    if theme:
        return weights | THEMES[theme]
    allowed = {name for name in SOMETIMES if chance.random() < 1 / 3}
    for pair in TOGETHER:
        if allowed.intersection(pair):
            allowed.update(pair)
    return weights | {name: SOMETIMES[name][1] for name in sorted(allowed)}


def _steps(chance: random.Random, weights: dict[str, int], count: int) -> tuple[Step, ...]:
    names = chance.choices(tuple(weights), tuple(weights.values()), k=count)
    return tuple(Step(name, *(chance.randrange(LARGEST) for _ in range(3))) for name in names)


def played(found: History, begun: Callable[[World, str], World] = World.fork) -> Played:
    """Play one history, and judge it. `begun` returns the world in which it goes on."""
    world = begun(STARTS[found.start](), f"family {found.number // FAMILY}")
    told = _do(world, found.steps[:BEGINNING])
    world.chance.seed(f"member {found.number}")
    return _judged(world, found, told + _do(world, found.steps[BEGINNING:]))


def family(first: int) -> Iterator[Played]:
    """Play the histories of a family, which begins at this number: their beginning once."""
    one = history(first)
    world = STARTS[one.start]().fork(f"family {first // FAMILY}")
    told = _do(world, one.steps[:BEGINNING])
    for number in range(first, first + FAMILY):
        found = history(number)
        own = world.fork(f"member {number}")
        yield _judged(own, found, told + _do(own, found.steps[BEGINNING:]))


def _do(world: World, steps: tuple[Step, ...]) -> tuple[str, ...]:
    told = []
    for step in steps:
        if world.oracle.faults:
            break
        told.append(ACTS[step.name](world, step.a, step.b, step.c))
    return tuple(told)


def _judged(world: World, found: History, told: tuple[str, ...]) -> Played:
    if not world.oracle.faults:
        outcome.heal(world)
    if not world.oracle.faults:
        outcome.judge(world)
    return Played(found, told, tuple(world.oracle.faults))


def first_wrong(kinds: Container[Kind], most: int, about: str = "") -> Played | None:
    """Return the first of so many histories that goes wrong in one of these ways.

    With `about` only those are played whose family has this theme.
    """
    for start in range(0, most, FAMILY):
        if about and theme(start) != about:
            continue
        for found in family(start):
            if any(each.kind in kinds for each in found.faults):
                return found
    return None


# --- telling ----------------------------------------------------------------------------------


def shrunk(found: Played) -> Played:
    """Return the shortest history found, by leaving steps out, that goes wrong in the same way.

    What went wrong only after a beginning shared with others is told whole.
    """
    best, kinds = played(found.history), {each.kind for each in found.faults}
    if not kinds & {each.kind for each in best.faults}:
        return found
    is_shorter = True
    while is_shorter:
        is_shorter = False
        for place in reversed(range(len(best.history.steps))):
            steps = best.history.steps[:place] + best.history.steps[place + 1 :]
            again = played(best.history._replace(steps=steps))
            if kinds & {each.kind for each in again.faults}:
                best, is_shorter = again, True
    return best


def story(found: Played) -> str:
    """Return what happened, one line each, and what was wrong."""
    lines = [f"History {found.history.number} begins: {STARTS[found.history.start].__doc__}"]
    lines += [f"  {number}. {each}" for number, each in enumerate(filter(None, found.told), 1)]
    lines += [f"  {each.kind}: {each.words}" for each in found.faults]
    lines.append(f"Again: python -m tests.soak --history {found.history.number}")
    return "\n".join(lines)
