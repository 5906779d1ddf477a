"""Encoding: what the three translations share."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from comity.core.agreement import Agreement, Effect, Rule
from comity.core.language import Condition, Fact, Value
from comity.core.language.conditions import (
    ALWAYS,
    And,
    AnySource,
    Constant,
    FactRef,
    Not,
    Operand,
    Or,
)
from comity.core.language.reduce import reduced


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerRule:
    """One rule of the agreement, its parameters filled in."""

    id: str
    permits: bool
    request: Condition
    source: Condition | None

    @property
    def whole(self) -> tuple[Condition, ...]:
        """Both conditions, for an engine that asks once for each source."""
        return (self.request,) if self.source is None else (self.request, self.source)


def peer_rules(agreement: Agreement) -> Iterator[PeerRule]:
    """Yield the rules in the order of the file.

    Raises:
        ValueError: a rule asks about sources in a way that one request per source cannot say.
    """
    parameters: dict[str, Value] = {**agreement.fixed_parameters()}
    for rule in agreement.rules:
        about_source = rule.about_source
        found = PeerRule(
            id=rule.id,
            permits=rule.effect is Effect.PERMIT,
            request=reduced(rule.about_request, parameters),
            source=None if about_source is None else reduced(about_source, parameters),
        )
        if (found.permits and found.source) or any(map(_asks_all_sources, found.whole)):
            raise ValueError(f"rule {rule.id} cannot be asked once for each source")
        _check_parts(rule)
        yield found


def _check_parts(rule: Rule) -> None:
    """Refuse a rule whose two parts are not what its whole condition says.

    Raises:
        ValueError: they are not.
    """
    parts = list(_conjuncts(rule.condition))
    asked = [each for each in parts if isinstance(each, AnySource)]
    expected = [] if rule.about_source is None else [AnySource(rule.about_source)]
    rest = [each for each in parts if not isinstance(each, AnySource)]
    if asked != expected or rest != list(_conjuncts(rule.about_request)):
        raise ValueError(f"rule {rule.id} does not come apart into request and source")


def _conjuncts(condition: Condition) -> Iterator[Condition]:
    if isinstance(condition, And):
        for part in condition.parts:
            yield from _conjuncts(part)
    elif condition != ALWAYS:
        yield condition


def _asks_all_sources(condition: Condition) -> bool:
    match condition:
        case AnySource():
            return True
        case Not(part):
            return _asks_all_sources(part)
        case And(parts) | Or(parts):
            return any(map(_asks_all_sources, parts))
        case _:
            return False


def truth_of(constant: Constant) -> str:
    """Return a constant as all three languages write it."""
    return "true" if constant.truth else "false"


def fact_beside(*operands: Operand) -> Fact:
    """Return the fact that is compared, which says of what type a literal beside it is."""
    return next(each.fact for each in operands if isinstance(each, FactRef))


def plain_value(value: Value, fact: Fact) -> str | int | list[str] | list[int]:
    """Return a literal as the plain facts write it: ranks, seconds, lists, texts."""
    if isinstance(value, frozenset):
        listed = sorted(value)
        if fact.values and fact.values.ordered:
            return [fact.values.rank(each) for each in listed]
        return listed
    if isinstance(value, datetime):
        return int(value.timestamp())
    if isinstance(value, str) and fact.values and fact.values.ordered:
        return fact.values.rank(value)
    return value
