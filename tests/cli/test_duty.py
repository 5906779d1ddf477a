"""`comity duty`: what is owed is listed with its day, and said to be done once, by whom."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from comity.node.duties import owed
from tests.cli.world import Desk, well, wrong
from tests.node.test_duties import sent
from tests.node.world import ICO, NCA


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Desk:
    """Return a desk at nodes of which one has passed something on."""
    return Desk(sent(), monkeypatch, tmp_path)


def one(desk: Desk) -> str:
    (duty,) = owed(desk.world.nodes[NCA])
    return duty.id


def test_what_is_owed_is_listed_with_the_day_by_which_it_is_due(desk: Desk) -> None:
    said = well(desk.run(NCA, "duty", "list"))
    assert f"{one(desk)}  open, due 28 November 2026 09:00" in said
    assert "clause I-2: show the disclosure to the organisation" in said
    assert "Nothing is owed." in well(desk.run(ICO, "duty", "list"))


def test_what_is_done_is_said_once_and_stays_on_record(desk: Desk) -> None:
    duty = one(desk)
    said = well(desk.run(NCA, "duty", "done", duty, "--shown-by", "notice-17"))
    assert "Done: show the disclosure to the organisation" in said
    assert "Nothing is owed." in well(desk.run(NCA, "duty", "list"))
    assert "by officer-1, shown by notice-17" in well(desk.run(NCA, "duty", "list", "--all"))
    (data,) = json.loads(well(desk.run(NCA, "duty", "list", "--all", "--json")))
    assert (data["id"], data["state"], data["clause"]) == (duty, "done", "I-2")
    assert data["done"]["shown_by"] == "notice-17"
    wrong(desk.run(NCA, "duty", "done", duty, "--shown-by", "notice-18"), "was done on", "already")


def test_what_is_overdue_ends_the_list_with_1_and_can_only_be_done_too_late(desk: Desk) -> None:
    desk.world.clock.pass_(timedelta(days=6))
    listed = desk.run(NCA, "duty", "list")
    assert listed.exit_code == 1
    assert "breached, due 28 November 2026" in listed.stdout
    said = json.loads(
        well(desk.run(NCA, "duty", "done", one(desk), "--shown-by", "notice-17", "--json"))
    )
    assert said["state"] == "breached"
    assert "Nothing is owed." in well(desk.run(NCA, "duty", "list"))


def test_doing_says_when_it_was_too_late(desk: Desk) -> None:
    desk.world.clock.pass_(timedelta(days=6))
    said = well(desk.run(NCA, "duty", "done", one(desk), "--shown-by", "notice-17"))
    assert "Done, too late: show the disclosure" in said


def test_nobody_named_an_unknown_duty_and_no_id_are_clear_errors(desk: Desk) -> None:
    wrong(desk.run(NCA, "duty", "done", "rel-1", "--shown-by", "notice-17"), "no duty", "duty list")
    wrong(desk.run(NCA, "duty", "done", one(desk), "--shown-by", "it was done"), "evidence id")
    desk.environment.clear()
    wrong(desk.run(NCA, "duty", "done", one(desk), "--shown-by", "notice-17"), "nobody is named")
