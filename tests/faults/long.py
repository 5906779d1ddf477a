"""Long: trials of each kind, each as one function of rounds, seed and an empty folder.

`make soak` and `python -m tests.faults` play them; each brings the servers and the shim it needs.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from comity.cli.scenario.cluster import Postgres, find_programs, running_server
from tests.faults.powercut import PowerCut, compiled
from tests.faults.stopping import own_servers
from tests.faults.trial import DOOR, NCA, Counts, Kill, run
from tests.machine.compiler import find_compiler
from tests.store.django import set_up

set_up()

BATCH = 25
"""Rounds in one world. A new one then begins, or reading all that is there would take longest."""


def kill_on_sqlite(rounds: int, seed: int, folder: Path) -> Counts:
    """Kill nodes that keep everything in files."""
    return run(rounds, seed, folder, Kill())


def kill_on_postgres(rounds: int, seed: int, folder: Path) -> Counts:
    """Kill nodes that keep everything on a server."""
    with running_server(_programs()) as server:
        return run(rounds, seed, folder, on_server(server, "killed"))


def power_cut(rounds: int, seed: int, folder: Path) -> Counts:
    """Cut the power of nodes that keep everything in files.

    Raises:
        RuntimeError: this machine has no C compiler.
    """
    compiler = find_compiler()
    if compiler is None:
        raise RuntimeError("this machine has no C compiler")
    folder.mkdir(parents=True, exist_ok=True)
    fault = PowerCut(compiled(compiler, folder), folder / "nodes")
    return run(rounds, seed, folder / "nodes", fault)


def stop_of_postgres(rounds: int, seed: int, folder: Path) -> Counts:
    """Stop the servers of nodes at once."""
    with own_servers(_programs()) as fault:
        return run(rounds, seed, folder, fault)


TRIALS: Mapping[str, Callable[[int, int, Path], Counts]] = MappingProxyType({
    "kill-on-sqlite": kill_on_sqlite,
    "kill-on-postgres": kill_on_postgres,
    "power-cut": power_cut,
    "stop-of-postgres": stop_of_postgres,
})  # fmt: skip  # one table


def on_server(server: Postgres, name: str) -> Kill:
    """Return kills of nodes that have databases of this name on a server."""
    return Kill({party: server.create(f"{name}_{party.lower()}") for party in (DOOR, NCA)})


def _programs() -> Path:
    programs = find_programs()
    if programs is None:
        raise RuntimeError("this machine has no PostgreSQL server")
    return programs
