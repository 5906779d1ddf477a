"""`comity disclose delays`, `renew`, `end`, `outside`: what organisations are told, and when.

They tell the officers of this node alone; nothing about a running delay is sent anywhere.
"""

import json
from collections.abc import Iterator

import click

from comity.cli.acting import acting, as_json, as_one, by_officer, needs_body, on_node, until_when
from comity.cli.items import items_named, which_items
from comity.core.gate import Permit, Refusal
from comity.core.gate.concerned import concerned
from comity.core.notices import Delay, Outside
from comity.core.terms import CaseId, Code, InputError, OfficerId, Place
from comity.node import delays as use
from comity.node.contents import organisations_of
from comity.node.delays import Running, Wanted, running_delays
from comity.node.node import Node
from comity.node.record_outside import Passed, record_outside

NONE = "No delay runs."

prejudice_text = click.option(
    "--prejudice", default="", metavar="TEXT", help="What telling it now would prejudice."
)
review_date = click.option(
    "--review", default="", metavar="INSTANT", help="When the organisation is told at the latest."
)
confirmed = click.option(
    "--confirmed-by", "confirmed_by", default="", metavar="ID", help="The second officer."
)
may_be_delayed = as_one(
    click.option(
        "--delay-under",
        "clause",
        default="",
        metavar="CLAUSE",
        help="Tell the organisation later, under this clause.",
    ),
    prejudice_text,
    review_date,
)


def wanted(clause: str, prejudice: str, review: str) -> Wanted | None:
    """Return the delay that the options state; None if they state none.

    Raises:
        InputError: they state one in part.
    """
    if not (clause or prejudice or review):
        return None
    for option, value in (("--delay-under", clause), ("--review", review)):
        if not value:
            raise InputError(
                Code.MISSING_KEY,
                "a delay is stated in part",
                at=Place(name=option),
                advice="state all three: --delay-under, --prejudice and --review; or none",
            )
    return Wanted(clause=clause, prejudice=prejudice, review=until_when(review, "--review"))


def is_told(decision: Permit | Refusal) -> bool:
    """Return whether an organisation is told of a decision, at once or later."""
    if isinstance(decision, Refusal):
        return bool(concerned(decision))
    return any(organisations_of(item) for item in decision.question.request.items)


def told_lines(decision: Permit | Refusal, delay: Wanted | None) -> Iterator[str]:
    """Yield what the organisation is told of a decision, and when."""
    if not is_told(decision):
        return
    what = "the disclosure, once it is made" if isinstance(decision, Permit) else "this refusal"
    when = f" by {delay.review:%d %B %Y %H:%M}, not before" if delay else ""
    yield f"The organisation is told of {what}{when}."


@click.command()
@as_json
@on_node
def delays(node: Node, as_json: bool) -> None:  # noqa: FBT001 - click passes flags so
    """List what organisations are told later, the next to be reviewed first."""
    needs_body(node)
    found = running_delays(node)
    if as_json:
        click.echo(json.dumps([_data(each) for each in found], indent=2))
        return
    click.echo("\n".join(line for each in found for line in _lines(each)) or NONE)


@click.command()
@click.argument("about", metavar="REQUEST")
@prejudice_text
@review_date
@confirmed
@by_officer
@on_node
def renew(  # noqa: PLR0913, PLR0917 - one option each
    node: Node, about: str, prejudice: str, review: str, confirmed_by: str, officer: str
) -> None:
    """Let a delay go on, for new reasons that a second officer confirms."""
    needs_body(node)
    until = until_when(review, "--review")
    found = use.renew(node, about, prejudice, until, acting(officer), _second(confirmed_by))
    click.echo(f"The organisation is told by {found.review:%d %B %Y %H:%M}, not before.")


@click.command()
@click.argument("about", metavar="REQUEST")
@by_officer
@on_node
def end(node: Node, about: str, officer: str) -> None:
    """End a delay: the organisation is told now of what there is to tell."""
    needs_body(node)
    use.end(node, about, acting(officer))
    click.echo("The delay has ended. The organisation is told that there was one.")


@click.command()
@which_items
@click.option("--to", "recipient", required=True, help="Who got it: a party, or who it was.")
@click.option("--at", "at", required=True, metavar="INSTANT", help="When it passed.")
@click.option(
    "--ground",
    required=True,
    type=click.Choice([each.value for each in Outside]),
    help="How it came about.",
)
@click.option("--text", "shown_by", required=True, help="What shows it; kept here, never sent.")
@confirmed
@may_be_delayed
@by_officer
@on_node
def outside(  # noqa: PLR0913, PLR0917 - one option each
    node: Node,
    case_id: str,
    named: tuple[str, ...],
    sections: tuple[str, ...],
    recipient: str,
    at: str,
    ground: str,
    shown_by: str,
    confirmed_by: str,
    clause: str,
    prejudice: str,
    review: str,
    officer: str,
) -> None:
    """Record what passed outside this software. It permits nothing, and nothing is sent by it."""
    needs_body(node)
    passed = Passed(
        case=CaseId(case_id),
        items=items_named(node, case_id, named, sections),
        recipient=recipient,
        at=until_when(at, "--at"),
        ground=Outside(ground),
        shown_by=shown_by,
        officer=acting(officer),
        confirmed_by=OfficerId(confirmed_by) if confirmed_by else None,
        delay=wanted(clause, prejudice, review),
    )
    found = record_outside(node, passed)
    click.echo(f"Recorded as {found}")
    click.echo("The organisation is told" + (" later." if passed.delay else " now."))


def _second(text: str) -> OfficerId:
    """Return the second officer.

    Raises:
        InputError: nobody is named.
    """
    if not text:
        raise InputError(
            Code.MISSING_KEY,
            "nobody is named who confirms this",
            at=Place(name="--confirmed-by"),
            advice="name a second officer: --confirmed-by ID",
        )
    return OfficerId(text)


def _lines(running: Running) -> Iterator[str]:
    delay = running.delay
    yield f"{delay.about}  clause {delay.clause}, until {delay.review:%d %B %Y %H:%M}"
    state = "a notice waits" if running.waits else "nothing to tell yet"
    yield f"  {state}; {_officers(delay)}; the reason: item {delay.prejudice}"


def _officers(delay: Delay) -> str:
    return f"{delay.officer}{f', {delay.confirmed_by}' if delay.confirmed_by else ''}"


def _data(running: Running) -> dict[str, object]:
    delay = running.delay
    return {
        "about": delay.about,
        "clause": delay.clause,
        "since": delay.since.isoformat(),
        "review": delay.review.isoformat(),
        "officer": delay.officer,
        "confirmed_by": delay.confirmed_by,
        "prejudice": delay.prejudice,
        "waits": running.waits,
    }
