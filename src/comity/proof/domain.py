"""Domain: the values that a proof reckons with.

A closed list is closed for one vocabulary only; another agreement at hand can know further
parties, kinds or purposes. So each list that is not ordered gets values that nobody has named
yet, as many as facts of one request could all differ by: what is shown holds for them too.

Whole numbers and instants are only ever compared, so of an infinity of them only the order
matters: between two numbers that an agreement names, as many places as there are facts.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from comity.core.agreement import Agreement
from comity.core.language import Condition, Fact, Kind
from comity.core.language.conditions import (
    And,
    AnySource,
    Compare,
    FactRef,
    Is,
    Literal,
    Not,
    Operand,
    Or,
)
from comity.core.language.vocabulary import Values

MARGIN = 1
"""How far beyond the numbers that an agreement names a changed one may go."""


@dataclass(frozen=True, slots=True)
class Domain:
    """The unnamed values of each closed list, and the place of each number in the order."""

    unnamed: Mapping[str, int]
    places: Mapping[int, int]
    room: int
    _values: dict[str, tuple[str, ...]] = field(default_factory=dict, repr=False, compare=False)

    def values(self, listed: Values) -> tuple[str, ...]:
        """Return every value that a fact of this list can have."""
        found = self._values.get(listed.name)
        if found is None:
            count = 0 if listed.ordered else self.unnamed.get(listed.name, 1)
            further = (f"another {n}" for n in range(1, count + 1))
            found = self._values[listed.name] = (*listed.meanings, *further)
        return found

    def members(self, operand: Operand) -> Iterator[str]:
        """Yield every value that a set, written or of a fact, can have among its members."""
        match operand:
            case FactRef(Fact(values=Values() as listed)):
                yield from self.values(listed)
            case Literal(frozenset() as written):
                yield from sorted(written)
            case _:
                raise TypeError("a set was expected, as `check` sees to it")

    @property
    def width(self) -> int:
        """How many bits a place in the order of numbers takes."""
        return (max(self.places.values()) + self.room).bit_length()

    def number(self, place: int) -> int:
        """Return a whole number that has this place."""
        below = [(at, number) for number, at in self.places.items() if at <= place]
        at, number = max(below) if below else min((at, n) for n, at in self.places.items())
        return number + place - at


def domain_of(agreements: Iterable[Agreement], slots: int) -> Domain:
    """Return the domain for requests with up to `slots` sources under these agreements."""
    facts = [fact for each in agreements for fact in each.vocabulary.facts.values()]
    unnamed: dict[str, int] = {}
    for fact in {fact.name: fact for fact in facts}.values():
        if fact.kind is Kind.ONE and fact.values:
            name = fact.values.name
            unnamed[name] = unnamed.get(name, 0) + (slots if fact.of_source else 1)
    ordered = (fact.kind in {Kind.NUMBER, Kind.INSTANT} for fact in facts)
    room = slots * sum(ordered) + MARGIN
    return Domain(unnamed, _places(set(_numbers(agreements)), room), room)


def _places(numbers: set[int], room: int) -> dict[int, int]:
    wanted = sorted({near for n in {*numbers, 0} for near in range(n - MARGIN, n + MARGIN + 1)})
    places = {wanted[0]: room}
    for smaller, larger in pairwise(wanted):
        places[larger] = places[smaller] + min(larger - smaller, room)
    return places


def _numbers(agreements: Iterable[Agreement]) -> Iterator[int]:
    for each in agreements:
        for dated in each.parameters.values():
            yield from (value for _, value in dated)
        for rule in each.rules:
            yield from numbers_in(rule.condition)
        for line in each.red_lines:
            yield from numbers_in(line.head)
            if line.source is not None:
                yield from numbers_in(line.source)
        for assurance in each.assurances:
            yield from numbers_in(assurance.condition)


def numbers_in(condition: Condition) -> Iterator[int]:
    """Yield the whole numbers that a condition compares with."""
    match condition:
        case Is(left, right) | Compare(left, right):
            for operand in (left, right):
                if isinstance(operand, Literal) and type(operand.value) is int:
                    yield operand.value
        case Not(part) | AnySource(part):
            yield from numbers_in(part)
        case And(parts) | Or(parts):
            for part in parts:
                yield from numbers_in(part)
        case _:
            pass
