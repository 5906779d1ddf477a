"""Tightening: that a new version only refuses more than the one in whose place it is put.

Three things must not be. That the new version permits a request which the old one does not. That
it lets go of one which the old one stops, so that another agreement could permit it. And that for
something which it permits somebody owes more, or less, than before.

For each a certificate says why there is no such request. It is checked without a solver, on
clauses that are made anew from the two versions at hand.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from comity.core.agreement import Agreement, Owner, Rule, not_a_successor
from comity.core.language import Condition
from comity.core.language.conditions import conjunction, disjunction
from comity.core.terms import Digest
from comity.proof.certificate import gap_in
from comity.proof.cnf import Clauses
from comity.proof.diff import Change, Compared, compare
from comity.proof.kleene import negation
from comity.proof.model import Model
from comity.proof.solvers import lemmas
from comity.proof.units import Clause

MUST_NOT_BE = {
    "allowed": "it permits something that the older version does not permit",
    "let_go": "it lets go of something that the older version stops",
    "owed": "for something that it permits, more or less is owed than before",
}
"""What each question asks for, in words."""

Debt = tuple[str, tuple[tuple[Owner, timedelta, str], ...]]
"""What a rule makes owed after a disclosure, with the rule's id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why there is no request of one kind: lemmas, each by unit propagation."""

    question: str
    lemmas: tuple[Clause, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tightening:
    """The certificate that version `new` only refuses more than version `old`."""

    v: int = 1
    old: Digest
    new: Digest
    reasons: tuple[Reason, ...]


def certify(old: Agreement, new: Agreement) -> Tightening:
    """Return the certificate, with a reason for each question that a solver finds no answer to."""
    made = ((name, lemmas(clauses)) for name, clauses in questions(old, new))
    return Tightening(
        old=old.digest,
        new=new.digest,
        reasons=tuple(
            Reason(question=name, lemmas=found) for name, found in made if found is not None
        ),
    )


def objections(old: Agreement, new: Agreement, certificate: Tightening) -> Iterator[str]:
    """Yield in words why it is not shown that the new version only refuses more; else nothing."""
    yield from not_a_successor(old, new)
    if (certificate.old, certificate.new) != (old.digest, new.digest):
        yield "the certificate is about other versions"
    known = {each.question: each.lemmas for each in certificate.reasons}
    for name, clauses in questions(old, new):
        if name not in known or gap_in(clauses, known[name]) is not None:
            yield f"it is not shown to be false that {MUST_NOT_BE[name]}"


def questions(old: Agreement, new: Agreement) -> Iterator[tuple[str, list[Clause]]]:
    """Yield, for each thing that must not be, the clauses that such a request would have to meet.

    The same two versions give the same clauses.
    """
    compared = compare(old, new)
    clauses = Clauses(compared.domain)
    conditions = (
        compared.changed(Change.ALLOWED),
        compared.changed(Change.LET_GO),
        _owed_otherwise(compared),
    )
    for name, condition in zip(MUST_NOT_BE, conditions, strict=True):
        yield name, clauses.cone(clauses.literal(condition))


def _owed_otherwise(compared: Compared) -> Condition:
    """Return when the new version permits what only one of the two makes something owed for."""
    before, after = _debts(compared.old), _debts(compared.new)
    differences = (
        condition
        for debt in sorted(before.keys() | after.keys())
        for condition in _either(_counts(before, debt), _counts(after, debt))
    )
    return conjunction([compared.sound, compared.new.allowed, disjunction(differences)])


def _debts(model: Model) -> dict[Debt, list[Condition]]:
    """Return when what is owed for a disclosure is owed."""
    found: dict[Debt, list[Condition]] = {}
    for rule in model.permits:
        if owed := _owed(rule):
            found.setdefault((rule.id, owed), []).append(model.view.of_rule(rule).must)
    return found


def _owed(rule: Rule) -> tuple[tuple[Owner, timedelta, str], ...]:
    return tuple(
        (each.owner, each.within, each.what) for each in rule.obligations if each.within is not None
    )


def _counts(debts: dict[Debt, list[Condition]], debt: Debt) -> Condition:
    return disjunction(debts.get(debt, ()))


def _either(one: Condition, other: Condition) -> Iterator[Condition]:
    yield conjunction([one, negation(other)])
    yield conjunction([other, negation(one)])
