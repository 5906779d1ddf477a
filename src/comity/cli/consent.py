"""`comity consent`: at a front door, what bodies ask an organisation, and what it answers."""

import json

import click

from comity.cli.acting import as_json, as_one, by_speaker, needs_front_door, on_node
from comity.core.consent import Assurance
from comity.core.terms import ConsentId, OrganisationId, PersonId, Section
from comity.node.answer_consent import Spoken, answer_consent
from comity.node.node import Node
from comity.node.show_questions import Question, show_questions
from comity.node.withdraw_consent import withdraw_consent


@click.group()
def consent() -> None:
    """List, give, refuse and withdraw consent, for an organisation, at its front door."""


an_answer = as_one(
    click.argument("consent_id", metavar="CONSENT"),
    click.option(
        "--assurance",
        type=click.Choice([each.value for each in Assurance]),
        required=True,
        help="How sure the front door is that the organisation itself answers.",
    ),
    by_speaker,
    as_json,
    on_node,
)


@consent.command("list")
@click.argument("organisation")
@as_json
@on_node
def list_(node: Node, organisation: str, as_json: bool) -> None:  # noqa: FBT001 - click passes flags so
    """List what was asked, and what was answered."""
    needs_front_door(node)
    found = show_questions(node, OrganisationId(organisation))
    if as_json:
        click.echo(json.dumps([_data(each) for each in found], indent=2))
        return
    for each in found:
        asked = each.asked
        click.echo(
            f"{asked.consent}: {asked.discloser} asks to pass {', '.join(asked.sections)} to "
            f"{asked.recipient} for {asked.purpose.replace('_', ' ')}, until "
            f"{asked.until:%d %B %Y %H:%M}"
        )
        click.echo(f"  it says why: {each.why}")
        click.echo(f"  answer: {each.answer}")
    if not found:
        click.echo("Nobody has asked.")


@consent.command()
@click.option("--section", "sections", multiple=True, required=True, help="What it agrees to.")
@an_answer
def give(  # noqa: PLR0913, PLR0917 - one option each
    node: Node,
    consent_id: str,
    sections: tuple[str, ...],
    assurance: str,
    speaker: PersonId | None,
    as_json: bool,  # noqa: FBT001 - click passes flags so
) -> None:
    """Say yes, for these sections and no others: by a one-time code (totp).

    A yes by passkey needs a touch of it, on the pages of the front door.
    """
    needs_front_door(node)
    named = frozenset(Section(each) for each in sections)
    spoken = answer_consent(node, ConsentId(consent_id), named, Assurance(assurance), speaker)
    _say(spoken, as_json=as_json)


@consent.command()
@an_answer
def refuse(
    node: Node,
    consent_id: str,
    assurance: str,
    speaker: PersonId | None,
    as_json: bool,  # noqa: FBT001 - click passes flags so
) -> None:
    """Say no."""
    needs_front_door(node)
    nothing: frozenset[Section] = frozenset()
    spoken = answer_consent(node, ConsentId(consent_id), nothing, Assurance(assurance), speaker)
    _say(spoken, as_json=as_json)


@consent.command()
@an_answer
def withdraw(
    node: Node,
    consent_id: str,
    assurance: str,
    speaker: PersonId | None,
    as_json: bool,  # noqa: FBT001 - click passes flags so
) -> None:
    """Take a yes back. It is never refused."""
    needs_front_door(node)
    spoken = withdraw_consent(node, ConsentId(consent_id), Assurance(assurance), speaker)
    _say(spoken, as_json=as_json)


def _say(spoken: Spoken, *, as_json: bool) -> None:
    said, taken_back = spoken
    if as_json:
        data = {"consent": said.consent, "answer": said.answer, "counter": said.counter}
        data["entitlement"] = said.entitlement
        more = {"items": sorted(said.items), "taken_back": list(taken_back)}
        click.echo(json.dumps({**data, **more}, indent=2))
        return
    click.echo(f"{said.consent}: {said.answer}, signed as number {said.counter}.")
    for each in taken_back:
        click.echo(f"{each}: agreed to the same before; that is taken back as far as it did.")


def _data(question: Question) -> dict[str, object]:
    asked = question.asked
    return {
        "consent": asked.consent,
        "discloser": asked.discloser,
        "recipient": asked.recipient,
        "purpose": asked.purpose,
        "sections": list(asked.sections),
        "until": asked.until.isoformat(),
        "why": question.why,
        "answer": question.answer,
    }
