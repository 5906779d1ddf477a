"""Counterexample: a request that breaks a claim, cut down to what matters, in one sentence.

First a request is sought that reads easily: known bodies, one source, everything known. Then
facts are left out one by one as long as the rest still forces the claim to be broken, whatever
the left-out facts are.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from comity.core.agreement import Agreement
from comity.core.language import Condition, Kind
from comity.core.language.conditions import ALWAYS, conjunction
from comity.proof.claims import Claim
from comity.proof.cnf import Clauses
from comity.proof.domain import Domain
from comity.proof.kleene import KNOWN
from comity.proof.solvers import Incremental
from comity.proof.wording import OPENING, sentence_about


class Counterexample(NamedTuple):
    """A request that breaks a claim: the facts of it that matter, by name, and a sentence.

    `request` is the whole request, of which the others could be anything. What the gate does not
    know is None.
    """

    claim: str
    facts: Mapping[str, object]
    sentence: str
    request: Mapping[str, object]


def counterexample(agreement: Agreement, claim: Claim, domain: Domain) -> Counterexample | None:
    """Return a small request that breaks the claim, or None if there is none.

    Where the agreement alone would permit such a request, that is the one. Where one run of the
    gate shows it, two are not told.
    """
    solver = Incremental(Clauses(domain))
    found = smallest(solver, claim.one_run) or smallest(solver, claim.against, claim.alone)
    if found is None:
        return None
    sentence = sentence_about(agreement, claim, found.facts)
    return Counterexample(claim.id, found.facts, sentence, found.request)


class Found(NamedTuple):
    """A request that meets a condition: the facts that force it to, and all its facts."""

    facts: Mapping[str, object]
    request: Mapping[str, object]


def smallest(solver: Incremental, asked: Condition, rather: Condition = ALWAYS) -> Found | None:
    """Return a request that meets a condition, and `rather` too if one does; None if none does."""
    clauses = solver.clauses
    root = clauses.literal(asked)
    both = conjunction([asked, rather])
    clauses.literal(both)
    liked = wanted(clauses)
    found = solver.liked(both, liked) or solver.liked(asked, liked)
    if found is None:
        return None
    reading = clauses.reading(found)
    names = {name.removesuffix(KNOWN) for name in _kept(solver, found, root)}
    whole = {name: reading[name] for name in reading if not name.endswith(KNOWN)}
    request = {
        name: value if reading.get(f"{name}{KNOWN}", True) else None
        for name, value in whole.items()
    }
    return Found({name: request.get(name) for name in sorted(names)}, request)


def wanted(clauses: Clauses) -> list[int]:
    """Return the literals of a request that reads easily, those that matter most to it first."""

    def weight(variable: int) -> tuple[bool, bool, bool, int]:
        name = clauses.inputs[variable].fact.name
        is_further_source = name.rpartition("source ")[2][:1] not in {"1", name[:1]}
        return (not is_further_source, name not in OPENING, not name.endswith(KNOWN), variable)

    return [_liked(clauses, variable) for variable in sorted(clauses.inputs, key=weight)]


def _liked(clauses: Clauses, variable: int) -> int:
    """Return the variable as one would like it: known, and otherwise plain; a number is 0."""
    fact, part = clauses.inputs[variable]
    is_number = fact.kind in {Kind.NUMBER, Kind.INSTANT}
    plain = clauses.domain.places[0] >> int(part) & 1 if is_number else 0
    return variable if plain or fact.name.endswith(KNOWN) else -variable


def _kept(solver: Incremental, found: frozenset[int], root: int) -> Sequence[str]:
    """Return the names of the facts without which the rest would not break the claim."""
    of_fact: dict[str, list[int]] = {}
    for variable, (fact, _) in solver.clauses.inputs.items():
        of_fact.setdefault(fact.name, []).append(variable if variable in found else -variable)
    names = sorted(of_fact, key=_droppable)
    for name in list(names):
        rest = [each for each in names if each != name]
        literals = (literal for each in rest for literal in of_fact[each])
        if solver.forces([-root, *literals]):
            names = rest
    return sorted(names)


def _droppable(name: str) -> tuple[bool, bool, str]:
    """Order facts: what is known goes first, the four that open a sentence last."""
    return (name in OPENING, not name.endswith(KNOWN), name)
