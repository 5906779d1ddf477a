"""Mutants: an agreement with one thing in one rule changed, as somebody could have got it wrong."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from comity.core.agreement import Effect, Rule
from comity.core.language import Condition, Fact, Vocabulary
from comity.core.language.conditions import (
    ALWAYS,
    And,
    AnySource,
    Compare,
    Constant,
    FactRef,
    In,
    Is,
    Literal,
    Not,
    Or,
    Within,
    conjunction,
    disjunction,
)
from comity.core.language.write import written

PARTS = ("head", "source", "unless")
EXCEPTED = ("discloser", "recipient", "kind", "purpose")
"""The facts that every request has, so that somebody could name an exception by them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """One change: what it is in words, and what stands in the rule's place (None: nothing).

    An exception that was slipped in has in `excepts` what it is for.
    """

    rule: Rule
    what: str
    instead: Rule | None
    excepts: Condition | None = None

    @property
    def words(self) -> str:
        """The change, with the rule that it is made in."""
        return f"{self.rule.id}: {self.what}"

    def rules(self, rules: tuple[Rule, ...]) -> tuple[Rule, ...]:
        """Return the rules of an agreement with this change in them."""
        put = [self.instead if each is self.rule else each for each in rules]
        return tuple(each for each in put if each is not None)


def mutants_of(rules: tuple[Rule, ...], known: Vocabulary) -> Iterator[Mutant]:
    """Yield every mutant of every rule, the rules in their order."""
    for rule in rules:
        yield from _of_rule(rule, known)


def _of_rule(rule: Rule, known: Vocabulary) -> Iterator[Mutant]:
    yield Mutant(rule=rule, what="the rule is left out", instead=None)
    other = Effect.FORBID if rule.effect is Effect.PERMIT else Effect.PERMIT
    if rule.source is None:
        yield Mutant(rule=rule, what=f"{other} instead", instead=replace(rule, effect=other))
    if rule.effect is Effect.FORBID:
        yield from _exceptions(rule, known)
    for part in PARTS:
        condition = getattr(rule, part)
        if condition is None:
            continue
        if part != "head":
            gone = _with(rule, part, None)
            if part == "unless" or rule.unless is None:
                yield Mutant(rule=rule, what=f"`{part}` is left out", instead=gone)
        for what, changed in _of_condition(condition):
            where = "" if part == "head" else f"in `{part}`, "
            yield Mutant(rule=rule, what=where + what, instead=_with(rule, part, changed))


def _exceptions(rule: Rule, known: Vocabulary) -> Iterator[Mutant]:
    """Yield the forbid with an exception slipped in, for one value of a fact that requests have."""
    for name in EXCEPTED:
        fact = known.facts[name]
        for value in fact.values.meanings if fact.values else ():
            one = Is(FactRef(fact), Literal(value))
            but_one = conjunction([rule.head, Not(one)])
            what = f"an exception where `{written(one)}`"
            yield Mutant(rule=rule, what=what, instead=replace(rule, head=but_one), excepts=one)


def _with(rule: Rule, part: str, condition: Condition | None) -> Rule:
    """Return the rule with another condition in one of its parts."""
    match part:
        case "source":
            return replace(rule, source=condition)
        case "unless":
            return replace(rule, unless=condition)
        case _:
            return replace(rule, head=condition or ALWAYS)


def _of_condition(condition: Condition) -> Iterator[tuple[str, Condition]]:
    """Yield each change of one place in a condition, with words for it."""
    match condition:
        case Constant():
            return
        case And(parts) | Or(parts):
            yield from _of_parts(condition, parts)
        case Not(part):
            yield f"`{written(condition)}` without `not`", part
            yield from ((what, Not(changed)) for what, changed in _of_condition(part))
        case AnySource(part):
            yield from ((what, AnySource(changed)) for what, changed in _of_condition(part))
        case _:
            yield f"not `{written(condition)}`", Not(condition)
            for changed in _of_comparison(condition):
                yield f"`{written(changed)}` for `{written(condition)}`", changed


def _of_parts(condition: And | Or, parts: tuple[Condition, ...]) -> Iterator[tuple[str, Condition]]:
    is_and = isinstance(condition, And)
    join, word = (conjunction, "and") if is_and else (disjunction, "or")
    swapped: Condition = Or(parts) if is_and else And(parts)
    yield f"`{'or' if is_and else 'and'}` for `{word}` in `{written(condition)}`", swapped
    for n, part in enumerate(parts):
        rest = (*parts[:n], *parts[n + 1 :])
        yield f"without `{written(part)}`", join(rest)
        for what, changed in _of_condition(part):
            yield what, join((*parts[:n], changed, *parts[n + 1 :]))


def _of_comparison(condition: Condition) -> Iterator[Condition]:
    match condition:
        case Is(FactRef(fact) as left, Literal(value)):
            for other in _neighbours(fact, value):
                yield Is(left, Literal(other))
        case In(FactRef(fact) as left, Literal(frozenset() as listed)):
            for value in sorted(listed) if len(listed) > 1 else ():
                yield In(left, Literal(listed - {value}))
            for other in _others(fact, listed):
                yield In(left, Literal(listed | {other}))
        case In(Literal(value), FactRef(fact) as right):
            for other in _neighbours(fact, value):
                yield In(Literal(other), right)
        case Within(FactRef() as left, FactRef() as right):
            yield Within(right, left)
        case Compare(left, right, or_equal):
            yield Compare(left, right, not or_equal)
            yield Compare(right, left, or_equal)
            yield from _shifted(condition)
        case _:
            return


def _shifted(condition: Compare) -> Iterator[Condition]:
    """Yield a comparison with the next smaller or larger value of a list."""
    for left, right in ((condition.left, condition.right), (condition.right, condition.left)):
        if isinstance(left, FactRef) and isinstance(right, Literal) and left.fact.values:
            listed = list(left.fact.values.meanings)
            at = listed.index(str(right.value))
            for near in listed[max(0, at - 1) : at] + listed[at + 1 : at + 2]:
                here = Literal(near)
                if condition.right is right:
                    yield Compare(left, here, condition.or_equal)
                else:
                    yield Compare(here, left, condition.or_equal)


def _others(fact: Fact, listed: frozenset[str]) -> list[str]:
    """Return the first value of a fact's list that is not among these."""
    known = fact.values.meanings if fact.values else {}
    return [value for value in known if value not in listed][:1]


def _neighbours(fact: Fact, value: object) -> list[str]:
    """Return the values that somebody could have written instead: the next two of the list."""
    known = list(fact.values.meanings) if fact.values else []
    at = known.index(str(value)) if str(value) in known else 0
    return [*dict.fromkeys(known[(at + step) % len(known)] for step in (1, 2))] if known else []
