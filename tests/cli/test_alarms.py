"""`comity alarms`: what somebody has to look at is listed, and nothing else."""

import json
from pathlib import Path

import pytest

from comity.node.node import alarm
from tests.cli.world import Desk, well
from tests.node.world import ICO, NCA, new_world


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Desk:
    """Return a desk at nodes to which nobody has reported yet."""
    return Desk(new_world(), monkeypatch, tmp_path)


def test_a_quiet_node_has_nothing_to_look_at(desk: Desk) -> None:
    assert "There is nothing to look at." in well(desk.run(NCA, "alarms"))
    assert json.loads(well(desk.run(NCA, "alarms", "--json"))) == []


def test_an_alarm_is_listed_with_its_kind_and_what_it_is_about(desk: Desk) -> None:
    node = desk.world.nodes[NCA]
    with node.store.writing() as records:
        alarm(records, node, "clock-skew", ICO)
    assert "clock-skew" in well(desk.run(NCA, "alarms"))
    (found,) = json.loads(well(desk.run(NCA, "alarms", "--json")))
    assert (found["kind"], found["about"]) == ("clock-skew", ICO)
