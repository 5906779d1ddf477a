"""Processes: real nodes of `comity serve`, started, killed and looked at."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from socket import socket
from typing import Any

from comity.cli.scenario.nodes import free_ports, is_well
from comity.core.terms import PartyId
from comity.store.database import DatabaseStore
from comity.store.port import StoreError
from tests.store.django import open_store

LONGEST = 60.0


@dataclass(slots=True)
class Process:
    """One node: its folder and its environment, and its process while it runs."""

    party: PartyId
    home: Path
    port: int
    serve: tuple[str, ...] = ("serve", "--with-worker")
    database: str = ""
    running: "subprocess.Popen[bytes] | None" = None
    store: DatabaseStore = field(init=False)

    def environment(self) -> Mapping[str, str]:
        """Return what tells this node who it is."""
        own = {name: value for name, value in os.environ.items() if "COMITY_" not in name}
        return {
            **own,
            "COMITY_ROLE": "front-door" if self.party == "FRONT_DOOR" else "body",
            "COMITY_BODY": self.party,
            "COMITY_HOME": str(self.home),
            "COMITY_ADDRESS": f"127.0.0.1:{self.port}",
            "COMITY_HEARTBEAT_SECONDS": "2",
            "COMITY_OFFICER": "officer-1",
            "COMITY_DATABASE": self.database,
        }

    def run(self, *words: str, given: str = "") -> str:
        """Return what a command of this node prints."""
        done = subprocess.run(
            [sys.executable, "-m", "comity", *words],
            env=self.environment(),
            input=given,
            capture_output=True,
            text=True,
            timeout=LONGEST,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def data(self, *words: str, given: str = "") -> Any:  # noqa: ANN401 - whatever JSON holds
        """Return the data that a command of this node prints."""
        return json.loads(self.run(*words, "--json", given=given))

    def make(self) -> str:
        """Make the node and let it sign its agreements; return the words for its identity key."""
        said = self.run("init")
        self.store = open_store(self.database or self.home / "node.sqlite3")
        self.run("agreement", "sign")
        return said.partition("identity key: ")[2].split()[0]

    def start(self) -> None:
        """Start it, as the leader of a group of its own so that nothing of it can be missed."""
        with (self.home / "log").open("ab") as log:
            self.running = subprocess.Popen(
                [sys.executable, "-m", "comity", *self.serve],
                env=self.environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def listens(self) -> bool:
        """Return whether somebody takes connections at its port."""
        assert self.running is not None
        assert self.running.poll() is None, self.log()
        return takes_connections(self.port)

    def is_well(self) -> bool:
        """Return whether it says over plain HTTP that it is."""
        return is_well(self.port)

    def group(self) -> list[int]:
        """Return every process of its group that still lives."""
        return living(self.running.pid) if self.running else []

    def end(self, number: signal.Signals, longest: float = LONGEST) -> float:
        """Send a signal to its first process; return how long all of them took to end."""
        assert self.running is not None
        began = time.monotonic()
        self.running.send_signal(number)
        self.running.wait(longest)
        eventually("nothing of it is left", lambda: not self.group(), longest)
        return time.monotonic() - began

    def log(self) -> str:
        """Return what it wrote."""
        return (self.home / "log").read_text(errors="replace")


def takes_connections(port: int) -> bool:
    """Return whether somebody takes connections at a port of this machine."""
    with socket() as one:
        one.settimeout(1)
        return one.connect_ex(("127.0.0.1", port)) == 0


def living(group: int) -> list[int]:
    """Return every process of a group that still lives."""
    found = []
    for each in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            fields = each.read_text().rpartition(")")[2].split()
            if int(fields[2]) == group and fields[0] != "Z":
                found.append(int(each.parent.name))
    return found


@contextmanager
def processes(folder: Path, *parties: str) -> Iterator[dict[str, Process]]:
    """Give nodes that are not made yet; kill whatever of them is left in the end."""
    ports = free_ports(len(parties))
    found = {
        name: Process(PartyId(name), folder / name, port)
        for name, port in zip(parties, ports, strict=True)
    }
    try:
        yield found
    finally:
        for each in found.values():
            if each.running is not None:
                with suppress(ProcessLookupError):
                    os.killpg(each.running.pid, signal.SIGKILL)
                each.running.wait()


def introduce(nodes: Mapping[str, Process], folder: Path, scheme: str = "http") -> None:
    """Make all nodes, and let each pin all others."""
    spoken, files = {}, {}
    for name, node in nodes.items():
        spoken[name] = node.make()
        files[name] = folder / f"{name}.json"
        address = f"{scheme}://127.0.0.1:{node.port}"
        files[name].write_text(node.run("keys", "show", "--address", address))
    for name, node in nodes.items():
        others = [each for each in nodes if each != name]
        compared = [part for each in others for part in ("--words", spoken[each])]
        node.run("keys", "pin", *(str(files[each]) for each in others), *compared)


def eventually(
    what: str, is_so: Callable[[], object], longest: float = LONGEST, every: float = 0.05
) -> None:
    """Wait until something is so."""
    ends = time.monotonic() + longest
    while time.monotonic() < ends:
        with suppress(StoreError):
            if is_so():
                return
        time.sleep(every)
    raise AssertionError(f"waited {longest:.0f} s for nothing: {what}")
