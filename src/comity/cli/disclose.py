"""`comity disclose`: ask the gate to pass items on, and ask an organisation for its consent."""

import json
from collections.abc import Iterator
from itertools import groupby

import click

from comity.cli.acting import (
    acting,
    as_json,
    as_one,
    by_officer,
    needs_body,
    on_node,
    until_when,
)
from comity.cli.delays import (
    delays,
    end,
    is_told,
    may_be_delayed,
    outside,
    renew,
    told_lines,
    wanted,
)
from comity.cli.items import items_named, which_items
from comity.core.agreement import Agreements
from comity.core.gate import Permit
from comity.core.language import Kind, Value
from comity.core.terms import (
    CaseId,
    Code,
    InputError,
    PartyId,
    Place,
    Purpose,
    RequestId,
)
from comity.node.node import Node
from comity.node.possible_disclosures import Possible, Supposed, possible_disclosures
from comity.node.request_disclosure import Ask, request_disclosure, wish_of
from comity.node.seek_consent import Seek, seek_consent
from comity.store.records import Progress
from comity.words import decision_data, decision_lines
from comity.words.decision import ways, wrapped

REFUSED = 1
MOST_DIGITS = 15
"""A longer number could not be read again from what is written of it."""


@click.group()
def disclose() -> None:
    """Ask to pass items on; ask an organisation for its consent."""


for each in (delays, renew, end, outside):
    disclose.add_command(each)


what_to_whom = as_one(
    which_items,
    click.option("--to", "recipient", required=True, help="Who would get them."),
    click.option("--purpose", required=True, help="What the recipient may use them for."),
)


@disclose.command()
@what_to_whom
@click.option("--kind", default="organisation_specific", show_default=True)
@click.option(
    "--ground",
    "grounds",
    multiple=True,
    metavar="FACT[=VALUE]:TEXT",
    help="A fact you state, and the text that shows it; may be given several times.",
)
@may_be_delayed
@by_officer
@as_json
@on_node
def request(  # noqa: PLR0913, PLR0917 - one option each
    node: Node,
    case_id: str,
    named: tuple[str, ...],
    sections: tuple[str, ...],
    recipient: str,
    purpose: str,
    kind: str,
    grounds: tuple[str, ...],
    clause: str,
    prejudice: str,
    review: str,
    officer: str,
    as_json: bool,  # noqa: FBT001 - click passes flags so
) -> None:
    """Ask the gate to pass items of a case on: all of them or none. Ends with 1 for a refusal."""
    needs_body(node)
    ask = Ask(
        case=CaseId(case_id),
        items=items_named(node, case_id, named, sections),
        recipient=PartyId(recipient),
        purpose=Purpose(purpose),
        kind=kind,
        officer=acting(officer),
        grounds=dict(_ground(each, node.agreements) for each in grounds),
        delay=wanted(clause, prejudice, review),
    )
    request_id, decision = request_disclosure(node, ask)
    if as_json:
        data = {
            "request": request_id,
            "organisation_is_told": is_told(decision),
            **decision_data(decision),
        }
        click.echo(json.dumps(data, indent=2))
    else:
        click.echo(f"Request {request_id}")
        click.echo("\n".join(decision_lines(decision)))
        click.echo("\n".join(told_lines(decision, ask.delay)))
    if not isinstance(decision, Permit):
        raise click.exceptions.Exit(REFUSED)


@disclose.command()
@click.argument("case_id", metavar="[CASE]", required=False)
@click.option("--to", "recipient", required=True, help="Who would get them.")
@click.option("--purpose", required=True, help="What the recipient may use them for.")
@click.option("--kind", default="organisation_specific", show_default=True)
@click.option(
    "--ground",
    "grounds",
    multiple=True,
    metavar="FACT[=VALUE]",
    help="A fact that you could show; may be given several times.",
)
@as_json
@on_node
def possible(  # noqa: PLR0913, PLR0917 - one option each
    node: Node,
    case_id: str | None,
    recipient: str,
    purpose: str,
    kind: str,
    grounds: tuple[str, ...],
    as_json: bool,  # noqa: FBT001 - click passes flags so
) -> None:
    """List what may be passed on now, of one case or of all, and what the rest would need.

    Nothing is requested, recorded or sent by asking.
    """
    needs_body(node)
    shown = dict(_ground(each, node.agreements) for each in grounds)
    supposed = Supposed(
        recipient=PartyId(recipient),
        purpose=Purpose(purpose),
        kind=kind,
        grounds={name: value for name, (value, _) in shown.items()},
    )
    found = possible_disclosures(node, supposed, CaseId(case_id) if case_id else None)
    if as_json:
        click.echo(json.dumps([_possible_data(each) for each in found], indent=2))
        return
    for of_case, items in groupby(found, key=lambda each: each.case):
        click.echo(f"{of_case}:")
        for each in items:
            click.echo("\n".join(_possible_lines(each)))
    may = sum(isinstance(each.decision, Permit) for each in found)
    click.echo(f"{may} of {len(found)} items may be passed on to {recipient} now, each by itself.")


@disclose.command()
@click.argument("request_id", metavar="REQUEST")
@as_json
@on_node
def status(node: Node, request_id: str, as_json: bool) -> None:  # noqa: FBT001 - click passes flags so
    """Say how far a request has come, and show its receipt."""
    needs_body(node)
    wish = wish_of(node, RequestId(request_id))
    with node.store.reading() as records:
        row = records.outbox.get(wish.release) if wish.release else None
        receipt = records.receipts.get(wish.release) if wish.release else None
    data = {
        "request": wish.id,
        "progress": wish.progress,
        "recipient": wish.request.recipient,
        "items": [each.id for each in wish.request.items],
        "release": wish.release,
        "attempts": row.attempts if row else 0,
        "why": row.why if row else "",
        "receipted_at": receipt.held_since.isoformat() if receipt else None,
    }
    if as_json:
        click.echo(json.dumps(data, indent=2))
        return
    click.echo(f"{wish.id}: {wish.progress}, to {wish.request.recipient}")
    if row and wish.progress is Progress.DEAD:
        click.echo(f"  {row.to} will never take it as it is ({row.why}); it can be asked for again")
    if receipt:
        click.echo(
            f"  receipt of {receipt.held_since:%d %B %Y %H:%M:%S} for release {wish.release}"
        )


@disclose.command()
@what_to_whom
@click.option("--until", required=True, metavar="INSTANT", help="When the consent would end.")
@click.option("--why", required=True, help="What you tell the organisation.")
@by_officer
@as_json
@on_node
def seek(  # noqa: PLR0913, PLR0917 - one option each
    node: Node,
    case_id: str,
    named: tuple[str, ...],
    sections: tuple[str, ...],
    recipient: str,
    purpose: str,
    until: str,
    why: str,
    officer: str,
    as_json: bool,  # noqa: FBT001 - click passes flags so
) -> None:
    """Ask the organisation, through its front door, whether items may be passed on."""
    needs_body(node)
    consent = seek_consent(
        node,
        Seek(
            case=CaseId(case_id),
            items=items_named(node, case_id, named, sections),
            recipient=PartyId(recipient),
            purpose=Purpose(purpose),
            until=until_when(until),
            why=why,
            officer=acting(officer),
        ),
    )
    if as_json:
        click.echo(json.dumps({"consent": consent}, indent=2))
        return
    click.echo(f"Consent {consent} is sought. Having asked allows nothing yet.")


def _possible_data(each: Possible) -> dict[str, object]:
    return {
        "case": each.case,
        "item": each.item.id,
        "section": each.item.section,
        "may_be_passed_on": isinstance(each.decision, Permit),
        "clauses": list(each.decision.clauses),
        "remedies": ways(each.decision),
    }


def _possible_lines(each: Possible) -> Iterator[str]:
    """Yield an item, and for one that is refused the shortest way to a permit."""
    named = f"  {each.item.id} ({each.item.section})"
    clauses = ", ".join(each.decision.clauses)
    if isinstance(each.decision, Permit):
        yield f"{named}: may be passed on (clause {clauses})"
        return
    yield f"{named}: may not be passed on{f' (clause {clauses})' if clauses else ''}"
    shortest = ways(each.decision)[:1]
    for step in shortest[0] if shortest else ["nothing that anybody here can do would permit it"]:
        yield from wrapped(f"- {step}", "      ")


def _ground(text: str, held: Agreements) -> tuple[str, tuple[Value, str]]:
    """Return a fact, its value and the text that shows it, from `FACT[=VALUE]:TEXT`."""
    head, _, shows = text.partition(":")
    name, has_value, value = head.partition("=")
    fact = next((each[name] for each in held.vocabularies.values() if name in each), None)
    if fact is None:
        raise InputError(
            Code.UNKNOWN_FACT,
            f"{name[:40]} is no fact",
            at=Place(name="--ground"),
            advice="see docs/reference/vocabulary.md",
        )
    return name, (_value(fact.kind, value) if has_value else True, shows.strip())


def _value(kind: Kind, text: str) -> Value:
    match kind:
        case Kind.SET:
            return frozenset(each for each in text.split(",") if each)
        case Kind.NUMBER:
            is_number = text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS
            return int(text) if is_number else text
        case Kind.FLAG:
            return text == "yes"
        case _:
            return text
