"""People: the pages of the story's front door, for those who stay to look."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from comity.cli.scenario.nodes import (
    COMITY,
    RunningNode,
    StoryError,
    eventually,
    free_ports,
    is_well,
)

OPERATOR = "nobody: it is part of a demonstration"


@contextmanager
def served_pages(front_door: RunningNode, operator: str = OPERATOR) -> Iterator[str]:
    """Serve the pages of a front door beside it; give their address.

    Raises:
        StoryError: they are not served.
    """
    [port] = free_ports(1)
    address = f"127.0.0.1:{port}"
    env = {
        **front_door.environment(),
        "COMITY_PAGES": address,
        "COMITY_OPERATOR": operator,
    }
    with (
        front_door.log.open("ab") as log,
        subprocess.Popen(
            [*COMITY, "pages"], env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=log
        ) as process,
    ):
        try:
            eventually("the pages are served", lambda: _are_served(process, port))
            yield f"http://localhost:{port}/"
        finally:
            process.terminate()


def _are_served(process: subprocess.Popen[bytes], port: int) -> bool:
    if process.poll() is not None:
        raise StoryError("the pages are not served: their process has ended")
    return is_well(port)
