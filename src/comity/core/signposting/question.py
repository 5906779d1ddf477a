"""Question: what to ask next, so that few questions settle whom to tell."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from itertools import islice

from comity.core.language import Fact, Kind, Value
from comity.core.signposting.assess import Answer, Signpost, signposts
from comity.core.signposting.clock import Calendar
from comity.core.signposting.rule import ReportingRules, Sort

NO_VALUE: frozenset[str] = frozenset()


def next_question(
    rules: ReportingRules,
    known: Mapping[str, Value],
    now: datetime,
    calendar: Calendar,
    passed: Collection[str] = (),
) -> Fact | None:
    """Return the fact whose answer settles most; None if every duty and its time are settled.

    Only what can turn into a duty, or into help, is asked about: the rest is shown with what it
    depends on. So each question can change the outcome. Danger comes before all else. Of one rule,
    what stands first in its condition is asked first; of those that settle as much, the first in
    the vocabulary. When a time began to run is asked last. Facts in `passed` were asked about in
    vain and are not asked about again.
    """
    found = signposts(rules, known, now, calendar)
    facts = {name: fact for name, fact in rules.vocabulary.facts.items() if name not in passed}
    open_, starts = set(_first_open(found, passed)), set(_starts(found))
    asked = [fact for name, fact in facts.items() if name in open_]
    begun = (fact for name, fact in facts.items() if name in starts)
    settles = max(asked, key=lambda fact: _settled(rules, known, now, calendar, fact), default=None)
    return settles or next(begun, None)


def _starts(found: Iterable[Signpost]) -> Iterator[str]:
    """Yield the instants that start a time in which something has to be told, and are not known."""
    for each in found:
        if each.answer is Answer.MUST or (each.answer is Answer.CHECK and not each.unknown):
            for deadline in each.deadlines:
                if deadline.start is None and not deadline.clock.words:
                    yield deadline.clock.from_


def _settled(
    rules: ReportingRules, known: Mapping[str, Value], now: datetime, calendar: Calendar, fact: Fact
) -> float:
    """Return how many facts are no longer open after an answer, on average over the answers."""
    before = _waited_for(signposts(rules, known, now, calendar))
    after = [
        _waited_for(signposts(rules, {**known, fact.name: value}, now, calendar))
        for value in _answers(fact)
    ]
    return before - sum(after) / len(after)


def _first_open(found: Iterable[Signpost], passed: Collection[str]) -> list[str]:
    """Return the first fact that each open rule can ask; of help only, if any of that is open."""
    first = [
        (each.rule.sort, fact.name)
        for each in _open(found)
        for fact in islice((one for one in each.unknown if one.name not in passed), 1)
    ]
    of_help = [name for sort, name in first if sort is Sort.HELP]
    return of_help or [name for _, name in first]


def _waited_for(found: Iterable[Signpost]) -> int:
    """Return how many facts the open rules wait for, each counted with every rule."""
    return sum(len(each.unknown) for each in _open(found))


def _open(found: Iterable[Signpost]) -> list[Signpost]:
    """Return the rules that can say must and wait for a fact."""
    return [each for each in found if each.rule.can_say_must and each.unknown]


def _answers(fact: Fact) -> Iterator[Value]:
    """Yield the answers that a fact can be given; of a set each value by itself, and none."""
    match fact.kind:
        case Kind.FLAG:
            yield from (True, False)
        case Kind.SET:
            yield NO_VALUE
            yield from (frozenset({each}) for each in (fact.values.meanings if fact.values else ()))
        case _:
            yield from (fact.values.meanings if fact.values else ())
