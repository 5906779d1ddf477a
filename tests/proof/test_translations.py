"""Clauses and SMT-LIB say what a condition says: where it holds, and whether it can hold at all."""

from datetime import datetime
from typing import Any

import pytest
from hypothesis import given, settings

from comity.core.language import Condition, Facts, compiled
from comity.core.language.conditions import Compare, FactRef, Is, Literal
from comity.proof import cnf
from comity.proof.cnf import Clauses
from comity.proof.domain import Domain
from comity.proof.kleene import View, World
from comity.proof.smtlib import Script
from comity.proof.solvers import Answer, ask_all
from comity.proof.units import Known
from tests.core.strategies_language import (
    DAY,
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

SLOTS = 2
PLACES = {number: 8 + number for number in range(12)}
DOMAIN = Domain({"parties": 3, "regimes": 1}, PLACES, 8)


def place_of(value: Any) -> int:  # noqa: ANN401 - a number or an instant
    """Return the place of a number, or of an instant counted in days, in the order."""
    if isinstance(value, datetime):
        return PLACES[1 + (value - DAY).days if value >= DAY else 0]
    return PLACES[value]


def value_in_clauses(tree: Tree, facts: Facts) -> bool:
    """Return what the clauses make of a condition once every input is set from the facts."""
    seen = View(World(slots=SLOTS)).seen(condition(written(tree)))
    clauses = Clauses(DOMAIN)
    root = clauses.literal(seen.may)
    set_to = []
    for variable, (fact, part) in clauses.inputs.items():
        value = facts[fact.name]
        if fact.kind == "yes or no":
            is_so = bool(value)
        elif fact.kind == "set of":
            is_so = part in value
        else:
            listed = fact.values
            code = place_of(value) if listed is None else DOMAIN.values(listed).index(value)
            is_so = bool(code >> int(part) & 1)
        set_to.append(variable if is_so else -variable)
    known = Known(clauses.all)
    assert known.suppose(set_to) is not None
    assert root in known.true or -root in known.true or abs(root) == cnf.TRUE
    return root in known.true


@given(trees(), request_facts, source_facts)
def test_the_clauses_say_what_the_condition_says(
    tree: Tree, request: dict[str, Any], sources: list[dict[str, Any]]
) -> None:
    here = in_a_world(joined(request, sources[:SLOTS]), FACTS.values(), SLOTS)
    wanted = compiled(View(World(slots=SLOTS)).seen(condition(written(tree))).may)(here)
    assert value_in_clauses(tree, here) is wanted


@settings(max_examples=25)
@given(trees())
def test_three_solvers_agree_whether_a_condition_can_hold(tree: Tree) -> None:
    seen = View(World(slots=SLOTS)).seen(condition(written(tree)))
    questions = {"must": seen.must, "may": seen.may, "not may": View(World(slots=SLOTS)).seen(
        condition(written(("not", tree)))).must}  # fmt: skip
    answers = ask_all(questions, DOMAIN)
    assert len({each.answers for each in answers}) == 1
    assert Answer.UNKNOWN not in answers[0].answers


def test_a_fault_in_the_order_of_bits_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    facts = in_a_world(joined({"size": 1, "least": 2}, []), FACTS.values(), SLOTS)
    tree: Tree = ("<", "size", "least")
    assert value_in_clauses(tree, facts)
    right = Clauses._fact_bits
    monkeypatch.setattr(Clauses, "_fact_bits", lambda self, fact: right(self, fact)[::-1])
    assert not value_in_clauses(("<", "size", "least"), facts)


def test_a_value_beyond_the_list_is_no_value() -> None:
    giver = FactRef(FACTS["giver"])
    nobody: Condition = Is(giver, Literal("NORTH"))
    clauses = Clauses(DOMAIN)
    clauses.literal(nobody)
    known = Known(clauses.all)
    bits = [variable for variable, (fact, _) in clauses.inputs.items() if fact.name == "giver"]
    beyond = len(DOMAIN.values(FACTS["giver"].values))  # type: ignore[arg-type]  # giver has a list
    assert (1 << len(bits)) > beyond
    for code in range(1 << len(bits)):
        literals = [bit if code >> n & 1 else -bit for n, bit in enumerate(bits)]
        assert known.forces(literals) is (code >= beyond)


def test_an_ordered_list_is_written_as_ranks_with_bounds() -> None:
    script = Script(DOMAIN)
    level, ceiling = FactRef(FACTS["level"]), FactRef(FACTS["ceiling"])
    script.ask("higher", Compare(ceiling, level, or_equal=False))
    assert "(< |ceiling| |level|)" in script.text()
    assert "(assert (and (<= 0 |level|) (< |level| 3)))" in script.text()
