"""`comity signpost`: whom an organisation must tell of an incident, or can, and by when."""

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import click

from comity import settings
from comity.cli.acting import NotPossible, as_json
from comity.core.language import Value
from comity.core.signposting import Answer, Signpost, next_question, read_incident, signposts
from comity.core.terms import Table, read_document
from comity.files import read_bytes
from comity.signposts import calendar, rules
from comity.store.records import Role
from comity.wire.files import write_private
from comity.words.cards import Card, card, groups
from comity.words.catalogue import Language, say
from comity.words.decision import wrapped
from comity.words.signposts import calendar_file, signposts_data

ENGLISH = Language.ENGLISH


@click.command()
@click.option("--facts", "file", required=True, metavar="FILE", help="What is known; `-` reads it.")
@click.option("--ics", metavar="FILE", help="Write the deadlines as a calendar file as well.")
@as_json
def signpost(file: str, ics: str | None, as_json: bool) -> None:  # noqa: FBT001 - click passes flags so
    """Say whom to tell of an incident, by when, and where that is written.

    What is so whatever else turns out is a duty; what is not excluded is to be checked. Only a
    front door does this: it is the organisation's side that has to judge.
    """
    needs_front_door()
    known, now = _incident(file)
    at = calendar(now.year)
    found = signposts(rules(), known, now, at)
    question = next_question(rules(), known, now, at)
    if ics is not None:
        write_private(Path(ics), calendar_file(found, now))
    if as_json:
        click.echo(json.dumps(signposts_data(found, question), indent=2))
        return
    click.echo("\n".join(_lines(found, [card(each, now, at, ENGLISH) for each in found])))
    if question is not None:
        click.echo(f"\nWhat would settle most: whether {question.meaning} ({question.name}).")


def needs_front_door() -> None:
    """Return if this is an organisation's side.

    Raises:
        NotPossible: it is a body's node; a body does not say what an organisation must do.
    """
    if settings.role() is not Role.FRONT_DOOR:
        raise NotPossible(
            "a body's node does not say whom an organisation must tell",
            "ask at a front door (COMITY_ROLE=front-door)",
        )


def _incident(file: str) -> tuple[dict[str, Value], datetime]:
    table = Table(read_document(read_bytes(file), file), file)
    table.only("now", "facts")
    now = table.instant("now", datetime.now(UTC))
    return read_incident(table.table("facts"), rules()), now


def _lines(found: Iterable[Signpost], cards: Iterable[Card]) -> Iterator[str]:
    yield say("guidance", ENGLISH)
    for answer, of_it in groups(cards):
        yield f"\n{say(f'answer.{answer.name.lower()}', ENGLISH).upper()}"
        for each in of_it:
            yield ""
            yield from _card_lines(each)
    none = sum(each.answer is Answer.NO for each in found)
    yield f"\n{none} further rules do not apply, as far as you stated."


def _card_lines(each: Card) -> Iterator[str]:
    for due in each.due:
        yield f"  {due.when}{f': {due.left}' if due.left else ''}"
    yield from wrapped(f"{each.whom}: {each.what}", "  ")
    how = each.how
    for name, said in (
        ("how", ", ".join(filter(None, (how.link, how.phone, how.hours)))),
        ("now", how.answers),
        ("what it does", each.does),
        ("if late", each.late),
        ("depends on", " ".join(each.depends)),
        ("source", each.source),
        ("note", " ".join(filter(None, (how.unchecked, each.silent)))),
    ):
        if said:
            yield from wrapped(f"{name}: {said}", "      ")
