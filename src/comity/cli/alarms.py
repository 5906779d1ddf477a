"""`comity alarms`: what a person at this node has to look at: kinds, parties and ids."""

import json

import click

from comity.cli.acting import as_json, on_node
from comity.node.node import Node, is_stopped


@click.command()
@as_json
@on_node
def alarms(node: Node, as_json: bool) -> None:  # noqa: FBT001 - click passes flags so
    """List what somebody has to look at, the oldest first."""
    with node.store.reading() as records:
        found, stopped = records.alarms.find(), is_stopped(records)
    if as_json:
        data = [{"kind": each.kind, "about": each.about, "at": str(each.at)} for each in found]
        click.echo(json.dumps(data, indent=2))
        return
    for each in found:
        click.echo(f"{each.at:%d %B %Y %H:%M:%S}  {each.kind:<26}{each.about}")
    if not found:
        click.echo("There is nothing to look at.")
    if stopped:
        click.echo("This node was put back from an old copy and has stopped: comity restore show")
