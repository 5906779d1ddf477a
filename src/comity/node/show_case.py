"""Show case: what a body holds about one organisation. Opening a content is recorded."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from comity.core.casework import Case
from comity.core.consent import Choice, Consents, Entitlement, Identified, Statement
from comity.core.intake import (
    ATTACHMENTS,
    MESSAGE,
    Concerning,
    Enclosed,
    Words,
    digest_of_bytes,
    file_in,
    read_part,
)
from comity.core.ledger import EntryType
from comity.core.markings import Item
from comity.core.terms import (
    CaseId,
    ConsentId,
    Digest,
    InputError,
    ItemId,
    OfficerId,
    ReleaseId,
)
from comity.node.contents import kept
from comity.node.deciding import history
from comity.node.evidence import answers_with
from comity.node.node import Node, NotPossibleError, note
from comity.node.open_case import held_case
from comity.node.passkeys import SeenPasskey, passkeys_of
from comity.store.port import Records
from comity.store.records import Held


class MeasuredFile(NamedTuple):
    """How many bytes a file has, and their SHA-256 digest."""

    bytes: int
    sha256: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """One item of a case; `text`, `letter` and `file` only for somebody who asked for contents.

    The words of a letter are in `letter`, the names of its files in `enclosed`, and of a file
    `file` says how large it is and its digest; none of them has a `text`.

    `chosen_by` says how whoever chose this body was verified, and `identified` how the organisation
    was when they did; both are None if nobody chose it;
    `answers` are the newest of each consent that ever named the content: those to this body's own
    questions, and those that came with what another body passed on. `passkeys` has the passkey of
    each that is a yes by one.
    """

    item: Item
    release: ReleaseId | None
    recalled: bool
    text: str
    letter: Words | None
    enclosed: Enclosed | None
    file: MeasuredFile | None
    chosen_by: Entitlement | None
    identified: Identified | None
    answers: tuple[Statement, ...]
    passkeys: Mapping[ConsentId, SeenPasskey]


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
    with node.store.writing() as records:  # an answer that does not verify raises an alarm
        organisation = held_case(records, case).organisation
        said = history(records, node, frozenset({organisation}))
        passkeys = passkeys_of(records, node, organisation)
        return [
            _content(records, node, said, each, officer, passkeys)
            for each in records.items.find(case=case)
        ]


def _content(  # noqa: PLR0913, PLR0917 - what is held, and all that is known of it
    records: Records,
    node: Node,
    said: Consents,
    held: Held,
    officer: OfficerId | None,
    passkeys: Mapping[tuple[ConsentId, int], SeenPasskey],
) -> Content:
    digest = held.item.digest
    choice = _choice(said, digest)
    answers = _answers((*said.statements, *answers_with(records, node, held.release)), digest)
    content = _read(records, node, held, officer)
    file, part = _file(content), _part(held.item, content)
    is_text = file is None and part is None
    return Content(
        item=held.item,
        release=held.release,
        recalled=not held.content,
        text=content.decode(errors="replace") if is_text else "",
        letter=part if isinstance(part, Words) else None,
        enclosed=part if isinstance(part, Enclosed) else None,
        file=file,
        chosen_by=choice.entitlement if choice else None,
        identified=choice.identified if choice else None,
        answers=answers,
        passkeys={
            each.consent: passkeys[each.consent, each.counter]
            for each in answers
            if (each.consent, each.counter) in passkeys
        },
    )


def _read(records: Records, node: Node, held: Held, officer: OfficerId | None) -> bytes:
    """Return a content, and record who reads it; nothing if nobody does."""
    if officer is None or not held.content:
        return b""
    note(records, node, EntryType.READ, item=held.item.id, officer=officer)
    return kept(records, node, held).content


def _file(content: bytes) -> MeasuredFile | None:
    data = file_in(content)
    return None if data is None else MeasuredFile(len(data), digest_of_bytes(data))


def _part(item: Item, content: bytes) -> Words | Enclosed | None:
    """Return the part of a letter that an item is, for people to read; None if it is none."""
    if item.section not in {MESSAGE, ATTACHMENTS} or not content:
        return None
    try:
        part = read_part(content)
    except InputError:
        return None
    return None if isinstance(part, Concerning) else part


def take_item(node: Node, item: ItemId, officer: OfficerId) -> bytes:
    """Return the bytes of a file that this body holds, and record who reads it.

    Raises:
        NotPossibleError: no such item is held, its content was given up, or it is no file.
        SealError: it cannot be opened.
    """
    with node.store.writing() as records:
        held = records.items.get(item)
        data = file_in(_read(records, node, held, officer)) if held else None
        if data is None:
            raise NotPossibleError("this item is no file that is held", "list items: case show")
        return data


def _choice(said: Consents, digest: Digest) -> Choice | None:
    """Return the newest choice that names a content."""
    naming = [each for each in said.choices if digest in each.items]
    return max(naming, key=lambda each: each.counter, default=None)


def _answers(said: tuple[Statement, ...], digest: Digest) -> tuple[Statement, ...]:
    newest: dict[ConsentId, Statement] = {}
    for each in sorted(said, key=lambda each: each.counter):
        newest[each.consent] = each
    about = {each.consent for each in said if digest in each.items}
    return tuple(each for consent, each in sorted(newest.items()) if consent in about)
