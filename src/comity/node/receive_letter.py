"""Receive letter: at a front door, what a body writes to an organisation in its own words.

A letter says by digests which of the things that the organisation told that body it is about, and
names each file that comes with it. One that says otherwise is kept aside and shown to nobody.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from comity.core.exchange import Opened
from comity.core.intake import Letter, digest_of_bytes, file_in, read_letter
from comity.core.ledger import EntryType
from comity.core.terms import Digest, InputError, ItemId, encode
from comity.node.contents import account_key, lock, parts
from comity.node.node import Node, alarm, note
from comity.node.occasions import noticed_something
from comity.node.own_files import keep_file
from comity.node.show_letters import letter_place
from comity.store.port import Records
from comity.store.records import HeldLetter, Pseudonym, Told


class CameLetter(NamedTuple):
    """A letter that came, with the files that it names; `item` is that of its words."""

    item: ItemId
    letter: Letter
    files: Mapping[Digest, bytes]


def letter_in(opened: Opened) -> CameLetter | None:
    """Return the letter that a message is; None if it is another kind, or its files do not fit."""
    found = parts(opened)
    files = {digest_of_bytes(data): data for each in found if (data := file_in(each.content))}
    words = [each for each in found if file_in(each.content) is None]
    try:
        letter = read_letter(each.content for each in words)
    except InputError:
        return None
    named = {each.sha256: each.bytes for each in letter.files}
    is_whole = len(files) + len(words) == len(found)
    fits = is_whole and named == {digest: len(data) for digest, data in files.items()}
    return CameLetter(words[0].item.id, letter, files) if fits else None


def told_of(records: Records, pseudonym: Pseudonym, items: Iterable[Digest]) -> list[Told]:
    """Return what digests stand for, as far as this organisation told this body."""
    found = [records.told.get(each) for each in sorted(items)]
    return [
        each
        for each in found
        if each is not None
        and each.organisation == pseudonym.organisation
        and each.body == pseudonym.body
    ]


def receive_letter(
    records: Records, node: Node, opened: Opened, pseudonym: Pseudonym, came: CameLetter
) -> None:
    """Keep a letter for the organisation, with the reports that it is about."""
    letter, about = came.letter, came.letter.concerning.about
    told = told_of(records, pseudonym, about)
    is_new = records.letters.get(came.item) is None
    if not told or len(told) < len(about) or not is_new:
        alarm(records, node, "message-not-understood", opened.header.id)
        return
    organisation = pseudonym.organisation
    key_id, place = account_key(organisation), letter_place(came.item)
    records.letters.add(
        HeldLetter(
            id=came.item,
            organisation=organisation,
            reports=frozenset(each.report for each in told),
            from_=pseudonym.body,
            to=(),
            content=lock(records, node, key_id, place, encode(letter)),
            at=node.now(),
        )
    )
    for each in letter.files:
        keep_file(records, node, organisation, came.item, each, came.files[each.sha256])
    noticed_something(records, node, organisation, came.item, told)
    note(records, node, EntryType.LETTER_WRITTEN, letter=came.item, by=pseudonym.body)
