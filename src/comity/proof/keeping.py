"""Keeping: certificates as they stand beside an agreement, and what a check of them finds.

Who checks makes the clauses anew from the agreement that is at hand, so a certificate says
something about exactly that version and no other. A check asks no solver.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from comity.core.agreement import Agreement
from comity.core.terms import Digest
from comity.proof.certificate import gap_in
from comity.proof.claims import nevers, slots_for
from comity.proof.cnf import Clauses
from comity.proof.domain import domain_of
from comity.proof.solvers import lemmas
from comity.proof.units import Clause


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """Why no request that crosses one red line passes: lemmas, each by unit propagation."""

    line: str
    lemmas: tuple[Clause, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificates:
    """The certificates of one agreement version, in the order of its red lines."""

    agreement: Digest
    lines: tuple[Certificate, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What a check found: of how many red lines, and those without a certificate that holds."""

    of: int
    without: tuple[str, ...]
    is_of_this_version: bool

    @property
    def count(self) -> int:
        """How many red lines have a certificate that holds."""
        return self.of - len(self.without)

    @property
    def holds(self) -> bool:
        """Whether every red line of this very version is certified."""
        return self.is_of_this_version and not self.without


def questions(agreement: Agreement) -> Iterator[tuple[str, list[Clause]]]:
    """Yield, for each red line, the clauses that a request which crosses it would have to meet.

    The same agreement gives the same clauses.
    """
    clauses = Clauses(domain_of([agreement], slots_for(agreement)))
    for claim in nevers(agreement):
        yield claim.id, clauses.cone(clauses.literal(claim.against))


def certify(agreement: Agreement) -> Certificates:
    """Return a certificate for each red line that a solver finds no way to cross."""
    made = ((line, lemmas(clauses)) for line, clauses in questions(agreement))
    return Certificates(
        agreement=agreement.digest,
        lines=tuple(
            Certificate(line=line, lemmas=found) for line, found in made if found is not None
        ),
    )


def check(agreement: Agreement, certificates: Certificates) -> Checked:
    """Return which red lines of the agreement have no certificate that follows."""
    known = {each.line: each.lemmas for each in certificates.lines}
    return Checked(
        of=len(agreement.red_lines),
        without=tuple(
            line
            for line, clauses in questions(agreement)
            if line not in known or gap_in(clauses, known[line]) is not None
        ),
        is_of_this_version=certificates.agreement == agreement.digest,
    )
