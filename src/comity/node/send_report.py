"""Send report: at a front door, one sealed copy for each body that the organisation chose.

Each body gets the sections that were chosen for it, under fresh salts and ids, about an
organisation that it knows by a name of its own. The choice goes with it, signed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from comity.core.consent import Choice, Entitlement, Identified, sign_choice
from comity.core.gate import DisclosureRequest, Evidenced, Permit, Refusal
from comity.core.intake import Report, SealedPart, items_for
from comity.core.ledger import EntryType
from comity.core.terms import (
    Digest,
    EvidenceId,
    ItemId,
    OfficerId,
    OrganisationId,
    PartyId,
    PersonId,
    Purpose,
    Section,
    encode,
    object_digest,
)
from comity.core.terms.ids import Id
from comity.node.agreements import agreements_of
from comity.node.answer_consent import consent_signer, count
from comity.node.contents import account_key, hold, lock
from comity.node.identification import identified_as
from comity.node.mandates import entitlement_of
from comity.node.names import name_for
from comity.node.node import Node, NotPossibleError, note
from comity.node.queueing import new_wish, put_to_gate
from comity.node.register_organisation import register_organisation
from comity.store.change import changed
from comity.store.port import Records
from comity.store.records import HeldChoice, OwnReport, Told

ORGANISATION_ITSELF = OfficerId("the-organisation")


class ReportId(Id):
    """One report at a front door, through all its versions."""

    __slots__ = ()
    noun = "a report"


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """What one body gets of a report: how many items, and what the gate said."""

    body: PartyId
    sections: tuple[Section, ...]
    decision: Permit | Refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A report on its way."""

    id: ReportId
    version: int
    copies: tuple[Copy, ...]


class Known(NamedTuple):
    """How those who chose a body are known to this front door: the person, the organisation."""

    entitlement: Entitlement
    identified: Identified


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """The organisation's own copy: for each section what was said about it."""

    sections: Mapping[str, bytes]


def send_report(node: Node, report: Report, speaker: PersonId | None = None) -> Sent:
    """Keep the organisation's own copy, and queue a sealed one for each body that it chose.

    Anybody can send. Whether the speaker was verified is told to the bodies, and how the
    organisation was identified.

    Raises:
        NotPossibleError: no body was chosen, one that was is not pinned here, or the terms of
            this front door refuse a copy; then nothing is sent to anybody.
    """
    if not report.chosen_bodies():
        raise NotPossibleError(
            "no body was chosen: this report would reach nobody", "add a table [choices]"
        )
    with node.store.writing() as records:
        register_organisation(records, node, report.organisation)
        report_id = node.new_id(ReportId, "report")
        by = entitlement_of(records, node, report.organisation, speaker)
        return send_version(records, node, report_id, 1, report, report, entitlement=by)


def send_version(  # noqa: PLR0913, PLR0917 - which report, which version, whole and changed
    records: Records,
    node: Node,
    report_id: ReportId,
    version: int,
    whole: Report,
    changed: Report,
    *,
    entitlement: Entitlement = Entitlement.NONE,
) -> Sent:
    """Keep a version of a report, and queue what has changed for the bodies that get it."""
    key_id = account_key(whole.organisation)
    own = encode(Own(sections={each: whole.section(each) for each in whole.answers}))
    records.reports.put(
        OwnReport(
            id=report_id,
            organisation=whole.organisation,
            version=version,
            content=lock(records, node, key_id, f"reports/{report_id}/{version}", own),
            reported_at=node.now(),
        )
    )
    note(records, node, EntryType.REPORTED, report=report_id, version=str(version))
    copies = [
        _copy(records, node, report_id, version, changed, body, entitlement)
        for body in sorted(changed.chosen_bodies())
    ]
    return Sent(id=report_id, version=version, copies=tuple(copies))


def _copy(  # noqa: PLR0913, PLR0917 - which version of which report, for whom
    records: Records,
    node: Node,
    report_id: ReportId,
    version: int,
    report: Report,
    body: PartyId,
    entitlement: Entitlement,
) -> Copy:
    if records.peers.get(body) is None:
        raise NotPossibleError(
            f"this front door has no connection to {body}", "choose other bodies, or pin it first"
        )
    name = name_for(records, node, report.organisation, body)
    told_under = agreements_of(records, node, body)
    parts = _parts(node, report.known_as(name), body, told_under)
    number = count(records, node, report.organisation, body)
    known = Known(entitlement, identified_as(records, node, report.organisation))
    evidence = _chosen(records, node, name, body, parts, number, known)
    for part in parts:
        hold(records, node, part, name)
    request = DisclosureRequest(
        items=tuple(part.item for part in parts),
        discloser=node.party,
        recipient=body,
        purpose=Purpose("incident_response"),
        kind="report",
        facts={"gateway": Evidenced("organisation_choice", evidence)},
    )
    wish = new_wish(node, request, ORGANISATION_ITSELF)
    decision = put_to_gate(records, node, wish)
    if isinstance(decision, Refusal):
        raise NotPossibleError(
            f"the terms of this front door refuse the copy for {body}",
            f"see clause {', '.join(decision.clauses)} of its terms"
            if decision.clauses
            else "see that its terms are signed: agreement versions",
        )
    about = Told(
        digest=parts[0].item.digest,
        organisation=report.organisation,
        report=report_id,
        version=version,
        body=body,
        section=parts[0].item.section,
        request=wish.id,
    )
    _remember(records, about, parts)
    return Copy(body=body, sections=tuple(part.item.section for part in parts), decision=decision)


def _parts(
    node: Node, report: Report, body: PartyId, told_under: frozenset[Digest]
) -> tuple[SealedPart, ...]:
    return items_for(
        report,
        body,
        {section: node.salt() for section in report.answers},
        {section: node.new_id(ItemId, "item") for section in report.answers},
        told_under,
    )


def _chosen(  # noqa: PLR0913, PLR0917 - who chose which body for what, as which number
    records: Records,
    node: Node,
    name: OrganisationId,
    body: PartyId,
    parts: tuple[SealedPart, ...],
    number: int,
    known: Known,
) -> EvidenceId:
    """Sign and keep the organisation's choice of this body, and return its id as evidence."""
    choice = Choice(
        organisation=name,
        items=frozenset(part.item.digest for part in parts),
        bodies=frozenset({body}),
        counter=number,
        entitlement=known.entitlement,
        identified=known.identified,
    )
    document = sign_choice(choice, consent_signer(node))
    held = HeldChoice(id=object_digest(document), organisation=name, document=document)
    records.choices.add(held)
    return EvidenceId(held.id)


def _remember(records: Records, told: Told, parts: tuple[SealedPart, ...]) -> None:
    """Keep which digest is which section; whatever else is told is the same for each."""
    for part in parts:
        records.told.add(changed(told, digest=part.item.digest, section=part.item.section))
