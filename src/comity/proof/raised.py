"""Raised: when one label is as strict as another, and when one gate knows no more than another."""

from collections.abc import Iterable, Iterator

from comity.core.agreement import Agreement
from comity.core.language import Condition, Fact, Kind
from comity.core.language.conditions import (
    Compare,
    FactRef,
    Flag,
    Within,
    conjunction,
)
from comity.proof.kleene import View, implies, same
from comity.proof.model import Model


def facts_raised(agreement: Agreement) -> tuple[Fact, ...]:
    """Return the facts that only grow when labels are joined."""
    return tuple(fact for fact in agreement.vocabulary.facts.values() if fact.raised)


def as_strict(
    raised: Iterable[Fact], low: Model, high: Model, *, sources: bool = True
) -> Condition:
    """Return when the label of `high` is at least as strict as that of `low`.

    A yes is stricter than not knowing, and not knowing than a no: so a join answers. Without
    `sources`, the sources are left aside.
    """
    present = (
        implies(low.world.present(slot), high.world.present(slot))
        for slot in (low.world.sources if sources else ())
    )
    return conjunction([*present, *(_rises(fact, low.view, high.view) for fact in raised)])


def _rises(fact: Fact, low: View, high: View) -> Condition:
    below, above = low.fact(fact), high.fact(fact)
    if fact.kind is Kind.FLAG:
        seen = Flag(fact)
        was, now = low.seen(seen), high.seen(seen)
        return conjunction([implies(was.must, now.must), implies(was.may, now.may)])
    known = same(low.known(fact), high.known(fact))
    if fact.kind is Kind.SET:
        return conjunction([known, Within(FactRef(below), FactRef(above))])
    return conjunction([known, Compare(FactRef(below), FactRef(above), or_equal=True)])


def knows_no_more(facts: Iterable[Fact], less: Model, more: Model) -> Condition:
    """Return when everything that is known in `less` is known in `more`."""
    return conjunction(
        implies(a, b) for fact in facts for a, b in _knowledge(fact, less.view, more.view)
    )


def _knowledge(fact: Fact, less: View, more: View) -> Iterator[tuple[Condition, Condition]]:
    if not fact.of_source:
        yield less.known(fact), more.known(fact)
        return
    for slot in less.world.sources:
        yield less.of_sources[slot].known(fact), more.of_sources[slot].known(fact)
