"""A node whose PostgreSQL stops at once has lost and doubled nothing that it had confirmed."""

from pathlib import Path

import pytest

from tests.faults.stopping import Stop
from tests.faults.test_killed import judge
from tests.faults.test_planted_faults import MOST, caught
from tests.faults.trial import DOOR, NCA, run


@pytest.mark.slow
def test_a_server_that_stops_at_once_loses_and_doubles_nothing(stop: Stop, tmp_path: Path) -> None:
    judge(run(3, 1, tmp_path / "nodes", stop), "immediate stop of PostgreSQL")


@pytest.mark.more
def test_forty_stops_of_the_server_lose_and_double_nothing(stop: Stop, tmp_path: Path) -> None:
    judge(run(40, 2, tmp_path / "nodes", stop), "immediate stop of PostgreSQL")


@pytest.mark.more
def test_with_commits_that_are_not_waited_for_a_stop_loses_them(stop: Stop, tmp_path: Path) -> None:
    weak = {DOOR: ("postgres_off",), NCA: ("postgres_off",)}
    counts = run(MOST, 1, tmp_path / "nodes", stop, weak)
    caught("P1", "postgres_off", is_caught=counts.lost > 0)
