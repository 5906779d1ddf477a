"""Asking: what somebody has answered so far, as it stands in the address of a page.

Nothing is kept on this side: every answer stands in the query of the address, in the order in which
it was given, and whoever keeps the address can go on. What cannot be an answer is an error, never
passed over.
"""

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from urllib.parse import urlencode

from django.http import QueryDict

from comity.core.language import Fact, Kind, Value
from comity.words.questions import NO, YES

UNKNOWN = "unknown"
"""The key of facts that somebody was asked about and does not know, and the answer that says so."""

QUESTION, CHANGE = "question", "change"
"""Which question a form answers, and which one is to be asked again."""

TOLD = "told"
"""The key of what somebody has told already: `RULE~INSTANT~REFERENCE`, once for each rule."""

MOST_REFERENCE = 80

RIGHT_NOW, THEN = "now", "then"
PARTS = ("day", "month", "year", "time")
YES_OR_NO = {YES: True, NO: False}
FORM = "%Y-%m-%dT%H:%MZ"
YEARS = frozenset(map(str, range(2000, 2101)))
"""The years in which something can have happened: no reckoning with them leaves the calendar."""


class UnreadableError(ValueError):
    """A query that is no set of answers; its text names the key."""


class WrongAnswerError(ValueError):
    """An answer that cannot be taken; its text is the key of the sentence that says why."""


@dataclass(frozen=True, slots=True)
class Told:
    """When somebody did what a rule asks, and the reference that they were given, if any."""

    at: datetime
    reference: str


@dataclass(frozen=True, slots=True)
class Answers:
    """The facts that were answered, in order; one that nobody knows is None.

    `told` says of rules, by id, that somebody has told already whom they name.
    """

    given: Mapping[str, Value | None]
    told: Mapping[str, Told] = field(default_factory=dict)

    @property
    def known(self) -> dict[str, Value]:
        """The facts that are known."""
        return {name: value for name, value in self.given.items() if value is not None}

    @property
    def passed(self) -> frozenset[str]:
        """The facts that somebody was asked about in vain."""
        return frozenset(name for name, value in self.given.items() if value is None)

    def without(self, name: str) -> "Answers":
        """Return these answers without one."""
        kept = {each: value for each, value in self.given.items() if each != name}
        return Answers(kept, self.told)

    def with_(self, name: str, value: Value | None) -> "Answers":
        """Return these answers with one more, or with another one in its place."""
        return Answers({**self.given, name: value}, self.told)

    def having_told(self, rule: str, told: Told | None) -> "Answers":
        """Return these answers with one thing told, or taken back."""
        others = {each: value for each, value in self.told.items() if each != rule}
        return Answers(self.given, {**others, rule: told} if told else others)

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The answers as they stand in an address."""
        given = [pair for name, value in self.given.items() for pair in _pairs(name, value)]
        told = [
            (TOLD, f"{rule}~{in_address(each.at)}~{each.reference}")
            for rule, each in self.told.items()
        ]
        return given + told

    @property
    def query(self) -> str:
        """The query of an address, with its question mark; nothing if nothing was answered."""
        return f"?{urlencode(self.pairs)}" if self.pairs else ""


def _pairs(name: str, value: Value | None) -> Iterator[tuple[str, str]]:
    match value:
        case None:
            yield UNKNOWN, name
        case bool():
            yield name, YES if value else NO
        case frozenset():
            yield from ((name, each) for each in sorted(value))
        case datetime():
            yield name, in_address(value)
        case _:
            yield name, str(value)


def read_answers(
    query: QueryDict,
    facts: Mapping[str, Fact],
    rules: Container[str] = (),
    besides: Container[str] = (),
) -> Answers:
    """Return the answers in the query of an address; `besides` are fields of the page itself.

    Raises:
        UnreadableError: a key or a value is none that an address of ours has.
    """
    asked = query.get(QUESTION)
    given: dict[str, Value | None] = {}
    for key in query:
        is_of_the_question = asked and (key == asked or key.startswith(f"{asked}-"))
        if key in {QUESTION, CHANGE, TOLD} or key in besides or is_of_the_question:
            continue
        if key == UNKNOWN:
            for name in query.getlist(key):
                if name not in facts:
                    raise UnreadableError(name)
                given[name] = None
        elif key in facts:
            given[key] = _read(facts[key], query.getlist(key))
        else:
            raise UnreadableError(key)
    for asked_about in (query.get(QUESTION), query.get(CHANGE)):
        if asked_about and asked_about not in facts:
            raise UnreadableError(asked_about)
    return Answers(given, dict(_told(each, rules) for each in query.getlist(TOLD)))


def _told(written: str, rules: Container[str]) -> tuple[str, Told]:
    rule, _, rest = written.partition("~")
    at, _, reference = rest.partition("~")
    if rule not in rules or not is_reference(reference):
        raise UnreadableError(TOLD)
    try:
        return rule, Told(instant_at(at), reference)
    except ValueError:
        raise UnreadableError(TOLD) from None


def instant_at(written: str) -> datetime:
    """Return an instant that stands in an address.

    Raises:
        ValueError: it is none, or nothing of ours can have happened then.
    """
    if written[:4] not in YEARS:
        raise ValueError(written)
    return datetime.strptime(written, FORM).replace(tzinfo=UTC)


def in_address(at: datetime) -> str:
    """Return an instant as it stands in an address."""
    return at.astimezone(UTC).strftime(FORM)


def is_reference(text: str) -> bool:
    """Return whether a text can be a reference: short, and nothing in it that cannot be shown."""
    return len(text) <= MOST_REFERENCE and text.isprintable()


def _read(fact: Fact, values: list[str]) -> Value:
    try:
        return _value(fact, values)
    except ValueError:
        raise UnreadableError(fact.name) from None


def _value(fact: Fact, values: list[str]) -> Value:
    listed = fact.values.meanings if fact.values else {}
    if fact.kind is Kind.SET and values and all(each in listed for each in values):
        return frozenset(values)
    if len(values) != 1:
        raise ValueError
    [value] = values
    if fact.kind is Kind.FLAG and value in YES_OR_NO:
        return YES_OR_NO[value]
    if fact.kind is Kind.ONE and value in listed:
        return value
    if fact.kind is Kind.INSTANT:
        return instant_at(value)
    raise ValueError


def answered(query: QueryDict, fact: Fact, now: datetime, zone: tzinfo) -> Value | None:
    """Return what a form says of the fact that it asks about; None: nobody knows.

    Raises:
        WrongAnswerError: nothing was chosen, or what was written is no answer.
    """
    written = any(query.get(f"{fact.name}-{part}") for part in PARTS)
    values = query.getlist(fact.name) or [THEN] * written
    if values == [UNKNOWN]:
        return None
    if not values:
        raise WrongAnswerError("error.choose")
    if UNKNOWN in values:
        raise WrongAnswerError("error.either")
    if fact.kind is Kind.INSTANT:
        return (
            now.replace(second=0, microsecond=0)
            if values == [RIGHT_NOW]
            else read_instant(query, fact.name, now, zone)
        )
    try:
        return _value(fact, values)
    except ValueError:
        raise WrongAnswerError("error.choose") from None


def read_day(written: str) -> datetime:
    """Return a day that was written as day, month and year: its beginning, in UTC.

    Raises:
        WrongAnswerError: there is no such day.
    """
    day, month, year = (*written.replace("/", " ").replace(".", " ").split(), "", "", "")[:3]
    try:
        found = datetime(int(year), int(month), int(day), tzinfo=UTC)
    except (ValueError, OverflowError):
        raise WrongAnswerError("error.instant") from None
    if str(found.year) not in YEARS:
        raise WrongAnswerError("error.instant")
    return found


def read_instant(query: QueryDict, name: str, now: datetime, zone: tzinfo) -> datetime:
    """Return a local time that was written in four fields; of two with one name the earlier one.

    Raises:
        WrongAnswerError: there is no such time, or it has not come yet.
    """
    day, month, year, time = ((query.get(f"{name}-{part}") or "").strip() for part in PARTS)
    hour, _, minute = time.replace(".", ":").partition(":")
    try:
        local = datetime(int(year), int(month), int(day), int(hour), int(minute or 0), tzinfo=zone)
        at = local.astimezone(UTC)
    except (ValueError, OverflowError):
        raise WrongAnswerError("error.instant") from None
    if str(local.year) not in YEARS or at.astimezone(zone) != local:
        raise WrongAnswerError("error.instant")
    if at > now:
        raise WrongAnswerError("error.future")
    return at
