"""Drawn: random requests under any agreement, of which a good part is permitted.

Facts drawn blindly are refused nearly always, and whoever refuses always would agree. So most
requests are steered: one permit is made true and the forbids false, as far as both can be had. From
each come others at the edges of its periods, and others with a fact or two changed, most of them
with up to a fifth of their facts unknown.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import product
from random import Random  # noqa: TID251 - seeded, so that a run can be repeated
from typing import Any, NamedTuple

from comity.backends.forms import facts_of, simplified, values_of
from comity.core.agreement import Agreement, Effect
from comity.core.language import Condition, Fact
from comity.core.language.conditions import (
    And,
    AnySource,
    Compare,
    FactRef,
    Flag,
    In,
    Is,
    Literal,
    Not,
    Operand,
    Or,
    Within,
    facts_in,
)
from comity.core.language.vocabulary import Kind

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
INSTANTS = [
    NOW + each
    for each in (
        timedelta(days=-5),
        timedelta(days=-1),
        timedelta(microseconds=-1),
        timedelta(0),
        timedelta(microseconds=1),
        timedelta(days=5),
    )
]
EDGES = INSTANTS[2:5]
NUMBERS = (0, 1, 3, 5, 9, 10, 11, 50)
MOST_SOURCES = 3
MOST_UNKNOWN = 0.2
VARIED = 13
FIXED = frozenset({"discloser", "recipient", "kind", "now"})

Known = dict[str, Any]


class Drawn(NamedTuple):
    """What is known of one request, and of each of its sources."""

    about: Known
    sources: list[Known]


def requests(agreement: Agreement, many: int, seed: int) -> list[Drawn]:
    """Return so many random requests, the same for the same seed."""
    draw = _Draw(agreement, Random(seed))  # noqa: S311 - nothing is kept secret by it
    found: list[Drawn] = []
    while len(found) < many:
        whole = draw.request()
        found += [whole, *draw.at_edges(whole), *(draw.varied(whole) for _ in range(VARIED))]
    return found[:many]


class _Draw:
    """One row of random requests."""

    def __init__(self, agreement: Agreement, random: Random) -> None:
        self.random = random
        self.request_facts = facts_of(agreement, of_source=False)
        self.source_facts = facts_of(agreement, of_source=True)
        self.instants = [each.name for each in self.source_facts if each.kind is Kind.INSTANT]
        self.parameters = {name: dated[-1][1] for name, dated in agreement.parameters.items()}
        rules = [(rule.effect, simplified(rule.condition)) for rule in agreement.rules]
        self.permits = [condition for effect, condition in rules if effect is Effect.PERMIT]
        self.forbids = [condition for effect, condition in rules if effect is Effect.FORBID]

    def request(self) -> Drawn:
        """Return one request with all its facts."""
        many = self.random.randint(1, MOST_SOURCES)
        about = {fact.name: self.value(fact) for fact in self.request_facts}
        told = [{fact.name: self.value(fact) for fact in self.source_facts} for _ in range(many)]
        if self.permits and self.random.random() < 0.85:
            permit = self.random.choice(self.permits)
            self.steer(permit, about, told, wanted=True)
            for forbid in self.random.sample(self.forbids, len(self.forbids)):
                self.steer(forbid, about, told, wanted=False)
            self.steer(permit, about, told, wanted=True)
        return Drawn(about, told)

    def at_edges(self, whole: Drawn) -> Iterator[Drawn]:
        """Yield the request with each instant of its sources just before, at and just after now."""
        for name, edge in product(self.instants, EDGES):
            yield Drawn(whole.about, [{**each, name: edge} for each in whole.sources])

    def varied(self, whole: Drawn) -> Drawn:
        """Return a request with a fact or two changed, and in most cases some unknown."""
        about, told = dict(whole.about), [dict(each) for each in whole.sources]
        for _ in range(self.random.randrange(3)):
            if self.random.random() < 0.5:
                fact = self.random.choice(self.request_facts)
                about[fact.name] = self.value(fact)
            else:
                fact = self.random.choice(self.source_facts)
                self.random.choice(told)[fact.name] = self.value(fact)
        if self.random.random() < 0.8:
            share = self.random.random() * MOST_UNKNOWN
            about = {name: value for name, value in about.items() if self.random.random() > share}
            told = [self.without(each, share) for each in told]
        return Drawn(about, told)

    def without(self, known: Known, share: float) -> Known:
        """Return the facts with a share of them stated as unknown."""
        return {
            name: None if self.random.random() < share else each for name, each in known.items()
        }

    def value(self, fact: Fact) -> Any:  # noqa: ANN401 - any fact's value
        """Return any value that the fact can have."""
        match fact.kind:
            case Kind.FLAG:
                return self.random.random() < 0.5
            case Kind.ONE:
                return self.random.choice(values_of(fact))
            case Kind.SET:
                return frozenset(each for each in values_of(fact) if self.random.random() < 0.3)
            case Kind.NUMBER:
                return self.random.choice(NUMBERS)
            case Kind.INSTANT:
                return self.random.choice(INSTANTS) if fact.name != "now" else NOW

    def steer(self, condition: Condition, about: Known, told: list[Known], *, wanted: bool) -> None:
        """Change facts so that a condition becomes true or false, as far as that is easy."""
        match condition:
            case Not(part):
                self.steer(part, about, told, wanted=not wanted)
            case And(parts) | Or(parts):
                every = wanted is isinstance(condition, And)
                for part in parts if every else [self.easiest(parts)]:
                    self.steer(part, about, told, wanted=wanted)
            case AnySource(part):
                for each in [self.random.choice(told)] if wanted else told:
                    self.steer(part, about, [each], wanted=wanted)
            case Flag(fact):
                self.place(fact, about, told)[fact.name] = wanted
            case Is() | In() | Within() | Compare():
                self.compare(condition, about, told, wanted=wanted)
            case _:
                return

    def easiest(self, parts: tuple[Condition, ...]) -> Condition:
        """Return one part; the ends and the kind are left alone where another part will do.

        Exceptions are preferred: they are the longest part of most rules.
        """
        others = [part for part in parts if not _is_fixed(part)]
        exceptions = [part for part in others if isinstance(part, Not)]
        if exceptions and self.random.random() < 0.5:
            return self.random.choice(exceptions)
        return self.random.choice(others or parts)

    def place(self, fact: Fact, about: Known, told: list[Known]) -> Known:
        """Return where the fact is kept."""
        return self.random.choice(told) if fact.of_source else about

    def compare(
        self,
        condition: Is | In | Within | Compare,
        about: Known,
        told: list[Known],
        *,
        wanted: bool,
    ) -> None:
        """Try values of one side until the comparison is as wanted, unless it is already."""
        facts = [
            each.fact for each in (condition.left, condition.right) if isinstance(each, FactRef)
        ]
        free = [fact for fact in facts if fact.name not in {"now", *self.parameters}]
        if not free:
            return
        fact = free[0]
        kept = self.place(fact, about, told)
        sides = condition.left, condition.right
        for _ in range(12):
            left, right = (self.read(each, about, kept) for each in sides)
            if left is not None and right is not None and holds(condition, left, right) is wanted:
                return
            kept[fact.name] = self.value(fact)

    def read(self, operand: Operand, about: Known, kept: Known) -> Any:  # noqa: ANN401 - any fact's value
        """Return what a side of a comparison is now; an ordered value by its place."""
        if isinstance(operand, Literal):
            return operand.value
        fact = operand.fact
        if fact.name in self.parameters:
            return self.parameters[fact.name]
        value = {**about, **kept}.get(fact.name)
        ordered = fact.values and fact.values.ordered and isinstance(value, str)
        return value if not ordered else values_of(fact).index(str(value))


def holds(condition: Condition, left: Any, right: Any) -> bool:  # noqa: ANN401 - any fact's value
    """Return whether a comparison of two known values is true."""
    match condition:
        case Is():
            return bool(left == right)
        case In():
            return left in right
        case Within():
            return bool(left <= right)
        case Compare(_, _, or_equal):
            return bool(left <= right if or_equal else left < right)
        case _:
            return False


def _is_fixed(condition: Condition) -> bool:
    compares = isinstance(condition, Flag | Is | In | Within | Compare)
    return compares and any(fact.name in FIXED for fact in facts_in(condition))
