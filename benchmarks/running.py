"""Running: one node in processes of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from comity.cli.scenario.nodes import RunningNode, eventually, free_ports
from comity.core.terms import PartyId


@contextmanager
def running_node(folder: Path) -> Iterator[RunningNode]:
    """Run a node that has pinned nobody, with its home in this folder."""
    (port,) = free_ports(1)
    node = RunningNode(
        party=PartyId("ICO"), role="body", home=folder / "home", port=port, database=""
    )
    node.run("init")
    node.start()
    try:
        eventually("the node is well", node.is_up)
        yield node
    finally:
        node.stop()
