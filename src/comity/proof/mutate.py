"""Mutate: whether the red lines and assurances of an agreement notice every change of a rule.

Each mutant is killed by a red line that it crosses, by an assurance that it breaks, or by the
reader of files, which takes no rule that a join of labels could loosen; or it is proved to decide
every request as before. One that is neither has survived: something about the rules is not said.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from itertools import chain

from comity.core.agreement import Agreement, Rule
from comity.core.agreement.blocks import TIGHTENS
from comity.core.language import Condition
from comity.core.language.conditions import conjunction, disjunction
from comity.core.language.direction import Direction, direction
from comity.proof.claims import assured, never, slots_for
from comity.proof.cnf import Clauses
from comity.proof.domain import domain_of
from comity.proof.flows import opened
from comity.proof.kleene import negation, same
from comity.proof.model import Model, model
from comity.proof.mutants import Mutant, mutants_of
from comity.proof.solvers import Incremental

Tell = Callable[[int], object]
"""Is told how many mutants have been judged since it was last told."""


FRESH_AFTER = 60
"""After so many mutants a new solver is faster than one that remembers them all."""


class Fate(StrEnum):
    """What became of a mutant."""

    BY_NEVER = "killed by a red line, or by what a clause opens"
    BY_ASSURE = "killed by an assurance"
    BY_READER = "killed by the reader: a join of labels could loosen it"
    EQUIVALENT = "proved to decide every request as before"
    SURVIVED = "survived"


@dataclass(frozen=True, slots=True)
class Judged:
    """A mutant, and what became of it."""

    mutant: Mutant
    fate: Fate


@dataclass(frozen=True, slots=True)
class Tried:
    """All mutants of an agreement, and rules whose standing is not as the file says."""

    judged: tuple[Judged, ...]
    dead: tuple[Rule, ...]
    not_dead: tuple[Rule, ...]

    def count(self, *fates: Fate) -> int:
        """Return how many mutants met one of these fates."""
        return sum(each.fate in fates for each in self.judged)

    @property
    def survivors(self) -> list[Mutant]:
        """The mutants that nothing noticed."""
        return [each.mutant for each in self.judged if each.fate is Fate.SURVIVED]

    @property
    def holds(self) -> bool:
        """Whether nothing survived, and each rule matters or says why it stands."""
        return not self.survivors and not self.dead and not self.not_dead


def changes(agreement: Agreement) -> Iterator[Mutant]:
    """Yield every mutant that is tried: none of a rule that the header switches off."""
    return (
        each
        for each in mutants_of(agreement.rules, agreement.vocabulary)
        if not agreement.switches_off(each.rule.condition)
    )


def mutate(agreement: Agreement, tell: Tell = lambda _: None) -> Tried:
    """Return what becomes of every mutant."""
    judged = []
    court = _Court(agreement)
    for n, mutant in enumerate(changes(agreement)):
        if n and n % FRESH_AFTER == 0:
            court = _Court(agreement)
        if court.concerns_something(mutant):
            judged.append(Judged(mutant, court.fate(mutant)))
        tell(1)
    idle = {
        each.mutant.rule.id
        for each in judged
        if each.mutant.instead is None and each.fate is Fate.EQUIVALENT
    }
    needed = {each.mutant.rule.id for each in judged} - idle
    return Tried(
        tuple(judged),
        tuple(rule for rule in agreement.rules if rule.id in idle and not rule.backs),
        tuple(rule for rule in agreement.rules if rule.id in needed and rule.backs),
    )


class _Court:
    """The agreement as it is, and one solver that every mutant's questions are put to."""

    def __init__(self, agreement: Agreement) -> None:
        self.agreement = agreement
        slots = slots_for(agreement)
        self.unsure = model(agreement, slots)
        self.sure = model(agreement, slots, all_known=True)
        self.solver = Incremental(Clauses(domain_of([agreement], slots)))

    @cached_property
    def circumstances(self) -> Condition:
        """What holds of every request that a mutant could decide otherwise."""
        return conjunction([self.unsure.well_formed, self.unsure.world.some_source()])

    def concerns_something(self, mutant: Mutant) -> bool:
        """Return whether a change concerns any request: not so an exception for what cannot be."""
        if mutant.excepts is None:
            return True
        both = conjunction([mutant.rule.condition, mutant.excepts])
        return self.solver.can_be(self.sure.truth.seen(both).must)

    def fate(self, mutant: Mutant) -> Fate:
        """Return what becomes of a mutant."""
        if mutant.instead is not None and _loosens(mutant.instead):
            return Fate.BY_READER
        rules = mutant.rules(self.agreement.rules)
        unsure = self.unsure.changed(rules)
        lines = (never(unsure, line).against for line in self.agreement.red_lines)
        ways = (opened(unsure, flow) for flow in self.agreement.flows)
        if self._any_of(chain(lines, ways)):
            return Fate.BY_NEVER
        sure = self.sure.changed(rules)
        promised = (assured(sure, each).against for each in self.agreement.assurances)
        left = (assured(sure, each).against for each in self.agreement.freedoms)
        if self._any_of(chain(promised, left)):
            return Fate.BY_ASSURE
        if not self.solver.can_be(self._decides_otherwise(unsure)):
            return Fate.EQUIVALENT
        return Fate.SURVIVED

    def _any_of(self, questions: Iterable[Condition]) -> bool:
        return self.solver.can_be(disjunction(questions))

    def _decides_otherwise(self, other: Model) -> Condition:
        own = self.unsure
        allowed, stopped = same(own.allowed, other.allowed), same(own.stopped, other.stopped)
        return conjunction([self.circumstances, negation(conjunction([allowed, stopped]))])


def _loosens(rule: Rule) -> bool:
    return direction(rule.condition) not in {Direction.FLAT, TIGHTENS[rule.effect]}
