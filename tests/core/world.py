"""A small world for tests: Acme told the NCA in confidence, and somebody wants to pass it on."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib import resources
from typing import Any

from comity.core.agreement import Agreement, Agreements, read_agreement
from comity.core.consent import Answer, Assurance, Choice, Consents, Entitlement, Statement, Status
from comity.core.gate import DisclosureRequest, Evidenced
from comity.core.language import Vocabulary, read_vocabulary
from comity.core.markings import Item, Label, Source
from comity.core.terms import (
    ConsentId,
    Digest,
    EvidenceId,
    ItemId,
    OrganisationId,
    PartyId,
    Purpose,
    Section,
    digest_of,
    read_toml,
)

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

ICO, NCA, NCSC, FRONT_DOOR = map(PartyId, ("ICO", "NCA", "NCSC", "FRONT_DOOR"))
ACME, BOLT = OrganisationId("acme"), OrganisationId("bolt")
REGULATION = Purpose("regulation")
CONSENT = ConsentId("consent-1")
INCIDENT = digest_of("the incident, as Acme told it")
EDITED = digest_of("the incident, edited afterwards")
SHIPPED = resources.files("comity") / "agreements"


@cache
def vocabulary() -> Vocabulary:
    """Return the standard vocabulary."""
    document = read_toml((SHIPPED / "vocabulary.toml").read_bytes(), "vocabulary.toml")
    return read_vocabulary(document, "vocabulary.toml")


@cache
def agreement(name: str = "ico-nca-2024") -> Agreement:
    """Return a shipped agreement."""
    return read_agreement((SHIPPED / f"{name}.md").read_bytes(), name, vocabulary())


@cache
def agreements() -> Agreements:
    """Return both shipped agreements, at hand."""
    return Agreements([agreement(), agreement("front-door-terms")])


def known(**values: Any) -> dict[str, Evidenced]:  # noqa: ANN401 - facts have any type
    """Return request facts, each with its evidence."""
    return {name: Evidenced(value, EvidenceId(f"for-{name}")) for name, value in values.items()}


ACME_TOLD_NCA = Source(origin=ACME, given_to=frozenset({NCA}), in_confidence=True)
LABEL = Label(
    sources=frozenset({ACME_TOLD_NCA}), identifies_people=False, identifies_organisation=True
)
ITEM = Item(id=ItemId("item-1"), section=Section("incident"), digest=INCIDENT, label=LABEL)
REQUEST = DisclosureRequest(
    items=(ITEM,),
    discloser=NCA,
    recipient=ICO,
    purpose=REGULATION,
    kind="organisation_specific",
    facts=known(
        gateway="cca_2013_s7_4",
        within_functions=True,
        necessity_recorded=True,
        officer_named=True,
    ),
)
"""Everything is in order for this request, but Acme's consent."""

GIVEN = Statement(
    consent=CONSENT,
    organisation=ACME,
    answer=Answer.GIVEN,
    items=frozenset({INCIDENT}),
    discloser=NCA,
    recipient=ICO,
    purpose=REGULATION,
    start=NOW - DAY,
    end=NOW + DAY,
    counter=7,
    assurance=Assurance.PASSKEY,
    stated_at=NOW - HOUR,
    received_at=NOW - HOUR,
    entitlement=Entitlement.REGISTERED,
)
WITHDRAWN = replace(
    GIVEN, answer=Answer.WITHDRAWN, counter=8, assurance=Assurance.MAIL, stated_at=NOW
)
FRESH = Status(
    consent=CONSENT,
    counter=20,
    newest_answer=7,
    start=NOW - timedelta(minutes=5),
    end=NOW + timedelta(minutes=5),
)
SAID_YES = Consents(statements=(GIVEN,), statuses=(FRESH,))
CHOSE_NCA = Choice(
    organisation=ACME, items=frozenset({INCIDENT}), bodies=frozenset({NCA}), counter=3
)


def labelled(item: Item = ITEM, **changes: Any) -> Item:  # noqa: ANN401 - any field of a label
    """Return an item with some fields of its label changed."""
    return replace(item, label=replace(item.label, **changes))


def about(item: Item, request: DisclosureRequest = REQUEST) -> DisclosureRequest:
    """Return a request for this item alone."""
    return replace(request, items=(item,))


def told(origin: PartyId | OrganisationId, *to: PartyId, in_confidence: bool | None) -> Source:
    """Return a source."""
    return Source(origin=origin, given_to=frozenset(to), in_confidence=in_confidence)


def digest(text: str) -> Digest:
    """Return a digest that stands for a text."""
    return digest_of(text)
