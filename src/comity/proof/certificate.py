"""Certificate: that clauses contradict each other, checked without trusting any solver.

A certificate is a list of lemmas. Each follows from the clauses and the lemmas before it by unit
propagation alone: suppose its opposite, and what is then forced contradicts itself. The last is
the empty one. The check is this file, and needs nothing but Python.

Source: DRUP, the format of the SAT competitions' proofs (deletions are not used: more clauses
never make a wrong lemma pass).
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple, TypeAlias

from comity.proof.units import Clause, Known


class Step(NamedTuple):
    """A lemma that does not follow: its place in the list (from 1) and its words."""

    place: int
    lemma: Clause


Gap: TypeAlias = Step | None
"""What a check found: the first lemma that does not follow, or nothing."""


def gap_in(clauses: Iterable[Clause], lemmas: Sequence[Clause]) -> Gap:
    """Return the first lemma that does not follow, or None if they refute the clauses.

    Lemmas that do not end in the empty one refute nothing: the empty one is then the gap.
    """
    known = Known(clauses)
    for place, lemma in enumerate([*lemmas, ()], 1):
        if not known.forces([-each for each in lemma]):
            return Step(place, lemma)
        if not lemma:
            return None
        known.add(lemma)
    raise AssertionError("the empty lemma ends every list")
