"""A certificate is believed only if each step follows; what can be met is never refuted."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.proof.certificate import Step, gap_in
from comity.proof.claims import nevers, slots_for
from comity.proof.cnf import Clauses
from comity.proof.domain import domain_of
from comity.proof.keeping import certify, check, questions
from comity.proof.solvers import lemmas
from comity.proof.units import Clause, Known
from tests.core.world import agreement

VARIABLES = 5
literals = st.integers(1, VARIABLES).flatmap(lambda each: st.sampled_from([each, -each]))
clauses_drawn = st.lists(st.lists(literals, max_size=3).map(tuple), max_size=24)

TERMS = agreement("front-door-terms")
DOMAIN = domain_of([TERMS], slots_for(TERMS))
CLAIMS = tuple(nevers(TERMS))


def can_be_met(clauses: list[Clause]) -> bool:
    """Return whether some assignment meets the clauses, by trying all."""
    return any(
        all(any(values[abs(each) - 1] is (each > 0) for each in clause) for clause in clauses)
        for values in product([False, True], repeat=VARIABLES)
    )


@given(clauses_drawn, st.lists(st.lists(literals, max_size=3).map(tuple), max_size=6))
def test_what_can_be_met_is_never_refuted(clauses: list[Clause], made: list[Clause]) -> None:
    if gap_in(clauses, made) is None:
        assert not can_be_met(clauses)


@given(clauses_drawn)
def test_what_a_solver_refutes_is_certified(clauses: list[Clause]) -> None:
    made = lemmas(clauses)
    assert (made is None) is can_be_met(clauses)
    if made is not None:
        assert gap_in(clauses, made) is None


@given(clauses_drawn, st.lists(literals, max_size=4))
def test_what_is_supposed_is_forgotten_again(clauses: list[Clause], supposed: list[int]) -> None:
    known = Known(clauses)
    before = set(known.true)
    known.forces(supposed)
    assert known.true == before


def test_every_red_line_has_a_certificate() -> None:
    assert check(TERMS, certify(TERMS)).count == len(TERMS.red_lines)


def test_the_same_agreement_gives_the_same_clauses() -> None:
    first, again = (list(questions(TERMS)) for _ in range(2))
    assert first == again


def hard() -> tuple[list[Clause], tuple[Clause, ...]]:
    """Return the clauses of a red line whose certificate has several lemmas, and these."""
    by_length = ((clauses, lemmas(clauses) or ()) for _, clauses in questions(agreement()))
    return max(by_length, key=lambda each: len(each[1]))


def test_a_certificate_with_a_step_left_out_or_changed_is_not_believed() -> None:
    clauses, made = hard()
    assert gap_in(clauses, made) is None
    assert gap_in(clauses, ()) == Step(1, ())
    assert gap_in(clauses[1:], made) is not None or gap_in(clauses[2:], made) is not None


def test_a_certificate_of_another_question_is_not_believed() -> None:
    clauses, made = hard()
    weaker = [clause for clause in clauses if len(clause) > 1]
    assert gap_in(weaker, made) is not None


def test_a_lemma_that_does_not_follow_is_named() -> None:
    assert gap_in([(1, 2)], [(1,)]) == Step(1, (1,))
    assert gap_in([(1, 2), (1, -2)], [(1,), ()]) == Step(2, ())


@pytest.mark.parametrize("clauses", [[()], [(1,), (-1,)], [(1, 2), (-1,), (-2,)]])
def test_what_contradicts_itself_at_once_needs_no_lemma(clauses: list[Clause]) -> None:
    assert gap_in(clauses, ()) is None


def test_clauses_of_a_cone_are_only_those_that_matter() -> None:
    clauses = Clauses(DOMAIN)
    roots = [clauses.literal(claim.against) for claim in CLAIMS]
    assert all(len(clauses.cone(root)) < len(clauses.all) for root in roots)
