"""Signposts as data for programs, and their deadlines as a calendar file."""

from collections.abc import Iterable
from datetime import datetime

from icalendar import Calendar as CalendarFile
from icalendar import Event

from comity.core.language import Fact
from comity.core.signposting import Answer, Deadline, Signpost
from comity.core.terms import digest_of
from comity.words.cards import capital, in_language
from comity.words.catalogue import Language, say

PRODUCT = "-//Comity//signposts//EN"
Data = dict[str, object]


def signposts_data(found: Iterable[Signpost], question: Fact | None) -> Data:
    """Return what every rule comes to, and what to ask next, as data."""
    asked = {"fact": question.name, "meaning": question.meaning} if question else None
    return {
        "guidance": say("guidance", Language.ENGLISH),
        "signposts": [_data(each) for each in found],
        "next": asked,
    }


def _data(each: Signpost) -> Data:
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


def calendar_file(
    found: Iterable[Signpost], now: datetime, language: Language = Language.ENGLISH
) -> bytes:
    """Return the known deadlines of what must be told, or may have to be, as a calendar file."""
    file = CalendarFile()
    file.add("prodid", PRODUCT)
    file.add("version", "2.0")
    for each in found:
        for deadline in each.deadlines:
            if deadline.due is not None and each.answer in {Answer.MUST, Answer.CHECK}:
                file.add_component(_event(each, deadline, now, language))
    data: bytes = file.to_ical()
    return data


def _event(each: Signpost, deadline: Deadline, now: datetime, language: Language) -> Event:
    event, due, rule = Event(), deadline.due, each.rule
    about = {"rule": rule.id, "stage": deadline.clock.stage, "due": str(due)}
    answer = say(f"answer.{each.answer.name.lower()}", language)
    whom = ", ".join(in_language(one, language) for one in each.whom)
    event.add("uid", f"{digest_of(about)[:32]}@comity")
    event.add("dtstamp", now)
    event.add("dtstart", due)
    event.add("summary", f"{answer}: {whom}")
    event.add(
        "description",
        f"{capital(in_language(rule.what, language))}. {rule.source}. {say('guidance', language)}",
    )
    return event
