"""A node whose power goes at any moment has lost and doubled nothing that it had confirmed."""

from pathlib import Path

import pytest

from tests.faults.powercut import PowerCut
from tests.faults.test_killed import judge
from tests.faults.test_planted_faults import MOST, caught
from tests.faults.trial import DOOR, NCA, run

WEAK = {DOOR: ("sqlite_normal",), NCA: ("sqlite_normal",)}


@pytest.mark.slow
def test_a_power_cut_loses_and_doubles_nothing(power_cut: PowerCut, tmp_path: Path) -> None:
    judge(run(5, 1, tmp_path / "nodes", power_cut), "power cut under SQLite")


@pytest.mark.more
def test_a_hundred_power_cuts_lose_and_double_nothing(power_cut: PowerCut, tmp_path: Path) -> None:
    judge(run(100, 2, tmp_path / "nodes", power_cut), "power cut under SQLite")


@pytest.mark.slow
def test_with_commits_left_in_memory_a_power_cut_loses_them(
    power_cut: PowerCut, tmp_path: Path
) -> None:
    counts = run(MOST, 1, tmp_path / "nodes", power_cut, WEAK)
    caught("P1", "sqlite_normal", is_caught=counts.lost > 0)


@pytest.mark.more
def test_with_commits_left_in_memory_a_kill_alone_loses_nothing(tmp_path: Path) -> None:
    """It takes a power cut to see that setting: so the shim, not the kill, is what shows it."""
    assert run(3, 1, tmp_path / "nodes", plants=WEAK).failures() == (0, 0, ())
