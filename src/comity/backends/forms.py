"""Forms: what all back ends share.

A condition has two forms. *Must* is true where the condition is true whatever the unknown facts
are; *may* is true unless it is false. The must of `not c` is the opposite of the may of `c`, and
`and`, `or` and `any source` keep to one form. A permit counts in its must form, a forbid in its may
form: so two-valued engines decide as the three-valued gate does.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from comity.core.agreement import Agreement
from comity.core.language import Condition, Fact, Value
from comity.core.language.conditions import (
    And,
    AnySource,
    Compare,
    FactRef,
    In,
    Literal,
    Not,
    Or,
    conjunction,
)
from comity.core.language.vocabulary import Kind

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
NEEDED = ("discloser", "recipient", "now", "origin", "given_to")
MOST_MEMBERS = 62


class NotExpressibleError(ValueError):
    """The agreement says something that a back end has no words for."""


def check_vocabulary(agreement: Agreement) -> None:
    """Return if the vocabulary has the facts that every decision turns on.

    Raises:
        NotExpressibleError: it lacks one.
    """
    for name in NEEDED:
        if name not in agreement.vocabulary.facts:
            raise NotExpressibleError(f"the vocabulary has no fact {name}")


def facts_of(agreement: Agreement, *, of_source: bool) -> list[Fact]:
    """Return the facts that can be stated of a request, or of one of its sources."""
    return [
        fact
        for fact in agreement.vocabulary.facts.values()
        if fact.of_source is of_source and fact.name not in agreement.parameters
    ]


def simplified(condition: Condition) -> Condition:  # noqa: PLR0911 - one case for each kind
    """Return the same condition, with a comparison to an ordered value as a list of values."""
    match condition:
        case Compare(FactRef(fact), Literal(str(value)), or_equal):
            return _ranked(fact, 0, _rank(fact, value) + or_equal)
        case Compare(Literal(str(value)), FactRef(fact), or_equal):
            return _ranked(fact, _rank(fact, value) + (not or_equal), None)
        case Not(part):
            inner = simplified(part)
            return inner.part if isinstance(inner, Not) else Not(inner)
        case And(parts):
            return conjunction(_flat(map(simplified, parts)))
        case Or(parts):
            return Or(tuple(map(simplified, parts)))
        case AnySource(part):
            return AnySource(simplified(part))
        case _:
            return condition


def _flat(parts: Iterable[Condition]) -> Iterator[Condition]:
    """Yield the parts, those of an `and` within an `and` one by one."""
    for part in parts:
        yield from part.parts if isinstance(part, And) else (part,)


def _ranked(fact: Fact, first: int, end: int | None) -> Condition:
    return In(FactRef(fact), Literal(frozenset(values_of(fact)[first:end])))


def _rank(fact: Fact, value: str) -> int:
    return values_of(fact).index(value)


def values_of(fact: Fact) -> list[str]:
    """Return the values that a fact can have, in the order of the vocabulary."""
    return list(fact.values.meanings) if fact.values else []


def listed(fact: Fact, values: Value) -> list[str]:
    """Return a literal's values, one or several, in the order of the vocabulary."""
    wanted = values if isinstance(values, frozenset) else {values}
    return [value for value in values_of(fact) if value in wanted]


def as_bits(fact: Fact, members: Iterable[str]) -> int:
    """Return a set as a number with one bit for each member, the first value the lowest.

    Raises:
        NotExpressibleError: the list is too long for a number of 64 bits.
    """
    values = values_of(fact)
    if len(values) > MOST_MEMBERS:
        raise NotExpressibleError(f"a set of more than {MOST_MEMBERS} values: {fact.name}")
    return sum(1 << values.index(each) for each in set(members))


def coder(fact: Fact) -> Callable[[Any], int]:
    """Return what puts a known value into a number: a place, bits, microseconds, 0 or 1.

    It raises a ValueError on what the fact cannot be.
    """
    places = {value: place for place, value in enumerate(values_of(fact))}

    def number(value: Any) -> int:  # noqa: ANN401 - whatever somebody takes for a value
        try:
            if fact.kind is Kind.ONE:
                return places[value]
            if fact.kind is Kind.SET and not isinstance(value, str):
                return sum(1 << places[each] for each in set(value))
            if fact.kind is Kind.INSTANT and isinstance(value, datetime):
                return microseconds(value)
        except (KeyError, TypeError):
            pass
        if not isinstance(value, bool if fact.kind is Kind.FLAG else int) or fact.values:
            raise ValueError(f"{fact.name} cannot be {value!r}")
        return int(value)

    return number


def microseconds(moment: datetime) -> int:
    """Return an instant as the whole microseconds since 1970, in UTC."""
    return (moment - EPOCH) // MICROSECOND


def first_instant(day: date) -> int:
    """Return when a day begins, in UTC, as microseconds."""
    return microseconds(datetime.combine(day, time(), tzinfo=UTC))


def dated(agreement: Agreement) -> dict[str, list[tuple[int, int]]]:
    """Return each changing parameter's values, each with the instant from which it holds.

    The first one holds at all times before, too, so it begins with the calendar.
    """
    found = {}
    for name, values in agreement.parameters.items():
        if len(values) > 1:
            days = [date.min, *(day for day, _ in values[1:])]
            numbers = [number for _, number in values]
            found[name] = list(zip(map(first_instant, days), numbers, strict=True))
    return found
