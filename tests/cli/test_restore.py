"""`comity restore`: an officer sees what a node that was put back has lost, and lets it go on."""

import json
from pathlib import Path

import pytest

from tests.cli.world import Desk, well, wrong
from tests.faults.test_put_back import all_is_lost, put_back_after
from tests.node.world import ICO, NCA, new_world


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Desk:
    """Return a desk at nodes of which the NCA's was put back, and has noticed."""
    world, _ = put_back_after(all_is_lost)
    world.workers[NCA].round()
    return Desk(world, monkeypatch, tmp_path)


def test_an_officer_is_told_that_the_node_has_stopped_and_what_to_do(desk: Desk) -> None:
    said = well(desk.run(NCA, "alarms"))
    assert "put-back" in said
    assert "has stopped: comity restore show" in said


def test_what_is_lost_is_shown_for_each_peer(desk: Desk) -> None:
    said = well(desk.run(NCA, "restore", "show"))
    assert "ICO:\n  it has envelopes from here 2\n  it cosigned " in said
    assert "this node gave receipts for its envelopes" in said
    assert "comity restore reconcile" in said
    found = json.loads(well(desk.run(NCA, "restore", "show", "--json")))
    [ico] = [each for each in found if each["party"] == ICO]
    assert (ico["sent"], ico["sent_there"]) == (1, 2)


def test_a_command_that_would_record_something_says_why_it_cannot(desk: Desk) -> None:
    with desk.world.nodes[NCA].store.reading() as records:
        case = records.cases.find()[0].id
    (desk.folder / "note").write_text("a note")
    said = desk.run(NCA, "case", "note", case, str(desk.folder / "note"))
    wrong(said, "has stopped: a peer holds more of it", "restore reconcile")


def test_an_officer_writes_it_down_and_the_node_goes_on(desk: Desk) -> None:
    said = well(desk.run(NCA, "restore", "reconcile"))
    assert "It is written down, and this node goes on." in said
    assert "has stopped" not in well(desk.run(NCA, "alarms"))
    assert "No peer has shown" in well(desk.run(NCA, "restore", "show"))


def test_a_silent_peer_has_to_be_named(desk: Desk) -> None:
    desk.world.down = {ICO}
    said = desk.run(NCA, "restore", "reconcile")
    wrong(said, "they do not answer: ICO", "--without PARTY")
    well(desk.run(NCA, "restore", "reconcile", "--without", "ICO"))


def test_nobody_reconciles_without_a_name(desk: Desk) -> None:
    desk.environment = {"COMITY_OFFICER": ""}
    wrong(desk.run(NCA, "restore", "reconcile"), "nobody is named")


def test_a_node_that_was_not_put_back_has_nothing_to_show(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    desk = Desk(new_world(), monkeypatch, tmp_path)
    assert "No peer has shown that this node was put back." in well(
        desk.run(NCA, "restore", "show")
    )
    wrong(desk.run(NCA, "restore", "reconcile"), "there is nothing to reconcile")
