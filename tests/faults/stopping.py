"""Stopping: PostgreSQL servers of a test's own, stopped at once and started again."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random  # noqa: TID251 - seeded, so that what a round does can be repeated

from comity.cli.scenario.cluster import Postgres, run, running_server
from tests.faults.machines import Machine
from tests.faults.trial import DOOR, NCA

NODE = "node"
HALF = 0.5


@dataclass(slots=True)
class Stop:
    """The database's server stops at once, as if it had crashed, and recovers from its log.

    Every other time the node ends with it; otherwise it goes on without a database for a while.
    """

    programs: Path
    servers: Mapping[str, Postgres]

    def environment(self, _party: str) -> Mapping[str, str]:
        """Return nothing: the server is apart from the node's processes."""
        return {}

    def database(self, party: str) -> str:
        """Return the address of the database of a node, on a server of its own."""
        return self.servers[party].address(NODE)

    def begins(self, _machine: Machine) -> None:
        """Do nothing: the server has recovered."""

    def strikes(self, machine: Machine, chance: Random) -> None:
        """Stop the server, and perhaps the node, and start the server."""
        server = self.servers[machine.party]
        self._control(server, "stop", "--mode=immediate")
        if chance.random() < HALF:
            machine.die()
        machine.store.close()
        self._control(server, "start", f"--log={server.folder}/server.log")

    def _control(self, server: Postgres, *words: str) -> None:
        data = f"--pgdata={server.folder}/data"
        run(server.folder, self.programs / "pg_ctl", *words, data, "--wait")


@contextmanager
def own_servers(programs: Path) -> Iterator[Stop]:
    """Give each node a server of its own."""
    with ExitStack() as stack:
        servers = {}
        for party in (DOOR, NCA):
            servers[party] = stack.enter_context(running_server(programs))
            servers[party].create(NODE)
            _keep_its_place(servers[party])
        yield Stop(programs, servers)


def _keep_its_place(server: Postgres) -> None:
    """Let the server listen where it does whoever starts it."""
    with (server.folder / "data" / "postgresql.conf").open("a") as settings:
        settings.write(f"listen_addresses = ''\nunix_socket_directories = '{server.folder}'\n")
