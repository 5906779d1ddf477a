"""Stopping: PostgreSQL servers of a test's own, stopped at once and started again."""

import subprocess
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random  # noqa: TID251 - seeded, so that what a round does can be repeated

from comity.cli.scenario.cluster import Postgres, running_server, unprivileged_user
from tests.faults.machines import Machine
from tests.faults.trial import DOOR, NCA

NODE = "node"
HALF = 0.5


def address(server: Postgres, name: str = NODE) -> str:
    """Return the address of a database on a server."""
    return f"postgresql://{server.user}@/{name}?host={server.folder}"


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
        return address(self.servers[party])

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
        user = unprivileged_user()
        with (server.folder / "commands.log").open("a") as log:
            subprocess.run(
                [self.programs / "pg_ctl", *words, f"--pgdata={server.folder}/data", "--wait"],
                cwd=server.folder,
                user=user.pw_uid if user else None,
                group=user.pw_gid if user else None,
                extra_groups=[] if user else None,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                timeout=60,
                check=True,
            )


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
