"""Remedies: what would have to be so for a refused request to be permitted.

Every step that somebody could take is supposed at once; if the gate's own `judge` still refuses,
nobody can cure the refusal and there is no remedy. Otherwise steps are dropped one by one as long
as the gate would still permit. So a remedy that is named works, and none of its steps is idle.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import NamedTuple

from comity.core.agreement import InPlay, MalformedError
from comity.core.consent import (
    Answer,
    Assurance,
    Choice,
    Consents,
    Entitlement,
    Scope,
    Statement,
    Status,
)
from comity.core.gate.decide import judge
from comity.core.gate.decision import Refusal
from comity.core.gate.facts import DERIVED
from comity.core.gate.request import Evidenced, Question
from comity.core.language import Condition, Fact, Value
from comity.core.language.conditions import facts_in, values_asked
from comity.core.language.english import plain
from comity.core.language.vocabulary import Kind
from comity.core.markings import Item
from comity.core.terms import ConsentId, EvidenceId, OrganisationId

MOST_STEPS = 24
ONE_DAY = timedelta(days=1)
SUPPOSED = EvidenceId("supposed")
ENDED = {Answer.REFUSED: "it has refused", Answer.WITHDRAWN: "it has withdrawn its consent"}


class Step(NamedTuple):
    """Something that somebody can do, in words, and the question as it would then be."""

    text: str
    suppose: Callable[[Question], Question]


class Remedy(NamedTuple):
    """Steps that, all taken, would turn the refusal into a permit; none can be left out."""

    steps: tuple[str, ...]


def remedies(refusal: Refusal) -> tuple[Remedy, ...]:
    """Return the ways to a permit, the shortest first; none if nobody can cure the refusal.

    They are words for a person. Nothing is done here, and no permit is made.
    """
    question = _narrowed(refusal.question)
    steps, alternatives = _steps(question)
    found: dict[tuple[str, ...], Remedy] = {}
    for choice in ((), *((each,) for each in alternatives)):
        needed = _needed([*steps, *choice][:MOST_STEPS], question)
        if needed:
            found.setdefault(needed, Remedy(needed))
            if not choice:
                break
    return tuple(sorted(found.values(), key=lambda remedy: len(remedy.steps)))


def _narrowed(question: Question) -> Question:
    """Return the question without the answers of organisations that it does not concern."""
    sources = (source for item in question.request.items for source in item.label.sources)
    return question._replace(consents=question.consents.of({source.origin for source in sources}))


def _needed(steps: list[Step], question: Question) -> tuple[str, ...]:
    """Return the steps without which the gate would refuse; none if all are not enough."""
    if not _would_permit(steps, question):
        return ()
    for step in list(steps):
        rest = [each for each in steps if each is not step]
        if _would_permit(rest, question):
            steps = rest
    return tuple(dict.fromkeys(step.text for step in steps))


def _would_permit(steps: Iterable[Step], question: Question) -> bool:
    for step in steps:
        question = step.suppose(question)
    return judge(question)[0]


def _steps(question: Question) -> tuple[list[Step], list[Step]]:
    """Return the steps that can all be taken, and those of which only one can."""
    in_play = _in_play(question)
    asked = {fact.name: fact for each in in_play for fact in _facts_asked(each)}
    steps = list(_steps_of_organisations(asked, question))
    alternatives: list[Step] = []
    for fact in asked.values():
        if not fact.remedy or fact.name in DERIVED or _is_met(fact, question):
            continue
        text = _filled(fact.remedy, question)
        if fact.kind is Kind.SET and fact.values:
            steps.append(Step(text, _suppose_fact(fact, frozenset(fact.values.meanings))))
        elif fact.remedy_value is not None:
            steps.append(Step(text, _suppose_fact(fact, fact.remedy_value)))
        else:
            values = dict.fromkeys(_values_asked(in_play, fact))
            alternatives += [Step(f"{text}: {v}", _suppose_fact(fact, v)) for v in values]
    return steps, alternatives


def _in_play(question: Question) -> list[InPlay]:
    request = question.request
    try:
        case = question.agreements.case(request.discloser, request.recipient, request.kind)
    except MalformedError:  # what makes no sense has no remedy but another request
        return []
    return list(case.in_play)


def _facts_asked(in_play: InPlay) -> Iterator[Fact]:
    for prepared in (*in_play.rules.permits, *in_play.rules.forbids):
        yield from facts_in(prepared.rule.condition)


def _values_asked(in_play: list[InPlay], fact: Fact) -> list[Value]:
    """Return the values that permits ask for, or else those that forbids do."""
    permits = [p.rule.condition for each in in_play if each.governs for p in each.rules.permits]
    forbids = [f.rule.condition for each in in_play for f in each.rules.forbids]
    return _values_in(permits, fact) or _values_in(forbids, fact)


def _values_in(conditions: Iterable[Condition], fact: Fact) -> list[Value]:
    return [value for condition in conditions for value in values_asked(condition, fact)]


def _steps_of_organisations(asked: dict[str, Fact], question: Question) -> Iterator[Step]:
    """Yield, for each item and each organisation behind it, what only that one can do."""
    for item in question.request.items:
        origins = {source.origin for source in item.label.sources}
        for organisation in sorted(each for each in origins if isinstance(each, OrganisationId)):
            if "consent" in asked:
                text = _consent_text(asked["consent"], organisation, item, question)
                yield Step(text, suppose_consent(organisation, item))
            if "chose_recipient" in asked:
                remedy = asked["chose_recipient"].remedy
                text = _filled(remedy, question, **_told(organisation, item))
                yield Step(text, _suppose_choice(organisation, item))


def _consent_text(fact: Fact, organisation: OrganisationId, item: Item, question: Question) -> str:
    """Return the words for a consent; they say so if the organisation has already said no.

    It has to last for longer than today, so the next day is named.
    """
    text = _filled(fact.remedy, question, **_told(organisation, item))
    request, until = question.request, question.now + ONE_DAY
    text = f"{text}, until {until.day} {until:%B %Y} or later"
    scope = Scope(organisation, item.digest, request.discloser, request.recipient, request.purpose)
    answer = question.consents.standing(scope, question.now).answer
    return f"{text} ({ENDED[answer]}: only a new yes counts)" if answer in ENDED else text


def _told(organisation: OrganisationId, item: Item) -> dict[str, str]:
    return {"organisation": organisation, "section": plain(item.section)}


def _is_met(fact: Fact, question: Question) -> bool:
    stated = question.request.facts.get(fact.name)
    return stated is not None and stated.value == fact.remedy_value and stated.evidence is not None


def _filled(text: str, question: Question, **words: str) -> str:
    """Return a remedy's words with the names of this request put in."""
    labels = [item.label for item in question.request.items]
    known = {
        "recipient": question.request.recipient,
        "purpose": plain(question.request.purpose),
        "origins": ", ".join(sorted({s.origin for label in labels for s in label.sources})),
        "restrictions": ", ".join(sorted({r for label in labels for r in label.restrictions})),
        **words,
    }
    for name, word in known.items():
        text = text.replace(f"{{{name}}}", word)
    return text


def _suppose_fact(fact: Fact, value: Value) -> Callable[[Question], Question]:
    def suppose(question: Question) -> Question:
        facts = {**question.request.facts, fact.name: Evidenced(value, SUPPOSED)}
        return question._replace(request=replace(question.request, facts=facts))

    return suppose


def _next_counter(consents: Consents) -> int:
    counters = [each.counter for each in consents.statements]
    counters += [each.counter for each in consents.choices]
    counters += [each.counter for each in consents.statuses]
    return 1 + max(counters, default=0)


def suppose_consent(organisation: OrganisationId, item: Item) -> Callable[[Question], Question]:
    """Return what makes of a question the one in which this organisation has said yes."""

    def suppose(question: Question) -> Question:
        request, now, held = question.request, question.now, question.consents
        counter, until = _next_counter(held), now + ONE_DAY
        consent = ConsentId(f"supposed-{counter}")
        statement = Statement(
            consent=consent,
            organisation=organisation,
            answer=Answer.GIVEN,
            items=frozenset({item.digest}),
            discloser=request.discloser,
            recipient=request.recipient,
            purpose=request.purpose,
            start=now,
            end=until,
            counter=counter,
            assurance=Assurance.PASSKEY,
            stated_at=now,
            received_at=now,
            entitlement=Entitlement.REGISTERED,
        )
        status = Status(
            consent=consent, counter=counter, newest_answer=counter, start=now, end=until
        )
        consents = replace(
            held,
            statements=(*held.statements, statement),
            statuses=(*held.statuses, status),
        )
        return question._replace(consents=consents)

    return suppose


def _suppose_choice(organisation: OrganisationId, item: Item) -> Callable[[Question], Question]:
    def suppose(question: Question) -> Question:
        held = question.consents
        choice = Choice(
            organisation=organisation,
            items=frozenset({item.digest}),
            bodies=frozenset({question.request.recipient}),
            counter=_next_counter(held),
        )
        return question._replace(consents=replace(held, choices=(*held.choices, choice)))

    return suppose
