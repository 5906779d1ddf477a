"""`comity signpost`: whom an organisation must tell of an incident, or can, and by when."""

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import click
from icalendar import Calendar as CalendarFile
from icalendar import Event

from comity import settings
from comity.cli.acting import NotPossible, as_json
from comity.core.language import Value
from comity.core.signposting import (
    Answer,
    Calendar,
    Deadline,
    Grade,
    ReportingRule,
    Signpost,
    next_question,
    read_incident,
    signposts,
)
from comity.core.terms import Table, digest_of, read_document
from comity.files import read_bytes
from comity.signposts import calendar, rules
from comity.store.records import Role
from comity.wire.files import write_private
from comity.words.decision import wrapped

GUIDANCE = "Guidance, not legal advice. It rests on what you stated and on the sources named."
FOUNDED = {
    Grade.PRIMARY: "the text itself was read",
    Grade.SUMMARY: "a published summary was read",
    Grade.FROM_MEMORY: "from memory, so check it",
}
TITLES = {
    Answer.NOW: "NOW",
    Answer.MUST: "YOU MUST TELL",
    Answer.CHECK: "YOU MAY NEED TO TELL: CHECK",
    Answer.CAN: "YOU CAN TELL, OF YOUR OWN ACCORD",
}
PRODUCT = "-//Comity//signposts//EN"


@click.command()
@click.option("--facts", "file", required=True, metavar="FILE", help="What is known; `-` reads it.")
@click.option("--ics", metavar="FILE", help="Write the deadlines as a calendar file as well.")
@as_json
def signpost(file: str, ics: str | None, as_json: bool) -> None:  # noqa: FBT001 - click passes flags so
    """Say whom to tell of an incident, by when, and where that is written.

    What is so whatever else turns out is a duty; what is not excluded is to be checked. Only a
    front door does this: it is the organisation's side that has to judge.
    """
    _needs_front_door()
    known, now = _incident(file)
    at = calendar(now.year)
    found = signposts(rules(), known, now, at)
    question = next_question(rules(), known, now, at)
    if ics is not None:
        write_private(Path(ics), calendar_file(found, now))
    if as_json:
        asked = {"fact": question.name, "meaning": question.meaning} if question else None
        data = {"guidance": GUIDANCE, "signposts": [_data(each) for each in found], "next": asked}
        click.echo(json.dumps(data, indent=2))
        return
    click.echo("\n".join(_lines(found, at)))
    if question is not None:
        click.echo(f"\nWhat would settle most: whether {question.meaning} ({question.name}).")


def _needs_front_door() -> None:
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


def _lines(found: Iterable[Signpost], at: Calendar) -> Iterator[str]:
    yield GUIDANCE
    for answer, title in TITLES.items():
        cards = [each for each in found if each.answer is answer]
        if cards:
            yield f"\n{title}"
        for each in cards:
            yield ""
            yield from _card(each, at)
    none = sum(each.answer is Answer.NO for each in found)
    yield f"\n{none} further rules do not apply, as far as you stated."


def _card(each: Signpost, at: Calendar) -> Iterator[str]:
    rule = each.rule
    for deadline in each.deadlines:
        yield f"  {_when(deadline, at)}"
    yield from wrapped(f"{_capital(_whom(each))}: {rule.what}", "  ")
    for name, said in (
        ("how", ", ".join(filter(None, (rule.body.link, rule.body.phone, rule.body.hours)))),
        ("what it does", rule.body.does),
        ("if late", rule.late),
        ("depends on", "; ".join(fact.meaning for fact in each.unknown)),
        ("source", f"{rule.source} ({FOUNDED[rule.grade]}; {rule.verified_on:%d %B %Y})"),
        ("note", _note(rule)),
    ):
        if said:
            yield from wrapped(f"{name}: {said}", "      ")


def _whom(each: Signpost) -> str:
    return ", and ".join(each.whom)


def _note(rule: ReportingRule) -> str:
    unchecked = "" if rule.body.verified_by else "No named person has checked how to reach it. "
    silent = " or ".join(rule.says_nothing_to)
    return (unchecked if rule.body.phone else "") + (
        f"Telling it does not tell {silent}." if silent else ""
    )


def _when(deadline: Deadline, at: Calendar) -> str:
    clock = deadline.clock
    stage = f"{clock.stage}: " if clock.stage else ""
    if clock.words:
        return f"{stage}{clock.words}"
    much = f"{clock.hours} hours" if clock.hours else f"{clock.working_days} working days"
    from_ = rules().vocabulary.facts[clock.from_].meaning
    if deadline.due is None:
        return f"{stage}within {much} of {from_}, which is not stated"
    local = deadline.due.astimezone(at.zone)
    return f"{stage}by {local:%A %d %B %Y, %H:%M %Z} ({much} from {from_})"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _data(each: Signpost) -> dict[str, object]:
    rule = each.rule
    return {
        "rule": rule.id,
        "answer": each.answer.name.lower(),
        "body": rule.body.name,
        "whom": list(each.whom),
        "what": rule.what,
        "deadlines": [
            {
                "stage": one.clock.stage,
                "from": one.clock.from_,
                "start": one.start.isoformat() if one.start else None,
                "due": one.due.isoformat() if one.due else None,
                "words": one.clock.words or None,
            }
            for one in each.deadlines
        ],
        "unknown": [fact.name for fact in each.unknown],
        "link": rule.body.link or None,
        "phone": rule.body.phone or None,
        "verified_by": rule.body.verified_by or None,
        "late": rule.late or None,
        "source": rule.source,
        "grade": rule.grade,
        "verified_on": rule.verified_on.isoformat(),
    }


def calendar_file(found: Iterable[Signpost], now: datetime) -> bytes:
    """Return the known deadlines of what must be told, or may have to be, as a calendar file."""
    file = CalendarFile()
    file.add("prodid", PRODUCT)
    file.add("version", "2.0")
    for each in found:
        for deadline in each.deadlines:
            if deadline.due is not None and each.answer in {Answer.MUST, Answer.CHECK}:
                file.add_component(_event(each, deadline, now))
    data: bytes = file.to_ical()
    return data


def _event(each: Signpost, deadline: Deadline, now: datetime) -> Event:
    event, due = Event(), deadline.due
    about = {"rule": each.rule.id, "stage": deadline.clock.stage, "due": str(due)}
    event.add("uid", f"{digest_of(about)[:32]}@comity")
    event.add("dtstamp", now)
    event.add("dtstart", due)
    event.add("summary", f"{_capital(each.answer)}: {_whom(each)}")
    event.add("description", f"{each.rule.what}. {each.rule.source}. {GUIDANCE}")
    return event
