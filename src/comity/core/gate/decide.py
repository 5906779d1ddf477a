"""Decide: the five steps in the room's docstring, in that order."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import NamedTuple

from comity.core.agreement import Agreements, Case, InPlay, MalformedError
from comity.core.consent import Consents
from comity.core.gate.decision import _TOKEN, Ground, Permit, Reason, Refusal
from comity.core.gate.facts import about_item, about_source, stated
from comity.core.gate.request import DisclosureRequest, Question
from comity.core.language import Facts
from comity.core.language.compile import SOURCES
from comity.core.markings import Item
from comity.core.terms import Digest


def decide(
    agreements: Agreements,
    request: DisclosureRequest,
    consents: Consents,
    now: datetime,
) -> Permit | Refusal:
    """Return whether the request may be carried out at `now` (an instant), and why.

    Total: it always returns, and everything that is not plainly permitted is a refusal.
    """
    question = Question(agreements, request, consents, now)
    permitted, reasons = judge(question)
    if permitted:
        return Permit(question, reasons, _TOKEN)
    return Refusal(question, reasons)


def judge(question: Question) -> tuple[bool, tuple[Reason, ...]]:
    """Return whether every item is permitted, and the reasons. Makes no permit."""
    try:
        return _judge(question)
    except MalformedError as fault:
        return False, (Reason(Ground.MALFORMED, detail=str(fault)),)
    except Exception as error:  # noqa: BLE001 - whatever went wrong, the answer is no
        return False, (Reason(Ground.ERROR, detail=type(error).__name__),)


def _judge(question: Question) -> tuple[bool, tuple[Reason, ...]]:
    """Judge every item; one that fails refuses the whole."""
    if not question.request.items:
        return False, (Reason(Ground.NOTHING_ASKED),)
    request = question.request
    case = question.agreements.case(request.discloser, request.recipient, request.kind)
    facts = stated(question)
    permits: list[Reason] = []
    refusals: list[Reason] = []
    for item in question.request.items:
        permitted, reasons = _judge_item(question, case, item, facts)
        (permits if permitted else refusals).extend(reasons)
    return not refusals, tuple(refusals or permits)


def _judge_item(
    question: Question, case: Case, item: Item, stated_facts: Mapping[Digest, Facts]
) -> tuple[bool, list[Reason]]:
    """Return whether one item is permitted, with the reasons for whichever it is."""
    if not item.label.sources:
        return False, [Reason(Ground.NO_SOURCE, item)]
    missing = item.label.agreements - question.agreements.digests
    if missing:
        return False, [Reason(Ground.AGREEMENT_MISSING, item, detail=", ".join(sorted(missing)))]
    views = _views(question, case, item, stated_facts)
    forbids = [reason for view in views for reason in _forbidding(view)]
    if forbids:
        return False, sorted(forbids, key=lambda reason: reason.ground is not Ground.FORBIDDEN)
    governing = [
        view
        for view in views
        if view.in_play.governs
        and question.agreements.in_force(view.in_play.agreement, question.now)
    ]
    permits = [reason for view in governing for reason in _permitting(view)]
    permitted = [reason for reason in permits if reason.ground is Ground.PERMITTED]
    if permitted:
        return True, permitted
    no_permit = Reason(Ground.NO_CLAUSE if governing else Ground.NO_AGREEMENT, item)
    return False, permits or [no_permit]


class _View(NamedTuple):
    """One item as one agreement sees it."""

    item: Item
    in_play: InPlay
    facts: Facts


def _views(
    question: Question, case: Case, item: Item, stated_facts: Mapping[Digest, Facts]
) -> list[_View]:
    """Return the item as each agreement that governs or watches sees it."""
    found = []
    ends = (question.request.discloser, question.request.recipient)
    derived = about_item(question, item)
    sources = [about_source(question, item, each, case.asks) for each in item.label.sources]
    for in_play in case.in_play:
        agreement = in_play.agreement
        if not question.agreements.has_a_say(agreement, ends, item.label, question.now):
            continue
        facts = Facts()
        if not in_play.silent:
            facts.update(stated_facts[agreement.vocabulary.digest])
            if in_play.has_changing_parameters:
                facts.update(agreement.changing_parameters(question.now))
            facts.update(derived)
            facts[SOURCES] = [_joined(facts, each) for each in sources]
        found.append(_View(item, in_play, facts))
    return found


def _joined(facts: Facts, own: Mapping[str, object]) -> Facts:
    """Return the facts of the request together with a source's own."""
    joined = Facts(facts)
    joined.update(own)
    return joined


def _permitting(view: _View) -> Iterator[Reason]:
    """Yield each permit that is true, and each that is unknown with what it waits for."""
    item, in_play, facts = view
    for each in in_play.rules.permits:
        truth = each.about_request(facts)
        if truth is True:
            yield Reason(Ground.PERMITTED, item, in_play.agreement, each.rule)
        elif truth is None:
            waits = tuple(each.request_waits_for(facts))
            yield Reason(Ground.NOT_SHOWN, item, in_play.agreement, each.rule, None, waits)


def _forbidding(view: _View) -> Iterator[Reason]:
    """Yield each forbid that is not false, once for each source that it fires for."""
    item, in_play, facts = view
    for each in in_play.rules.forbids:
        truth = each.about_request(facts)
        if truth is False:
            continue
        waits = () if truth else tuple(each.request_waits_for(facts))
        if each.about_source is None:
            ground = Ground.FORBIDDEN if truth else Ground.MAY_BE_FORBIDDEN
            yield Reason(ground, item, in_play.agreement, each.rule, None, waits)
            continue
        for source, about_it in zip(item.label.sources, facts[SOURCES], strict=True):
            holds = each.about_source(about_it)
            if holds is False:
                continue
            ground = Ground.FORBIDDEN if truth and holds else Ground.MAY_BE_FORBIDDEN
            more = () if holds else each.source_waits_for(about_it)
            yield Reason(ground, item, in_play.agreement, each.rule, source, (*waits, *more))
