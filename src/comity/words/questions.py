"""Questions: what an organisation is asked about an incident, and what it can answer."""

from dataclasses import dataclass

from comity.core.language import Fact, Kind
from comity.words.catalogue import Language, say

YES, NO = "yes", "no"
"""How an answer to a question of yes or no is written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question about one fact, with the answers that it can have and the words for them.

    When something was has no list of answers.
    """

    fact: Fact
    text: str
    options: tuple[tuple[str, str], ...]


def question(fact: Fact, language: Language) -> Question:
    """Return what is asked about a fact of an incident."""
    listed = fact.values.meanings if fact.values else ()
    options = tuple((value, say(f"value.{value}", language)) for value in listed)
    if fact.kind is Kind.FLAG:
        options = tuple((value, say(f"flag.{value}", language)) for value in (YES, NO))
    return Question(fact=fact, text=say(f"fact.{fact.name}", language), options=options)
