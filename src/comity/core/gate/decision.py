"""The two outcomes, with their reasons; and the one thing that others see of a refusal.

Only `decide` can make a `Permit`: the constructor wants a token that this room keeps, and a
permit can be neither copied, pickled nor subclassed. The store never rebuilds one.
"""

from dataclasses import InitVar, dataclass
from enum import StrEnum
from typing import NamedTuple, NoReturn, final

from comity.core.agreement import Agreement, Rule
from comity.core.gate.request import Question
from comity.core.language import Fact
from comity.core.markings import Item, Source

_TOKEN = object()

NOTHING_TO_SHARE = "There is nothing to share."
"""All that anybody outside the node is told of a refusal."""


class Ground(StrEnum):
    """Why a request is permitted or refused."""

    PERMITTED = "a clause permits it"
    FORBIDDEN = "a clause forbids it"
    MAY_BE_FORBIDDEN = "a clause forbids it unless something that is not known is shown"
    NOT_SHOWN = "a clause would permit it if something that is not known were shown"
    NO_CLAUSE = "no clause of an agreement between the two permits it"
    NO_AGREEMENT = "no agreement in force covers the two parties"
    AGREEMENT_MISSING = "it was told under an agreement that is not at hand"
    NO_SOURCE = "it comes from nowhere, and nobody can answer for it"
    NOTHING_ASKED = "the request names no item"
    MALFORMED = "the request does not make sense"
    ERROR = "deciding failed, and an error refuses"


class Reason(NamedTuple):
    """One ground, with the rule and the source that it rests on and the facts it waits for."""

    ground: Ground
    item: Item | None = None
    agreement: Agreement | None = None
    rule: Rule | None = None
    source: Source | None = None
    unknown: tuple[Fact, ...] = ()
    detail: str = ""

    @property
    def clause(self) -> str:
        """The id of the clause, or the empty text if no clause is involved."""
        return self.rule.clause if self.rule else ""


class _Decision:
    """What both outcomes share: they are no truth values, so neither can be mistaken."""

    __slots__ = ()
    reasons: tuple[Reason, ...]

    def __bool__(self) -> NoReturn:
        """Refuse to be tested: `if decision:` would take every refusal for a permit.

        Raises:
            TypeError: always.
        """
        raise TypeError("a decision is no truth value; match it against Permit and Refusal")

    @property
    def clauses(self) -> tuple[str, ...]:
        """The clauses that decided, each once, the weightiest first."""
        return tuple(dict.fromkeys(reason.clause for reason in self.reasons if reason.clause))

    @property
    def unknown(self) -> tuple[Fact, ...]:
        """The facts whose absence mattered, each once."""
        facts = {fact.name: fact for reason in self.reasons for fact in reason.unknown}
        return tuple(facts.values())


@final
@dataclass(frozen=True, slots=True, eq=False)
class Permit(_Decision):
    """The request may be carried out, as it is, now. Made by the gate and nobody else."""

    question: Question
    reasons: tuple[Reason, ...]
    token: InitVar[object]

    def __post_init__(self, token: object) -> None:
        """Refuse a permit that the gate did not make.

        Raises:
            TypeError: the token is not the gate's.
        """
        if token is not _TOKEN:
            raise TypeError("only the gate makes a permit")

    def __init_subclass__(cls) -> None:
        """Refuse a subclass, which could leave the check out.

        Raises:
            TypeError: always.
        """
        raise TypeError("a permit has no subclasses")

    def __reduce__(self) -> NoReturn:
        """Refuse to be copied or pickled.

        Raises:
            TypeError: always.
        """
        raise TypeError("a permit is neither copied nor stored; ask the gate again")


@final
@dataclass(frozen=True, slots=True, eq=False)
class Refusal(_Decision):
    """The request must not be carried out. The reasons stay inside the node."""

    question: Question
    reasons: tuple[Reason, ...]


def external(decision: Permit | Refusal) -> str:  # noqa: ARG001 - whatever it is
    """Return what the other side may be told: of every refusal the same, and of a permit no more.

    The disclosure itself arrives, or nothing does.
    """
    return NOTHING_TO_SHARE
