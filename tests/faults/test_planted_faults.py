"""The trials can fail: each bug that is planted in a node is found by what it loses or doubles."""

from pathlib import Path

import pytest

from tests.board import record
from tests.faults.trial import DOOR, NCA, run

MOST = 60
"""Rounds within which a planted bug must be found. The first harm ends them: mostly within five."""
LOSING = [(NCA, "receipt_before_commit"), (DOOR, "told_before_commit")]


def caught(promise: str, plant: str, *, is_caught: bool) -> None:
    """Put a planted bug on the board, and see that it was found."""
    what = plant.replace("_", " ")
    record(promise, what=what, tried=0, broken=0, planted=1, caught=int(is_caught))
    assert is_caught


@pytest.mark.slow
@pytest.mark.parametrize(("party", "plant"), LOSING)
def test_what_is_confirmed_before_it_is_kept_is_found_lost(
    party: str, plant: str, tmp_path: Path
) -> None:
    counts = run(MOST, 1, tmp_path / "nodes", plants={party: (plant,)})
    caught("P1", plant, is_caught=counts.lost > 0)


@pytest.mark.slow
def test_what_is_struck_off_before_its_receipt_is_found_lost(tmp_path: Path) -> None:
    plant = "forgotten_before_receipt"
    counts = run(6, 1, tmp_path / "nodes", plants={DOOR: (plant,)})
    assert "the nodes do not come to rest" not in counts.broken
    caught("P1", plant, is_caught=counts.lost > 0)


@pytest.mark.slow
def test_what_is_taken_in_twice_is_found_doubled(tmp_path: Path) -> None:
    plant = "inbox_without_key"
    plants = {NCA: (plant,), DOOR: ("slow_answers",)}
    counts = run(MOST, 1, tmp_path / "nodes", plants=plants)
    assert counts.lost == 0
    caught("P2", plant, is_caught=counts.doubled > 0)


@pytest.mark.more
def test_slow_answers_alone_break_nothing(tmp_path: Path) -> None:
    counts = run(10, 1, tmp_path / "nodes", plants={DOOR: ("slow_answers",)})
    assert counts.failures() == (0, 0, ())
