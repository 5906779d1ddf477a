"""What is on record of a version holds only if every claim does."""

from dataclasses import replace
from datetime import date

import pytest

from comity.core.agreement.record import Mutation, Record, Shown, Solver
from comity.core.terms import digest_of

CLAIM = Shown(
    id="N-1", about="never", clause="1", sentence="No such request.", shown=True, can_fail=True
)
RECORD = Record(
    agreement=digest_of("an agreement"),
    proved_on=date(2026, 11, 24),
    solvers=(Solver(name="z3-solver", version="1"),),
    solvers_agree=True,
    claims=(CLAIM,),
    mutation=Mutation(mutants=1, killed=1, equivalent=0, survivors=()),
)


def test_a_record_holds_if_every_claim_does_and_the_solvers_agree() -> None:
    assert RECORD.holds


@pytest.mark.parametrize(
    "record",
    [
        replace(RECORD, solvers_agree=False),
        replace(RECORD, claims=(CLAIM, replace(CLAIM, shown=False))),
        replace(RECORD, claims=(CLAIM, replace(CLAIM, can_fail=False))),
    ],
)
def test_one_claim_that_fails_or_says_nothing_or_a_dispute_undoes_it(record: Record) -> None:
    assert not record.holds
