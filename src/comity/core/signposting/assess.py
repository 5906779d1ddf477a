"""Assess: what each rule comes to, from the facts that are known of an incident."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from comity.core.language import Fact, Facts, Value
from comity.core.language.conditions import facts_in
from comity.core.language.reduce import reduced
from comity.core.signposting.clock import Calendar, Clock, due
from comity.core.signposting.rule import NATIONS, Body, ReportingRule, ReportingRules, Sort

LAST = datetime.max.replace(tzinfo=UTC)


class Answer(StrEnum):
    """What a rule comes to, the weightiest first."""

    NOW = "now"
    MUST = "you must tell"
    CHECK = "you may need to tell: check"
    CAN = "you can tell, of your own accord"
    NO = "not needed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """By when one stage is due; `due` is None if the start is not known or no number is given."""

    clock: Clock
    start: datetime | None
    due: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Signpost:
    """What one rule comes to, with its deadlines, and the facts that could change it.

    `whom` has the names of who is to be told; one that stands for all if it is not known which.
    """

    rule: ReportingRule
    answer: Answer
    whom: tuple[str, ...]
    deadlines: tuple[Deadline, ...]
    unknown: tuple[Fact, ...]

    @property
    def first_due(self) -> datetime | None:
        """When its first stage is due, if that is known."""
        return min((each.due for each in self.deadlines if each.due), default=None)


def signposts(
    rules: ReportingRules, known: Mapping[str, Value], now: datetime, calendar: Calendar
) -> tuple[Signpost, ...]:
    """Return what every rule in force comes to: what is due first on top, what is no at the end.

    A rule rests on the law of the day of its own instant (awareness, mostly), in the calendar's
    zone.
    """
    facts = Facts(known)
    found = [
        _signpost(rule, rules, facts, calendar)
        for rule in rules.all
        if rule.in_force_on(calendar.day_of(facts[rule.applies_on] or now))
    ]
    return tuple(sorted(found, key=_order))


def _order(signpost: Signpost) -> tuple[int, bool, datetime]:
    """Return what comes first: the weightier answer, help, and what is due first."""
    is_help = signpost.rule.sort is Sort.HELP
    return list(Answer).index(signpost.answer), not is_help, signpost.first_due or LAST


def _signpost(
    rule: ReportingRule, rules: ReportingRules, facts: Facts, calendar: Calendar
) -> Signpost:
    truth = rule.holds(facts)
    conditions = (rule.condition, *(each.condition for each in rule.body.named))
    asked = () if truth is False else conditions
    open_ = [fact for each in asked for fact in facts_in(reduced(each, facts))]
    return Signpost(
        rule=rule,
        answer=_answer(rule, truth),
        whom=_whom(rule.body, facts),
        deadlines=tuple(_deadlines(rule, rules, facts, calendar)) if truth is not False else (),
        unknown=tuple({fact.name: fact for fact in open_}.values()),
    )


def _whom(body: Body, facts: Facts) -> tuple[str, ...]:
    """Return who it is, in each nation in which the organisation is."""
    found = dict.fromkeys(each.name for each in body.named if each.holds(facts))
    return tuple(found) or (body.name,)


def _answer(rule: ReportingRule, truth: bool | None) -> Answer:  # noqa: FBT001 - a truth, not a switch
    if truth is False:
        return Answer.NO
    if rule.sort is Sort.VOLUNTARY:
        return Answer.CAN
    if truth is None or not rule.can_say_must:
        return Answer.CHECK
    return Answer.NOW if rule.sort is Sort.HELP else Answer.MUST


def _deadlines(
    rule: ReportingRule, rules: ReportingRules, facts: Facts, calendar: Calendar
) -> Iterator[Deadline]:
    """Yield each stage. Where it is not known in which nation, the strictest one counts."""
    nations = [each for each in rule.nations if each in (facts[NATIONS] or rules.nations)]
    for clock in rule.clocks:
        start = facts[clock.from_]
        by = due(clock, start, nations or rule.nations, calendar) if start else None
        yield Deadline(clock=clock, start=start, due=by)
