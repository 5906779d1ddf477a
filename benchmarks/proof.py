"""Proof: what it takes to prove an agreement, to check its certificates, and to try its mutants.

python -m benchmarks.proof [NAME]
"""

import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import chain

from benchmarks.figures import Figure, at_least, at_most, table
from comity.core.agreement import Agreement
from comity.core.terms import digest_of
from comity.proof.claims import About, assures, nevers, slots_for
from comity.proof.counterexample import counterexample
from comity.proof.diff import diff
from comity.proof.domain import domain_of
from comity.proof.flows import flows
from comity.proof.keeping import check
from comity.proof.mutate import Fate, mutate
from comity.proof.prove import Proof, prove, without
from comity.proof.tightening import certify, objections
from comity.shipped import shipped_agreement

ROUNDS = 5
MOST_SOLVER_SECONDS = 0.5
MOST_COLD_SECONDS = 3.0
MOST_SECONDS_TO_CHECK = 1.0
MOST_SECONDS_TO_MUTATE = 30.0
FEWEST_MUTANTS = 250
MOST_MS_FOR_A_COUNTEREXAMPLE = 200.0
MOST_FACTS = 18
MOST_MS_TO_DIFFER = 200.0


def main(name: str = "ico-nca-2024") -> int:
    """Measure, print the table, and return the exit status: 1 if something is not proved."""
    agreement = shipped_agreement(name)
    proofs = [prove(agreement) for _ in range(ROUNDS)]
    measured = (
        _proving(name, proofs),
        *(m(agreement) for m in (_shrinking, _diffing, _tightening, _mutating)),
    )
    figures = tuple(chain.from_iterable(measured))
    sys.stdout.write(f"{agreement.title}\n\n{table(figures)}\n")
    return 0 if all(proof.holds for proof in proofs) else 1


def _row(what: str, ours: float, unit: str, limit: float, *, most: bool = True) -> Figure:
    reached = ours <= limit if most else ours >= limit
    aim = at_most(limit) if most else at_least(limit)
    return Figure(name=what, ours=ours, unit=unit, aim=aim, reached=reached)


def _proving(name: str, proofs: list[Proof]) -> Iterator[Figure]:
    nevers_ = len(proofs[0].about(About.NEVER))
    yield Figure(name="red lines proved", ours=nevers_, unit="of all")
    yield Figure(name="assurances proved", ours=len(proofs[0].about(About.ASSURE)), unit="of all")
    yield Figure(name="theorems proved", ours=len(proofs[0].about(About.THEOREM)), unit="of all")
    for at, answers in enumerate(proofs[0].said):
        took = min(proof.said[at].seconds for proof in proofs)
        yield _row(f"all claims, {answers.solver}", took, "s", MOST_SOLVER_SECONDS)
    cold = min(_cold(name) for _ in range(ROUNDS))
    yield _row("everything, a new process", cold, "s", MOST_COLD_SECONDS)
    checking = min(_checking(proof) for proof in proofs)
    yield _row("certificates, checked", checking, "s", MOST_SECONDS_TO_CHECK)


def _cold(name: str) -> float:
    before = time.perf_counter()
    command = [sys.executable, "-m", "comity", "agreement", "prove", name]
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - a fixed command line
    return time.perf_counter() - before


def _checking(proof: Proof) -> float:
    """Return how long it takes to make the clauses anew and check every certificate."""
    before = time.perf_counter()
    check(proof.agreement, proof.certificates)
    return time.perf_counter() - before


def _shrinking(agreement: Agreement) -> Iterator[Figure]:
    """Yield how long a counterexample takes, and how many facts it has, for each rule left out."""
    domain = domain_of([agreement], slots_for(agreement))
    took: list[float] = []
    of_leaks: list[int] = []
    of_assurances: list[int] = []
    for rule in agreement.rules:
        less = without(agreement, [rule.id])
        for claim in chain(nevers(less), assures(less), flows(less)):
            before = time.perf_counter()
            found = counterexample(agreement, claim, domain)
            if found is not None:
                took.append(1000 * (time.perf_counter() - before))
                is_promised = claim.about is About.ASSURE
                (of_assurances if is_promised else of_leaks).append(len(found.facts))
    took.sort()
    middle = took[len(took) // 2]
    yield Figure(name="counterexamples found", ours=len(took), unit="")
    yield _row("a counterexample, median", middle, "ms", MOST_MS_FOR_A_COUNTEREXAMPLE)
    yield _row("a counterexample, slowest", took[-1], "ms", MOST_MS_FOR_A_COUNTEREXAMPLE)
    yield _row("facts in the largest leak", max(of_leaks), "facts", MOST_FACTS)
    largest = max(of_assurances)
    yield _row("facts in the largest broken assurance", largest, "facts", MOST_FACTS)


def _diffing(agreement: Agreement) -> Iterator[Figure]:
    """Yield how long the difference takes: none, a smaller threshold, a rule that is left out."""
    parameters = {
        name: tuple((day, value - 5) for day, value in dated)
        for name, dated in agreement.parameters.items()
    }
    first = next(rule.id for rule in agreement.rules if rule.effect == "permit")
    versions = {
        "from itself": agreement,
        "from one with smaller parameters": replace(agreement, parameters=parameters),
        "from one without a permit": without(agreement, [first]),
    }
    for what, version in versions.items():
        took = []
        for _ in range(ROUNDS):
            before = time.perf_counter()
            diff(agreement, version)
            took.append(1000 * (time.perf_counter() - before))
        yield _row(f"its difference {what}", min(took), "ms", MOST_MS_TO_DIFFER)


def _tightening(agreement: Agreement) -> Iterator[Figure]:
    """Yield how long it takes to show, and to check, that a later version only refuses more."""
    begins = agreement.in_force_from + timedelta(days=1)
    later = replace(agreement, in_force_from=begins, digest=digest_of("later"))
    making, checking = [], []
    for _ in range(ROUNDS):
        before = time.perf_counter()
        made = certify(agreement, later)
        between = time.perf_counter()
        list(objections(agreement, later, made))
        making.append(1000 * (between - before))
        checking.append(1000 * (time.perf_counter() - between))
    yield Figure(name="a certificate that it only refuses more, made", ours=min(making), unit="ms")
    yield Figure(name="the same, checked", ours=min(checking), unit="ms")


def _mutating(agreement: Agreement) -> Iterator[Figure]:
    before = time.perf_counter()
    tried = mutate(agreement)
    took = time.perf_counter() - before
    yield _row("mutants", len(tried.judged), "", FEWEST_MUTANTS, most=False)
    yield _row("mutants that survive", tried.count(Fate.SURVIVED), "", 0)
    yield _row("all mutants", took, "s", MOST_SECONDS_TO_MUTATE)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
