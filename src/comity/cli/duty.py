"""`comity duty`: what this body owes for disclosures: list it, and say that it was done."""

import json
from collections.abc import Iterator
from datetime import datetime

import click

from comity.cli.acting import acting, as_json, by_officer, on_node
from comity.core.duties import Duty, State
from comity.core.terms import EvidenceId
from comity.node.duties import do_duty, owed
from comity.node.node import Node

NOTHING = "Nothing is owed."


@click.group()
def duty() -> None:
    """See what is owed for disclosures, and say that it was done."""


@duty.command("list")
@click.option("--all", "with_done", is_flag=True, help="Also what was done.")
@as_json
@on_node
def list_(node: Node, with_done: bool, as_json: bool) -> None:  # noqa: FBT001 - click passes flags so
    """List what this body owes, the earliest due first. Ends with 1 if something is overdue."""
    now = node.now()
    found = owed(node, with_done=with_done)
    if as_json:
        click.echo(json.dumps([_data(each, now) for each in found], indent=2))
    else:
        click.echo("\n".join(line for each in found for line in _lines(each, now)) or NOTHING)
    if any(each.discharge is None and each.state_at(now) is State.BREACHED for each in found):
        raise click.exceptions.Exit(1)


@duty.command("done")
@click.argument("duty_id", metavar="DUTY")
@click.option(
    "--shown-by", required=True, metavar="ID", help="The record that shows it; an id, no text."
)
@by_officer
@as_json
@on_node
def done_(node: Node, duty_id: str, shown_by: str, officer: str, as_json: bool) -> None:  # noqa: FBT001 - click passes flags so
    """Say that a duty was done. It stays on record, and is said once."""
    found = do_duty(node, duty_id, acting(officer), EvidenceId(shown_by))
    if as_json:
        click.echo(json.dumps(_data(found, node.now()), indent=2))
        return
    late = found.state_at(node.now()) is State.BREACHED
    click.echo(f"Done{', too late' if late else ''}: {found.what}")


def _lines(duty: Duty, now: datetime) -> Iterator[str]:
    yield f"{duty.id}  {duty.state_at(now)}, due {duty.due:%d %B %Y %H:%M}"
    yield f"  clause {duty.clause}: {duty.what}"
    if duty.discharge:
        by = duty.discharge
        yield f"  done on {by.at:%d %B %Y %H:%M} by {by.officer}, shown by {by.shown_by}"


def _data(duty: Duty, now: datetime) -> dict[str, object]:
    by = duty.discharge
    return {
        "id": duty.id,
        "state": duty.state_at(now),
        "what": duty.what,
        "clause": duty.clause,
        "agreement": duty.agreement,
        "release": duty.release,
        "request": duty.request,
        "due": duty.due.isoformat() if duty.due else None,
        "done": {"at": by.at.isoformat(), "by": by.officer, "shown_by": by.shown_by}
        if by
        else None,
    }
