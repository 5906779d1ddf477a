"""Command worlds: commands on nodes in one process, and commands in processes of their own.

A desk runs a command in this process on a node of a world. The one thing that it changes is which
node the command finds; the environment is the command's own. Setting up a node, and what reads
Django's settings, is run as people run it: in a process.
"""

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from comity.bootstrap import KEYS
from comity.cli import acting
from comity.cli.main import main
from comity.core.terms import PartyId
from comity.node.node import Node
from comity.node.work import Worker
from comity.shipped import notice
from comity.wire.keys import load_keys, make_keys
from tests.node.world import FRONT_DOOR, World

MADE = datetime(2026, 11, 1, tzinfo=UTC)
LONGEST = 60


@dataclass(slots=True)
class Desk:
    """Where officers sit: it runs their commands on the nodes of a world."""

    world: World
    patch: pytest.MonkeyPatch
    folder: Path
    environment: dict[str, str] = field(default_factory=lambda: {"COMITY_OFFICER": "officer-1"})

    def run(self, party: PartyId, *words: str, given: str | bytes = "") -> Result:
        """Run a command at a party's node."""
        self.patch.setattr(acting, "this_node", lambda: self.world.nodes[party])
        return CliRunner().invoke(main, words, input=given, env=self.settings(party))

    def settings(self, party: PartyId) -> dict[str, str]:
        """Return the environment of a party's node."""
        return {
            "COMITY_ROLE": self.world.nodes[party].role,
            "COMITY_BODY": party,
            "COMITY_HOME": str(self.folder / party),
            "COMITY_ADDRESS": "127.0.0.1:8399",
            **self.environment,
        }

    def give_key_files(self, party: PartyId) -> Node:
        """Let a node have its keys in files, and return it."""
        home = self.folder / party
        home.mkdir(mode=0o700)
        make_keys(home / KEYS, MADE, consent=party == FRONT_DOOR)
        return self.restarted(party)

    def restarted(self, party: PartyId) -> Node:
        """Let a node read its key files anew, and return it."""
        node = replace(self.world.nodes[party], keys=load_keys(self.folder / party / KEYS))
        self.world.nodes[party], self.world.workers[party] = node, Worker(node)
        return node


def well(result: Result) -> str:
    """Return what a command said that ended well; it also said that this is a demonstration."""
    assert result.exit_code == 0, result.stderr
    assert notice() in result.stderr
    return result.stdout


def wrong(result: Result, *words: str) -> None:
    """See that a command ended with one error that says these words and what to do."""
    said = [line for line in result.stderr.splitlines() if line.startswith(("error:", "help:"))]
    assert result.exit_code == 2, result.output
    assert [line.partition(" ")[0] for line in said] == ["error:", "help:"], result.stderr
    for word in words:
        assert word in " ".join(said)
    assert notice() in result.stderr
    assert result.stdout == ""


def command(
    home: Path, *words: str, environment: Mapping[str, str] | None = None
) -> "subprocess.CompletedProcess[str]":
    """Run a command in a process of its own, at the node in this folder."""
    own = {name: value for name, value in os.environ.items() if "COMITY_" not in name}
    return subprocess.run(
        [sys.executable, "-m", "comity", *words],
        env={
            **own,
            "COMITY_ROLE": "body",
            "COMITY_BODY": "NCA",
            "COMITY_HOME": str(home),
            **(environment or {}),
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=LONGEST,
        check=False,
    )
