"""Consent in words: why an organisation's answer does not cover what was asked."""

from collections.abc import Container, Iterator, Mapping
from datetime import datetime

from comity.core.consent import Answer, Scope, Standing
from comity.core.gate import Reason, Refusal
from comity.core.gate.facts import ANSWERS
from comity.core.language import Value
from comity.core.language.conditions import facts_in, values_asked
from comity.core.language.english import plain
from comity.core.terms import OrganisationId
from comity.words.catalogue import Language, say

SILENT = {
    None: "contradict",
    Answer.NONE: "none",
    Answer.SOUGHT: "sought",
    Answer.REFUSED: "refused",
    Answer.WITHDRAWN: "withdrawn",
}
"""What there is instead of a yes, and the sentence for it."""

Fault = tuple[str, str, dict[str, object]]
"""A fact that an answer does not meet, the sentence for that, and what it puts in."""


def why_not_covered(
    refusal: Refusal, reason: Reason, language: Language = Language.ENGLISH
) -> list[str]:
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
    if standing.answer in SILENT:
        key = f"consent.{SILENT[standing.answer]}"
        return [say(key, language, organisation=source.origin)]
    accepted: dict[str, Container[Value]] = {
        name: frozenset(values_asked(reason.rule.condition, asked[name]))
        for name in ("consent_assurance", "consent_entitlement")
        if name in asked
    }
    return [
        say(f"consent.{key}", language, organisation=source.origin, **values)
        for fact, key, values in _faults(standing, question.now, scope, accepted)
        if fact in asked
    ]


def _faults(
    standing: Standing, now: datetime, scope: Scope, accepted: Mapping[str, Container[Value]]
) -> Iterator[Fault]:
    """Yield each respect in which a yes does not fit.

    Which of these facts matter, and which assurances and entitlements are `accepted`, is for the
    rule to say.
    """
    if not standing.names_content:
        yield "consent_names_content", "other_content", {}
    for what, named, wanted in (
        ("recipient", standing.recipient, scope.recipient),
        ("discloser", standing.discloser, scope.discloser),
        ("purpose", standing.purpose, scope.purpose),
    ):
        if named != wanted:
            words: dict[str, object] = {"named": plain(named or ""), "wanted": plain(wanted)}
            yield f"consent_{what}", f"other_{what}", words
    if standing.start and now < standing.start:
        yield "consent_from", "begins", {"at": f"{standing.start:%Y-%m-%d %H:%M}"}
    if standing.end and standing.end <= now:
        yield "consent_until", "ended", {"at": f"{standing.end:%Y-%m-%d %H:%M}"}
    if standing.assurance not in accepted.get("consent_assurance", ()):
        yield "consent_assurance", "weak", {"assurance": standing.assurance}
    if standing.entitlement not in accepted.get("consent_entitlement", ()):
        yield "consent_entitlement", "not_entitled", {}
    if not standing.fresh:
        yield "consent_fresh", "stale", {}
