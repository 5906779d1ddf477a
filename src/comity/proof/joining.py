"""Joining: the laws of the join of labels, shown for all labels that the vocabulary can make.

A label is its sources and its raised facts, and labels are joined part by part; so the laws are
shown of each part by itself. That the product's own `join` does what is written here is tested.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from comity.core.agreement import Agreement
from comity.core.language import Condition, Fact, Kind
from comity.core.language.compile import SOURCES
from comity.core.language.conditions import (
    Compare,
    FactRef,
    Flag,
    In,
    Is,
    Literal,
    conjunction,
    disjunction,
)
from comity.proof.claims import About, Claim, slots_for
from comity.proof.domain import Domain
from comity.proof.kleene import Seen, negation, same
from comity.proof.model import Model, model
from comity.proof.raised import as_strict, facts_raised


def join_laws(agreement: Agreement, domain: Domain) -> Claim:
    """Return the claim that joining labels obeys its laws."""
    sources = _Laws(agreement, domain, None)
    parts = [sources, *(_Laws(agreement, domain, fact) for fact in facts_raised(agreement))]
    return Claim(
        id="join_laws",
        about=About.THEOREM,
        sentence="Joining labels is commutative, associative and idempotent, and gives the least "
        "label that is as strict as both.",
        against=disjunction(broken for part in parts for broken in part.broken()),
        control=sources.commutes(loses=True),
    )


@dataclass(frozen=True)
class _Laws:
    """One part of labels (a raised fact, or the sources), and what it would be to break a law."""

    agreement: Agreement
    domain: Domain
    fact: Fact | None

    def broken(self) -> Iterator[Condition]:
        """Yield, for each law, when it is broken."""
        yield self.commutes()
        a, b, c, ab, bc, x, y = self._labels("a", "b", "c", "a, b", "b, c", "ab, c", "a, bc")
        joins = [self._join(a, b, ab), self._join(ab, c, x)]
        joins += [self._join(b, c, bc), self._join(a, bc, y)]
        yield conjunction([*joins, negation(self._same(x, y))])
        yield conjunction([self._join(a, a, x), negation(self._same(a, x))])
        over = [self._as_strict(each, ab) for each in (a, b)]
        upper = [self._as_strict(each, c) for each in (a, b)]
        beyond = conjunction([*upper, negation(self._as_strict(ab, c))])
        yield conjunction([self._join(a, b, ab), disjunction([*map(negation, over), beyond])])

    def commutes(self, *, loses: bool = False) -> Condition:
        """Return when the order of two labels matters; a join that loses forgets one's sources."""
        a, b, x, y = self._labels("a", "b", "a, b", "b, a")
        joins = [self._join(a, b, x, loses=loses), self._join(b, a, y, loses=loses)]
        return conjunction([*joins, negation(self._same(x, y))])

    def _labels(self, *names: str) -> list[Model]:
        own = frozenset({SOURCES, *(fact.name for fact in facts_raised(self.agreement))})
        slots = slots_for(self.agreement)
        return [model(self.agreement, slots, name=name, own=own) for name in names]

    def _as_strict(self, low: Model, high: Model) -> Condition:
        raised = () if self.fact is None else (self.fact,)
        return as_strict(raised, low, high, sources=self.fact is None)

    def _same(self, x: Model, y: Model) -> Condition:
        return conjunction([self._as_strict(x, y), self._as_strict(y, x)])

    def _join(self, a: Model, b: Model, x: Model, *, loses: bool = False) -> Condition:
        """Return when this part of x is the join of that of a and of b."""
        if self.fact is not None:
            return conjunction(self._of_fact(self.fact, a, b, x))
        present = ([each.world.present(n) for each in (a, b, x)] for n in a.world.sources)
        return conjunction(
            same(joined, one if loses else disjunction([one, other]))
            for one, other, joined in present
        )

    def _of_fact(self, fact: Fact, a: Model, b: Model, x: Model) -> Iterator[Condition]:
        left, right, joined = (FactRef(each.view.fact(fact)) for each in (a, b, x))
        if fact.kind is Kind.FLAG:
            one, other, found = (each.view.seen(Flag(fact)) for each in (a, b, x))
            yield _both(found, one, other)
        elif fact.kind is Kind.SET and fact.values is not None:
            for value in map(Literal, self.domain.values(fact.values)):
                yield same(In(value, joined), disjunction([In(value, left), In(value, right)]))
        else:
            yield Compare(left, joined, or_equal=True)
            yield Compare(right, joined, or_equal=True)
            yield disjunction([Is(joined, left), Is(joined, right)])


def _both(found: Seen, one: Seen, other: Seen) -> Condition:
    """Return when three-valued `or` of two gives the third."""
    return conjunction([
        same(found.must, disjunction([one.must, other.must])),
        same(found.may, disjunction([one.may, other.may])),
    ])  # fmt: skip
