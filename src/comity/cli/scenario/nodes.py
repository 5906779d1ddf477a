"""Nodes: four of them, each its own process with its own keys and database, on loopback.

What is done to a node here is done by its commands, in processes of their own, as its people would
do it. Its store is opened beside that only to wait for what its worker does, and to search it.
"""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any, TypeVar

from django.db import connections

from comity import settings
from comity.bootstrap import build, set_up
from comity.core.terms import PartyId
from comity.node.node import Node
from comity.store.port import StoreError

T = TypeVar("T")

HEARTBEAT_SECONDS = 2
STATUS_SECONDS = 60
LONGEST_WAIT = 60.0
AT_ONCE = 4
WORDS = "The words for its identity key: "
COMITY = (sys.executable, "-m", "comity")


class StoryError(Exception):
    """The story did not go as it must."""


@dataclass(slots=True)
class RunningNode:
    """One node: its environment, its process, and its store seen from here."""

    party: PartyId
    role: str
    home: Path
    port: int
    database: str
    process: subprocess.Popen[bytes] | None = None
    _node: Node | None = field(default=None, repr=False)

    @property
    def address(self) -> str:
        """Where it is reached."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        """Where its process writes."""
        return self.home.parent / f"{self.party}.log"

    def environment(self) -> dict[str, str]:
        """Return the environment that its commands and its process have."""
        return {
            **{name: value for name, value in os.environ.items() if "COMITY_" not in name},
            "COMITY_ROLE": self.role,
            "COMITY_BODY": self.party,
            "COMITY_HOME": str(self.home),
            "COMITY_ADDRESS": f"127.0.0.1:{self.port}",
            "COMITY_DATABASE": self.database,
            "COMITY_HEARTBEAT_SECONDS": str(HEARTBEAT_SECONDS),
            "COMITY_STATUS_SECONDS": str(STATUS_SECONDS),
            "COMITY_OFFICER": "officer-1",
        }

    def run(self, *words: str, ends: tuple[int, ...] = (0,), given: str = "") -> str:
        """Run a command of this node and return what it prints.

        Raises:
            StoryError: it ends otherwise than it must.
        """
        done = subprocess.run(
            [*COMITY, *words],
            env=self.environment(),
            input=given,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        if done.returncode not in ends:
            said = " ".join(line for line in done.stderr.splitlines() if line.startswith("err"))
            raise StoryError(f"{self.party}: comity {' '.join(words[:2])} failed: {said}")
        return done.stdout

    def data(self, *words: str, ends: tuple[int, ...] = (0,), given: str = "") -> Any:  # noqa: ANN401 - whatever JSON holds
        """Run a command of this node and return its data."""
        return json.loads(self.run(*words, "--json", ends=ends, given=given))

    def start(self) -> None:
        """Start its process."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*COMITY, "serve", "--with-worker"],
                env=self.environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def is_up(self) -> bool:
        """Return whether it answers that it is well."""
        if self.process is None or self.process.poll() is not None:
            raise StoryError(f"{self.party} did not start; see {self.log}")
        return is_well(self.port)

    def stop(self) -> None:
        """End its process."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        if self._node is not None:
            connections[self.alias].close()

    @property
    def alias(self) -> str:
        """The name of its database in this process."""
        return f"{self.party}-{self.port}"

    def seen(self) -> Node:
        """Return the node as seen from this process, with its keys and its store."""
        if self._node is None:
            set_up()
            found = settings.node(self.environment())
            connections.databases[self.alias] = connections.configure_settings(
                {"default": {}, self.alias: dict(found.database)}
            )[self.alias]
            self._node = build(found, self.alias)
        return self._node


def is_well(port: int, seconds: float = 2) -> bool:
    """Return whether the node at a port says over plain HTTP, within a time, that it is well."""
    connection = HTTPConnection("127.0.0.1", port, timeout=seconds)
    try:
        connection.request("GET", "/health")
        return connection.getresponse().read() == b"ok\n"
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def free_ports(count: int) -> list[int]:
    """Return ports on loopback that nobody listens on."""
    held = []
    for _ in range(count):
        one = socket.socket()
        one.bind(("127.0.0.1", 0))
        held.append(one)
    ports = [int(each.getsockname()[1]) for each in held]
    for each in held:
        each.close()
    return ports


def four_nodes(folder: Path, database_of: Callable[[str], str]) -> dict[str, RunningNode]:
    """Return the four nodes of the story, not started yet."""
    names = (("FRONT_DOOR", "front-door"), ("NCA", "body"), ("ICO", "body"), ("NCSC", "body"))
    ports = free_ports(len(names))
    return {
        name: RunningNode(
            party=PartyId(name),
            role=role,
            home=folder / name.lower(),
            port=port,
            database=database_of(name),
        )
        for (name, role), port in zip(names, ports, strict=True)
    }


def introduce(nodes: Mapping[str, RunningNode], folder: Path) -> dict[str, str]:
    """Make each node's keys and tables, and let each pin the others by words; return the words.

    Each signs the agreements that it has to; its introduction carries the signatures.
    """
    files = {name: folder / f"{name}.introduction" for name in nodes}

    def make(name: str) -> str:
        said = nodes[name].run("init")
        nodes[name].run("agreement", "sign")
        files[name].write_text(nodes[name].run("keys", "show"))
        return said.partition(WORDS)[2].split()[0]

    found = dict(zip(nodes, together(make, nodes), strict=True))

    def pin(name: str) -> str:
        others = [each for each in nodes if each != name]
        words = [part for other in others for part in ("--words", found[other])]
        return nodes[name].run("keys", "pin", *(str(files[each]) for each in others), *words)

    together(pin, nodes)
    return found


def together(work: Callable[[str], T], names: Iterable[str]) -> list[T]:
    """Do the same for several nodes at once, and return what came of it, in order."""
    with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
        return list(pool.map(work, names))


def eventually(what: str, found: Callable[[], T | None], longest: float = LONGEST_WAIT) -> T:
    """Wait until something is there and return it.

    Raises:
        StoryError: it does not come.
    """
    end = time.monotonic() + longest
    while time.monotonic() < end:
        try:
            value = found()
        except StoreError:
            value = None
        if value:
            return value
        time.sleep(0.05)
    raise StoryError(f"waited {longest:.0f} s for nothing: {what}")
