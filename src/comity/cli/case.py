"""`comity case`: a body's own files: list, show, write a note, declare an independent source."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from textwrap import wrap

import click

from comity.cli.acting import acting, as_json, by_officer, needs_body, on_node
from comity.core.casework import Independence, NotIndependentError
from comity.core.consent import Entitlement, Statement
from comity.core.intake import MOST_FILE, CaseStatus
from comity.core.markings import Item
from comity.core.terms import CaseId, Code, ConsentId, InputError, ItemId, OrganisationId, Place
from comity.files import read_bytes
from comity.node.attach_file import TakenFile
from comity.node.declare_independent_source import declare_independent_source
from comity.node.node import Node
from comity.node.open_case import open_case
from comity.node.passkeys import SeenPasskey
from comity.node.show_case import Content, list_cases, show_case, take_item
from comity.node.write_note import write_note
from comity.node.write_to_organisation import Writing, write_to_organisation
from comity.wire.files import taken, write_private
from comity.words.identified import IDENTIFIED

VERIFIED = {
    Entitlement.NONE: "nobody who was verified as entitled to speak for it",
    Entitlement.REGISTERED: "a speaker registered in peace",
    Entitlement.COLLEAGUE: "a colleague or delegate for whom a speaker vouched",
    Entitlement.CALLED_BACK: "somebody verified by a call-back",
}
"""How the person who spoke for the organisation was verified, in words."""

SHOWN_OF_DIGEST = 20
"""How much of a passkey's name people compare: nobody makes another key that begins with it."""


@click.group()
def case() -> None:
    """List and show cases, and write in them."""


@case.command("list")
@as_json
@on_node
def list_(node: Node, as_json: bool) -> None:  # noqa: FBT001 - click passes flags so
    """List the cases of this body."""
    needs_body(node)
    found = list_cases(node)
    if as_json:
        data = [{"case": one.id, "organisation": one.organisation, "items": n} for one, n in found]
        click.echo(json.dumps(data, indent=2))
        return
    for one, count in found:
        click.echo(
            f"{one.id}  about {one.organisation}  {count} items  since {one.opened_at:%d %B %Y}"
        )
    if not found:
        click.echo("There is no case. One is opened when an organisation's report arrives.")


@case.command("open")
@click.argument("organisation")
@by_officer
@on_node
def open_(node: Node, organisation: str, officer: str) -> None:
    """Open a case about an organisation that this body knows by this id."""
    needs_body(node)
    found = open_case(node, OrganisationId(organisation), acting(officer))
    click.echo(f"Case {found.id} about {found.organisation} is open.")


@case.command()
@click.argument("case_id", metavar="CASE")
@click.option("--contents", is_flag=True, help="Open the contents too; reading them is recorded.")
@by_officer
@as_json
@on_node
def show(node: Node, case_id: str, contents: bool, officer: str, as_json: bool) -> None:  # noqa: FBT001 - click passes flags so
    """Show what a case holds: each item with its label."""
    needs_body(node)
    who = acting(officer) if contents else None
    found = show_case(node, CaseId(case_id), who)
    if as_json:
        click.echo(json.dumps([_data(each) for each in found], indent=2))
        return
    for each in found:
        click.echo(f"{each.item.id}  {each.item.section:<14}{_label(each.item)}")
        if each.chosen_by is not None:
            click.echo(f"  chosen by {VERIFIED[each.chosen_by]}")
        if each.identified is not None:
            click.echo(f"  which organisation it is: {IDENTIFIED[each.identified]}")
        for answer in each.answers:
            click.echo(f"  {_answer(answer)}")
            if answer.consent in each.passkeys:
                click.echo(f"    {_passkey(each.passkeys[answer.consent])}")
        if each.recalled:
            click.echo("  recalled: its content was given up")
        if each.text:
            click.echo(f"  {each.text}")
        for line in _written(each):
            click.echo(f"  {line}")


@case.command()
@click.argument("case_id", metavar="CASE")
@click.argument("file", metavar="FILE|-")
@by_officer
@as_json
@on_node
def note(node: Node, case_id: str, file: str, officer: str, as_json: bool) -> None:  # noqa: FBT001 - click passes flags so
    """Write a note in a case. It carries the label of everything held about the organisation."""
    needs_body(node)
    text = read_bytes(file).decode(errors="replace")
    item = write_note(node, CaseId(case_id), text, acting(officer))
    if as_json:
        click.echo(json.dumps({"item": item.id, "label": _label(item)}, indent=2))
        return
    click.echo(f"Note {item.id} is kept: {_label(item)}")


@case.command()
@click.argument("case_id", metavar="CASE")
@click.argument("text", metavar="FILE|-")
@click.option("--file", "paths", multiple=True, metavar="FILE", help="A file that goes with it.")
@click.option("--item", "about", multiple=True, metavar="ITEM", help="What of its it is about.")
@click.option("--status", type=click.Choice([each.value for each in CaseStatus]))
@by_officer
@on_node
def write(  # noqa: PLR0913, PLR0917 - one option each
    node: Node,
    case_id: str,
    text: str,
    paths: tuple[str, ...],
    about: tuple[str, ...],
    status: str | None,
    officer: str,
) -> None:
    """Write to the organisation of a case, through its front door; it alone reads it."""
    needs_body(node)
    files = tuple(TakenFile(each, read_bytes(each, MOST_FILE + 1)) for each in paths)
    writing = Writing(
        case=CaseId(case_id),
        text=read_bytes(text).decode(errors="replace"),
        files=files,
        status=CaseStatus(status) if status else None,
        about=tuple(ItemId(each) for each in about),
        officer=acting(officer),
    )
    write_to_organisation(node, writing)
    click.echo("The message is on its way to the organisation, and to nobody else.")


@case.command("file")
@click.argument("item_id", metavar="ITEM")
@click.argument("path", metavar="FILE")
@by_officer
@on_node
def file_(node: Node, item_id: str, path: str, officer: str) -> None:
    """Take a file that came with a report or a message; that is recorded. Nothing opens it."""
    needs_body(node)
    place = Path(path)
    if place.exists():
        raise taken(place)
    data = take_item(node, ItemId(item_id), acting(officer))
    write_private(place, data)
    click.echo(f"{len(data)} bytes are in {path}. Whoever sent them may not be who they say.")


@case.command()
@click.argument("item_id", metavar="ITEM")
@click.option("--from-item", "parents", multiple=True, help="An item that it wholly comes from.")
@click.option("--published-at", default="", help="The address of a public document it comes from.")
@click.option("--declared-by", required=True, help="The officer who declares it.")
@click.option("--confirmed-by", required=True, help="The second officer who confirms it.")
@on_node
def independent(  # noqa: PLR0913, PLR0917 - one option each
    node: Node,
    item_id: str,
    parents: tuple[str, ...],
    published_at: str,
    declared_by: str,
    confirmed_by: str,
) -> None:
    """Declare that a note comes wholly from an independent source. Two officers answer for it."""
    needs_body(node)
    independence = Independence(
        text=ItemId(item_id),
        parents=frozenset(ItemId(each) for each in parents),
        published_at=published_at,
        declared_by=acting(declared_by),
        confirmed_by=acting(confirmed_by),
    )
    try:
        item = declare_independent_source(node, independence)
    except NotIndependentError as error:
        raise InputError(
            Code.UNKNOWN_VALUE,
            str(error),
            at=Place(name="the declaration"),
            advice="name another item or the published document, and a second officer",
        ) from None
    click.echo(f"Item {item.id} now carries: {_label(item)}")


def _written(content: Content) -> Iterator[str]:
    """Yield what a letter says, and what a file is: neither stands there as it came."""
    if content.letter is not None:
        yield from (f"> {each}" for each in content.letter.text.splitlines())
        if content.letter.status:
            yield f"status: {content.letter.status}"
    if content.enclosed is not None:
        for each in content.enclosed.files:
            yield f"with the file {each.name}, {each.bytes} bytes, SHA-256 {each.sha256}"
    if content.file is not None:
        yield f"a file of {content.file.bytes} bytes, SHA-256 {content.file.sha256}"
        yield f"take it: comity case file {content.item.id} FILE"


def _label(item: Item) -> str:
    sources = "; ".join(
        f"{each.origin} told {', '.join(sorted(each.given_to)) or 'nobody named'}"
        f"{' in confidence' if each.in_confidence is not False else ''}"
        if isinstance(each.origin, OrganisationId)
        else f"made by {each.origin}"
        for each in sorted(item.label.sources, key=str)
    )
    return f"{item.label.tlp}; {sources}"


def _answer(said: Statement) -> str:
    what = f"{said.consent}: {said.answer}, for {said.recipient}"
    return f"{what}, by {VERIFIED[said.entitlement]} ({said.assurance.replace('_', ' ')})"


def _passkey(seen: SeenPasskey) -> str:
    name = " ".join(wrap(seen.digest[:SHOWN_OF_DIGEST], 4))
    since = (
        "never seen here before this answer: compare it in a call-back"
        if seen.is_new
        else f"seen here for this organisation since {seen.first_seen:%d %B %Y %H:%M}"
    )
    return f"signed by the passkey {name}, made for {seen.site}, {since}"


def _answer_data(said: Statement, passkeys: Mapping[ConsentId, SeenPasskey]) -> dict[str, object]:
    seen = passkeys.get(said.consent)
    return {
        "consent": said.consent,
        "answer": said.answer,
        "recipient": said.recipient,
        "purpose": said.purpose,
        "assurance": said.assurance,
        "entitlement": said.entitlement,
        "passkey": seen
        and {
            "digest": seen.digest,
            "site": seen.site,
            "first_seen": seen.first_seen.isoformat(),
            "is_new": seen.is_new,
        },
    }


def _data(content: Content) -> dict[str, object]:
    return {
        "item": content.item.id,
        "section": content.item.section,
        "digest": content.item.digest,
        "label": _label(content.item),
        "release": content.release,
        "recalled": content.recalled,
        "chosen_by": content.chosen_by,
        "identified": content.identified,
        "answers": [_answer_data(each, content.passkeys) for each in content.answers],
        "text": content.text,
        "letter": content.letter
        and {
            "text": content.letter.text,
            "status": content.letter.status,
        },
        "enclosed": content.enclosed and [each.said() for each in content.enclosed.files],
        "file": content.file and content.file._asdict(),
    }
