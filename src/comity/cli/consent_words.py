"""Consent in words: why an organisation's answer does not cover what was asked."""

from collections.abc import Container, Iterator
from datetime import datetime

from comity.core.consent import Answer, Scope, Standing
from comity.core.gate import Reason, Refusal
from comity.core.gate.facts import ANSWERS
from comity.core.language import Value
from comity.core.language.conditions import facts_in, values_asked
from comity.core.terms import OrganisationId


def why_not_covered(refusal: Refusal, reason: Reason) -> list[str]:
    """Return what is wrong with the answer of a reason's source; nothing if that is not it."""
    question, item, source = refusal.question, reason.item, reason.source
    if item is None or source is None or reason.rule is None:
        return []
    asked = {fact.name: fact for fact in facts_in(reason.rule.condition)}
    if not isinstance(source.origin, OrganisationId) or ANSWERS.isdisjoint(asked):
        return []
    request = question.request
    scope = Scope(source.origin, item.digest, request.discloser, request.recipient, request.purpose)
    standing = question.consents.standing(scope, question.now)
    if silent := _silent(standing, source.origin):
        return silent
    assurance = asked.get("consent_assurance")
    strong = set(values_asked(reason.rule.condition, assurance)) if assurance else set()
    faults = _faults(standing, question.now, scope, strong)
    return [words for fact, words in faults if fact in asked]


def _silent(standing: Standing, organisation: OrganisationId) -> list[str]:
    """Return what there is instead of a yes; nothing if there is a yes."""
    match standing.answer:
        case None:
            return [f"the answers of {organisation} contradict each other"]
        case Answer.NONE:
            return [f"{organisation} has not answered anything about it"]
        case Answer.SOUGHT:
            return [f"{organisation} was asked and has not answered"]
        case Answer.REFUSED:
            return [f"{organisation} said no"]
        case Answer.WITHDRAWN:
            return [f"{organisation} took its yes back"]
        case Answer.GIVEN:
            return []


def _faults(
    standing: Standing, now: datetime, scope: Scope, strong: Container[Value]
) -> Iterator[tuple[str, str]]:
    """Yield each respect in which a yes does not fit, after the fact that says so.

    Which of these facts matter, and which assurances are `strong`, is for the rule to say.
    """
    yes = f"the newest yes of {scope.organisation}"
    if not standing.names_content:
        yield "consent_names_content", f"{yes} is for another content"
    for what, named, wanted in (
        ("recipient", standing.recipient, scope.recipient),
        ("discloser", standing.discloser, scope.discloser),
        ("purpose", standing.purpose, scope.purpose),
    ):
        if named != wanted:
            yield f"consent_{what}", f"{yes} names {named} as {what}, not {wanted}"
    if standing.start and now < standing.start:
        yield "consent_from", f"{yes} begins at {standing.start:%Y-%m-%d %H:%M} UTC"
    if standing.end and standing.end <= now:
        yield "consent_until", f"{yes} ended at {standing.end:%Y-%m-%d %H:%M} UTC"
    if standing.assurance not in strong:
        words = f"{yes} came by {standing.assurance}, which can refuse but not give"
        yield "consent_assurance", words
    if not standing.fresh:
        words = "no status of the last ten minutes shows that it still stands"
        yield "consent_fresh", words
