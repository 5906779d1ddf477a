"""`comity restore`: what a node that was put back from a backup has lost, and how it goes on."""

import json

import click

from comity.cli.acting import acting, as_json, by_officer, on_node
from comity.core.terms import PartyId
from comity.node.node import Node
from comity.node.reconcile import Lost, reconcile, show_lost


@click.group()
def restore() -> None:
    """Go on after this node was put back from a backup."""


@restore.command()
@as_json
@on_node
def show(node: Node, as_json: bool) -> None:  # noqa: FBT001 - click passes flags so
    """Show what peers hold of this node that it has lost. Exit code 0 also if that is nothing."""
    found = show_lost(node)
    if as_json:
        click.echo(json.dumps([each._asdict() for each in found], indent=2))
        return
    for each in found:
        click.echo(_said(each))
    if found:
        click.echo("This node has stopped. Write it down and go on: comity restore reconcile")
    else:
        click.echo("No peer has shown that this node was put back.")


@restore.command("reconcile")
@click.option(
    "--without", multiple=True, metavar="PARTY", help="Go on although this peer does not answer."
)
@by_officer
@on_node
def reconcile_(node: Node, without: tuple[str, ...], officer: str) -> None:
    """Write into the ledgers what was lost, tell the peers, and let this node go on."""
    found = reconcile(node, acting(officer), [PartyId(each) for each in without])
    for each in found:
        click.echo(_said(each))
    click.echo("It is written down, and this node goes on. Now look at: comity alarms")


def _said(lost: Lost) -> str:
    lines = [f"{lost.party}:"]
    if lost.sent_there > lost.sent:
        lines.append(f"  it has envelopes from here {_places(lost.sent, lost.sent_there)}")
    if lost.received_there > lost.received:
        there = _places(lost.received, lost.received_there)
        lines.append(f"  this node gave receipts for its envelopes {there}, and lost them")
    if lost.size_there:
        lines.append(f"  it cosigned {lost.size_there} entries, and there are {lost.size}")
    return "\n".join(lines)


def _places(here: int, there: int) -> str:
    return f"{here + 1} to {there}" if there > here + 1 else f"{there}"
