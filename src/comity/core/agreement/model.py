"""What an agreement consists of, once it has loaded."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from comity.core.agreement.rules import Effect, Rule
from comity.core.language import Condition, Vocabulary
from comity.core.language.conditions import NEVER
from comity.core.language.reduce import reduced
from comity.core.markings import Label
from comity.core.terms import Digest, OrganisationId, PartyId, instant

__all__ = [
    "Agreement",
    "Assurance",
    "Clause",
    "Effect",
    "Flow",
    "Freedom",
    "Grade",
    "RedLine",
    "Reference",
    "Rule",
]


class Grade(StrEnum):
    """How well a restated text is founded."""

    SEEN = "A"
    SUMMARISED = "B"
    BY_ANALOGY = "T"
    FROM_MEMORY = "M"


GRADES = {
    Grade.SEEN: "the primary text was seen",
    Grade.SUMMARISED: "a published summary was seen",
    Grade.BY_ANALOGY: "taken by analogy from a sister agreement",
    Grade.FROM_MEMORY: "from memory, unverified",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A text that clauses rest on: its address, when it was read, and what it is."""

    id: str
    address: str
    read: str
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """One clause: its text (quoted, or restated in our own words) and what carries it out.

    `not_executable` is the reason why no rule does, or empty.
    """

    id: str
    title: str
    text: str
    quoted: bool
    cites: tuple[str, ...]
    grade: Grade
    not_executable: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RedLine:
    """What must never be permitted, whatever the rules say. Written in facts, not in defines."""

    id: str
    clause: str
    head: Condition
    source: Condition | None
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """Which content may make a difference to the recipient. Written in facts, not in defines.

    Without `only` the content of every such item is *kept*, whatever other agreements permit: two
    runs that differ in it, in any way, look the same to the recipient. With `only` this agreement
    *opens* a way for it no further than that.
    """

    id: str
    clause: str
    head: Condition
    source: Condition | None
    only: Condition | None
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Assurance:
    """What must get through: every fully known request that meets it is permitted."""

    id: str
    clause: str
    condition: Condition
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Freedom:
    """What the agreement leaves to others: no forbid stops a fully known request that meets it."""

    id: str
    clause: str
    condition: Condition
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """One version of one agreement. Its digest stands for the file and the vocabulary.

    `signatories` have to sign it before it is in force anywhere.
    """

    title: str
    version: str
    status: str
    in_force_from: date
    parties: frozenset[PartyId]
    signatories: frozenset[PartyId]
    parameters: Mapping[str, tuple[tuple[date, int], ...]]
    clauses: tuple[Clause, ...]
    rules: tuple[Rule, ...]
    red_lines: tuple[RedLine, ...]
    flows: tuple[Flow, ...]
    assurances: tuple[Assurance, ...]
    freedoms: tuple[Freedom, ...]
    references: tuple[Reference, ...]
    vocabulary: Vocabulary = field(repr=False)
    digest: Digest

    def clause(self, clause_id: str) -> Clause:
        """Return a clause by its id.

        Raises:
            KeyError: there is none.
        """
        return {each.id: each for each in self.clauses}[clause_id]

    def rules_of(self, clause: Clause) -> Iterator[Rule]:
        """Yield the rules that carry out a clause, in the order of the file."""
        return (rule for rule in self.rules if rule.clause == clause.id)

    def governs(self, discloser: str, recipient: str) -> bool:
        """Return whether both ends of a disclosure are parties."""
        return discloser in self.parties and recipient in self.parties

    def watches(self, label: Label) -> bool:
        """Return whether a party was given, or made, any of what the label covers.

        Where nobody has said to whom an organisation told it, it may have been a party.
        """
        return any(
            source.origin in self.parties
            or not self.parties.isdisjoint(source.given_to)
            or (not source.given_to and isinstance(source.origin, OrganisationId))
            for source in label.sources
        )

    def in_force_at(self, now: datetime) -> bool:
        """Return whether the version's first day has come (UTC)."""
        return self.in_force_from <= instant(now).date()

    def fixed_parameters(self) -> dict[str, int]:
        """Return the parameters that have one value for all time."""
        return {name: dated[0][1] for name, dated in self.parameters.items() if len(dated) == 1}

    def switches_off(self, condition: Condition) -> bool:
        """Return whether a condition is false because of a parameter that is the same for ever."""
        is_false = reduced(condition, self.fixed_parameters()) == NEVER
        return is_false and reduced(condition, {}) != NEVER

    def changing_parameters(self, now: datetime) -> dict[str, int]:
        """Return the others as on that day: the last value dated at or before it (UTC).

        Before the first date the first value holds.
        """
        today = instant(now).date()
        return {
            name: [value for day, value in dated if day <= max(today, dated[0][0])][-1]
            for name, dated in self.parameters.items()
            if len(dated) > 1
        }
