"""Rules in words: how each rule that can matter came out for a request, part by part."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import NamedTuple

from comity.core.agreement import Agreement, Effect, Prepared, Rule
from comity.core.agreement.holding import CASE_FACTS, MalformedError
from comity.core.gate import Permit, Refusal
from comity.core.gate.lines import facts_about
from comity.core.gate.request import Question
from comity.core.language import Condition, Facts, compiled
from comity.core.language.compile import SOURCES
from comity.core.language.conditions import ALWAYS, And, facts_in
from comity.core.language.reduce import reduced
from comity.core.language.vocabulary import Kind
from comity.core.language.write import written
from comity.core.markings import Item
from comity.words.catalogue import Language, say
from comity.words.decision import Data, spaced, wrapped

TRUTH = {True: "yes", False: "no", None: "unknown"}


class Part(NamedTuple):
    """One part of a rule as it is written, and whether it holds; None if that is not known.

    `seen` has what is known of the facts that it compares, as text and by name.
    """

    condition: str
    holds: bool | None
    seen: Mapping[str, str]


class Seen(NamedTuple):
    """How a rule came out for one item: the parts that it rests on, and those that lift it.

    `source` names whose telling it was about, if the rule is about one.
    """

    agreement: Agreement
    rule: Rule
    item: Item
    source: str
    holds: bool | None
    parts: tuple[Part, ...]
    unless: tuple[Part, ...]


def rule_lines(decision: Permit | Refusal, language: Language = Language.ENGLISH) -> Iterator[str]:
    """Yield, for a person, how each rule that can matter came out."""
    request, seen = decision.question.request, list(_seen(decision.question))
    words = {"discloser": request.discloser, "recipient": request.recipient}
    heading = "rules" if seen else "rules.none"
    yield say(heading, language, **words, kind=spaced(request.kind))
    for each in seen:
        yield ""
        of = f"{each.item.id} ({each.item.section}): " if len(request.items) > 1 else ""
        yield f"  {of}{say(f'rule.{_outcome(each)}', language, rule=each.rule.id)}"
        if each.source:
            yield f"    {say('rule.of_source', language, origin=each.source)}"
        yield from _part_lines(each.parts, language)
        if each.unless:
            yield f"    {say('rule.unless', language)}"
            yield from _part_lines(each.unless, language)


def rule_data(decision: Permit | Refusal) -> list[Data]:
    """Return the same as data."""
    return [
        {
            "rule": each.rule.id,
            "clause": each.rule.clause,
            "agreement": each.agreement.digest,
            "effect": each.rule.effect,
            "item": each.item.id,
            "source": each.source or None,
            "holds": each.holds,
            "parts": [part._asdict() for part in each.parts],
            "unless": [part._asdict() for part in each.unless],
        }
        for each in _seen(decision.question)
    ]


def _outcome(seen: Seen) -> str:
    if seen.rule.effect is Effect.PERMIT:
        return "permits" if seen.holds else "would_permit"
    return {True: "forbids", None: "may_forbid", False: "would_forbid"}[seen.holds]


def _part_lines(parts: Iterable[Part], language: Language) -> Iterator[str]:
    width = max(len(say(f"truth.{each}", language)) for each in TRUTH.values())
    for part in parts:
        truth = say(f"truth.{TRUTH[part.holds]}", language)
        seen = "; ".join(f"{name}: {value}" for name, value in part.seen.items())
        text = part.condition if part.holds or not seen else f"{part.condition} ({seen})"
        first, *more = wrapped(text, " " * (width + 8))
        yield f"      {truth:{width}}  {first.lstrip()}"
        yield from more


def _seen(question: Question) -> Iterator[Seen]:
    """Yield each rule that can matter, for each item, and for each source that it is about."""
    request = question.request
    ends = (request.discloser, request.recipient)
    try:
        case = question.agreements.case(request.discloser, request.recipient, request.kind)
        for item in request.items:
            for in_play in case.in_play:
                agreement = in_play.agreement
                if question.agreements.has_a_say(agreement, ends, item.label, question.now):
                    facts = facts_about(question, agreement, item)
                    permits = in_play.rules.permits if in_play.governs else ()
                    for prepared in (*in_play.rules.forbids, *permits):
                        yield from _rule_seen(agreement, prepared, item, facts)
    except MalformedError:  # a request that makes no sense meets no rule
        return


def _rule_seen(
    agreement: Agreement, prepared: Prepared, item: Item, facts: Facts
) -> Iterator[Seen]:
    rule, asked = prepared.rule, compiled(prepared.rule.about_request)(facts)
    if rule.about_source is None:
        parts = _parts(rule.head, facts)
        yield Seen(agreement, rule, item, "", asked, parts, _parts(rule.unless, facts))
        return
    about_source = compiled(rule.about_source)
    for source, own in zip(item.label.sources, facts[SOURCES], strict=True):
        yield Seen(
            agreement,
            rule,
            item,
            source.origin,
            _both(asked, about_source(own)),
            (*_parts(rule.head, facts), *_parts(rule.source, own)),
            _parts(rule.unless, own),
        )


def _both(one: bool | None, other: bool | None) -> bool | None:  # noqa: FBT001 - truths, not switches
    if one is False or other is False:
        return False
    return None if one is None or other is None else True


def _parts(condition: Condition | None, facts: Facts) -> tuple[Part, ...]:
    """Return the parts of a condition, as far as who asks whom for what leaves them open."""
    if condition is None:
        return ()
    rest = reduced(condition, {name: facts[name] for name in CASE_FACTS})
    if rest == ALWAYS:
        return ()
    parts = rest.parts if isinstance(rest, And) else (rest,)
    return tuple(Part(written(each), compiled(each)(facts), _known(each, facts)) for each in parts)


def _known(condition: Condition, facts: Facts) -> dict[str, str]:
    """Return what is known of the facts that a condition compares; a flag says itself what it is.

    What each source said is shown where the rule is about that source.
    """
    compared = {fact.name for fact in facts_in(condition) if fact.kind is not Kind.FLAG}
    return {name: _value(facts[name]) for name in sorted(compared) if facts[name] is not None}


def _value(value: object) -> str:
    if isinstance(value, frozenset):
        return ", ".join(sorted(value)) or "none"
    return f"{value:%Y-%m-%d %H:%M} UTC" if isinstance(value, datetime) else str(value)
