"""Possible disclosures: what of all that is held the gate would let pass now, item by item.

Asking is no request. Nothing is recorded, queued or opened by it, and an answer binds nobody:
whoever passes something on still requests it, and the gate decides again.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from comity.core.gate import DisclosureRequest, Evidenced, Permit, Refusal, decide
from comity.core.gate.remedies import SUPPOSED
from comity.core.language import Value
from comity.core.markings import Item
from comity.core.terms import CaseId, PartyId, Purpose
from comity.node.agreements import at_hand
from comity.node.deciding import history, organisations
from comity.node.evidence_texts import stays_here
from comity.node.node import Node
from comity.node.open_case import held_case


@dataclass(frozen=True, slots=True, kw_only=True)
class Supposed:
    """What an officer thinks of asking: to whom, for what, and what could be shown.

    `grounds` are request facts whose text is not written yet; each counts as shown.
    """

    recipient: PartyId
    purpose: Purpose
    kind: str
    grounds: Mapping[str, Value] = field(default_factory=dict)


class Possible(NamedTuple):
    """One item of a case, and what the gate says of it by itself."""

    case: CaseId
    item: Item
    decision: Permit | Refusal


def possible_disclosures(
    node: Node, supposed: Supposed, case: CaseId | None = None
) -> list[Possible]:
    """Return what the gate says of each item that is held, or of each of one case.

    What was recalled is left out.

    Raises:
        NotPossibleError: there is no such case.
    """
    return list(_possible(node, supposed, case))


def _possible(node: Node, supposed: Supposed, case: CaseId | None) -> Iterator[Possible]:
    facts = {name: Evidenced(value, SUPPOSED) for name, value in supposed.grounds.items()}
    with node.store.writing() as records:  # an answer that does not verify raises an alarm
        agreements, now = at_hand(records, node), node.now()
        cases = [held_case(records, case)] if case else records.cases.find()
        for each in cases:
            kept = [held for held in records.items.find(case=each.id) if held.content]
            items = [held.item for held in kept if not stays_here(held.item.id)]
            whole = _request(node, supposed, tuple(items), facts)
            consents = history(records, node, organisations(whole))
            for item in items:
                request = _request(node, supposed, (item,), facts)
                yield Possible(each.id, item, decide(agreements, request, consents, now))


def _request(
    node: Node, supposed: Supposed, items: tuple[Item, ...], facts: Mapping[str, Evidenced]
) -> DisclosureRequest:
    return DisclosureRequest(
        items=items,
        discloser=node.party,
        recipient=supposed.recipient,
        purpose=supposed.purpose,
        kind=supposed.kind,
        facts=facts,
    )
