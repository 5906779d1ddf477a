"""Items: how a command names a case and items of it."""

import click

from comity.cli.acting import NotPossible, as_one
from comity.core.terms import CaseId, ItemId
from comity.node.evidence_texts import stays_here
from comity.node.node import Node
from comity.node.show_case import show_case

which_items = as_one(
    click.argument("case_id", metavar="CASE"),
    click.option("--item", "named", multiple=True, help="An item; may be given several times."),
    click.option(
        "--section",
        "sections",
        multiple=True,
        help="All items of a section; may be given several times.",
    ),
)


def items_named(
    node: Node, case_id: str, named: tuple[str, ...], sections: tuple[str, ...]
) -> tuple[ItemId, ...]:
    """Return the items that are named, and the newest of each section that is.

    Raises:
        NotPossible: the case holds no item of a section, or none is named.
    """
    found = {each: ItemId(each) for each in named}
    held = [each for each in show_case(node, CaseId(case_id)) if not stays_here(each.item.id)]
    for section in sections:
        of_it = [each for each in held if each.item.section == section and not each.recalled]
        if not of_it:
            known = ", ".join(sorted({each.item.section for each in held}))
            raise NotPossible(
                f"the case holds no item of section {section[:40]}",
                f"it holds {known or 'nothing'}",
            )
        found[of_it[-1].item.id] = of_it[-1].item.id
    if not found:
        raise NotPossible("no item is named", "name some: --item ID or --section NAME")
    return tuple(found.values())
