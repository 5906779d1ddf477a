"""A node that is killed at any moment has lost and doubled nothing when it is back."""

from pathlib import Path

import pytest

from tests.board import record
from tests.faults.trial import Counts, Kill, run

MANY = 25


def judge(counts: Counts, what: str) -> None:
    """Put a trial on the board, and see that it broke nothing."""
    record("P1", what=what, tried=counts.acknowledged, broken=counts.lost)
    record("P2", what=what, tried=counts.acknowledged, broken=counts.doubled)
    assert counts.failures() == (0, 0, ()), counts
    assert counts.acknowledged, "nothing was tried"
    if counts.rounds >= MANY:
        assert counts.acknowledged > 2 * counts.rounds, "too little was tried"
        assert counts.busy > counts.rounds / 3, "the faults struck when nothing was on its way"


@pytest.mark.slow
@pytest.mark.parametrize("database", ["sqlite", "postgres"])
def test_a_node_that_is_killed_loses_and_doubles_nothing(
    database: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    kill: Kill = request.getfixturevalue(f"kill_on_{database}")
    judge(run(25, 1, tmp_path / "nodes", kill), f"nodes killed, on {database}")


@pytest.mark.more
@pytest.mark.parametrize("database", ["sqlite", "postgres"])
def test_a_node_that_is_killed_a_hundred_times_loses_and_doubles_nothing(
    database: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    kill: Kill = request.getfixturevalue(f"kill_on_{database}")
    judge(run(100, 2, tmp_path / "nodes", kill), f"nodes killed, on {database}")
