"""Prove: every claim of an agreement, put to three solvers, with certificates for its red lines."""

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from comity.core.agreement import Agreement
from comity.core.terms import Code, InputError, Place, suggestion
from comity.proof.claims import About, Claim, assures, nevers, slots_for
from comity.proof.counterexample import Counterexample, counterexample
from comity.proof.domain import Domain, domain_of
from comity.proof.flows import flows
from comity.proof.joining import join_laws
from comity.proof.keeping import Certificates, Checked, certify, check
from comity.proof.smtlib import Script
from comity.proof.solvers import Answer, Answers, ask_all, ask_controls
from comity.proof.theorems import theorems


@dataclass(frozen=True, slots=True, kw_only=True)
class Proved:
    """What became of one claim.

    `shown` if no solver finds a request against it; `can_fail` if all find one against its control.
    A red line that the header switches off cannot fail, and need not.
    """

    claim: Claim
    shown: bool
    can_fail: bool
    is_off: bool

    @property
    def holds(self) -> bool:
        """Whether it is shown, and says something or is switched off."""
        return self.shown and (self.can_fail or self.is_off)


@dataclass(frozen=True, kw_only=True)
class Proof:
    """What became of all claims of an agreement."""

    agreement: Agreement
    proved: tuple[Proved, ...]
    said: tuple[Answers, ...]
    tried: tuple[Answers, ...]
    certificates: Certificates
    certified: Checked
    counterexamples: tuple[Counterexample, ...]

    def about(self, about: About) -> list[Proved]:
        """Return what became of the claims of one kind."""
        return [each for each in self.proved if each.claim.about is about]

    @cached_property
    def solvers_agree(self) -> bool:
        """Whether all solvers gave the same answer to every question, and none was unknown."""
        return all(
            len({*said}) == 1 and Answer.UNKNOWN not in said
            for asked in (self.said, self.tried)
            for said in zip(*(each.answers for each in asked), strict=True)
        )

    @property
    def solver_seconds(self) -> float:
        """How long the slowest solver took for all claims."""
        return max(each.seconds for each in self.said)

    @property
    def holds(self) -> bool:
        """Whether everything is proved, agreed and certified."""
        all_shown = all(each.holds for each in self.proved)
        return all_shown and self.solvers_agree and self.certified.holds


def claims_of(agreement: Agreement, domain: Domain) -> Iterator[Claim]:
    """Yield everything that is to be shown of an agreement."""
    yield from nevers(agreement)
    yield from assures(agreement)
    yield from theorems(agreement)
    yield join_laws(agreement, domain)
    yield from flows(agreement)


def prove(agreement: Agreement) -> Proof:
    """Return what becomes of every claim."""
    domain = domain_of([agreement], slots_for(agreement))
    claims = tuple(claims_of(agreement, domain))
    said = ask_all({f"{claim.id} fails": claim.against for claim in claims}, domain)
    tried = ask_controls({f"{claim.id} could fail": claim.control for claim in claims}, domain)
    off = {line.id for line in agreement.red_lines if agreement.switches_off(line.head)}
    proved = tuple(_proved(claims, said, tried, off))
    certificates = certify(agreement)
    broken = (each.claim for each in proved if not each.shown)
    found = (counterexample(agreement, claim, domain) for claim in broken)
    return Proof(
        agreement=agreement,
        proved=proved,
        said=said,
        tried=tried,
        certificates=certificates,
        certified=check(agreement, certificates),
        counterexamples=tuple(each for each in found if each is not None),
    )


def without(agreement: Agreement, rules: Sequence[str]) -> Agreement:
    """Return the agreement without some of its rules, to see what then fails.

    Raises:
        InputError: there is no such rule.
    """
    known = [rule.id for rule in agreement.rules]
    for each in rules:
        if each not in known:
            raise InputError(
                Code.UNKNOWN_RULE,
                f"there is no rule {each[:60]}{suggestion(each, known)}",
                at=Place(name=agreement.title),
                advice=f"the rules are {', '.join(known)}",
            )
    kept = tuple(rule for rule in agreement.rules if rule.id not in rules)
    return replace(agreement, rules=kept)


def script_of(agreement: Agreement) -> str:
    """Return every claim as an SMT-LIB text that asks for a counterexample to each, in order.

    Any solver that reads SMT-LIB 2.6 with datatypes and integers must answer `unsat` to all.
    """
    domain = domain_of([agreement], slots_for(agreement))
    script = Script(domain)
    for claim in claims_of(agreement, domain):
        script.ask(f"{claim.id} fails", claim.against)
    return script.text()


def _proved(
    claims: Sequence[Claim], said: Sequence[Answers], tried: Sequence[Answers], off: Container[str]
) -> Iterator[Proved]:
    for n, claim in enumerate(claims):
        shown = all(each.answers[n] is Answer.NONE for each in said)
        can_fail = all(each.answers[n] is Answer.SOME for each in tried)
        is_off = claim.about is About.NEVER and claim.id in off
        yield Proved(claim=claim, shown=shown, can_fail=can_fail, is_off=is_off)
