"""`comity member`: at a front door, who works with an organisation's reports."""

import json

import click

from comity.cli.acting import as_json, as_one, needs_front_door, on_node
from comity.core.intake import MemberRole
from comity.core.terms import OrganisationId, PersonId
from comity.node.members import Offer, let_go, let_in
from comity.node.node import Node
from comity.node.show_members import Colleague, show_members


@click.group()
def member() -> None:
    """List, let in and let go who works with an organisation's reports, at its front door."""


somebody = as_one(click.argument("organisation"), click.argument("person"), on_node)


@member.command("list")
@click.argument("organisation")
@as_json
@on_node
def list_(node: Node, organisation: str, as_json: bool) -> None:  # noqa: FBT001 - click passes flags so
    """List who works with an organisation's reports, and who of them may speak for it."""
    needs_front_door(node)
    found = show_members(node, OrganisationId(organisation))
    if as_json:
        click.echo(json.dumps([_data(each) for each in found], indent=2))
        return
    for each in found:
        only = f", for {each.report} alone" if each.report else ""
        ends = f", until {each.until:%Y-%m-%d %H:%M}" if each.until else ""
        click.echo(f"{each.person}: {each.called}, {each.role}{only}{ends}; speaks: {each.speaks}")
    if not found:
        click.echo("Nobody. Whoever has a return code can take the report into their account.")


@member.command()
@click.option("--role", type=click.Choice([each.value for each in MemberRole]), required=True)
@click.option("--called", required=True, metavar="NAME", help="How colleagues see them.")
@somebody
def add(node: Node, organisation: str, person: str, role: str, called: str) -> None:
    """Let somebody in, once you know who they are. It lets nobody speak."""
    needs_front_door(node)
    offer = Offer(MemberRole(role), called)
    found = let_in(node, OrganisationId(organisation), PersonId(person), offer)
    click.echo(f"{found.person} works with the reports of {found.organisation} as {found.role}.")


@member.command()
@somebody
def remove(node: Node, organisation: str, person: str) -> None:
    """Let somebody go, also the last manager. Whoever goes speaks no more."""
    needs_front_door(node)
    found = let_go(node, OrganisationId(organisation), PersonId(person))
    click.echo(f"{found.person} works with the reports of {found.organisation} no more.")


def _data(found: Colleague) -> dict[str, object]:
    return {
        "person": found.person,
        "called": found.called,
        "role": found.role,
        "report": found.report,
        "until": found.until.isoformat() if found.until else None,
        "speaks": found.speaks,
    }
