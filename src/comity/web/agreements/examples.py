"""Examples: a request in English, as the gate saw it under one agreement."""

from collections.abc import Iterator
from dataclasses import dataclass

from comity.core.agreement import Agreement
from comity.core.gate.lines import facts_about
from comity.core.gate.request import Question
from comity.core.language import Facts
from comity.core.language.compile import SOURCES
from comity.core.language.conditions import (
    Condition,
    FactRef,
    Flag,
    Is,
    Literal,
    Not,
    facts_in,
)
from comity.core.language.english import english, noun, value_words
from comity.core.language.vocabulary import Fact, Kind

ALLOWED, REFUSED, BOUNDARY = "allowed", "refused", "boundary"
HIDDEN = frozenset({"now"})
"""It is different each day, and what rests on it is said of the answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What is known of a request: of itself, and of each source."""

    request: tuple[str, ...]
    sources: tuple[tuple[str, ...], ...]

    @property
    def lines(self) -> tuple[str, ...]:
        """All of it, one after the other."""
        return (*self.request, *(line for source in self.sources for line in source))


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A request that shows what a rule does, what the gate said of it, and under which clause.

    At the boundary `differs` is what is not as in the allowed example.
    """

    rule: str
    role: str
    told: Told
    is_permitted: bool
    clause: str
    differs: tuple[str, ...] = ()


def told(question: Question, agreement: Agreement) -> Told:
    """Return in English what the gate knew of a request's first item, as far as rules ask.

    Raises:
        MalformedError: the request does not make sense.
    """
    asked = {fact.name: fact for rule in agreement.rules for fact in facts_in(rule.condition)}
    facts = facts_about(question, agreement, question.request.items[0])
    return Told(
        request=tuple(_lines(facts, [each for each in asked.values() if not each.of_source])),
        sources=tuple(
            tuple(_lines(each, [fact for fact in asked.values() if fact.of_source]))
            for each in facts[SOURCES]
        ),
    )


def differs(one: Told, other: Told) -> tuple[str, ...]:
    """Return what is said of the second request and not of the first, and what is missing."""
    new = [line for line in other.lines if line not in one.lines]
    gone = [line for line in one.lines if line not in other.lines]
    return tuple(new or [f"not: {line}" for line in gone])


def _lines(facts: Facts, asked: list[Fact]) -> Iterator[str]:
    for fact in asked:
        if fact.name in HIDDEN or fact.kind is Kind.INSTANT:
            continue
        value = facts.get(fact.name)
        if value is None:
            yield f"not known: {noun(fact)}"
        elif fact.kind is Kind.SET:
            yield f"{noun(fact)}: {value_words(value, fact.values)}"
        else:
            yield english(_as_condition(fact, value)).flat


def _as_condition(fact: Fact, value: object) -> Condition:
    if isinstance(value, bool):
        return Flag(fact) if value else Not(Flag(fact))
    return Is(FactRef(fact), Literal(value))  # type: ignore[arg-type]  # a value of a fact, as the gate made it
