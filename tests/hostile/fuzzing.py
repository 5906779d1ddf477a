"""Fuzzing: tries parsers with input that is changed so that it reaches ever more of their code.

`python -m tests.hostile.fuzzing FOLDER NAME...` loads everything once and forks a process for each
parser, which begins with the parser's real examples. It prints for each parser how many inputs were
tried, and what was said about the first that it did not deal with well.
"""

import json
import os
import re
import sys
from importlib import import_module
from pathlib import Path

atheris = import_module("atheris")  # it says nothing of its types

with atheris.instrument_imports(include=["comity", "tests.hostile.careless"]):
    from tests.store.django import set_up

    set_up()
    from tests.hostile.careless import CARELESS
    from tests.hostile.judging import defect
    from tests.hostile.parsers import PARSERS, Parser

FLAGS = ("-runs=200000", "-max_total_time=3", "-timeout=20", "-print_final_stats=1")
TRIED = re.compile(r"number_of_executed_units: (\d+)")
LONGEST = 4_000
ALL = {**PARSERS, "careless": CARELESS}


def tried(name: str, folder: Path) -> tuple[int, str]:
    """Try one parser in a process of its own; return how many inputs, and what went wrong."""
    folder.mkdir()
    log = folder.with_suffix(".log")
    for number, each in enumerate(ALL[name].examples()):
        (folder / str(number)).write_bytes(each)
    child = os.fork()
    if child == 0:
        for number in (1, 2):
            os.dup2(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND), number)
        _try(ALL[name], folder)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    said = log.read_text(errors="replace")
    count = TRIED.search(said)
    return int(count[1]) if count else 0, said[-LONGEST:] if code or not count else ""


def _try(parser: Parser, folder: Path) -> None:
    """Try a parser until it is enough; this does not return."""

    def attempt(data: bytes) -> None:
        wrong = defect(parser, data)
        if wrong:
            raise AssertionError(f"{wrong}; the input is {data!r}")

    atheris.Setup([sys.argv[0], *FLAGS, f"-artifact_prefix={folder}.", str(folder)], attempt)
    atheris.Fuzz()
    os._exit(1)


if __name__ == "__main__":
    sys.stdout.write(
        json.dumps({name: tried(name, Path(sys.argv[1]) / name) for name in sys.argv[2:]})
    )
