"""CNF: two-valued conditions as clauses over yes-or-no variables, without any solver's help.

A fact of a closed list has the bits of its value's number; a set has a variable for each member;
a whole number or an instant has the bits of its place in the order. Every `and` has a variable of
its own (Tseitin's way), made once for equal parts; `or` and `not` are written with it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from comity.core.language import Condition, Fact, Kind
from comity.core.language.conditions import (
    And,
    AnySource,
    Compare,
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
from comity.proof.domain import Domain
from comity.proof.units import Clause

TRUE = 1
"""The variable that is always so."""


class Input(NamedTuple):
    """What a variable stands for: a flag, a member of a set, or a bit of a value."""

    fact: Fact
    part: str | int


@dataclass(slots=True)
class Clauses:
    """Clauses as they grow, and what their variables stand for."""

    domain: Domain
    all: list[Clause] = field(default_factory=lambda: [(TRUE,)])
    inputs: dict[int, Input] = field(default_factory=dict)
    top: int = TRUE
    _variables: dict[tuple[str, str | int], int] = field(default_factory=dict)
    _gates: dict[frozenset[int], int] = field(default_factory=dict)
    _parts: dict[int, frozenset[int]] = field(default_factory=dict)
    _bounds: dict[str, list[Clause]] = field(default_factory=dict)
    _literals: dict[int, tuple[Condition, int]] = field(default_factory=dict)

    def literal(self, condition: Condition) -> int:
        """Return the variable that says whether the condition holds (negative: the opposite)."""
        found = self._literals.get(id(condition))
        if found is None:
            found = self._literals[id(condition)] = (condition, self._made(condition))
        return found[1]

    def cone(self, root: int) -> list[Clause]:
        """Return the clauses that say what `root` stands for, and that it is so.

        Variables are numbered anew, in the order in which they are met.
        """
        numbers = {TRUE: 1}

        def renumbered(clause: Iterable[int]) -> Clause:
            return tuple(
                (1 if each > 0 else -1) * numbers.setdefault(abs(each), len(numbers) + 1)
                for each in clause
            )

        found = [(1,), renumbered([root])]
        waiting, seen, bounded = [abs(root)], {TRUE}, set[str]()
        while waiting:
            variable = waiting.pop()
            if variable in seen:
                continue
            seen.add(variable)
            if variable in self.inputs:
                name = self.inputs[variable].fact.name
                if name not in bounded:
                    found += map(renumbered, self._bounds.get(name, ()))
                bounded.add(name)
                continue
            parts = self._parts[variable]
            found += map(renumbered, _gate(variable, parts))
            waiting += sorted(map(abs, parts), reverse=True)
        return found

    def _made(self, condition: Condition) -> int:  # noqa: C901, PLR0911 - one case for each kind
        match condition:
            case Constant(truth):
                return TRUE if truth else -TRUE
            case Flag(fact):
                return self._input(fact, "")
            case Is(left, right):
                return self._same(left, right)
            case In(Literal(str() as value), right):
                return self._in(value, right)
            case In(left, right):
                return self._any(
                    self._all([self._same(left, Literal(v)), self._in(v, right)])
                    for v in self.domain.members(right)
                )
            case Within(left, right):
                return self._all(
                    -self._all([self._in(v, left), -self._in(v, right)])
                    for v in self.domain.members(left)
                )
            case Compare(left, right, or_equal):
                return self._order(left, right, or_equal=or_equal)
            case Not(part):
                return -self.literal(part)
            case And(parts):
                return self._all(map(self.literal, parts))
            case Or(parts):
                return self._any(map(self.literal, parts))
            case AnySource():
                raise TypeError("a proof's conditions speak of each source by its name")

    def _input(self, fact: Fact, part: str | int) -> int:
        found = self._variables.get((fact.name, part))
        if found is None:
            self.top += 1
            found = self._variables[fact.name, part] = self.top
            self.inputs[found] = Input(fact, part)
        return found

    def _all(self, literals: Iterable[int]) -> int:
        """Return the variable that says whether all are so."""
        parts = frozenset(literals) - {TRUE}
        if -TRUE in parts or any(-each in parts for each in parts):
            return -TRUE
        if len(parts) < 2:  # noqa: PLR2004 - an `and` of nothing, or of one
            return next(iter(parts), TRUE)
        gate = self._gates.get(parts)
        if gate is None:
            self.top += 1
            gate = self._gates[parts] = self.top
            self._parts[gate] = parts
            self.all += _gate(gate, parts)
        return gate

    def _any(self, literals: Iterable[int]) -> int:
        return -self._all(-each for each in literals)

    def _in(self, value: str, container: Operand) -> int:
        if isinstance(container, FactRef):
            return self._input(container.fact, value)
        return TRUE if value in container.value else -TRUE  # type: ignore[operator]  # a set, as above

    def _same(self, left: Operand, right: Operand) -> int:
        return self._all(-self._differ(a, b) for a, b in self._pairs(left, right))

    def _differ(self, a: int, b: int) -> int:
        return self._any([self._all([a, -b]), self._all([-a, b])])

    def _order(self, left: Operand, right: Operand, *, or_equal: bool) -> int:
        """Compare bit by bit from the lowest: the highest that differs decides."""
        found = TRUE if or_equal else -TRUE
        for a, b in self._pairs(left, right):
            found = self._any([self._all([-a, b]), self._all([-self._differ(a, b), found])])
        return found

    def _pairs(self, left: Operand, right: Operand) -> Iterable[tuple[int, int]]:
        return zip(self._bits(left, right), self._bits(right, left), strict=True)

    def _bits(self, operand: Operand, other: Operand) -> list[int]:
        """Return the bits of a value, the lowest first; a written one has the other's type."""
        if isinstance(operand, FactRef):
            return self._fact_bits(operand.fact)
        if isinstance(other, Literal):
            raise TypeError("two written values are not compared, as `check` sees to it")
        if other.fact.values is None:
            code = self.domain.places[operand.value]  # type: ignore[index]  # a whole number, as `check` saw to it
        else:
            code = self.domain.values(other.fact.values).index(str(operand.value))
        return [TRUE if code >> bit & 1 else -TRUE for bit in range(self._width(other.fact))]

    def _width(self, fact: Fact) -> int:
        if fact.values is None:
            return self.domain.width
        return max(1, (len(self.domain.values(fact.values)) - 1).bit_length())

    def _fact_bits(self, fact: Fact) -> list[int]:
        bits = [self._input(fact, bit) for bit in range(self._width(fact))]
        if fact.values is not None and fact.name not in self._bounds:
            beyond = range(len(self.domain.values(fact.values)), 1 << len(bits))
            self._bounds[fact.name] = [
                tuple(-bit if code >> n & 1 else bit for n, bit in enumerate(bits))
                for code in beyond
            ]
            self.all += self._bounds[fact.name]
        return bits

    def reading(self, true: frozenset[int]) -> dict[str, object]:
        """Return the facts that an assignment of the variables stands for, by name."""
        found: dict[str, object] = {}
        codes: dict[str, int] = {}
        facts = {each.fact.name: each.fact for each in self.inputs.values()}
        for variable, (fact, part) in self.inputs.items():
            is_so = variable in true
            if fact.kind is Kind.FLAG:
                found[fact.name] = is_so
            elif fact.kind is Kind.SET:
                members = found.setdefault(fact.name, frozenset())
                found[fact.name] = members | {part} if is_so else members  # type: ignore[operator]  # a set of names
            else:
                codes[fact.name] = codes.get(fact.name, 0) + (is_so << int(part))
        for name, code in codes.items():
            listed = facts[name].values
            found[name] = (
                self.domain.number(code) if listed is None else self.domain.values(listed)[code]
            )
        return found


def _gate(variable: int, parts: frozenset[int]) -> Iterator[Clause]:
    """Yield the clauses that make a variable say whether all parts are so."""
    ordered = sorted(parts)
    for each in ordered:
        yield (-variable, each)
    yield (variable, *(-each for each in ordered))
