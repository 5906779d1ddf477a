"""Compile: a condition to a closure that answers true, false or unknown (None).

A known false part makes `and` false and a known true part makes `or` true, whatever the unknown
parts are (Kleene's strong logic). So learning a fact can settle an answer and never reverse it.
"""

from collections.abc import Callable, Mapping
from operator import itemgetter, le, lt
from typing import Any, TypeAlias

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
from comity.core.language.vocabulary import Value

Truth: TypeAlias = bool | None


class Facts(dict[str, Any]):
    """Facts by name. A fact that is not there, or is None, is unknown.

    The entry `sources` lists, for each source of the label, the facts of the request together
    with that source's own.
    """

    def __missing__(self, name: str) -> None:
        """Say that a fact which is not there is unknown."""


Test: TypeAlias = Callable[[Facts], Truth]
"""Asks one condition about a request, or about a request and one of its sources."""

SOURCES = "sources"


def compiled(condition: Condition) -> Test:  # noqa: PLR0911 - one case for each kind
    """Return the closure that decides the condition. It never raises on facts that are typed."""
    match condition:
        case Constant(truth):
            return lambda _: truth
        case Flag(fact):
            return itemgetter(fact.name)
        case Is(left, right):
            return _is(left, right)
        case In(left, right):
            return _in(left, right)
        case Within(left, right):
            return _within(left, right)
        case Compare(left, right, or_equal):
            return _compare(left, right, le if or_equal else lt)
        case Not(part):
            return _not(compiled(part))
        case And(parts):
            return _all(tuple(map(compiled, parts)))
        case Or(parts):
            return _any(tuple(map(compiled, parts)))
        case _:
            return _any_source(compiled(condition.part))


def _read(operand: Operand) -> Callable[[Facts], Any]:
    match operand:
        case Literal(value):
            return lambda _: value
        case _:
            return itemgetter(operand.fact.name)


def _is(left: Operand, right: Operand) -> Test:
    read = _read(left)
    if isinstance(right, Literal):
        wanted = right.value

        def same_as_literal(facts: Facts) -> Truth:
            value = read(facts)
            return None if value is None else value == wanted

        return same_as_literal
    read_other = _read(right)

    def same(facts: Facts) -> Truth:
        value, other = read(facts), read_other(facts)
        return None if value is None or other is None else value == other

    return same


def _in(left: Operand, right: Operand) -> Test:
    read, read_set = _read(left), _read(right)
    if isinstance(right, Literal):
        listed = right.value

        def listed_member(facts: Facts) -> Truth:
            value = read(facts)
            return None if value is None else value in listed  # type: ignore[operator]  # a set, as `check` saw to it

        return listed_member

    def member(facts: Facts) -> Truth:
        members = read_set(facts)
        if not members and members is not None:
            return False  # nothing is in an empty set, known or not
        value = read(facts)
        return None if value is None or members is None else value in members

    return member


def _within(left: Operand, right: Operand) -> Test:
    read, read_set = _read(left), _read(right)

    def subset(facts: Facts) -> Truth:
        value = read(facts)
        if not value and value is not None:
            return True  # the empty set is within every set, known or not
        members = read_set(facts)
        return None if value is None or members is None else value <= members

    return subset


def _compare(left: Operand, right: Operand, in_order: Callable[[Any, Any], bool]) -> Test:
    read, read_other, ranks = _read(left), _read(right), _ranks(left, right)

    def ordered(facts: Facts) -> Truth:
        small, large = read(facts), read_other(facts)
        if small is None or large is None:
            return None
        return in_order(ranks[small], ranks[large]) if ranks else in_order(small, large)

    return ordered


def _ranks(left: Operand, right: Operand) -> Mapping[Value, int]:
    """Return each value's place if the fact's values are listed in order; else nothing."""
    fact = next(each.fact for each in (left, right) if isinstance(each, FactRef))
    return {v: rank for rank, v in enumerate(fact.values.meanings)} if fact.values else {}


def _not(part: Test) -> Test:
    def opposite(facts: Facts) -> Truth:
        truth = part(facts)
        return None if truth is None else not truth

    return opposite


def _all(parts: tuple[Test, ...]) -> Test:
    def every(facts: Facts) -> Truth:
        found: Truth = True
        for part in parts:
            truth = part(facts)
            if truth is False:
                return False
            if truth is None:
                found = None
        return found

    return every


def _any(parts: tuple[Test, ...]) -> Test:
    def some(facts: Facts) -> Truth:
        found: Truth = False
        for part in parts:
            truth = part(facts)
            if truth is True:
                return True
            if truth is None:
                found = None
        return found

    return some


def _any_source(part: Test) -> Test:
    def some_source(facts: Facts) -> Truth:
        found: Truth = False
        for source in facts[SOURCES]:
            truth = part(source)
            if truth is True:
                return True
            if truth is None:
                found = None
        return found

    return some_source
