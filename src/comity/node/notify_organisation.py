"""Notify organisation: tell it, through its front door, what was passed on about it and to whom.

The notice names the digests of what the organisation itself told, the recipient, the purpose, the
clauses and the receipt. It goes through the gate like everything else.
"""

from collections.abc import Mapping

from comity.core.casework import label_of_text
from comity.core.gate import DisclosureRequest, Permit, Refusal
from comity.core.intake import SealedPart
from comity.core.markings import Item
from comity.core.terms import (
    CaseId,
    ItemId,
    OfficerId,
    OrganisationId,
    PartyId,
    Purpose,
    Section,
    canonical,
    salted_digest,
)
from comity.node.agreements import agreements_of
from comity.node.contents import about, hold
from comity.node.deciding import organisations
from comity.node.node import Node, NotPossibleError, alarm
from comity.node.queueing import new_wish, put_to_gate
from comity.store.port import Records
from comity.store.records import Outgoing, Role, Wish

THE_NODE = OfficerId("the-node")
MESSAGE = "message"


def notify_organisation(records: Records, node: Node, wish: Wish, row: Outgoing) -> None:
    """Queue a notice for every organisation that a sent disclosure was about."""
    if node.role is Role.FRONT_DOOR or wish.request.kind == MESSAGE:
        return
    asked = wish.request
    if not _front_doors(records):
        alarm(records, node, "notice-without-front-door", row.release)
        return
    for organisation in sorted(organisations(asked)):
        told = [
            item.digest
            for item in asked.items
            if any(source.origin == organisation for source in item.label.sources)
        ]
        decision = records.decisions.find(request=wish.id)[-1]
        text = {
            "notice": "disclosed",
            "recipient": asked.recipient,
            "purpose": asked.purpose,
            "items": sorted(told),
            "clauses": list(decision.clauses),
            "release": row.release,
            "at": node.now(),
        }
        send_message(records, node, organisation, text, THE_NODE, wish.case)


def send_message(  # noqa: PLR0913, PLR0917 - who says what to whom, in which case
    records: Records,
    node: Node,
    organisation: OrganisationId,
    text: Mapping[str, object],
    officer: OfficerId,
    case: CaseId | None,
) -> Permit | Refusal:
    """Put a message to an organisation to the gate, and queue it if that permits.

    What a body writes about an organisation carries the join of all it holds about it, so a
    message can only go to that organisation itself.
    """
    content, salt = canonical(text), node.salt()
    item = Item(
        id=node.new_id(ItemId, "item"),
        section=Section(MESSAGE),
        digest=salted_digest(salt, content),
        label=label_of_text(
            node.party,
            about(records, organisation),
            agreements_of(records, node, front_door(records)),
        ),
    )
    hold(records, node, SealedPart(item, content, salt), organisation, case)
    request = DisclosureRequest(
        items=(item,),
        discloser=node.party,
        recipient=front_door(records),
        purpose=Purpose("incident_response"),
        kind=MESSAGE,
        addressee=organisation,
    )
    return put_to_gate(records, node, new_wish(node, request, officer, case))


def front_door(records: Records) -> PartyId:
    """Return the front door through which organisations are reached.

    Raises:
        NotPossibleError: none is pinned.
    """
    doors = _front_doors(records)
    if not doors:
        raise NotPossibleError("no front door is pinned", "pin the front door first: keys pin")
    return doors[0]


def _front_doors(records: Records) -> list[PartyId]:
    return [peer.party for peer in records.peers.find() if peer.role is Role.FRONT_DOOR]
