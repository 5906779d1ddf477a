"""Rule: whom to tell, on what condition and by when, as dated data with source and grade."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from comity.core.language import (
    Condition,
    Fragment,
    Kind,
    Names,
    Test,
    Vocabulary,
    check,
    compiled,
    parse,
)
from comity.core.language.conditions import FactRef, In, Literal, conjunction, disjunction
from comity.core.signposting.clock import Clock
from comity.core.signposting.hours import END_OF_DAY, Opening
from comity.core.terms import Code, Place, Table, suggestion

NATIONS = "nations"
"""The fact that says in which nations the organisation is."""


class Sort(StrEnum):
    """What telling a body is: help in danger, a duty, or of one's own accord."""

    HELP = "help"
    DUTY = "duty"
    VOLUNTARY = "voluntary"


class Grade(StrEnum):
    """How well a rule is founded."""

    PRIMARY = "A"
    SUMMARY = "B"
    FROM_MEMORY = "M"


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """The name of whom to tell where that depends on facts: this one, if `condition` is so."""

    name: str
    condition: Condition
    holds: Test = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """Whom to tell, and how. `verified_by` is empty until a named person has tried it.

    `hours` says in words when somebody answers; `openings` says it for a clock, and is empty where
    the hours are not known.

    If which one it is depends on facts, `named` says so, and `name` stands for all of them.
    """

    id: str
    name: str
    does: str
    link: str
    phone: str
    hours: str
    seen_on: date
    verified_by: str
    openings: tuple[Opening, ...] = ()
    named: tuple[Named, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportingRule:
    """One thing to tell one body. If it applies in some nations only, `condition` says so.

    `holds` asks it of facts: true, false or not known.
    `applies_on` names the instant whose day decides whether it is in force; without that instant
    it is today.
    """

    id: str
    body: Body
    what: str
    sort: Sort
    nations: tuple[str, ...]
    condition: Condition
    holds: Test = field(repr=False, compare=False)
    clocks: tuple[Clock, ...]
    late: str
    says_nothing_to: tuple[str, ...]
    source: str
    grade: Grade
    verified_on: date
    applies_on: str
    in_force_from: date | None
    in_force_to: date | None

    @property
    def can_say_must(self) -> bool:
        """Whether it can come to more than a thing to check: what rests on memory cannot."""
        return self.sort is not Sort.VOLUNTARY and self.grade is not Grade.FROM_MEMORY

    def in_force_on(self, day: date) -> bool:
        """Return whether it is in force on a day; one that has no first day is not in force yet."""
        begun = self.in_force_from is not None and self.in_force_from <= day
        return begun and (self.in_force_to is None or day <= self.in_force_to)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportingRules:
    """All rules, in the order of the file, and the facts that they speak about."""

    vocabulary: Vocabulary
    all: tuple[ReportingRule, ...]

    @property
    def nations(self) -> tuple[str, ...]:
        """The nations that there are."""
        values = self.vocabulary.facts[NATIONS].values
        return tuple(values.meanings) if values else ()


def read_rules(document: Mapping[str, object], name: str, vocabulary: Vocabulary) -> ReportingRules:
    """Return the rules that a document declares.

    Raises:
        InputError: a key is missing, unknown or of the wrong type, a condition does not hold
            together, or a rule names a body, a nation or an instant that there is not.
    """
    table = Table(document, name)
    table.only("body", "rule")
    bodies = {body.id: body for body in _bodies(table.table("body"), vocabulary)}
    listed = table.table("rule")
    return ReportingRules(
        vocabulary=vocabulary,
        all=tuple(_rule(each, listed.table(each), bodies, vocabulary) for each in listed.values),
    )


def _bodies(table: Table, vocabulary: Vocabulary) -> Iterator[Body]:
    for each in table.values:
        body = table.table(each)
        body.only("name", "does", "link", "phone", "hours", "openings", "seen_on", "verified_by",
                  "which")  # fmt: skip
        yield Body(
            id=each,
            name=body.text("name"),
            does=body.text("does"),
            link=body.text("link", ""),
            phone=body.text("phone", ""),
            hours=body.text("hours", ""),
            seen_on=_day(body, "seen_on"),
            verified_by=body.text("verified_by", ""),
            openings=tuple(_opening(one, vocabulary) for one in body.tables("openings")),
            named=tuple(_named(one, vocabulary) for one in body.tables("which")),
        )


def _opening(table: Table, vocabulary: Vocabulary) -> Opening:
    table.only("opens", "closes", "working_days_of")
    opening = Opening(
        opens=table.number("opens", 0),
        closes=table.number("closes", END_OF_DAY),
        working_days_of=table.text("working_days_of", ""),
    )
    if opening.working_days_of:
        known = vocabulary.facts[NATIONS].values
        nations = known.meanings if known else ()
        _check_known(table, "working_days_of", opening.working_days_of, nations)
    if not 0 <= opening.opens < opening.closes <= END_OF_DAY:
        advice = "give full hours of one day, from 0 to 24, the first before the second"
        raise table.error(Code.BAD_RULE, "it is not clear from when to when", advice)
    return opening


def _named(table: Table, vocabulary: Vocabulary) -> Named:
    table.only("name", "when")
    condition = _condition(table, vocabulary)
    return Named(name=table.text("name"), condition=condition, holds=compiled(condition))


def _condition(table: Table, vocabulary: Vocabulary) -> Condition:
    place = Place(name=f"{table.name}: {table.path}.when", line=1)
    fragment = Fragment(table.text("when"), place)
    return check(parse([fragment]), Names(vocabulary=vocabulary))


def _rule(
    id_: str, table: Table, bodies: Mapping[str, Body], vocabulary: Vocabulary
) -> ReportingRule:
    table.only("body", "what", "sort", "nations", "when", "clocks", "late", "says_nothing_to",
               "source", "grade", "verified_on", "applies_on", "in_force_from", "in_force_to",
               "not_yet")  # fmt: skip
    known = vocabulary.facts[NATIONS].values
    nations = table.texts("nations") or tuple(known.meanings if known else ())
    for nation in nations:
        _check_known(table, "nations", nation, known.meanings if known else ())
    not_yet = table.flag("not_yet", default=False)
    condition = _condition(table, vocabulary)
    if table.has("nations"):
        where = FactRef(vocabulary.facts[NATIONS])
        somewhere = disjunction(In(Literal(nation), where) for nation in nations)
        condition = conjunction([somewhere, condition])
    return ReportingRule(
        id=id_,
        body=bodies[_check_known(table, "body", table.text("body"), bodies)],
        what=table.text("what"),
        sort=table.one_of("sort", Sort, Sort.DUTY),
        nations=nations,
        condition=condition,
        holds=compiled(condition),
        clocks=tuple(_clock(each, vocabulary) for each in table.tables("clocks")),
        late=table.text("late", ""),
        says_nothing_to=tuple(
            bodies[_check_known(table, "says_nothing_to", each, bodies)].name
            for each in table.texts("says_nothing_to")
        ),
        source=table.text("source"),
        grade=table.one_of("grade", Grade),
        verified_on=_day(table, "verified_on"),
        applies_on=_instant_fact(table, "applies_on", vocabulary, "aware_at"),
        in_force_from=None if not_yet else _day(table, "in_force_from"),
        in_force_to=_day(table, "in_force_to") if table.has("in_force_to") else None,
    )


def _clock(table: Table, vocabulary: Vocabulary) -> Clock:
    table.only("stage", "from", "words", "hours", "working_days")
    clock = Clock(
        stage=table.text("stage", ""),
        from_=_instant_fact(table, "from", vocabulary),
        words=table.text("words", ""),
        hours=table.number("hours", 0),
        working_days=table.number("working_days", 0),
    )
    said = [bool(clock.hours), bool(clock.working_days), bool(clock.words)]
    if said.count(True) != 1 or min(clock.hours, clock.working_days) < 0:
        advice = "give exactly one of hours, working_days and words"
        raise table.error(Code.BAD_RULE, "it is not clear by when", advice)
    return clock


def _instant_fact(table: Table, key: str, vocabulary: Vocabulary, usual: str | None = None) -> str:
    instants = [each.name for each in vocabulary.facts.values() if each.kind is Kind.INSTANT]
    return _check_known(table, key, table.text(key, usual), instants)


def _check_known(
    table: Table, key: str, value: str, known: "Mapping[str, object] | list[str] | tuple[()]"
) -> str:
    if value not in known:
        raise table.error(
            Code.UNKNOWN_VALUE,
            f"unknown value {value[:60]}{suggestion(value, known)}",
            f"use one of {', '.join(known)}",
            key,
        )
    return value


def _day(table: Table, key: str) -> date:
    found = table.values.get(key)
    if type(found) is not date:
        raise table.error(
            Code.WRONG_TYPE if table.has(key) else Code.MISSING_KEY,
            f"{key} must be a day",
            "write a day such as 2026-11-23, without quotes",
            key,
        )
    return found
