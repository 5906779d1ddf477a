"""Any rule in every back end: agreements made of random conditions over the test vocabulary."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from comity.core.agreement import Agreement, Effect, Rule
from comity.core.language import Condition, Names, read_vocabulary
from comity.core.terms import Digest, PartyId
from tests.core.agreement.small import TEXT, load
from tests.core.strategies_language import VOCABULARY, condition, written
from tests.spec.slow_language import Tree

_FACT = {"meaning": "as its name says", "supplied_by": "a test"}
WORDS = read_vocabulary(
    {
        "name": "ends",
        "facts": {
            "discloser": {"type": "one of parties", **_FACT},
            "recipient": {"type": "one of parties", **_FACT},
            "origin": {"type": "one of parties", "of_source": True, **_FACT},
        },
    },
    "ends.toml",
    VOCABULARY,
)
PLAIN = load(TEXT)


def made_of(trees: Sequence[tuple[Effect, Tree, Tree | None]]) -> Agreement:
    """Return an agreement with a rule for each: an effect, a condition, and one on a source."""
    rules = tuple(
        Rule(
            id=f"2.{number}",
            clause="2.a-b",
            effect=effect,
            head=_typed(head),
            source=None if source is None else _typed(source, of_source=True),
            unless=None,
            obligations=(),
            cure="",
            backs="",
            line=1,
        )
        for number, (effect, head, source) in enumerate(trees, 1)
    )
    return replace(
        PLAIN, rules=rules, vocabulary=WORDS, digest=Digest("0" * 64),
        parties=frozenset({PartyId("NORTH"), PartyId("SOUTH")}), parameters={},
    )  # fmt: skip  # one thought


def _typed(tree: Tree, *, of_source: bool = False) -> Condition:
    return condition(written(tree), Names(vocabulary=WORDS, in_source=of_source))


def between(request: dict[str, Any]) -> dict[str, Any]:
    """Return the facts of a request with the ends that the agreement governs."""
    return {**request, "discloser": "NORTH", "recipient": "SOUTH"}
