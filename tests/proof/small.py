"""What several tests of the proofs use: facts under the names that a world gives them."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from comity.core.language import Fact, Facts
from comity.core.language.compile import SOURCES
from comity.proof.kleene import KNOWN

PAST = datetime.min.replace(tzinfo=UTC)
"""Stands for a value that nobody knows, where the truth does not matter."""


def in_a_world(facts: Facts, declared: Iterable[Fact], slots: int) -> Facts:
    """Return facts as a world with so many sources names them: values, and what is known."""
    found = Facts()
    everything = list(declared)
    sources: list[Mapping[str, Any]] = list(facts[SOURCES])
    for slot in range(1, slots + 1):
        there = slot <= len(sources)
        found[f"source {slot}"] = there
        own = sources[slot - 1] if there else {}
        for fact in everything:
            if fact.of_source:
                _put(found, f"{fact.name} of source {slot}", fact, own.get(fact.name))
    for fact in everything:
        if not fact.of_source:
            _put(found, fact.name, fact, facts.get(fact.name))
    return found


def _put(found: Facts, name: str, fact: Fact, value: Any) -> None:  # noqa: ANN401 - facts have any type
    found[f"{name}{KNOWN}"] = value is not None
    found[name] = any_value(fact) if value is None else value


def any_value(fact: Fact) -> Any:  # noqa: ANN401 - facts have any type
    """Return some value that the fact can have."""
    match fact.kind:
        case "yes or no":
            return False
        case "number":
            return 0
        case "instant":
            return PAST
        case "set of":
            return frozenset()
        case _:
            return next(iter(fact.values.meanings)) if fact.values else None
