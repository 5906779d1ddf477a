"""The import contracts of `pyproject.toml` are kept, and each one bites.

Each planted violation stands in a temporary copy of the source; the checker must name the contract.
"""

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.structure.source import ROOT

pytestmark = pytest.mark.slow  # each case builds the whole import graph anew

ROOMS = "core: rooms in the order of the path"
SHELL = "shell: entry points over the core"
CONTENT = "gate: no content"
PURE = "core: pure"
CYCLES = "no cycles"
PORTS = "node: ports only"
PAGES = "web: an agreement's page from values"
PEOPLE = "web: no proof and no wire"
FACE = "api: through bootstrap only"
LEAF = "signposting: a leaf"
ORGANISATIONS = "signposting: for organisations alone"


def broken_contracts(copy: Path) -> set[str]:
    """Return the names of the contracts that the source in a folder breaks."""
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache", "--config=pyproject.toml"],
        cwd=copy,
        env=os.environ | {"PYTHONPATH": str(copy / "src"), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )
    verdicts = [line.rsplit(maxsplit=1) for line in done.stdout.splitlines()]
    broken = {words[0] for words in verdicts if words[1:] == ["BROKEN"]}
    kept = {words[0] for words in verdicts if words[1:] == ["KEPT"]}
    report = "\n".join(done.stdout.splitlines()[9:]) + done.stderr  # below the banner
    assert broken | kept == contract_names(), report
    assert (done.returncode != 0) == bool(broken), report
    return broken


def contract_names() -> set[str]:
    """Return the names of all contracts."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return {contract["name"] for contract in settings["tool"]["importlinter"]["contracts"]}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Return a folder with a copy of the source and its contracts."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=ignored)
    return tmp_path


def plant(copy: Path, room: str, name: str, text: str) -> None:
    """Write one more module into a room; a room that is one file becomes a folder first."""
    folder = copy / "src/comity" / room
    single = folder.with_suffix(".py")
    if single.exists():
        folder.mkdir()
        single.rename(folder / "__init__.py")
    folder.mkdir(exist_ok=True)
    (folder / "__init__.py").touch()
    (folder / f"{name}.py").write_text(text, encoding="utf-8")


def test_the_contracts_are_kept(copy: Path) -> None:
    assert broken_contracts(copy) == set()


PLANTS = [
    pytest.param(ROOMS, "core/terms", "import comity.core.gate", id="terms imports gate"),
    pytest.param(ROOMS, "core/consent", "import comity.core.agreement", id="consent and agreement"),
    pytest.param(ROOMS, "core/agreement", "import comity.core.consent", id="agreement and consent"),
    pytest.param(ROOMS, "core/intake", "import comity.core.gate", id="intake imports gate"),
    pytest.param(ROOMS, "core/cellar", "", id="a room without a place"),
    pytest.param(CONTENT, "core/gate", "import comity.core.intake", id="gate imports intake"),
    pytest.param(PURE, "core/language", "import sqlite3", id="language imports sqlite3"),
    pytest.param(PURE, "core/gate", "from time import time", id="gate imports time"),
    pytest.param(PURE, "core/terms", "import urllib.request", id="terms imports urllib.request"),
    pytest.param(PURE, "core/intake", "import django.db", id="intake imports django"),
    pytest.param(SHELL, "core/gate", "import comity.cli.main", id="core imports cli"),
    pytest.param(CONTENT, "core/gate", "import comity.core.casework", id="gate imports casework"),
    pytest.param(ROOMS, "core/ledger", "import comity.core.exchange", id="ledger imports exchange"),
    pytest.param(PORTS, "node", "import comity.wire.keys", id="node imports wire"),
    pytest.param(PORTS, "node", "import django.db", id="node imports django"),
    pytest.param(PORTS, "node", "import comity.proof.prove", id="node imports proof"),
    pytest.param(FACE, "api", "import comity.wire.signing", id="api imports wire"),
    pytest.param(FACE, "api", "import comity.proof.prove", id="api imports proof"),
    pytest.param(PAGES, "web/agreements", "import comity.proof.prove", id="a page imports proof"),
    pytest.param(PEOPLE, "web/front_door", "import comity.proof.prove", id="web imports proof"),
    pytest.param(PEOPLE, "web/front_door", "import comity.wire.keys", id="web imports wire"),
    pytest.param(PAGES, "web/agreements", "import comity.store.port", id="a page imports store"),
    pytest.param(LEAF, "core/signposting", "import comity.core.gate", id="signposts import gate"),
    pytest.param(ROOMS, "core/ledger", "import comity.core.signposting", id="ledger signposts"),
    pytest.param(ORGANISATIONS, "node", "import comity.core.signposting", id="node signposts"),
    pytest.param(ORGANISATIONS, "api", "import comity.signposts", id="api signposts"),
    pytest.param(PAGES, "web/agreements", "import django.http", id="a page imports django"),
    pytest.param(SHELL, "web", "import comity.cli.main", id="web imports cli"),
    pytest.param(SHELL, "node", "import comity.web.agreements", id="node imports web"),
    pytest.param(SHELL, "store", "import comity.node.node", id="store imports node"),
    pytest.param(SHELL, "wire", "import comity.store.port", id="wire imports store"),
    pytest.param(SHELL, "api", "import comity.cli.main", id="api imports cli"),
    pytest.param(SHELL, "node", "import comity.settings", id="node imports settings"),
    pytest.param(SHELL, "backends", "import comity.store.port", id="backends imports store"),
    pytest.param(SHELL, "backends", "import comity.shipped", id="backends imports shipped"),
    pytest.param(SHELL, "words", "import comity.shipped", id="words imports shipped"),
    pytest.param(SHELL, "annexe", "", id="a package without a place"),
]


@pytest.mark.parametrize(("contract", "room", "text"), PLANTS)
def test_a_planted_import_breaks_its_contract(
    copy: Path, contract: str, room: str, text: str
) -> None:
    plant(copy, room, "planted", text)
    assert contract in broken_contracts(copy)


def test_a_planted_cycle_breaks_its_contract(copy: Path) -> None:
    plant(copy, "cli", "planted_one", "import comity.cli.planted_two")
    plant(copy, "cli", "planted_two", "import comity.cli.planted_one")
    assert broken_contracts(copy) == {CYCLES}


def test_each_contract_has_a_planted_violation() -> None:
    planted = {str(parameters.values[0]) for parameters in PLANTS} | {CYCLES}
    assert planted == contract_names()
