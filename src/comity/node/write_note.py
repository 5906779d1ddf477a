"""Write note: a text in a case. Its label is computed from all that is held, never chosen."""

from comity.core.casework import label_of_text
from comity.core.intake import SealedPart
from comity.core.ledger import EntryType
from comity.core.markings import Item
from comity.core.terms import CaseId, ItemId, OfficerId, Section, canonical, salted_digest
from comity.node.agreements import agreements_of
from comity.node.contents import about, hold
from comity.node.node import Node, note
from comity.node.open_case import held_case

NOTE = Section("note")


def write_note(node: Node, case: CaseId, text: str, officer: OfficerId) -> Item:
    """Keep a note in a case, labelled with everything that the node holds about the organisation.

    Raises:
        NotPossibleError: there is no such case.
    """
    with node.store.writing() as records:
        organisation = held_case(records, case).organisation
        content, salt = canonical({"section": NOTE, "text": text, "author": officer}), node.salt()
        item = Item(
            id=node.new_id(ItemId, "item"),
            section=NOTE,
            digest=salted_digest(salt, content),
            label=label_of_text(
                node.party, about(records, organisation), agreements_of(records, node, node.party)
            ),
        )
        hold(records, node, SealedPart(item, content, salt), organisation, case)
        note(records, node, EntryType.NOTE_WRITTEN, item=item.id, digest=item.digest, case=case)
    return item
