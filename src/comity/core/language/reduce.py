"""Reduce: what is left of a condition once some facts are known, and what it still waits for."""

from collections.abc import Callable, Mapping
from typing import TypeAlias

from comity.core.language.compile import SOURCES, Facts, compiled
from comity.core.language.conditions import (
    And,
    AnySource,
    Compare,
    Condition,
    Constant,
    FactRef,
    In,
    Is,
    Literal,
    Not,
    Operand,
    Or,
    Within,
    conjunction,
    disjunction,
    facts_in,
)
from comity.core.language.vocabulary import Fact, Value

Waiting: TypeAlias = Callable[[Facts], list[Fact]]


def reduced(  # noqa: PLR0911 - one case for each kind
    condition: Condition, known: Mapping[str, Value]
) -> Condition:
    """Return a condition that answers the same wherever these facts are as given.

    Used once, when rules are prepared: a rule about other parties reduces to the constant false
    and is never asked again.
    """
    match condition:
        case Constant():
            return condition
        case Not(part):
            inner = reduced(part, known)
            if isinstance(inner, Constant) and inner.truth is not None:
                return Constant(not inner.truth)
            return Not(inner)
        case And(parts):
            return conjunction(reduced(part, known) for part in parts)
        case Or(parts):
            return disjunction(reduced(part, known) for part in parts)
        case AnySource(part):
            inner = reduced(part, known)
            # `any source (true)` is false without sources, so it is not the constant true
            return inner if inner == Constant(truth=False) else AnySource(inner)
        case _:
            truth = compiled(condition)(Facts(known))
            return _filled_in(condition, known) if truth is None else Constant(truth)


def _filled_in(condition: Condition, known: Mapping[str, Value]) -> Condition:
    """Return a comparison in which known facts are replaced by their values."""
    match condition:
        case Is(left, right):
            return Is(_filled(left, known), _filled(right, known))
        case In(left, right):
            return In(_filled(left, known), _filled(right, known))
        case Within(left, right):
            return Within(_filled(left, known), _filled(right, known))
        case Compare(left, right, or_equal):
            return Compare(_filled(left, known), _filled(right, known), or_equal)
        case _:
            return condition


def _filled(operand: Operand, known: Mapping[str, Value]) -> Operand:
    if isinstance(operand, FactRef) and operand.fact.name in known:
        return Literal(known[operand.fact.name])
    return operand


def waiting(condition: Condition) -> Waiting:
    """Return a closure that, while the condition is undecided, names the facts it waits for."""
    match condition:
        case And(parts) | Or(parts):
            inner = [(compiled(part), waiting(part)) for part in parts]
            return lambda facts: [
                fact for test, find in inner if test(facts) is None for fact in find(facts)
            ]
        case Not(part):
            return waiting(part)
        case AnySource(part):
            test, find = compiled(part), waiting(part)
            return lambda facts: [
                fact for each in facts[SOURCES] if test(each) is None for fact in find(each)
            ]
        case _:
            asked = tuple(facts_in(condition))
            return lambda facts: [fact for fact in asked if facts.get(fact.name) is None]
