"""Hostile: how much slower honest requests get while hostile ones run, and what memory it takes.

    python -m benchmarks.hostile

A real server on loopback. Honest requests are sent one after the other, half of them for the page
of health, half control messages of strangers, which are read, looked up and refused. They are timed
in turns, without and with hostile requests beside them, so that both meet the same machine.
"""

import json
import random  # noqa: TID251 - seeded, so that a run can be repeated
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from itertools import cycle
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.figures import Figure, table
from benchmarks.nodes import under
from benchmarks.running import running_node
from comity.cli.scenario.nodes import RunningNode
from comity.node.deliver import CONTROLS
from tests.hostile.requests import every_request, send, statuses
from tests.store.django import set_up

ROUNDS, A_ROUND = 6, 500
PAUSE = 0.05
"""Between two hostile requests: some twenty in a second, most of them refused by their head."""

MOST_MEMORY_MB = 256
MOST_RATIO = 2.0
SERVER_ERROR = 500


def measure() -> Iterator[Figure]:
    """Measure and yield all figures."""
    set_up()
    from tests.hostile.examples import sent  # noqa: PLC0415 - needs Django set up

    with TemporaryDirectory() as folder, running_node(Path(folder)) as node:
        quiet: list[float] = []
        beside: list[float] = []
        answered: list[int] = []
        timed(node, sent()[0], A_ROUND)
        for number in range(ROUNDS):
            quiet += timed(node, sent()[0], A_ROUND)
            with hostile(node, number, answered):
                beside += timed(node, sent()[0], A_ROUND)
        if node.process is None:
            raise RuntimeError("the node is gone")
        yield Figure(name="honest requests alone, p95", ours=p95(quiet), unit="ms")
        yield Figure(name="beside hostile ones, p95", ours=p95(beside), unit="ms")
        yield under(
            "p95 beside hostile ones, to p95 alone", p95(beside) / p95(quiet), "", MOST_RATIO
        )
        yield Figure(name="hostile requests answered meanwhile", ours=len(answered), unit="")
        failed = sum(each >= SERVER_ERROR for each in answered)
        yield Figure(
            name="answers of status 500 and above",
            ours=failed,
            unit="",
            aim="0",
            reached=not failed,
        )
        yield under("most memory ever", peak_mb(node.process.pid), "MB", MOST_MEMORY_MB)


@contextmanager
def hostile(node: RunningNode, number: int, answered: list[int]) -> Iterator[None]:
    """Send hostile requests of every kind meanwhile, from a process of its own; keep statuses."""
    command = [sys.executable, "-m", "benchmarks.hostile", "--send", str(node.port), str(number)]
    sender = subprocess.Popen(  # noqa: S603 - a fixed command line, never through a shell
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    if sender.stdin is None or sender.stdout is None:
        raise RuntimeError("the sender cannot be spoken to")
    sender.stdout.readline()
    sender.stdin.write("begin\n")
    sender.stdin.flush()
    try:
        yield
    finally:
        said, _ = sender.communicate()
        answered += json.loads(said)


def send_until_told(port: int, number: int) -> None:
    """Make all hostile requests, say so, and send them from one line on standard input to its end.

    What is printed at last is the status of each answer, 0 where there was none.
    """
    requests = every_request()
    random.Random(number).shuffle(requests)  # noqa: S311 - mixed, so that each second has some of all
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    over = threading.Event()

    def wait() -> None:
        sys.stdin.read()
        over.set()

    threading.Thread(target=wait, daemon=True).start()
    found: list[int] = []
    for each in cycle(requests):
        found += statuses(send(port, each)) or [0]
        if over.wait(PAUSE):
            break
    json.dump(found, sys.stdout)


def timed(node: RunningNode, control: bytes, count: int) -> list[float]:
    """Return the milliseconds that honest requests take, each on a line of its own."""
    found = []
    for number in range(count):
        began = time.perf_counter()
        connection = HTTPConnection("127.0.0.1", node.port, timeout=20)
        if number % 2:
            connection.request("GET", "/health")
        else:
            connection.request("POST", CONTROLS, control)
        connection.getresponse().read()
        connection.close()
        found.append((time.perf_counter() - began) * 1000)
    return found


def p95(times: list[float]) -> float:
    """Return what 95 of 100 stay within."""
    return sorted(times)[int(len(times) * 0.95)]


def peak_mb(pid: int) -> float:
    """Return the most that a process and its children ever held, each by itself."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    own = int(status.partition("VmHWM:")[2].split()[0]) / 1024
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    return own + sum(peak_mb(int(each)) for each in children)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--send"]:
        send_until_told(*map(int, sys.argv[2:]))
    else:
        sys.stdout.write(table(tuple(measure())) + "\n")
