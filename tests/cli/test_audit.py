"""`comity audit`: export, verify, and the verifier as one file that needs no Comity."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from comity import __version__
from comity.cli import acting, audit
from comity.cli.main import main
from comity.core.audit import Bundle, seal_bundle
from comity.verifier import main as verifier
from comity.verifier.single_file import literal, modules, single_file
from comity.wire.words import words
from tests.core.audit.small import changed_entry, late, with_entries
from tests.node.world import FRONT_DOOR, ICO, NCA, keys, new_world

OWN = keys(NCA, consent=False).identity


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["audit", *arguments])


def write(path: Path, bundle: Bundle) -> str:
    path.write_bytes(seal_bundle(bundle, [keys(bundle.party, consent=False).identity]))
    return str(path)


@pytest.fixture
def good(tmp_path: Path) -> str:
    """Return the name of a good bundle."""
    return write(tmp_path / "nca.json", late())


def tampered() -> dict[str, Bundle]:
    """Return bundles that do not verify."""
    bundle = late()
    node = next(each for each in bundle.ledgers if each.name == "node")
    return {
        "changed": changed_entry(bundle, 20, officer="nobody"),
        "cut": with_entries(bundle, node.entries[:10]),
        "receipts": replace(bundle, held=()),
        "salt": replace(bundle, beats=(*bundle.beats[:-1], replace(bundle.beats[-1], salt=b"x"))),
    }


def test_a_good_bundle_is_verified_without_any_node(
    good: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("COMITY_ROLE", "COMITY_HOME", "COMITY_DATABASE"):
        monkeypatch.delenv(name, raising=False)
    found = run("verify", good)
    assert found.exit_code == 0, found.output
    assert "Verdict: verified" in found.stdout
    assert "whose the identity key is: it was taken from the bundle itself" in found.stdout


@pytest.mark.parametrize("expected", [OWN.public.hex(), words(OWN.public)])
def test_the_expected_key_is_given_in_digits_or_words(good: str, expected: str) -> None:
    found = run("verify", good, "--identity", expected)
    assert found.exit_code == 0
    assert "taken from the bundle itself" not in found.stdout


@pytest.mark.parametrize(
    ("expected", "code"),
    [("00" * 32, 1), ("not-a-key", 2), ("nothing", 2), (words(b"x" * 32), 2)],
)
def test_another_key_than_expected_is_said(good: str, expected: str, code: int) -> None:
    assert run("verify", good, "--identity", expected).exit_code == code


def test_findings_end_with_one_and_bad_input_with_two(tmp_path: Path, good: str) -> None:
    bad = write(tmp_path / "bad.json", tampered()["receipts"])
    assert run("verify", bad).exit_code == 1
    assert run("verify", good, "--peer", write(tmp_path / "ico.json", late(ICO))).exit_code == 0
    (tmp_path / "none.json").write_bytes(b"{}")
    for name in ("none.json", "missing.json"):
        found = run("verify", str(tmp_path / name))
        assert found.exit_code == 2
        assert "help: " in found.stderr


def test_data_for_programs(good: str) -> None:
    found = json.loads(run("verify", good, "--json").stdout)
    assert found["verdict"] == "verified"
    assert [each["check"] for each in found["checks"]] == ["a", "b", "c", "d", "f"]


def test_a_long_verification_shows_a_bar(good: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "FEW", 0)
    assert "Verifying" in run("verify", good).stderr


def test_an_export_is_private_and_replaces_nothing_unless_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = new_world((FRONT_DOOR, NCA))
    monkeypatch.setattr(acting, "set_up", lambda: None)
    monkeypatch.setattr(acting, "this_node", lambda: world.nodes[NCA])
    path = tmp_path / "bundle.json"
    assert run("export", str(path)).exit_code == 0
    assert path.stat().st_mode & 0o777 == 0o600
    assert run("export", str(path)).exit_code == 2
    assert run("export", str(path), "--force").exit_code == 0
    assert run("verify", str(path)).exit_code == 0
    assert [each.name for each in tmp_path.iterdir()] == ["bundle.json"]


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the verifier in a folder of its own."""
    folder = tmp_path_factory.mktemp("alone")
    (folder / "verify.py").write_text(run("verifier").stdout)
    return folder / "verify.py"


def run_alone(verify: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the verifier where Comity cannot be imported but from the file itself."""
    start = (
        "import sys, runpy\n"
        "import cryptography.exceptions\n"
        "import cryptography.hazmat.primitives.asymmetric.ed25519\n"
        "sys.path[:] = [each for each in sys.path if not each.endswith(('src', '-packages'))]\n"
        "import importlib.util\n"
        "assert importlib.util.find_spec('comity') is None\n"
        "del sys.argv[0]\n"
        "try:\n"
        "    runpy.run_path(sys.argv[0], run_name='__main__')\n"
        "except SystemExit as end:\n"
        "    import comity.core.audit\n"
        "    assert comity.core.audit.__spec__.origin == sys.argv[0], comity.core.audit.__spec__\n"
        "    raise\n"
    )
    return subprocess.run(
        [sys.executable, "-I", "-c", start, str(verify), *arguments],
        cwd=verify.parent,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_the_single_file_says_what_the_command_says(tmp_path: Path, good: str, alone: Path) -> None:
    peer = write(tmp_path / "ico.json", late(ICO))
    cases = [(good,), (good, "--peer", peer), (good, "--identity", "ab" * 32)]
    cases += [(write(tmp_path / name, each),) for name, each in tampered().items()]
    for arguments in cases:
        here = run("verify", *arguments, "--json")
        there = subprocess.run(
            [sys.executable, "-I", str(alone), *arguments, "--json"],
            cwd=alone.parent,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert there.returncode == here.exit_code, there.stderr
        assert json.loads(there.stdout) == json.loads(here.stdout)


def test_the_single_file_needs_no_comity(good: str, alone: Path) -> None:
    found = run_alone(alone, good)
    assert found.returncode == 0, found.stderr
    assert "Verdict: verified" in found.stdout


def test_the_single_file_holds_the_sources_unchanged() -> None:
    held: dict[str, object] = {"__name__": "verify", "__file__": "verify.py"}
    exec(single_file(__version__), held)  # noqa: S102 - the file is what is tested
    assert held["MODULES"] == modules()
    source = Path(verifier.__file__).read_text()
    assert modules()["comity.verifier.main"] == source
    assert not [each for each in modules() if each.startswith(("comity.node", "comity.store"))]


@pytest.mark.parametrize("text", ["a\n'''b'''\nc\n", "'''\n", "", "x\\\n", 'r"""\n'])
def test_any_source_can_be_embedded(text: str) -> None:
    found: dict[str, object] = {}
    if text:
        exec(f"text = {literal(text)}", found)  # noqa: S102 - the literal is what is tested
        assert found["text"] == text


def test_the_main_of_the_single_file(
    tmp_path: Path, good: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert verifier.main([good, "--identity", OWN.public.hex()]) == 0
    assert verifier.main([str(tmp_path / "missing")]) == 2
    assert "help: check the file's name" in capsys.readouterr().err
    assert verifier.main([good, "--identity", "x"]) == 2
    monkeypatch.setattr(verifier, "TOLD_EVERY", 1)
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    assert verifier.main([write(tmp_path / "bad", tampered()["salt"])]) == 1
    assert "Verifying 100 %" in capsys.readouterr().err
