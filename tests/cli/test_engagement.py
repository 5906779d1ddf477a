"""Whoever is shown a record of engagement can verify it, against the front door that signed it."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from comity.cli.main import main
from comity.core.casework import sign_engagement
from comity.core.terms import encode
from comity.node.first_notice import send_first_notice
from comity.node.keys import introduction
from comity.node.record_engagement import record_engagement
from tests.node.test_first_notice import TICKET, notice
from tests.node.world import FRONT_DOOR, ICO, NCA, World, new_world


@pytest.fixture
def world() -> World:
    return new_world()


def made(world: World, folder: Path) -> tuple[Path, Path]:
    """Return the files of a record, and of the introduction of who signed it."""
    door = world.nodes[FRONT_DOOR]
    code = send_first_notice(door, notice(NCA, ICO), TICKET).code
    world.settle()
    record = record_engagement(door, code, {NCA}, "We kept the logs.")
    files = folder / "record.json", folder / "door.introduction"
    files[0].write_bytes(encode(sign_engagement(record, door.keys.identity)))
    files[1].write_bytes(encode(introduction(door, "http://front-door")))
    return files


def verified(record: Path, door: Path, *more: str) -> Result:
    return CliRunner().invoke(
        main, ["report", "engagement", str(record), "--introduction", str(door), *more]
    )


def test_a_record_is_verified_and_read_out(world: World, tmp_path: Path) -> None:
    record, door = made(world, tmp_path)
    result = verified(record, door)
    assert result.exit_code == 0
    assert "Signed by FRONT_DOOR, 23 November 2026 09:00 UTC: report-" in result.stdout
    assert "NCA was told contact, incident 23 November 2026 09:00; received" in result.stdout
    assert "ICO" not in result.stdout
    assert "We kept the logs." in result.stdout
    data = json.loads(verified(record, door, "--json").stdout)
    assert [each["body"] for each in data["told"]] == ["NCA"]


def test_a_record_that_was_changed_or_signed_by_another_is_refused(
    world: World, tmp_path: Path
) -> None:
    record, door = made(world, tmp_path)
    other = tmp_path / "other.introduction"
    other.write_bytes(encode(introduction(world.nodes[NCA], "http://nca")))
    text = record.read_text()
    broken = tmp_path / "broken.json"
    broken.write_text(text[:80] + ("A" if text[80] != "A" else "B") + text[81:])
    for wrong in (verified(record, other), verified(broken, door), verified(door, door)):
        assert wrong.exit_code == 2
        assert wrong.stderr.startswith("error: ")
        assert "help: " in wrong.stderr
