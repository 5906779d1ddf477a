"""`comity agreement replay` and `whatif`: what they print, and how they end."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from comity.cli.main import main
from comity.core.audit import Bundle, seal_bundle
from comity.shipped import SHIPPED
from tests.core.audit.small import late
from tests.node.world import keys


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["agreement", *words])


def write(path: Path, bundle: Bundle) -> str:
    path.write_bytes(seal_bundle(bundle, [keys(bundle.party, consent=False).identity]))
    return str(path)


@pytest.fixture
def good(tmp_path: Path) -> str:
    """Return the name of a good bundle."""
    return write(tmp_path / "nca.json", late())


def test_replay_ends_with_0_if_every_decision_comes_out_as_recorded(good: str) -> None:
    result = run("replay", good)
    assert result.exit_code == 0, result.output
    count = len(late().decisions)
    assert result.stdout.startswith(f"{count} decisions judged again: {count} as recorded\ndigest ")
    data = json.loads(run("replay", good, "--json").stdout)
    assert data["decisions"] == count
    assert data["different"] == []
    assert data["digest"] in result.stdout


def test_replay_ends_with_1_and_names_what_was_recorded_otherwise(tmp_path: Path) -> None:
    first, *others = late().decisions
    forged = replace(first, permitted=not first.permitted)
    bundle = replace(late(), decisions=(forged, *others))
    result = run("replay", write(tmp_path / "forged.json", bundle))
    assert result.exit_code == 1
    assert f"entry {first.entry}, " in result.stdout
    assert "was permitted, now refused (I-1)" in result.stdout


def test_replay_says_what_it_could_not_judge(tmp_path: Path) -> None:
    result = run("replay", write(tmp_path / "bare.json", replace(late(), agreements=())))
    assert result.exit_code == 1
    assert "not judged: an agreement is not in the bundle" in result.stdout


def test_replay_of_a_file_that_is_no_bundle_ends_with_2(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text("{}", encoding="utf-8")
    assert run("replay", str(tmp_path / "x.json")).exit_code == 2


def test_whatif_ends_with_0_under_the_version_of_the_day(good: str) -> None:
    result = run("whatif", good, "ico-nca-2024")
    assert result.exit_code == 0, result.output
    assert "0 would have come out otherwise under version 0.1.0" in result.stdout


def test_whatif_ends_with_1_and_shows_what_would_have_changed(good: str, tmp_path: Path) -> None:
    text = (SHIPPED / "ico-nca-2024.md").read_text(encoding="utf-8")
    path = tmp_path / "stricter.md"
    path.write_text(text.replace("forbid  discloser is recipient", "forbid  any"), encoding="utf-8")
    result = run("whatif", good, str(path))
    assert result.exit_code == 1
    assert "was permitted, now refused (P-1)" in result.stdout
    data = json.loads(run("whatif", good, str(path), "--json").stdout)
    assert {each["is"] for each in data["changed"]} == {"refused"}
