"""Evidence texts: what officers write to show something.

A text is about the organisation, labelled like a note, and its id is the evidence. One that says
why an organisation is told later, or what shows that something passed outside, stays here.
"""

from comity.core.casework import label_of_text
from comity.core.intake import SealedPart
from comity.core.markings import Item
from comity.core.terms import (
    CaseId,
    EvidenceId,
    ItemId,
    OfficerId,
    OrganisationId,
    Section,
    canonical,
    salted_digest,
)
from comity.node.agreements import agreements_of
from comity.node.contents import about, hold
from comity.node.node import Node
from comity.store.port import Records

RECORD = Section("note")
EVIDENCE, REASON = "evidence", "reason"
"""How ids of texts begin: of those that show a fact, and of those that never leave this node."""


def stays_here(item: ItemId) -> bool:
    """Return whether a text must never leave this node: why somebody is not told yet, say."""
    return item.startswith(f"{REASON}-")


def keep_text(  # noqa: PLR0913, PLR0917 - who shows what by which text, about whom
    records: Records,
    node: Node,
    shows: str,
    text: str,
    officer: OfficerId,
    organisation: OrganisationId,
    case: CaseId,
    kind: str = EVIDENCE,
) -> EvidenceId:
    """Keep the text that shows something, and return its id."""
    content = canonical({"shows": shows, "text": text, "officer": officer})
    salt = node.salt()
    item = Item(
        id=node.new_id(ItemId, kind),
        section=RECORD,
        digest=salted_digest(salt, content),
        label=label_of_text(
            node.party, about(records, organisation), agreements_of(records, node, node.party)
        ),
    )
    hold(records, node, SealedPart(item, content, salt), organisation, case)
    return EvidenceId(item.id)
