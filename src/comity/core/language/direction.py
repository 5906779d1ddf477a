"""Direction: whether a condition can only become truer, or only less true, as a label rises.

Joining labels raises facts: more sources, a stricter TLP, more restrictions. If every permit can
only become less true and every forbid only truer, then no join ever turns a refusal into a
permit. That is checked when an agreement is loaded, so no agreement can launder.
"""

from collections.abc import Iterable
from enum import Enum

from comity.core.language.conditions import (
    And,
    Compare,
    Condition,
    Constant,
    FactRef,
    Flag,
    In,
    Is,
    Literal,
    Not,
    Operand,
    Or,
    Within,
)
from comity.core.language.vocabulary import Fact, Values


class Direction(Enum):
    """How a condition moves as the raised facts rise."""

    FLAT = "does not move"
    UP = "becomes truer"
    DOWN = "becomes less true"
    MIXED = "can move either way"


OPPOSITE = {
    Direction.FLAT: Direction.FLAT,
    Direction.UP: Direction.DOWN,
    Direction.DOWN: Direction.UP,
    Direction.MIXED: Direction.MIXED,
}


def direction(condition: Condition) -> Direction:  # noqa: PLR0911 - one case for each kind
    """Return how the condition moves as labels are joined."""
    match condition:
        case Constant():
            return Direction.FLAT
        case Flag(fact):
            return Direction.UP if fact.raised else Direction.FLAT
        case Is(left, right):
            return Direction.MIXED if _raised(right) else _of_values(left, right)
        case In(left, right):
            return _together([_of_values(left, right), _of_set(right)])
        case Within(left, right):
            return _together([OPPOSITE[_of_set(left)], _of_set(right)])
        case Compare(left, right):
            return _together([OPPOSITE[_of_set(left)], _of_set(right)])
        case Not(part):
            return OPPOSITE[direction(part)]
        case And(parts) | Or(parts):
            return _together(map(direction, parts))
        case _:
            return _together([Direction.UP, direction(condition.part)])


def _together(directions: Iterable[Direction]) -> Direction:
    moving = {each for each in directions if each is not Direction.FLAT}
    match len(moving):
        case 0:
            return Direction.FLAT
        case 1:
            return moving.pop()
        case _:
            return Direction.MIXED


def _raised(operand: Operand) -> Fact | None:
    if isinstance(operand, FactRef) and operand.fact.raised:
        return operand.fact
    return None


def _of_set(operand: Operand) -> Direction:
    """Return how a set or an ordered value moves: raised ones grow."""
    return Direction.UP if _raised(operand) else Direction.FLAT


def _of_values(left: Operand, right: Operand) -> Direction:
    """Return how `left is right`, or `left in (values)`, moves as `left` rises."""
    fact = _raised(left)
    if fact is None:
        return Direction.FLAT
    if not isinstance(right, Literal) or fact.values is None or not fact.values.ordered:
        return Direction.MIXED
    wanted = right.value if isinstance(right.value, frozenset) else frozenset({str(right.value)})
    return _of_ranks(fact.values, wanted)


def _of_ranks(values: Values, wanted: frozenset[str]) -> Direction:
    ranks = sorted(values.rank(value) for value in wanted)
    top, bottom = len(values.meanings) - 1, 0
    if ranks == list(range(ranks[0], top + 1)):
        return Direction.UP
    if ranks == list(range(bottom, ranks[-1] + 1)):
        return Direction.DOWN
    return Direction.MIXED
