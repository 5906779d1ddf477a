"""Request disclosure: an officer asks to pass items on; the gate answers, and it is recorded."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from comity.core.casework import label_of_text
from comity.core.gate import DisclosureRequest, Evidenced, Permit, Refusal
from comity.core.intake import SealedPart
from comity.core.language import Value
from comity.core.ledger import EntryType
from comity.core.markings import Item
from comity.core.terms import (
    CaseId,
    EvidenceId,
    ItemId,
    OfficerId,
    OrganisationId,
    PartyId,
    Purpose,
    RequestId,
    Section,
    canonical,
    salted_digest,
)
from comity.node.agreements import agreements_of
from comity.node.contents import about, hold
from comity.node.node import Node, NotPossibleError, note
from comity.node.open_case import held_case
from comity.node.queueing import new_wish, put_to_gate
from comity.store.port import Records
from comity.store.records import Wish

RECORD = Section("note")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """What an officer asks: which items of a case, to whom, for what, and on what grounds.

    `grounds` are the request facts and, for each, the text that shows it. The text is kept as an
    item of its own, and its id is the evidence.
    """

    case: CaseId
    items: tuple[ItemId, ...]
    recipient: PartyId
    purpose: Purpose
    kind: str
    officer: OfficerId
    grounds: Mapping[str, tuple[Value, str]] = field(default_factory=dict)


def request_disclosure(node: Node, ask: Ask) -> tuple[RequestId, Permit | Refusal]:
    """Ask the gate, record what it says, and queue what it permits: all of it or nothing.

    Raises:
        NotPossibleError: there is no such case, or an item is not in it.
    """
    with node.store.writing() as records:
        case = held_case(records, ask.case)
        held = [records.items.get(each) for each in ask.items]
        items = tuple(each.item for each in held if each and each.organisation == case.organisation)
        if len(items) < len(ask.items):
            raise NotPossibleError("an item is not in this case", "list its items: case show")
        request = DisclosureRequest(
            items=items,
            discloser=node.party,
            recipient=ask.recipient,
            purpose=ask.purpose,
            kind=ask.kind,
            facts=_facts(records, node, ask, case.organisation),
        )
        for each in items:
            note(records, node, EntryType.READ, item=each.id, officer=ask.officer)
        wish = new_wish(node, request, ask.officer, ask.case)
        return wish.id, put_to_gate(records, node, wish)


def wish_of(node: Node, request: RequestId) -> Wish:
    """Return a wish as it stands.

    Raises:
        NotPossibleError: there is none of this id.
    """
    with node.store.reading() as records:
        found = records.wishes.get(request)
    if found is None:
        raise NotPossibleError(f"there is no request {request}", "check the id")
    return found


def _facts(
    records: Records, node: Node, ask: Ask, organisation: OrganisationId
) -> dict[str, Evidenced]:
    """Return the request facts, each with the id of the text that was kept to show it."""
    return {
        name: Evidenced(value, _evidence(records, node, ask, organisation, name, text))
        for name, (value, text) in ask.grounds.items()
    }


def _evidence(  # noqa: PLR0913, PLR0917 - who shows what by which text, about whom
    records: Records,
    node: Node,
    ask: Ask,
    organisation: OrganisationId,
    name: str,
    text: str,
) -> EvidenceId | None:
    """Keep the text that shows a fact. It is about the organisation, and labelled like a note."""
    if not text:
        return None
    content = canonical({"shows": name, "text": text, "officer": ask.officer})
    salt = node.salt()
    item = Item(
        id=node.new_id(ItemId, "evidence"),
        section=RECORD,
        digest=salted_digest(salt, content),
        label=label_of_text(
            node.party, about(records, organisation), agreements_of(records, node, node.party)
        ),
    )
    hold(records, node, SealedPart(item, content, salt), organisation, ask.case)
    return EvidenceId(item.id)
