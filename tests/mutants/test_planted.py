"""Every planted bug is noticed by the fast tests of its room."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.board import record
from tests.mutants.planted import PLANTED, Planted

SOURCE = Path(__file__).parents[2] / "src" / "comity"
ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("bug", PLANTED, ids=lambda bug: bug.name)
def test_a_planted_bug_still_fits_its_place(bug: Planted) -> None:
    text = (SOURCE / bug.file).read_text()
    assert text.count(bug.right) >= 1, f"nothing to replace for: {bug.name}"
    assert bug.right != bug.wrong


def test_no_two_planted_bugs_are_the_same() -> None:
    assert len({(bug.file, bug.right, bug.wrong) for bug in PLANTED}) == len(PLANTED)
    assert len({bug.name for bug in PLANTED}) == len(PLANTED)


ONE_IN = 20
"""`make test` plants one bug in twenty, `make test-more` all the others."""

TIMES = [
    pytest.param(bug, id=bug.name, marks=pytest.mark.more if number % ONE_IN else pytest.mark.slow)
    for number, bug in enumerate(PLANTED)
]


@pytest.mark.parametrize("bug", TIMES)
def test_a_planted_bug_is_noticed(bug: Planted, tmp_path: Path) -> None:
    shutil.copytree(SOURCE, tmp_path / "comity", ignore=shutil.ignore_patterns("__pycache__"))
    planted = tmp_path / "comity" / bug.file
    planted.write_text(planted.read_text().replace(bug.right, bug.wrong))
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "-m",
         "not slow and not more", "--no-header", f"tests/core/{bug.room}"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(tmp_path), "HYPOTHESIS_PROFILE": "planted"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )  # fmt: skip
    is_noticed = run.returncode in {1, 2}
    what = "bugs planted in the core, noticed by its own tests"
    record("P16", what=what, tried=0, broken=0, planted=1, caught=int(is_noticed))
    assert is_noticed, f"{bug.name}: nobody noticed\n{run.stdout[-2000:]}"
