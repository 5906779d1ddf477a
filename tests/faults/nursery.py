"""Nursery: a process that has loaded everything, and forks the processes of one node.

Loading Django and the server takes most of a node's start. What is forked here runs the same
commands with the same code, but starts in a tenth of a second, so that hundreds can be killed.
The nursery itself opens no database and starts no thread.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

from tests.structure.source import ROOT

NEEDED = (
    "comity.api.views",
    "comity.cli.serve",
    "comity.node.work",
    "comity.work_loop",
    "comity.store.migrate",
    "comity.store.selfcheck",
    "django.core.wsgi",
    "granian",
    "tests.faults.plants",
)
SEND = "send"


class Nursery:
    """A node's nursery, as the test sees it."""

    def __init__(self, environment: Mapping[str, str], log: Path, *plants: str) -> None:
        """Start it, with these bugs planted in all that it will fork."""
        self._log = log
        with log.open("ab") as errors:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.faults.nursery", *plants],
                cwd=ROOT,
                env=environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )

    def fork(self, *words: str, out: Path, given: str = "") -> int:
        """Run a command in a process of its own; return its number, at once."""
        return self._ask(words=words, out=str(out), given=given, wait=False)

    def run(self, *words: str, out: Path, given: str = "") -> int:
        """Run a command in a process of its own to its end; return its exit code."""
        return self._ask(words=words, out=str(out), given=given, wait=True)

    def close(self) -> None:
        """End it."""
        self._process.communicate()

    def _ask(self, **what: object) -> int:
        into, out = self._process.stdin, self._process.stdout
        assert into is not None
        assert out is not None
        into.write(json.dumps(what) + "\n")
        into.flush()
        answer = out.readline()
        assert answer, self._log.read_text(errors="replace")
        return int(answer)


def main(plants: list[str]) -> None:
    """Fork what is asked for, line by line, until there is no more to read."""
    for each in NEEDED:
        import_module(each)
    from comity.bootstrap import agreements, set_up  # noqa: PLC0415 - it belongs to the loading

    set_up()
    agreements()
    import_module("comity.api.urls")
    for each in plants:
        plant: Callable[[], None] = getattr(import_module("tests.faults.plants"), each)
        plant()
    for line in sys.stdin:
        with suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        sys.stdout.write(f"{_forked(json.loads(line))}\n")
        sys.stdout.flush()


def _forked(asked: Mapping[str, Any]) -> int:
    number = os.fork()
    if number == 0:
        os.setsid()
        _open(asked["given"], Path(asked["out"]))
        _become(asked["words"])
    if not asked["wait"]:
        return number
    return os.waitstatus_to_exitcode(os.waitpid(number, 0)[1])


def _open(given: str, out: Path) -> None:
    """Give this process an input of its own, and a file for what it says."""
    read, write = os.pipe()
    os.write(write, given.encode())
    os.close(write)
    os.dup2(read, 0)
    os.dup2(os.open(out, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), 1)
    os.dup2(os.open(f"{out}.errors", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), 2)


def _become(words: list[str]) -> None:
    """Run a command and end."""
    code = 1
    try:
        sys.stdin = open(0, closefd=False)  # noqa: SIM115 - a number, not a path; it stays open
        sys.stdout = open(1, "w", closefd=False)  # noqa: SIM115 - likewise a number
        sys.stderr = open(2, "w", closefd=False)  # noqa: SIM115 - likewise a number
        if words[0] == SEND:
            import_module("tests.faults.sender").main(*map(int, words[1:]))
        else:
            import_module("comity.cli.main").main(words)
        code = 0
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 0
    finally:
        for each in (sys.stdout, sys.stderr):
            each.flush()
        os._exit(code)


if __name__ == "__main__":
    main(sys.argv[1:])
