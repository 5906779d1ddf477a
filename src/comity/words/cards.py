"""Cards: what a signpost says to a person: whom, by when, how, and where that is written."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce

from comity.core.signposting import (
    Answer,
    Body,
    Calendar,
    Deadline,
    Signpost,
    next_answered,
)
from comity.signposts import welsh
from comity.words.catalogue import Language, dated, say

ONE_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """By when one stage is due, in words; `left` is empty where no instant is known."""

    when: str
    left: str
    passed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """How a body is reached. `answers` says whether its telephone is answered at this hour."""

    link: str
    phone: str
    hours: str
    answers: str
    unchecked: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One signpost in the words of a language. `source` stays in the language of the law."""

    rule: str
    answer: Answer
    whom: str
    what: str
    due: tuple[Due, ...]
    how: Reached
    does: str
    late: str
    depends: tuple[str, ...]
    silent: str
    source: str


def in_language(text: str, language: Language) -> str:
    """Return a text of a rule or a body in a language."""
    return text if language is Language.ENGLISH else welsh(text)


def card(signpost: Signpost, now: datetime, calendar: Calendar, language: Language) -> Card:
    """Return what a signpost says at an instant."""
    rule = signpost.rule
    founded = say(f"founded.{rule.grade.lower()}", language)
    others = [in_language(each, language) for each in rule.says_nothing_to]
    return Card(
        rule=rule.id,
        answer=signpost.answer,
        whom=capital(
            _joined("and", (in_language(each, language) for each in signpost.whom), language)
        ),
        what=in_language(rule.what, language),
        due=tuple(_due(each, now, calendar, language) for each in signpost.deadlines),
        how=reached(rule.body, now, calendar, language),
        does=in_language(rule.body.does, language),
        late=in_language(rule.late, language) if rule.late else "",
        depends=tuple(say(f"fact.{fact.name}", language) for fact in signpost.unknown),
        silent=say("silent", language, others=_joined("or", others, language)) if others else "",
        source=f"{rule.source} ({founded}; {dated(rule.verified_on, language)})",
    )


def reached(body: Body, now: datetime, calendar: Calendar, language: Language) -> Reached:
    """Return how a body is reached at an instant; a number that nobody has tried says so."""
    checked = say("checked", language, name=body.verified_by) if body.verified_by else ""
    return Reached(
        link=body.link,
        phone=body.phone,
        hours=in_language(body.hours, language) if body.hours else "",
        answers=_answers(body, now, calendar, language) if body.phone else "",
        unchecked=(checked or say("unchecked", language)) if body.phone or body.link else "",
    )


def local(at: datetime, calendar: Calendar, language: Language) -> str:
    """Return an instant as the organisation's clock shows it."""
    there = at.astimezone(calendar.zone)
    weekday = say("weekdays", language).split(", ")[there.weekday()]
    return f"{weekday} {dated(there.date(), language)}, {there:%H:%M %Z}"


def capital(text: str) -> str:
    """Return a text that begins with a capital letter."""
    return text[:1].upper() + text[1:]


def _answers(body: Body, now: datetime, calendar: Calendar, language: Language) -> str:
    answered = next_answered(body.openings, now, calendar)
    if answered is None:
        return say("reach.unknown", language)
    if answered == now:
        return say("reach.now", language)
    return say("reach.later", language, when=local(answered, calendar, language))


def _due(deadline: Deadline, now: datetime, calendar: Calendar, language: Language) -> Due:
    clock, due = deadline.clock, deadline.due
    if clock.words:
        when = in_language(clock.words, language)
    else:
        much = _much(deadline, language)
        start = say(f"start.{clock.from_}", language)
        when = (
            say("due.unstated", language, much=much, start=start)
            if due is None
            else say(
                "due.at", language, when=local(due, calendar, language), much=much, start=start
            )
        )
    stage = in_language(clock.stage, language) if clock.stage else ""
    return Due(
        when=f"{stage}: {when}" if stage else when,
        left=_left(due - now, language) if due is not None else "",
        passed=due is not None and due < now,
    )


def _much(deadline: Deadline, language: Language) -> str:
    clock = deadline.clock
    if clock.hours:
        return say("hours", language, count=clock.hours)
    return say("working_days", language, count=clock.working_days)


def _left(left: timedelta, language: Language) -> str:
    if left < timedelta():
        return say("left.none", language)
    if left < ONE_HOUR:
        return say("left.less", language)
    return say("left.hours", language, count=left // ONE_HOUR)


def _joined(word: str, texts: Iterable[str], language: Language) -> str:
    return reduce(lambda one, other: say(word, language, one=one, other=other), texts)


def groups(cards: Iterable[Card]) -> Iterator[tuple[Answer, list[Card]]]:
    """Yield the cards of each answer that asks something of somebody, the weightiest first."""
    kept = list(cards)
    for answer in Answer:
        found = [each for each in kept if each.answer is answer]
        if found and answer is not Answer.NO:
            yield answer, found
