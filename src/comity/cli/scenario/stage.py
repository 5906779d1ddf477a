"""Stage: where the four nodes of a story live, from before it begins until after it ends."""

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from comity.cli.acting import NotPossible
from comity.cli.scenario.cluster import Postgres, find_programs, running_server
from comity.cli.scenario.story import Story

if TYPE_CHECKING:
    from comity.cli.scenario.nodes import RunningNode


@dataclass(slots=True)
class Stage:
    """A folder, a kind of database, and the nodes once they are set up."""

    folder: Path
    server: Postgres | None = None
    nodes: "Mapping[str, RunningNode]" = field(default_factory=dict)

    def set_up(self) -> None:
        """Make the four nodes, not yet started."""
        from comity.cli.scenario.nodes import four_nodes  # noqa: PLC0415 - slow to load

        self.nodes = four_nodes(self.folder, self._database)

    def start(self) -> None:
        """Start all processes, and wait until each is well."""
        from comity.cli.scenario.nodes import eventually  # noqa: PLC0415 - slow to load as well

        for node in self.nodes.values():
            node.start()
        for node in self.nodes.values():
            eventually(f"{node.party} is well", node.is_up)

    def stop(self) -> None:
        """End all processes."""
        for node in self.nodes.values():
            node.stop()

    def show_logs(self, story: Story) -> None:
        """Say the last lines that each node wrote."""
        for name, node in self.nodes.items():
            lines = node.log.read_text(errors="replace").splitlines() if node.log.exists() else []
            for line in lines[-5:]:
                story.more(f"{name}: {line}")

    def _database(self, name: str) -> str:
        if self.server is None:
            return ""
        return self.server.create(name.lower())


@contextmanager
def on_stage(database: str, keep: Path | None) -> Iterator[Stage]:
    """Give a stage, and clear it whatever happens: no process and no folder is left behind.

    Raises:
        NotPossible: there is no PostgreSQL server program here, or the folder is in use.
    """
    with ExitStack() as stack:
        folder = keep or Path(tempfile.mkdtemp(prefix="comity-story-"))
        if keep is None:
            stack.callback(shutil.rmtree, folder, ignore_errors=True)
        elif keep.exists() and any(keep.iterdir()):
            raise NotPossible(f"{keep} is not empty", "name a folder that is, or none")
        folder.mkdir(parents=True, exist_ok=True)
        server = None
        if database == "postgres":
            programs = find_programs()
            if programs is None:
                raise NotPossible(
                    "this machine has no PostgreSQL server",
                    "install it (Debian, Ubuntu: apt-get install postgresql), or use sqlite",
                )
            server = stack.enter_context(running_server(programs))
        stage = Stage(folder=folder, server=server)
        stack.callback(stage.stop)
        yield stage
