"""Facts: what a request may state, and what the gate derives and nobody can state."""

from collections.abc import Mapping
from typing import Any

from comity.core.agreement import MalformedError
from comity.core.consent import Scope
from comity.core.gate.request import DisclosureRequest, Question
from comity.core.language import Fact, Facts
from comity.core.language.compile import SOURCES
from comity.core.markings import Item, Source
from comity.core.terms import ORGANISATION, Digest, OrganisationId

ANSWERS = frozenset(
    {"consent", "consent_names_content", "consent_discloser", "consent_recipient"}
    | {"consent_purpose", "consent_from", "consent_until", "consent_assurance", "consent_fresh"}
    | {"consent_entitlement"}
)
ALWAYS_KNOWN = frozenset(
    {"discloser", "recipient", "purpose", "kind", "now", "section", "tlp", "restrictions", "origin"}
)
"""What the gate derives for every request. All else may be unknown."""

DERIVED = ANSWERS.union(
    ALWAYS_KNOWN,
    (SOURCES, "identifies_people", "identifies_organisation", "origin_is_addressee"),
    ("given_to", "in_confidence", "chose_recipient"),
)


def stated(question: Question) -> Mapping[Digest, Facts]:
    """Return the facts that are stated and evidenced, as each vocabulary at hand knows them.

    Raises:
        MalformedError: a fact is stated that nobody knows or can state, or not with this value.
    """
    request, agreements = question.request, question.agreements
    if not (DERIVED.isdisjoint(request.facts) and agreements.parameters.isdisjoint(request.facts)):
        raise MalformedError("a fact is stated that nobody can state")
    if not agreements.facts.issuperset(request.facts):
        raise MalformedError("a fact is stated that no agreement at hand knows")
    agreements.check_word("purpose", request.purpose)
    for item in request.items:
        agreements.check_words_of(item)
    return {digest: _typed(request, known) for digest, known in agreements.vocabularies.items()}


def _typed(request: DisclosureRequest, known: Mapping[str, Fact]) -> Facts:
    found = Facts()
    for name, (value, evidence) in request.facts.items():
        fact = known.get(name)
        if fact is None:
            continue
        if fact.of_source or not fact.accepts(value):
            raise MalformedError(f"{name} cannot have this value")
        if evidence is not None or not fact.evidence:
            found[name] = value
    return found


def about_item(question: Question, item: Item) -> Mapping[str, Any]:
    """Return what the gate derives about one item."""
    request, label = question.request, item.label
    return {
        "discloser": request.discloser,
        "recipient": request.recipient,
        "purpose": request.purpose,
        "kind": request.kind,
        "now": question.now,
        "section": item.section,
        "tlp": label.tlp,
        "restrictions": label.restrictions,
        "identifies_people": label.identifies_people,
        "identifies_organisation": label.identifies_organisation,
    }


def about_source(
    question: Question, item: Item, source: Source, asks: frozenset[str]
) -> Mapping[str, Any]:
    """Return what the gate derives about one source; of answers only what is asked."""
    request, origin = question.request, source.origin
    known: dict[str, Any] = {"given_to": source.given_to, "in_confidence": source.in_confidence}
    if not isinstance(origin, OrganisationId):
        return {"origin": origin, "origin_is_addressee": False, **known}
    known["given_to"] = source.given_to or None  # nobody has said
    known["origin"] = ORGANISATION
    known["origin_is_addressee"] = origin == request.addressee
    if "chose_recipient" in asks:
        chose = question.consents.chose(origin, item.digest, request.recipient)
        known["chose_recipient"] = chose
    if not ANSWERS.isdisjoint(asks):
        known.update(_about_answer(question, item, origin))
    return known


def _about_answer(question: Question, item: Item, origin: OrganisationId) -> Mapping[str, Any]:
    request = question.request
    scope = Scope(origin, item.digest, request.discloser, request.recipient, request.purpose)
    standing = question.consents.standing(scope, question.now)
    return {
        "consent": standing.answer,
        "consent_names_content": standing.names_content,
        "consent_discloser": standing.discloser,
        "consent_recipient": standing.recipient,
        "consent_purpose": standing.purpose,
        "consent_from": standing.start,
        "consent_until": standing.end,
        "consent_assurance": standing.assurance,
        "consent_fresh": standing.fresh,
        "consent_entitlement": standing.entitlement,
    }
