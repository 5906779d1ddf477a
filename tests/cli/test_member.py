"""`comity member`: who works with an organisation's reports, for whoever runs the front door."""

import json
from pathlib import Path

import pytest

from tests.cli.world import Desk, well, wrong
from tests.node.world import FRONT_DOOR, NCA, SPEAKER, new_world


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Desk:
    """Return a desk at nodes after Acme's report."""
    world = new_world()
    world.settle()
    world.report()
    return Desk(world, monkeypatch, tmp_path)


def member(desk: Desk, *words: str) -> str:
    return well(desk.run(FRONT_DOOR, "member", *words))


def test_somebody_is_let_in_listed_and_let_go_and_then_speaks_no_more(told: Desk) -> None:
    assert "Nobody." in member(told, "list", "acme")
    said = member(told, "add", "acme", SPEAKER, "--role", "manager", "--called", "Anna A.")
    assert said == f"{SPEAKER} works with the reports of acme as manager.\n"
    assert f"{SPEAKER}: Anna A., manager; speaks: registered" in member(told, "list", "acme")
    (data,) = json.loads(member(told, "list", "acme", "--json"))
    assert (data["called"], data["role"], data["speaks"]) == ("Anna A.", "manager", "registered")
    assert "no more" in member(told, "remove", "acme", SPEAKER)
    assert "Nobody." in member(told, "list", "acme")
    assert ": ended" in well(told.run(FRONT_DOOR, "speaker", "list", "acme"))


def test_nobody_is_let_into_what_is_no_organisation_and_nobody_goes_twice(told: Desk) -> None:
    add = ("member", "add", "bolt", "anna", "--role", "reader", "--called", "Anna")
    wrong(told.run(FRONT_DOOR, *add), "bolt is no organisation here")
    gone = told.run(FRONT_DOOR, "member", "remove", "acme", "anna")
    wrong(gone, "anna is no member of acme")


def test_a_body_has_no_members(told: Desk) -> None:
    wrong(told.run(NCA, "member", "list", "acme"), "front door")
