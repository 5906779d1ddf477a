"""Record: what was proved of one agreement version, on which day and by what, as it is kept.

It is read where no solver is. So it says of which digest it speaks: of any other text it says
nothing.
"""

from dataclasses import dataclass
from datetime import date

from comity.core.terms import Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class Solver:
    """A program that was asked, and its version."""

    name: str
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One claim, and whether all solvers found nothing against it.

    `can_fail` if some request meets it with the guard taken away: it says something.
    """

    id: str
    about: str
    clause: str
    sentence: str
    shown: bool
    can_fail: bool

    @property
    def holds(self) -> bool:
        """Whether it is shown, and says something."""
        return self.shown and self.can_fail


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutation:
    """How many small changes of the rules were tried, and what became of them."""

    mutants: int
    killed: int
    equivalent: int
    survivors: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What was shown of one version: every claim, who said so, and when."""

    agreement: Digest
    proved_on: date
    solvers: tuple[Solver, ...]
    solvers_agree: bool
    claims: tuple[Shown, ...]
    mutation: Mutation

    @property
    def holds(self) -> bool:
        """Whether every claim holds, and the solvers agree."""
        return self.solvers_agree and all(each.holds for each in self.claims)
