"""Holding: the agreement versions that a node has at hand."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from comity.core.agreement.model import Agreement
from comity.core.agreement.rulebook import Ready, ready
from comity.core.language import Fact, Value
from comity.core.language.conditions import facts_in
from comity.core.markings import Item
from comity.core.terms import Digest, PartyId

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

    def case(self, discloser: str, recipient: str, kind: str) -> Case:
        """Return the agreements that can have a say, and what they ask.

        Prepared when first asked for; the lists of parties and kinds bound what is kept.

        Raises:
            MalformedError: no vocabulary at hand has such a party or kind.
        """
        key = (discloser, recipient, kind)
        found = self._prepared.get(key)
        if found is None:
            for name, value in zip(CASE_FACTS, key, strict=True):
                self.check_word(name, value)
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
