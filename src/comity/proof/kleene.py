"""Kleene: three-valued conditions as pairs of two-valued ones, over requests nobody has seen yet.

A fact of such a request has a value and is known or not. What the gate sees of a condition is
then one of three: it *must* hold, it *may* hold, or neither. Both are written as conditions of
the same language over more facts: for each fact that can be unknown a flag `... is known`, and
for each source of the label its own facts. Every solver back end reads these conditions only.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from comity.core.agreement import Rule
from comity.core.gate.facts import ALWAYS_KNOWN
from comity.core.language import Condition, Fact, Kind
from comity.core.language.compile import SOURCES
from comity.core.language.conditions import (
    ALWAYS,
    NEVER,
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
    conjunction,
    disjunction,
)

KNOWN = " is known"


class Seen(NamedTuple):
    """A condition as the gate sees it: whether it must hold, and whether it may."""

    must: Condition
    may: Condition


SURE = Seen(ALWAYS, ALWAYS)


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """One unseen request: its facts, and so many sources of which each may be there or not.

    Facts whose names are in `own` belong to this world alone (its `name` tells them apart), and
    so does which sources are there if `own` has `sources`; all else is that of every world.
    `own_knowledge` does the same for what is known. If `all_known`, nothing is unknown.
    `parameters` are never unknown.
    """

    slots: int
    name: str = ""
    own: frozenset[str] = frozenset()
    own_knowledge: bool = False
    all_known: bool = False
    parameters: frozenset[str] = frozenset()

    def here(self, text: str) -> str:
        """Return the name of something that belongs to this world alone."""
        return f"{text} {self.name}" if self.name else text

    def present(self, slot: int) -> Condition:
        """Return the condition that this source is there."""
        name = f"source {slot}"
        return Flag(flag(self.here(name) if SOURCES in self.own else name))

    @property
    def sources(self) -> range:
        """The numbers of the sources that can be there."""
        return range(1, self.slots + 1)

    def some_source(self) -> Condition:
        """Return the condition that the label has a source."""
        return disjunction(map(self.present, self.sources))


@dataclass(frozen=True)
class View:
    """How conditions are read in one world: about the request, or about one of its sources."""

    world: World
    slot: int = 0
    truth: bool = False
    _memo: dict[int, tuple[object, Seen]] = field(default_factory=dict, repr=False)

    @cached_property
    def of_sources(self) -> "dict[int, View]":
        """The same reading for each source."""
        return {slot: View(self.world, slot, self.truth) for slot in self.world.sources}

    def fact(self, fact: Fact) -> Fact:
        """Return the fact under the name that it has here."""
        name = fact.name
        if fact.of_source:
            name = f"{name} of source {self.slot}"
        if fact.name in self.world.own:
            name = self.world.here(name)
        return _renamed(fact, name)

    def known(self, fact: Fact) -> Condition:
        """Return the condition that the gate knows the fact."""
        world = self.world
        if self.truth or world.all_known or fact.name in ALWAYS_KNOWN | world.parameters:
            return ALWAYS
        text = f"{fact.name} of source {self.slot}" if fact.of_source else fact.name
        text = f"{text}{KNOWN}"
        is_own = world.own_knowledge or fact.name in world.own
        return Flag(flag(world.here(text) if is_own else text))

    def seen(self, condition: Condition) -> Seen:
        """Return when the condition must hold and when it may."""
        found = self._memo.get(id(condition))
        if found is None:
            found = self._memo[id(condition)] = (condition, self._seen(condition))
        return found[1]

    def of_rule(self, rule: Rule) -> Seen:
        """Return when a rule must hold and when it may; a rule is read once."""
        found = self._memo.get(id(rule))
        if found is None:
            found = self._memo[id(rule)] = (rule, self.seen(rule.condition))
        return found[1]

    def _seen(self, condition: Condition) -> Seen:  # noqa: C901, PLR0911 - one case for each kind
        match condition:
            case Constant(truth):
                return Seen(Constant(truth is True), Constant(truth is not False))
            case Flag(fact):
                return _if_known(self.known(fact), Flag(self.fact(fact)))
            case Is(left, right):
                return _if_known(self._both(left, right), Is(self._at(left), self._at(right)))
            case Compare(left, right, or_equal):
                here = Compare(self._at(left), self._at(right), or_equal)
                return _if_known(self._both(left, right), here)
            case In(left, right):
                return self._member(left, right)
            case Within(left, right):
                return self._subset(left, right)
            case Not(part):
                inner = self.seen(part)
                return Seen(negation(inner.may), negation(inner.must))
            case And(parts):
                return _each(conjunction, map(self.seen, parts))
            case Or(parts):
                return _each(disjunction, map(self.seen, parts))
            case AnySource(part):
                return _each(disjunction, self._about_sources(part))

    def _about_sources(self, part: Condition) -> Iterator[Seen]:
        for slot, view in self.of_sources.items():
            there, inner = self.world.present(slot), view.seen(part)
            yield Seen(conjunction([there, inner.must]), conjunction([there, inner.may]))

    def _at(self, operand: Operand) -> Operand:
        return FactRef(self.fact(operand.fact)) if isinstance(operand, FactRef) else operand

    def _known(self, operand: Operand) -> Condition:
        return self.known(operand.fact) if isinstance(operand, FactRef) else ALWAYS

    def _both(self, left: Operand, right: Operand) -> Condition:
        return conjunction([self._known(left), self._known(right)])

    def _member(self, left: Operand, right: Operand) -> Seen:
        """Nothing is in an empty set, known or not."""
        here = In(self._at(left), self._at(right))
        must, may = _if_known(self._both(left, right), here)
        if isinstance(right, Literal):
            return Seen(must, may)
        is_empty = conjunction([self._known(right), empty(self._at(right))])
        return Seen(must, conjunction([may, negation(is_empty)]))

    def _subset(self, left: Operand, right: Operand) -> Seen:
        """The empty set is within every set, known or not."""
        here = Within(self._at(left), self._at(right))
        must, may = _if_known(self._both(left, right), here)
        is_empty = conjunction([self._known(left), empty(self._at(left))])
        return Seen(disjunction([must, is_empty]), may)


def _each(join: Callable[[Iterable[Condition]], Condition], parts: Iterable[Seen]) -> Seen:
    both = list(parts)
    return Seen(join(each.must for each in both), join(each.may for each in both))


def _if_known(known: Condition, condition: Condition) -> Seen:
    return Seen(
        conjunction([known, condition]),
        disjunction([negation(known), condition]),
    )


def empty(operand: Operand) -> Condition:
    """Return the condition that a set has no members."""
    return Within(operand, Literal(frozenset()))


def negation(condition: Condition) -> Condition:
    """Return the opposite of a two-valued condition, constants and double negations dissolved."""
    match condition:
        case Constant(truth):
            return NEVER if truth else ALWAYS
        case Not(part):
            return part
        case _:
            return Not(condition)


def implies(premise: Condition, conclusion: Condition) -> Condition:
    """Return the condition that the second holds wherever the first does."""
    return disjunction([negation(premise), conclusion])


def same(left: Condition, right: Condition) -> Condition:
    """Return the condition that both hold or neither does."""
    return conjunction([implies(left, right), implies(right, left)])


def flag(name: str) -> Fact:
    """Return a yes-or-no fact that only proofs speak about."""
    return Fact(name=name, kind=Kind.FLAG, values=None, meaning=name, supplied_by="the proof")


def _renamed(fact: Fact, name: str) -> Fact:
    if name == fact.name:
        return fact
    return Fact(
        name=name,
        kind=fact.kind,
        values=fact.values,
        meaning=fact.meaning,
        supplied_by=fact.supplied_by,
        raised=fact.raised,
        of_source=fact.of_source,
    )
