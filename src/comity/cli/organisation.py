"""`comity organisation`: at a front door, what an organisation has shown of who it is."""

import json
from collections.abc import Mapping

import click

from comity.cli.acting import acting, as_json, as_one, by_officer, needs_front_door, on_node
from comity.core.consent import Identified
from comity.core.identification import LookUp
from comity.core.terms import OrganisationId
from comity.node.ask_for_domain import ask_for_domain
from comity.node.check_domain import check_domain
from comity.node.identification import AskedDomain, StatedNumber
from comity.node.node import Node
from comity.node.record_look_up import record_look_up
from comity.node.show_organisation import show_organisation
from comity.node.state_registration import state_registration
from comity.shipped import registers
from comity.words.identified import IDENTIFIED

NOT_SHOWN = 1
"""How `check` ends if the record was not found."""

CAME_OF = {
    LookUp.FOUND: "the record is there",
    LookUp.NOT_FOUND: "the record is not there; changes can take an hour to show",
    LookUp.NO_ANSWER: "no answer came that can be relied on; try again, or see COMITY_RESOLVER",
}
SHOWN = {
    Identified.DOMAIN: "shown before any report",
    Identified.DOMAIN_IN_INCIDENT: "shown during an incident: after it had reported",
}


@click.group()
def organisation() -> None:
    """Show and check which organisation it is, at its front door."""


a_number = as_one(
    click.argument("organisation_id", metavar="ORGANISATION"),
    click.argument("register"),
    click.argument("number"),
)
a_domain = as_one(
    click.argument("organisation_id", metavar="ORGANISATION"),
    click.argument("domain_name", metavar="DOMAIN"),
)


@organisation.command()
@a_number
@as_json
@on_node
def state(node: Node, organisation_id: str, register: str, number: str, as_json: bool) -> None:  # noqa: FBT001 - click passes flags so
    """Keep a number of a public register as the organisation states it."""
    needs_front_door(node)
    registration = registers().read(register, number)
    kept = state_registration(node, OrganisationId(organisation_id), registration)
    _say(_number_data(kept), _number_line(kept), as_json=as_json)


@organisation.command("looked-up")
@a_number
@by_officer
@as_json
@on_node
def looked_up(  # noqa: PLR0913, PLR0917 - one option each
    node: Node,
    organisation_id: str,
    register: str,
    number: str,
    officer: str,
    as_json: bool,  # noqa: FBT001 - click passes flags so
) -> None:
    """Record that an operator found a stated number in its register."""
    needs_front_door(node)
    who, registration = acting(officer), registers().read(register, number)
    kept = record_look_up(node, OrganisationId(organisation_id), registration, who)
    _say(_number_data(kept), _number_line(kept), as_json=as_json)


@organisation.command()
@a_domain
@as_json
@on_node
def domain(node: Node, organisation_id: str, domain_name: str, as_json: bool) -> None:  # noqa: FBT001 - click passes flags so
    """Give a record to publish in a domain, which shows control of it."""
    needs_front_door(node)
    asked = ask_for_domain(node, OrganisationId(organisation_id), domain_name)
    data = {
        "domain": asked.domain,
        "name": asked.name,
        "type": "TXT",
        "text": asked.text,
        "until": asked.until.isoformat(),
    }
    line = (
        f'Publish this record: {asked.name}. TXT "{asked.text}"\n'
        f"Then, before {asked.until:%d %B %Y %H:%M}: "
        f"organisation check {organisation_id} {asked.domain}"
    )
    _say(data, line, as_json=as_json)


@organisation.command()
@a_domain
@as_json
@on_node
@click.pass_context
def check(
    ctx: click.Context,
    node: Node,
    organisation_id: str,
    domain_name: str,
    as_json: bool,  # noqa: FBT001 - click passes flags so
) -> None:
    """Look whether the record of a domain is published."""
    needs_front_door(node)
    checked = check_domain(node, OrganisationId(organisation_id), domain_name)
    data = {"domain": checked.domain, "found": checked.found, "shows": checked.shows}
    line = f"{checked.domain}: {CAME_OF[checked.found]}."
    if checked.found is LookUp.FOUND:
        line += f"\nWhich organisation it is: {IDENTIFIED[checked.shows]}."
    _say(data, line, as_json=as_json)
    if checked.found is not LookUp.FOUND:
        ctx.exit(NOT_SHOWN)


@organisation.command()
@click.argument("organisation_id", metavar="ORGANISATION")
@as_json
@on_node
def show(node: Node, organisation_id: str, as_json: bool) -> None:  # noqa: FBT001 - click passes flags so
    """Show what an organisation has shown, and what the bodies are told of it."""
    needs_front_door(node)
    found = show_organisation(node, OrganisationId(organisation_id))
    data = {
        "organisation": organisation_id,
        "identified": found.identified,
        "numbers": [_number_data(each) for each in found.numbers],
        "domains": [_domain_data(node, each) for each in found.domains],
    }
    lines = [
        f"Which organisation it is, as the bodies are told: {IDENTIFIED[found.identified]}.",
        *(_number_line(each) for each in found.numbers),
        *(_domain_line(node, each) for each in found.domains),
    ]
    _say(data, "\n".join(lines), as_json=as_json)


def _say(data: Mapping[str, object], line: str, *, as_json: bool) -> None:
    click.echo(json.dumps(data, indent=2) if as_json else line)


def _number_line(kept: StatedNumber) -> str:
    entry, found = kept.registration.entry, kept.held.looked_up
    stated = f"{entry}: stated on {kept.held.stated_at:%d %B %Y}"
    return f"{stated}, looked up by {found.by} on {found.at:%d %B %Y}" if found else stated


def _number_data(kept: StatedNumber) -> dict[str, object]:
    found = kept.held.looked_up
    return {
        "registration": kept.held.id,
        "register": kept.registration.register,
        "number": kept.registration.number,
        "entry": kept.registration.entry,
        "stated_at": kept.held.stated_at.isoformat(),
        "looked_up_by": found.by if found else None,
        "looked_up_at": found.at.isoformat() if found else None,
    }


def _domain_line(node: Node, kept: AskedDomain) -> str:
    held = kept.held
    if held.proved is None:
        can = "can" if held.is_open_at(node.now()) else "could"
        return f"{kept.asked.domain}: asked for; {can} be checked until {held.until:%d %B %Y}"
    shows = SHOWN.get(held.shows_at(node.now()), "shown, but too long ago")
    return f"{kept.asked.domain}: {shows}, on {held.proved.at:%d %B %Y}"


def _domain_data(node: Node, kept: AskedDomain) -> dict[str, object]:
    proved = kept.held.proved
    return {
        "domain": kept.asked.domain,
        "asked_at": kept.held.asked_at.isoformat(),
        "until": kept.held.until.isoformat(),
        "shown_at": proved.at.isoformat() if proved else None,
        "shows": kept.held.shows_at(node.now()),
    }
