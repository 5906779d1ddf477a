"""Tell: at a front door, put to the gate what an organisation tells one body.

Each content is labelled as told to that body alone, about an organisation that it knows by a name
of its own. The organisation's choice of this body for exactly these contents goes with it, signed.
"""

from typing import NamedTuple

from comity.core.consent import Choice, Entitlement, Identified, sign_choice
from comity.core.gate import DisclosureRequest, Evidenced, Permit, Refusal
from comity.core.intake import SealedPart, Terms, sealed_part
from comity.core.terms import (
    Digest,
    EvidenceId,
    ItemId,
    OfficerId,
    OrganisationId,
    PartyId,
    Purpose,
    object_digest,
)
from comity.node.agreements import agreements_of
from comity.node.answer_consent import consent_signer, count
from comity.node.contents import hold
from comity.node.identification import identified_as
from comity.node.names import name_for
from comity.node.node import Node, NotPossibleError
from comity.node.queueing import new_wish, put_to_gate
from comity.store.port import Records
from comity.store.records import HeldChoice, Told

ORGANISATION_ITSELF = OfficerId("the-organisation")


class Hearer(NamedTuple):
    """A body that is told something, what it calls the organisation, and under which agreements."""

    organisation: OrganisationId
    body: PartyId
    name: OrganisationId
    agreements: frozenset[Digest]


class Telling(NamedTuple):
    """One content that is told; of a file, the digest of its bytes."""

    part: SealedPart
    file: Digest | None = None


class Within(NamedTuple):
    """To which version of which report, and to which letter, something belongs that is told."""

    report: str
    version: int
    letter: str | None = None


def hearer(records: Records, node: Node, organisation: OrganisationId, body: PartyId) -> Hearer:
    """Return a body as one that is told something.

    Raises:
        NotPossibleError: it is not pinned here.
    """
    if records.peers.get(body) is None:
        raise NotPossibleError(
            f"this front door has no connection to {body}", "choose other bodies, or pin it first"
        )
    name = name_for(records, node, organisation, body)
    return Hearer(organisation, body, name, agreements_of(records, node, body))


def content_for(node: Node, to: Hearer, terms: Terms, content: bytes) -> SealedPart:
    """Return a content for one body, under a fresh salt and a fresh id."""
    item = node.new_id(ItemId, "item")
    return sealed_part(to.name, to.body, terms, content, node.salt(), item, to.agreements)


def tell(  # noqa: PLR0913, PLR0917 - who tells whom what, as part of what, and how they are known
    records: Records,
    node: Node,
    to: Hearer,
    tellings: tuple[Telling, ...],
    within: Within,
    entitlement: Entitlement,
    kind: str = "report",
) -> Permit:
    """Queue contents for one body, all of them or none, and remember which content is which.

    Raises:
        NotPossibleError: the terms of this front door refuse it.
    """
    for each in tellings:
        hold(records, node, each.part, to.name)
    request = DisclosureRequest(
        items=tuple(each.part.item for each in tellings),
        discloser=node.party,
        recipient=to.body,
        purpose=Purpose("incident_response"),
        kind=kind,
        facts={
            "gateway": Evidenced(
                "organisation_choice", _chosen(records, node, to, tellings, entitlement)
            )
        },
    )
    wish = new_wish(node, request, ORGANISATION_ITSELF)
    decision = put_to_gate(records, node, wish)
    if isinstance(decision, Refusal):
        raise NotPossibleError(
            f"the terms of this front door refuse the copy for {to.body}",
            f"see clause {', '.join(decision.clauses)} of its terms"
            if decision.clauses
            else "see that its terms are signed: agreement versions",
        )
    for each in tellings:
        records.told.add(
            Told(
                digest=each.part.item.digest,
                organisation=to.organisation,
                report=within.report,
                version=within.version,
                body=to.body,
                section=each.part.item.section,
                request=wish.id,
                file=each.file,
                letter=within.letter,
            )
        )
    return decision


def _chosen(
    records: Records,
    node: Node,
    to: Hearer,
    tellings: tuple[Telling, ...],
    entitlement: Entitlement,
) -> EvidenceId:
    """Sign and keep the organisation's choice of this body, and return its id as evidence."""
    identified: Identified = identified_as(records, node, to.organisation)
    choice = Choice(
        organisation=to.name,
        items=frozenset(each.part.item.digest for each in tellings),
        bodies=frozenset({to.body}),
        counter=count(records, node, to.organisation, to.body),
        entitlement=entitlement,
        identified=identified,
    )
    document = sign_choice(choice, consent_signer(node))
    held = HeldChoice(id=object_digest(document), organisation=to.name, document=document)
    records.choices.add(held)
    return EvidenceId(held.id)
