"""Holding: the agreement versions that a node has at hand."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple, TypeAlias

from comity.core.agreement.model import Agreement
from comity.core.agreement.rulebook import Ready, ready
from comity.core.language import Fact, Value
from comity.core.language.conditions import facts_in
from comity.core.markings import Item, Label
from comity.core.terms import ORGANISATION, Digest, PartyId, instant

Words: TypeAlias = Mapping[Digest, Mapping[str, Fact]]
Known: TypeAlias = dict[str, Value]


@dataclass(frozen=True, slots=True)
class InPlay:
    """One agreement for the case at hand: whether it governs, and its rules.

    It is `silent` if none of its rules can be true here.
    """

    agreement: Agreement
    governs: bool
    rules: Ready
    has_changing_parameters: bool

    @property
    def silent(self) -> bool:
        """Whether no rule can be true here."""
        return not self.rules.permits and not self.rules.forbids

    def asks(self) -> Iterable[str]:
        """Yield the names of the facts that the rules ask about."""
        for each in (*self.rules.permits, *self.rules.forbids):
            yield from (fact.name for fact in facts_in(each.rule.condition))


class Case(NamedTuple):
    """What bears on every request between two parties about one kind of item."""

    in_play: tuple[InPlay, ...]
    asks: frozenset[str]


CASE_FACTS = ("discloser", "recipient", "kind")
"""The facts that every request states and that most rules turn on."""

OTHER_WORDS = ("purpose", "section", "origin")
"""Further facts whose values must be known words."""


Ends: TypeAlias = tuple[PartyId, PartyId]
"""The discloser and the recipient of a request."""


class MalformedError(ValueError):
    """A request in words, or with facts, that the agreements at hand cannot make sense of."""


class Agreements:
    """Agreement versions at hand, with what every decision asks of them prepared once."""

    def __init__(self, agreements: Iterable[Agreement]) -> None:
        """Hold these versions."""
        self.all = tuple(agreements)
        self.digests = frozenset(each.digest for each in self.all)
        self.vocabularies: Words = {
            each.vocabulary.digest: each.vocabulary.facts for each in self.all
        }
        self.parameters = frozenset().union(*(each.parameters for each in self.all))
        self.facts = frozenset().union(*self.vocabularies.values())
        self._values = {name: self._listed(name) for name in (*CASE_FACTS, *OTHER_WORDS)}
        self._prepared: dict[tuple[str, str, str], Case] = {}
        self._some: dict[frozenset[Digest], Agreements] = {}
        self._ends = dict(_ends(self.all))

    def only(self, digests: frozenset[Digest]) -> "Agreements":
        """Return these of the versions at hand, prepared once."""
        if digests >= self.digests:
            return self
        if digests not in self._some:
            self._some[digests] = Agreements(each for each in self.all if each.digest in digests)
        return self._some[digests]

    def in_force(self, agreement: Agreement, now: datetime) -> bool:
        """Return whether a version has begun and no later one of its title has."""
        return agreement.in_force_at(now) and not self.is_over(agreement, now)

    def is_over(self, agreement: Agreement, now: datetime) -> bool:
        """Return whether a later version of the same title has begun (UTC)."""
        end = self._ends.get(agreement.digest)
        return end is not None and end <= instant(now).date()

    def has_a_say(self, agreement: Agreement, request: Ends, label: Label, now: datetime) -> bool:
        """Return whether a version speaks about an item: it governs the request, or watches it.

        One that is over protects only what was told under it, and that for ever.
        """
        if self.is_over(agreement, now) and agreement.digest not in label.agreements:
            return False
        return agreement.governs(*request) or agreement.watches(label)

    def case(self, discloser: str, recipient: str, kind: str) -> Case:
        """Return the agreements that can have a say, and what they ask.

        Prepared when first asked for; the lists of parties and kinds bound what is kept.

        Raises:
            MalformedError: no vocabulary at hand has such a party or kind, or one of the two ends
                is an organisation: those are reached through a front door.
        """
        key = (discloser, recipient, kind)
        found = self._prepared.get(key)
        if found is None:
            for name, value in zip(CASE_FACTS, key, strict=True):
                self.check_word(name, value)
            if ORGANISATION in key:
                raise MalformedError("an organisation is neither discloser nor recipient")
            found = self._prepared[key] = self._prepare(*key)
        return found

    def check_word(self, name: str, value: str) -> None:
        """Return if some vocabulary at hand has this value for this fact.

        Raises:
            MalformedError: none has.
        """
        if value not in self._values[name]:
            raise MalformedError(f"the {name} is none that an agreement at hand knows")

    def check_words_of(self, item: Item) -> None:
        """Return if some vocabulary at hand knows the item's section and everybody on its label.

        Raises:
            MalformedError: one is unknown; a misspelt body would not meet the clause that names it.
        """
        self.check_word("section", item.section)
        for source in item.label.sources:
            if isinstance(source.origin, PartyId):
                self.check_word("origin", source.origin)
            if not source.given_to <= self._values["origin"]:
                raise MalformedError("it was given to somebody whom no agreement at hand knows")

    def _listed(self, name: str) -> frozenset[str]:
        """Return every value that some vocabulary at hand lists for a fact."""
        facts = [each[name] for each in self.vocabularies.values() if name in each]
        return frozenset().union(*(fact.values.meanings for fact in facts if fact.values))

    def _prepare(self, discloser: str, recipient: str, kind: str) -> Case:
        known: Known = dict(zip(CASE_FACTS, (discloser, recipient, kind), strict=True))
        in_play = []
        for each in self.all:
            fixed = each.fixed_parameters()
            rules = ready(each.rules, {**known, **fixed})
            governs = each.governs(discloser, recipient)
            if governs or rules.forbids:
                in_play.append(InPlay(each, governs, rules, fixed.keys() != each.parameters.keys()))
        return Case(tuple(in_play), frozenset(name for each in in_play for name in each.asks()))


def _ends(agreements: Iterable[Agreement]) -> Iterator[tuple[Digest, date]]:
    """Yield the day on which each version ends: that on which the next of its title begins."""
    held = list(agreements)
    for each in held:
        later = [
            other.in_force_from
            for other in held
            if other.title == each.title and other.in_force_from > each.in_force_from
        ]
        if later:
            yield each.digest, min(later)
