"""Receive copy: keep what an organisation reported to this body, with its own choice as evidence.

A case is opened for an organisation that has none, so that no report waits for somebody to look.
"""

from comity.core.consent import Choice
from comity.core.consent.documents import CHOICE_TYPE
from comity.core.exchange import Opened
from comity.core.terms import CaseId, OrganisationId, decode, object_digest
from comity.node.contents import about_whom, hold, parts
from comity.node.node import Node
from comity.node.open_case import case_of
from comity.store.port import Records
from comity.store.records import HeldChoice


def receive_copy(records: Records, node: Node, opened: Opened) -> None:
    """Keep the sections of a report in the organisation's case."""
    for document in opened.header.consent:
        if document.payloadType == CHOICE_TYPE:
            choice = decode(Choice, document.payload, "a choice")
            records.choices.put(
                HeldChoice(
                    id=object_digest(document),
                    organisation=choice.organisation,
                    document=document,
                )
            )
    keep_items(records, node, opened)


def keep_items(records: Records, node: Node, opened: Opened) -> None:
    """Keep what came, each item in the case of the organisation that it is about."""
    for part in parts(opened):
        organisation = about_whom(part.item)
        case = _case(records, node, organisation)
        hold(records, node, part, organisation, case, opened.header.id)


def _case(records: Records, node: Node, organisation: OrganisationId | None) -> CaseId | None:
    return case_of(records, node, organisation).id if organisation else None
