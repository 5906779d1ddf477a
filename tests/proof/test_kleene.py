"""What must hold and what may hold are what the gate's closures say: true, and not false."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.core.language import Facts, compiled
from comity.core.language.conditions import ALWAYS, NEVER, Condition, conjunction, disjunction
from comity.proof import kleene
from comity.proof.kleene import Seen, View, World
from tests.core.strategies_language import (
    FACTS,
    condition,
    joined,
    request_facts,
    source_facts,
    trees,
    written,
)
from tests.proof.small import in_a_world
from tests.spec.slow_language import Tree

SLOTS = 3


def disagreement(tree: Tree, request: dict[str, Any], sources: list[dict[str, Any]]) -> str:
    """Return how the two readings of a condition differ, or nothing."""
    text = written(tree)
    asked = condition(text)
    facts = joined(request, sources)
    truth = compiled(asked)(facts)
    world = View(World(slots=SLOTS))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kleene, "ALWAYS_KNOWN", frozenset())
        seen = world.seen(asked)
    here = in_a_world(facts, FACTS.values(), SLOTS)
    found = compiled(seen.must)(here), compiled(seen.may)(here)
    wanted = truth is True, truth is not False
    return "" if found == wanted else f"{text}: {found}, should be {wanted}"


@given(trees(), request_facts, source_facts)
def test_must_is_true_and_may_is_not_false(
    tree: Tree, request: dict[str, Any], sources: list[dict[str, Any]]
) -> None:
    assert disagreement(tree, request, sources) == ""


def only_known(known: Condition, _: Condition) -> Seen:
    return Seen(known, known)


def unknown_is_no(known: Condition, value: Condition) -> Seen:
    both = conjunction([known, value])
    return Seen(both, both)


@pytest.mark.parametrize("wrong", [only_known, unknown_is_no])
def test_a_planted_fault_in_reading_facts_is_found(
    wrong: Callable[[Condition, Condition], Seen], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kleene, "_if_known", wrong)
    tried = [
        disagreement(("is", "giver", value), facts, [])
        for value in ("NORTH", "SOUTH")
        for facts in ({}, {"giver": "NORTH"}, {"giver": "SOUTH"})
    ]
    assert any(tried)


def test_a_source_that_is_not_there_meets_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    tree: Tree = ("any source", ("not", ("flag", "told")))
    assert disagreement(tree, {}, []) == ""
    monkeypatch.setattr(World, "present", lambda *_: ALWAYS)
    assert disagreement(tree, {}, []) != ""


@given(st.lists(st.booleans(), max_size=3))
def test_of_nothing_and_of_several(truths: list[bool]) -> None:
    parts = [ALWAYS if each else NEVER for each in truths]
    assert compiled(conjunction(parts))(Facts()) is all(truths)
    assert compiled(disjunction(parts))(Facts()) is any(truths)
