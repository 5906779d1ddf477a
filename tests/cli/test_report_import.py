"""`comity report import`: nothing unless all is fine, nothing twice, and nothing to anybody."""

import json
from pathlib import Path

import pytest

from comity.cli import report_import
from comity.node.import_report import Import, import_report
from comity.node.node import Node
from comity.store.records import OwnReport
from tests.cli import imports
from tests.cli.world import Desk, well, wrong
from tests.node.world import FRONT_DOOR, NCA, new_world
from tests.store.django import set_up

set_up()

HEAD = "key,organisation,ransom.demanded,choices.ransom\n"
MANY = HEAD + "".join(f"{number},acme,yes,\n" for number in range(10))
BAD = MANY + "10,acme,maybe,\n11,acme,no,\n"


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Desk:
    """Return a desk at nodes to which nobody has reported."""
    return Desk(new_world(), monkeypatch, tmp_path)


def own(desk: Desk) -> list[OwnReport]:
    with desk.world.nodes[FRONT_DOOR].store.reading() as records:
        return records.reports.find()


def test_what_is_imported_is_kept_and_told_to_nobody_unless_the_row_says_so(desk: Desk) -> None:
    said = well(desk.run(FRONT_DOOR, "report", "import", "-", given=MANY))
    assert "10 reports are fine, 0 not." in said
    assert "10 kept for the organisation alone, 0 kept and on their way." in said
    assert len(own(desk)) == 10
    with desk.world.nodes[FRONT_DOOR].store.reading() as records:
        assert records.outbox.find() == []


def test_what_chooses_a_body_is_sent_to_it(desk: Desk) -> None:
    said = well(desk.run(FRONT_DOOR, "report", "import", "-", given=imports.CSV))
    assert "2 kept for the organisation alone, 1 kept and on their way." in said


def test_check_imports_nothing(desk: Desk) -> None:
    said = well(desk.run(FRONT_DOOR, "report", "import", "-", "--check", given=MANY))
    assert "10 reports are fine, 0 not.\nNothing was imported." in said
    assert own(desk) == []


@pytest.mark.parametrize("check", [(), ("--check",), ("--check", "--skip-bad")])
def test_nothing_is_imported_unless_every_report_is_fine(
    desk: Desk, check: tuple[str, ...]
) -> None:
    result = desk.run(FRONT_DOOR, "report", "import", "-", *check, given=BAD)
    assert result.exit_code == 2
    assert "standard input:12:3: report 11: ransom.demanded" in result.stdout
    assert "11 reports are fine, 1 not." in result.stdout
    assert "1 report is not fine: nothing was imported" in result.stderr
    assert own(desk) == []


def test_skip_bad_imports_the_others_and_lists_what_is_not_fine(desk: Desk) -> None:
    said = well(desk.run(FRONT_DOOR, "report", "import", "-", "--skip-bad", given=BAD))
    assert "standard input:12:3: report 11: ransom.demanded" in said
    assert len(own(desk)) == 11


def test_as_data(desk: Desk) -> None:
    found = json.loads(
        well(desk.run(FRONT_DOOR, "report", "import", "-", "--skip-bad", "--json", given=BAD))
    )
    assert (found["fine"], found["bad"]) == (11, 1)
    assert [each["became"] for each in found["imported"]] == ["kept"] * 11
    assert [each["number"] for each in found["imported"]] == [*range(1, 11), 12]
    assert [each["report"] for each in found["imported"]] == [each.id for each in own(desk)]
    assert [(each["line"], each["column"]) for each in found["errors"]] == [(12, 3)]


def test_the_same_file_again_imports_nothing_and_changes_nothing(desk: Desk) -> None:
    well(desk.run(FRONT_DOOR, "report", "import", "-", given=imports.CSV))
    said = well(desk.run(FRONT_DOOR, "report", "import", "-", given=imports.CSV))
    assert "3 imported before: left as they are." in said
    assert len(own(desk)) == 3
    changed = imports.CSV.replace(b"=1+1", b"=1+2")
    said = well(desk.run(FRONT_DOOR, "report", "import", "-", given=changed))
    assert "1 imported before that say something else now" in said
    assert f"  report 2 is {own(desk)[1].id}" in said
    assert len(own(desk)) == 3


def test_what_was_stopped_goes_on_from_there(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = 0

    def stopped(node: Node, *report: object) -> Import:
        nonlocal calls
        calls += 1
        if calls == 5:
            raise KeyboardInterrupt
        return import_report(node, *report)  # type: ignore[arg-type] # as it was called

    with monkeypatch.context() as patch:
        patch.setattr(report_import, "import_report", stopped)
        result = desk.run(FRONT_DOOR, "report", "import", "-", given=MANY)
    wrong(result, "stopped after 4 of 10 reports", "start it again with the same file")
    assert len(own(desk)) == 4
    said = well(desk.run(FRONT_DOOR, "report", "import", "-", given=MANY))
    assert "6 kept for the organisation alone" in said
    assert "4 imported before" in said
    assert len({each.id for each in own(desk)}) == 10


def test_a_body_without_a_connection_stops_all_before_anything_is_kept(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    desk = Desk(new_world((FRONT_DOOR, NCA)), monkeypatch, tmp_path)
    text = MANY + "10,acme,yes,ICO\n"
    wrong(desk.run(FRONT_DOOR, "report", "import", "-", given=text), "no connection to ICO")
    assert own(desk) == []


def test_a_bodys_node_imports_nothing(desk: Desk) -> None:
    wrong(desk.run(NCA, "report", "import", "-", given=MANY), "only a front door")


def test_a_file_that_is_too_large_is_not_read_to_its_end(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("comity.cli.import_file.MOST_BYTES", 20)
    monkeypatch.setattr(report_import, "MOST_BYTES", 20)
    wrong(desk.run(FRONT_DOOR, "report", "import", "-", given=MANY), "larger than 20 bytes")


def test_of_very_many_errors_the_first_are_listed_and_all_are_counted(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report_import, "MOST_LISTED", 2)
    text = HEAD + ",acme,maybe,\n" * 5
    result = desk.run(FRONT_DOOR, "report", "import", "-", "--check", given=text)
    assert result.stdout.count("[wrong-type]") == 2
    assert "... and 3 more errors\n0 reports are fine, 5 not." in result.stdout
