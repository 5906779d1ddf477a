"""Check ledgers: compare what a node keeps of its ledgers with itself, and name what is damaged.

It finds what was changed in the database by somebody who left the tree, or the heads that were
kept, as they were. Whoever changes all of them alike is found by peers, who hold heads too.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from comity.core.ledger import Hash, added, head, leaf_hash, read_head
from comity.node.export_audit import ledger_names
from comity.node.node import NODE_LEDGER, Node
from comity.store.port import Records, StoreError


class Damage(NamedTuple):
    """Something that does not fit, and the entries from `first` to `place` that it is about."""

    ledger: str
    first: int
    place: int
    what: str


def check_ledgers(node: Node, tell: Callable[[int], None] = lambda _: None) -> list[Damage]:
    """Return what does not fit. `tell` hears how many entries were walked."""
    with node.store.reading() as records:
        return [
            each
            for ledger in ledger_names(records)
            for each in (*_tree(records, ledger, tell), *_heads(records, ledger))
        ]


def _tree(records: Records, ledger: str, tell: Callable[[int], None]) -> Iterator[Damage]:
    """Compare each kept node of the tree with what it stands for."""
    sound = 0

    def kept(level: int, at: int) -> Hash:
        return records.ledgers.node(ledger, level, at)

    try:
        for place, data in enumerate(records.ledgers.entries(ledger)):
            if leaf_hash(data) != kept(0, place):
                yield Damage(ledger, place, place, "the entry is not that of its leaf in the tree")
            for each in added(place, kept(0, place), kept):
                if each.hash != kept(each.level, each.place):
                    what = f"the tree's node at level {each.level} is not that of those below it"
                    yield Damage(ledger, each.place << each.level, place, what)
            sound = place + 1
            tell(1)
    except StoreError as error:
        yield Damage(ledger, sound, records.ledgers.size(ledger) - 1, str(error))


def _heads(records: Records, ledger: str) -> Iterator[Damage]:
    """Compare each head that was kept with that of the tree."""
    heads = (
        [(each.size, each.root) for each in records.beats.find()]
        if ledger == NODE_LEDGER
        else [
            (each.size, read_head(each.note).root)
            for each in records.checkpoints.find(ledger=ledger)
        ]
    )
    size = records.ledgers.size(ledger)
    first = 0
    for covered, root in sorted(heads):
        if covered > size:
            what = f"a head of size {covered} was kept, and there are {size} entries"
            yield Damage(ledger, size, covered - 1, what)
        elif _root(records, ledger, covered) != root:
            yield Damage(ledger, first, covered - 1, f"the kept head of size {covered} is another")
        else:
            first = covered


def _root(records: Records, ledger: str, size: int) -> Hash | None:
    try:
        return head(size, lambda level, at: records.ledgers.node(ledger, level, at))
    except StoreError:
        return None
