"""`comity speaker`: at a front door, who may speak for an organisation, and so can consent."""

import json

import click

from comity.cli.acting import (
    acting,
    as_json,
    as_one,
    by_officer,
    needs_front_door,
    on_node,
    until_when,
)
from comity.core.consent import Assurance
from comity.core.terms import EvidenceId, OrganisationId, PartyId, PersonId
from comity.node.end_mandate import end_mandate
from comity.node.mandates import Speaker
from comity.node.node import Node
from comity.node.record_call_back import record_call_back
from comity.node.register_speaker import register_speaker
from comity.node.show_speakers import show_speakers
from comity.node.vouch_for import vouch_for
from comity.store.records import CallBack, Mandate


@click.group()
def speaker() -> None:
    """List, register and end who may speak for an organisation, at its front door."""


def _speaker(organisation: str, person: str, until: str) -> Speaker:
    return Speaker(OrganisationId(organisation), PersonId(person), until_when(until))


a_mandate = as_one(
    click.argument("organisation"),
    click.argument("person"),
    click.option("--until", required=True, metavar="INSTANT", help="When it ends, within a year."),
    as_json,
    on_node,
)


@speaker.command("list")
@click.argument("organisation")
@as_json
@on_node
def list_(node: Node, organisation: str, as_json: bool) -> None:  # noqa: FBT001 - click passes flags so
    """List who may speak for an organisation or ever could."""
    needs_front_door(node)
    found = show_speakers(node, OrganisationId(organisation))
    if as_json:
        data = [{**_data(mandate), "state": state} for mandate, state in found]
        click.echo(json.dumps(data, indent=2))
        return
    for mandate, state in found:
        click.echo(f"{_line(mandate)}: {state}")
        click.echo(f"  {_rests_on(mandate)}")
    if not found:
        click.echo("Nobody. So nobody can say yes for it; register somebody: speaker register.")


@speaker.command()
@click.option("--shown-by", required=True, metavar="ID", help="The record that shows who it is.")
@a_mandate
def register(  # noqa: PLR0913, PLR0917 - one option each
    node: Node,
    organisation: str,
    person: str,
    shown_by: str,
    until: str,
    as_json: bool,  # noqa: FBT001 - click passes flags so
) -> None:
    """Register a speaker in peace: before the organisation has reported anything."""
    needs_front_door(node)
    new = _speaker(organisation, person, until)
    _say(register_speaker(node, new, EvidenceId(shown_by)), as_json=as_json)


@speaker.command()
@click.option("--voucher", required=True, metavar="PERSON", help="The speaker who vouches.")
@click.option(
    "--assurance",
    type=click.Choice([each.value for each in Assurance]),
    required=True,
    help="How sure the front door is that the voucher does.",
)
@a_mandate
def vouch(  # noqa: PLR0913, PLR0917 - one option each
    node: Node,
    organisation: str,
    person: str,
    voucher: str,
    assurance: str,
    until: str,
    as_json: bool,  # noqa: FBT001 - click passes flags so
) -> None:
    """Let a speaker vouch for a colleague or delegate."""
    needs_front_door(node)
    new = _speaker(organisation, person, until)
    _say(vouch_for(node, new, PersonId(voucher), Assurance(assurance)), as_json=as_json)


@speaker.command("called-back")
@click.option("--body", required=True, metavar="BODY", help="The body that called.")
@click.option(
    "--number-from", required=True, metavar="ID", help="The entry of the public register."
)
@by_officer
@a_mandate
def called_back(  # noqa: PLR0913, PLR0917 - one option each
    node: Node,
    organisation: str,
    person: str,
    body: str,
    number_from: str,
    officer: str,
    until: str,
    as_json: bool,  # noqa: FBT001 - click passes flags so
) -> None:
    """Record that a body verified somebody by a call to a number from a public register."""
    needs_front_door(node)
    call = CallBack(
        body=PartyId(body), officer=acting(officer), number_from=EvidenceId(number_from)
    )
    new = _speaker(organisation, person, until)
    _say(record_call_back(node, new, call), as_json=as_json)


@speaker.command()
@click.argument("organisation")
@click.argument("person")
@as_json
@on_node
def end(node: Node, organisation: str, person: str, as_json: bool) -> None:  # noqa: FBT001 - click passes flags so
    """End what a person may say, at once, and all who speak on their word. It is never refused."""
    needs_front_door(node)
    ended = end_mandate(node, OrganisationId(organisation), PersonId(person))
    if as_json:
        mandates = [_data(each) for each in ended.mandates]
        data = {"ended": mandates, "consents_that_stand": list(ended.consents)}
        click.echo(json.dumps(data, indent=2))
        return
    for each in ended.mandates:
        click.echo(f"{_line(each)}: ended.")
    if not ended.mandates:
        click.echo(f"{person} had no mandate in force.")
    for consent in ended.consents:
        click.echo(f"{consent}: they said yes, and it stands. Take it back: consent withdraw.")


def _say(mandate: Mandate, *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(_data(mandate), indent=2))
        return
    click.echo(f"{_line(mandate)}.")


def _line(mandate: Mandate) -> str:
    how = mandate.how.replace("_", " ")
    until = f"{mandate.end:%d %B %Y %H:%M}"
    return f"{mandate.person} may speak for {mandate.organisation} ({how}) until {until}"


def _rests_on(mandate: Mandate) -> str:
    if mandate.call:
        call = mandate.call
        return f"{call.officer} of {call.body} called a number from {call.number_from}"
    return f"shown by {mandate.shown_by}" if mandate.shown_by else f"rests on {mandate.voucher}"


def _data(mandate: Mandate) -> dict[str, object]:
    call = mandate.call
    return {
        "mandate": mandate.id,
        "organisation": mandate.organisation,
        "person": mandate.person,
        "how": mandate.how,
        "shown_by": mandate.shown_by,
        "voucher": mandate.voucher,
        "called_by": f"{call.body}/{call.officer}" if call else None,
        "number_from": call.number_from if call else None,
        "from": mandate.start.isoformat(),
        "until": mandate.end.isoformat(),
        "ended_at": mandate.ended_at.isoformat() if mandate.ended_at else None,
    }
