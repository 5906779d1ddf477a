"""Fuzzing that is guided by coverage brings no parser to anything but its declared error."""

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests import board
from tests.hostile.parsers import PARSERS
from tests.machine.needs import Need, report_missing
from tests.store.django import set_up
from tests.structure.source import ROOT

set_up()

LONGEST = 300


def fuzzed(folder: Path, *names: str) -> dict[str, tuple[int, str]]:
    """Return for each parser how many inputs were tried, and what went wrong."""
    if find_spec("atheris") is None:
        report_missing(
            Need.FUZZER, "atheris is not installed (see requirements/bench.in)", os.environ
        )
    done = subprocess.run(
        [sys.executable, "-m", "tests.hostile.fuzzing", folder, *names],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=LONGEST,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return {name: (count, wrong) for name, (count, wrong) in json.loads(done.stdout).items()}


@pytest.mark.more
def test_fuzzing_brings_no_parser_to_anything_but_its_declared_error(tmp_path: Path) -> None:
    found = fuzzed(tmp_path, *PARSERS)
    wrong = {name: said for name, (_, said) in found.items() if said}
    tried = sum(count for count, _ in found.values())
    board.record("P13", what="fuzzed input to every parser", tried=tried, broken=len(wrong))
    assert found.keys() == PARSERS.keys()
    assert not wrong, "\n\n".join(f"{name}:\n{said}" for name, said in wrong.items())


@pytest.mark.more
def test_a_careless_parser_is_found_by_fuzzing(tmp_path: Path) -> None:
    [(_, wrong)] = fuzzed(tmp_path, "careless").values()
    caught = "ValueError: invalid literal for int()" in wrong and "the input is b'<v7" in wrong
    what = "careless parsers, found by fuzzing"
    board.record("P13", what=what, tried=0, broken=0, planted=1, caught=caught)
    assert caught, wrong
