"""Request disclosure: an officer asks to pass items on; the gate answers, and it is recorded.

Of a refusal that concerned an organisation's consent that organisation is told, and nobody else.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from comity.core.casework import Case
from comity.core.gate import DisclosureRequest, Evidenced, Permit, Refusal
from comity.core.language import Value
from comity.core.ledger import EntryType
from comity.core.markings import Item
from comity.core.terms import (
    CaseId,
    ItemId,
    OfficerId,
    OrganisationId,
    PartyId,
    Purpose,
    RequestId,
)
from comity.node.deciding import organisations
from comity.node.delays import About, Wanted, delay_notice
from comity.node.evidence_texts import keep_text, stays_here
from comity.node.node import Node, NotPossibleError, note
from comity.node.notify_organisation import notify_of_refusal
from comity.node.open_case import held_case
from comity.node.queueing import new_wish, put_to_gate
from comity.store.port import Records
from comity.store.records import Wish


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """What an officer asks: which items of a case, to whom, for what, and on what grounds.

    `grounds` are the request facts and, for each, the text that shows it. The text is kept as an
    item of its own, and its id is the evidence. `delay` lets the organisation be told later of
    whatever comes of it.
    """

    case: CaseId
    items: tuple[ItemId, ...]
    recipient: PartyId
    purpose: Purpose
    kind: str
    officer: OfficerId
    grounds: Mapping[str, tuple[Value, str]] = field(default_factory=dict)
    delay: Wanted | None = None


def request_disclosure(node: Node, ask: Ask) -> tuple[RequestId, Permit | Refusal]:
    """Ask the gate, record what it says, and queue what it permits: all of it or nothing.

    Raises:
        NotPossibleError: there is no such case, an item is not in it, or the organisation cannot
            be told later as it is stated.
    """
    with node.store.writing() as records:
        case = held_case(records, ask.case)
        items = items_of(records, case, ask.items)
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
        if ask.delay is not None:
            _check_concerns(request)
            about = About(wish.id, ask.case, case.organisation)
            delay_notice(records, node, about, ask.delay, ask.officer)
        decision = put_to_gate(records, node, wish)
        if isinstance(decision, Refusal):
            notify_of_refusal(records, node, wish, decision)
        return wish.id, decision


def items_of(records: Records, case: Case, named: tuple[ItemId, ...]) -> tuple[Item, ...]:
    """Return items of a case.

    Raises:
        NotPossibleError: one of them is not in it, or never leaves this node.
    """
    if any(stays_here(each) for each in named):
        raise NotPossibleError(
            "the reason for a delay, or what shows a disclosure outside, never leaves this node",
            "name other items of the case: case show",
        )
    held = [records.items.get(each) for each in named]
    items = tuple(each.item for each in held if each and each.organisation == case.organisation)
    if len(items) < len(named):
        raise NotPossibleError("an item is not in this case", "list its items: case show")
    return items


def _check_concerns(request: DisclosureRequest) -> None:
    if not organisations(request):
        raise NotPossibleError(
            "no organisation is told of that, now or later", "ask without a delay"
        )


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
        name: Evidenced(
            value,
            keep_text(records, node, name, text, ask.officer, organisation, ask.case)
            if text
            else None,
        )
        for name, (value, text) in ask.grounds.items()
    }
