"""English: a condition as a lawyer reads it, from what the vocabulary says that its words mean.

Nothing is summed up or left out: a condition of many parts becomes a lead ("all of this is so")
and its parts. A negation stands where it cannot be overlooked, with the part that it denies.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from comity.core.language.conditions import (
    ALWAYS,
    And,
    AnySource,
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
from comity.core.language.vocabulary import Fact, Kind, Value, Values
from comity.core.terms import ORGANISATION

MOST_IN_A_LINE = 3
"""So many values are named within a sentence; more stand below it, one a line."""

ORDERS = {
    Kind.NUMBER: ("is less than {}", "is at most {}", "is more than {}", "is at least {}"),
    Kind.INSTANT: ("is before {}", "is at or before {}", "is after {}", "is at or after {}"),
    Kind.ONE: (
        *("is less strict than {}", "is {} or less strict"),
        *("is stricter than {}", "is {} or stricter"),
    ),
}
"""How `<`, `<=`, `>` and `>=` are said of values of a kind."""

THERE = {"no": "there is no source", "some": "there is a source"}

OF_AGREEMENT = "the agreement"
"""Who supplies a parameter: it has a name and a number there, and no meaning of its own."""


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence, or the lead of a list and what stands in it."""

    text: str
    parts: "tuple[Said, ...]" = ()

    @property
    def flat(self) -> str:
        """The whole of it on one line."""
        if not self.parts:
            return self.text
        return f"{self.text} {'; '.join(f'({n}) {p.flat}' for n, p in enumerate(self.parts, 1))}"


def english(condition: Condition) -> Said:  # noqa: PLR0911 - one case for each kind
    """Return the condition in English."""
    match condition:
        case Constant():
            return Said("this is always so" if condition == ALWAYS else "this is never so")
        case Flag(fact):
            return Said(noun(fact))
        case Not(part):
            return _denied(part)
        case And(parts):
            return Said("all of this is so:", _each(_flat(parts)))
        case Or(parts):
            return Said("at least one of these is so:", _each(parts))
        case AnySource(part):
            return _of_sources("some", part)
        case _:
            return _compared(condition, denied=False)


def _denied(part: Condition) -> Said:  # noqa: PLR0911 - one case for each kind
    match part:
        case Constant():
            return english(Constant(not part.truth))
        case Flag(fact):
            return Said(f"it is not so that {noun(fact)}")
        case Not(inner):
            return english(inner)
        case And(parts):
            return Said("not all of this is so:", _each(parts))
        case Or(parts):
            return Said("none of these is so:", _each(parts))
        case AnySource(Not(inner)):
            return _of_sources("every", inner)
        case AnySource(inner):
            return _of_sources("no", inner)
        case Compare(left, right, or_equal):
            return _compared(Compare(right, left, not or_equal), denied=False)
        case _:
            return _compared(part, denied=True)


def _each(parts: Iterable[Condition]) -> tuple[Said, ...]:
    return tuple(map(english, parts))


def _flat(parts: Iterable[Condition]) -> Iterator[Condition]:
    """Yield the parts of a conjunction, and those of the conjunctions in it."""
    for part in parts:
        yield from _flat(part.parts) if isinstance(part, And) else (part,)


def _of_sources(which: str, part: Condition) -> Said:
    """Return what is said of sources; all parts are about one and the same of them."""
    match part:
        case Constant(True) if which in THERE:
            return Said(THERE[which])
        case And(parts):
            return Said(f"of {which} source all of this is so together:", _each(_flat(parts)))
        case Or(parts):
            return Said(f"of {which} source at least one of these is so:", _each(parts))
        case _:
            return Said(f"of {which} source this is so:", (english(part),))


def _compared(condition: Condition, *, denied: bool) -> Said:
    match condition:
        case Is(left, right):
            return Said(f"{_noun(left)} {_not('is', denied)} {_operand(right, left)}")
        case In(left, Literal(frozenset() as values)):
            return _listed(left, values, denied=denied)
        case In(Literal() as value, right):
            verb = "do not include" if denied else "include"
            return Said(f"{_noun(right)} {verb} {_operand(value, right)}")
        case In(left, right):
            return Said(f"{_noun(left)} {_not('is', denied)} among {_noun(right)}")
        case Within(left, right):
            return Said(f"{_noun(left)} {_not('are', denied)} all among {_operand(right, left)}")
        case Compare(left, right, or_equal):
            return Said(_order(left, right, or_equal=or_equal))
        case _:
            raise TypeError("a comparison was expected")


def _not(verb: str, denied: bool) -> str:  # noqa: FBT001 - it stands beside what it denies
    return f"{verb} not" if denied else verb


def _listed(left: Operand, values: frozenset[str], *, denied: bool) -> Said:
    named = [_operand(Literal(each), left) for each in sorted(values)]
    if len(named) <= MOST_IN_A_LINE:
        verb, word = ("is neither", " nor ") if denied and len(named) > 1 else ("is", " or ")
        verb = "is not" if denied and len(named) == 1 else verb
        return Said(f"{_noun(left)} {verb} {word.join(named)}")
    return Said(f"{_noun(left)} is {'none' if denied else 'one'} of:", tuple(map(Said, named)))


def _order(left: Operand, right: Operand, *, or_equal: bool) -> str:
    """Return a comparison as said of what varies: a fact comes before a number."""
    if _is_fixed(left) and not _is_fixed(right):
        words = ORDERS[_kind(right)][2 + or_equal]
        return f"{_noun(right)} {words.format(_operand(left, right))}"
    words = ORDERS[_kind(left)][or_equal]
    return f"{_noun(left)} {words.format(_operand(right, left))}"


def _is_fixed(operand: Operand) -> bool:
    return isinstance(operand, Literal) or operand.fact.supplied_by == OF_AGREEMENT


def _kind(operand: Operand) -> Kind:
    return operand.fact.kind if isinstance(operand, FactRef) else Kind.NUMBER


def noun(fact: Fact) -> str:
    """Return what a fact is about, as its vocabulary says; explanations after `;` are left out."""
    if fact.supplied_by == OF_AGREEMENT:
        return f"the agreement's number {fact.name}"
    return fact.meaning.partition(";")[0]


def _noun(operand: Operand) -> str:
    return noun(operand.fact) if isinstance(operand, FactRef) else value_words(operand.value)


def _operand(operand: Operand, beside: Operand) -> str:
    """Return a value in the words of the list that it is taken from."""
    if isinstance(operand, FactRef):
        return noun(operand.fact)
    listed = beside.fact.values if isinstance(beside, FactRef) else None
    return value_words(operand.value, listed)


def value_words(value: Value, listed: Values | None = None) -> str:
    """Return a value in words: names as they are, all else by what the list says it means."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, frozenset):
        return " and ".join(value_words(each, listed) for each in sorted(value)) or "none"
    if not isinstance(value, str):
        return str(value)
    meaning = listed.meanings.get(value) if listed else None
    if meaning is None or (value[:1].isupper() and "_" not in value and value != ORGANISATION):
        return party_words(value)
    return f"“{meaning}”" if value[:1].islower() else meaning.partition(",")[0]


def party_words(value: str) -> str:
    """Return who or what a value names, where no list says what it means."""
    return "an organisation" if value == ORGANISATION else plain(value)


def plain(name: str) -> str:
    """Return a name without underscores; one in capitals stays as it is."""
    return name.replace("_", " ") if name.islower() else name
