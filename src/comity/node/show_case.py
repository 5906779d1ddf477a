"""Show case: what a body holds about one organisation. Opening a content is recorded."""

from dataclasses import dataclass

from comity.core.casework import Case
from comity.core.ledger import EntryType
from comity.core.markings import Item
from comity.core.terms import CaseId, OfficerId, ReleaseId
from comity.node.contents import kept
from comity.node.node import Node, note
from comity.node.open_case import held_case
from comity.store.port import Records
from comity.store.records import Held


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """One item of a case; `text` only for somebody who asked for contents."""

    item: Item
    release: ReleaseId | None
    recalled: bool
    text: str


def list_cases(node: Node) -> list[tuple[Case, int]]:
    """Return every case with the number of its items."""
    with node.store.reading() as records:
        return [(each, len(records.items.find(case=each.id))) for each in records.cases.find()]


def show_case(node: Node, case: CaseId, officer: OfficerId | None = None) -> list[Content]:
    """Return what a case holds; with its contents if an officer is named who reads them.

    Raises:
        NotPossibleError: there is no such case.
        SealError: a content cannot be opened.
    """
    if officer is None:
        with node.store.reading() as records:
            held_case(records, case)
            return [_content(each, "") for each in records.items.find(case=case)]
    with node.store.writing() as records:
        held_case(records, case)
        return [_read(records, node, each, officer) for each in records.items.find(case=case)]


def _read(records: Records, node: Node, held: Held, officer: OfficerId) -> Content:
    if not held.content:
        return _content(held, "")
    note(records, node, EntryType.READ, item=held.item.id, officer=officer)
    return _content(held, kept(records, node, held).content.decode(errors="replace"))


def _content(held: Held, text: str) -> Content:
    return Content(item=held.item, release=held.release, recalled=not held.content, text=text)
