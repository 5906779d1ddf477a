"""Seek consent: ask an organisation, through its front door, whether something may be passed on.

Having asked is recorded as its own fact. It allows nothing. The question says under which clauses
its yes is needed, as the gate of this body sees it now.
"""

from dataclasses import dataclass
from datetime import datetime

from comity.core.consent import Seeking
from comity.core.gate import DisclosureRequest, Refusal, decide
from comity.core.gate.concerned import concerned
from comity.core.ledger import EntryType
from comity.core.terms import (
    CaseId,
    ConsentId,
    ItemId,
    OfficerId,
    OrganisationId,
    PartyId,
    Purpose,
)
from comity.node.agreements import at_hand
from comity.node.deciding import history, organisations
from comity.node.node import Node, NotPossibleError, note
from comity.node.notify_organisation import send_message
from comity.node.open_case import held_case
from comity.store.port import Records
from comity.store.records import Held

KIND = "organisation_specific"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seek:
    """What an officer wants to ask: about which items, for whom, for what, until when, and why."""

    case: CaseId
    items: tuple[ItemId, ...]
    recipient: PartyId
    purpose: Purpose
    until: datetime
    why: str
    officer: OfficerId


def seek_consent(node: Node, seek: Seek) -> ConsentId:
    """Send the question, and record that it was asked.

    Raises:
        NotPossibleError: there is no such case or item, the items are none that the organisation
            told this body, or the terms of the front door refuse the message.
    """
    with node.store.writing() as records:
        case = held_case(records, seek.case)
        held = _held(records, seek)
        consent = node.new_id(ConsentId, "consent")
        digests = frozenset(each.item.digest for each in held)
        text = {
            "ask": consent,
            "items": sorted(digests),
            "recipient": seek.recipient,
            "purpose": seek.purpose,
            "until": seek.until,
            "why": seek.why,
            "clauses": list(_clauses(records, node, case.organisation, seek, held)),
        }
        decision = send_message(records, node, case.organisation, text, seek.officer, seek.case)
        if isinstance(decision, Refusal):
            raise NotPossibleError(
                "the terms of the front door refuse the question",
                f"see clause {', '.join(decision.clauses) or 'none'} of its terms",
            )
        records.seekings.add(
            Seeking(
                consent=consent,
                organisation=case.organisation,
                items=digests,
                discloser=node.party,
                recipient=seek.recipient,
                purpose=seek.purpose,
            )
        )
        note(
            records, node, EntryType.CONSENT_SOUGHT, consent=consent, recipient=seek.recipient,
            case=seek.case,
        )  # fmt: skip
    return consent


def _clauses(
    records: Records, node: Node, organisation: OrganisationId, seek: Seek, held: list[Held]
) -> tuple[str, ...]:
    """Return the clauses that the organisation's yes would lift; none, if nothing waits for it."""
    request = DisclosureRequest(
        items=tuple(each.item for each in held),
        discloser=node.party,
        recipient=seek.recipient,
        purpose=seek.purpose,
        kind=KIND,
    )
    consents = history(records, node, organisations(request))
    decision = decide(at_hand(records, node), request, consents, node.now())
    found = concerned(decision) if isinstance(decision, Refusal) else ()
    return tuple(
        clause for each in found if each.organisation == organisation for clause in each.clauses
    )


def _held(records: Records, seek: Seek) -> list[Held]:
    found = [records.items.get(each) for each in seek.items]
    held = [each for each in found if each and each.case == seek.case and each.release]
    if not held or len(held) < len(seek.items):
        raise NotPossibleError(
            "consent can be sought only for what the organisation told, item by item",
            "name items of this case that came from it: case show",
        )
    return held
