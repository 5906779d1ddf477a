"""Conditions: the typed tree that every back end reads. Frozen, and built only by `check`."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from comity.core.language.vocabulary import Fact, Value


@dataclass(frozen=True, slots=True)
class Constant:
    """A condition that asks nothing. `any` is the constant true: every request."""

    truth: bool | None


ALWAYS = Constant(True)  # noqa: FBT003 - the value itself, not a switch
NEVER = Constant(False)  # noqa: FBT003 - the value itself, not a switch


@dataclass(frozen=True, slots=True)
class FactRef:
    """The value of a fact."""

    fact: Fact


@dataclass(frozen=True, slots=True)
class Literal:
    """A value written in the text."""

    value: Value


Operand: TypeAlias = FactRef | Literal


@dataclass(frozen=True, slots=True)
class Flag:
    """A yes-or-no fact is yes."""

    fact: Fact


@dataclass(frozen=True, slots=True)
class Is:
    """Two values are the same."""

    left: Operand
    right: Operand


@dataclass(frozen=True, slots=True)
class In:
    """A value is one of several: listed ones, or those of a set."""

    left: Operand
    right: Operand


@dataclass(frozen=True, slots=True)
class Within:
    """Every member of one set is in another."""

    left: Operand
    right: Operand


@dataclass(frozen=True, slots=True)
class Compare:
    """`left < right`, or `left <= right` if `or_equal`, in the order of the type."""

    left: Operand
    right: Operand
    or_equal: bool


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite; the opposite of unknown is unknown."""

    part: "Condition"


@dataclass(frozen=True, slots=True)
class And:
    """All hold. One false part makes it false whatever the unknown ones are."""

    parts: "tuple[Condition, ...]"


@dataclass(frozen=True, slots=True)
class Or:
    """At least one holds. One true part makes it true whatever the unknown ones are."""

    parts: "tuple[Condition, ...]"


@dataclass(frozen=True, slots=True)
class AnySource:
    """Some source of the label meets the condition."""

    part: "Condition"


Condition: TypeAlias = (
    Constant | Flag | Is | In | Within | Compare | Not | And | Or | AnySource
)  # fmt: skip


def conjunction(parts: Iterable[Condition]) -> Condition:
    """Return one condition that holds if all of them do."""
    flat = tuple(part for part in parts if part != ALWAYS)
    if NEVER in flat:
        return NEVER
    match len(flat):
        case 0:
            return ALWAYS
        case 1:
            return flat[0]
        case _:
            return And(flat)


def disjunction(parts: Iterable[Condition]) -> Condition:
    """Return one condition that holds if any of them does."""
    flat = tuple(part for part in parts if part != NEVER)
    if ALWAYS in flat:
        return ALWAYS
    match len(flat):
        case 0:
            return NEVER
        case 1:
            return flat[0]
        case _:
            return Or(flat)


def facts_in(condition: Condition) -> Iterator[Fact]:
    """Yield every fact that the condition speaks about, as often as it does."""
    match condition:
        case Constant():
            return
        case Flag(fact):
            yield fact
        case Is(left, right) | In(left, right) | Within(left, right) | Compare(left, right):
            for operand in (left, right):
                if isinstance(operand, FactRef):
                    yield operand.fact
        case Not(part) | AnySource(part):
            yield from facts_in(part)
        case _:
            for part in condition.parts:
                yield from facts_in(part)


def values_asked(condition: Condition, fact: Fact) -> Iterator[Value]:
    """Yield the values with which the condition compares a fact, in the order of the text."""
    match condition:
        case Is(FactRef(asked), Literal(value)) if asked is fact:
            yield value
        case In(FactRef(asked), Literal(frozenset() as values)) if asked is fact:
            yield from sorted(values)
        case Not(part) | AnySource(part):
            yield from values_asked(part, fact)
        case And(parts) | Or(parts):
            for part in parts:
                yield from values_asked(part, fact)
        case _:
            return
