"""Declare independent source: two officers say that a text comes wholly from something else.

It is the only thing that lifts a label, and it is an entry in the node ledger.
"""

from comity.core.casework import Independence, lifted
from comity.core.ledger import EntryType
from comity.core.markings import Item
from comity.node.agreements import agreements_of
from comity.node.node import Node, NotPossibleError, note
from comity.store.change import changed


def declare_independent_source(node: Node, independence: Independence) -> Item:
    """Give a text the label of what two officers declare and confirm it comes from.

    Raises:
        NotPossibleError: the text is not held, or not written by this body.
        NotIndependentError: the declaration shows nothing.
    """
    with node.store.writing() as records:
        held = records.items.get(independence.text)
        if held is None or held.release is not None:
            raise NotPossibleError(
                "only a text that was written here can come from somewhere else",
                "name a note of this node: case show",
            )
        named = [records.items.get(each) for each in sorted(independence.parents)]
        label = lifted(
            independence,
            node.party,
            [each.item for each in named if each is not None],
            agreements_of(records, node, node.party),
        )
        item = Item(
            id=held.item.id, section=held.item.section, digest=held.item.digest, label=label
        )
        records.items.put(changed(held, item=item))
        note(
            records,
            node,
            EntryType.INDEPENDENCE_DECLARED,
            item=item.id,
            declared_by=independence.declared_by,
            confirmed_by=independence.confirmed_by,
            **({"parents": ",".join(sorted(independence.parents))} if named else {}),
        )
    return item
