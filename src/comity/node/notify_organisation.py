"""Notify organisation: tell it, through its front door, what was passed on about it and to whom.

The notice names the digests of what the organisation itself told, the recipient, the purpose, the
clauses and the receipt. It goes through the gate like everything else.
"""

from collections.abc import Iterable, Mapping

from comity.core.casework import label_of_text
from comity.core.gate import DisclosureRequest, Permit, Refusal
from comity.core.intake import MESSAGE, SealedPart
from comity.core.markings import Item, Label
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
    """Put a question or a notice to an organisation to the gate, and queue it if that permits."""
    contents = [(MESSAGE, canonical(text))]
    return send_contents(records, node, organisation, contents, officer, case)


def send_contents(  # noqa: PLR0913, PLR0917 - who says what to whom, in which case
    records: Records,
    node: Node,
    organisation: OrganisationId,
    contents: Iterable[tuple[Section, bytes]],
    officer: OfficerId,
    case: CaseId | None,
) -> Permit | Refusal:
    """Put what a body sends an organisation to the gate, and queue all of it if that permits.

    What a body writes about an organisation carries the join of all it holds about it, so a
    message can only go to that organisation itself.
    """
    door = front_door(records)
    label = label_of_text(
        node.party, about(records, organisation), agreements_of(records, node, door)
    )
    parts = [_part(node, section, content, label) for section, content in contents]
    for each in parts:
        hold(records, node, each, organisation, case)
    request = DisclosureRequest(
        items=tuple(each.item for each in parts),
        discloser=node.party,
        recipient=door,
        purpose=Purpose("incident_response"),
        kind=MESSAGE,
        addressee=organisation,
    )
    return put_to_gate(records, node, new_wish(node, request, officer, case))


def _part(node: Node, section: Section, content: bytes, label: Label) -> SealedPart:
    salt = node.salt()
    item = Item(
        id=node.new_id(ItemId, "item"),
        section=section,
        digest=salted_digest(salt, content),
        label=label,
    )
    return SealedPart(item, content, salt)


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
