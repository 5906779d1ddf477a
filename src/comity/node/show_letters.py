"""Show letters: at a front door, what an organisation and bodies wrote to each other."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from comity.core.intake import Letter
from comity.core.terms import OrganisationId, PartyId, decode
from comity.node.contents import account_key, unlock
from comity.node.node import Node
from comity.store.port import Records
from comity.store.records import HeldLetter


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownLetter:
    """One letter, who wrote it to whom, and when each body's receipt came; None until it has.

    `from_` is None if the organisation wrote it; then `received` has each body that it went to.
    """

    id: str
    reports: frozenset[str]
    from_: PartyId | None
    letter: Letter
    at: datetime
    received: Mapping[PartyId, datetime | None]


def letter_place(letter: str) -> str:
    """Return where the words of a letter stand: locked there, they open nowhere else."""
    return f"letters/{letter}"


def show_letters(node: Node, organisation: OrganisationId) -> list[ShownLetter]:
    """Return every letter to an organisation and of it, the oldest first."""
    with node.store.reading() as records:
        found = [
            _shown(records, node, each)
            for each in records.letters.find(organisation=organisation)
            if each.from_ is not None or each.to
        ]
    return sorted(found, key=lambda each: each.at)


def words_of(records: Records, node: Node, held: HeldLetter) -> Letter:
    """Return a letter as it was written.

    Raises:
        SealError: the row was moved or changed, or the content has been given up.
    """
    key_id, place = account_key(held.organisation), letter_place(held.id)
    return decode(Letter, unlock(records, node, key_id, place, held.content), "a letter")


def _shown(records: Records, node: Node, held: HeldLetter) -> ShownLetter:
    return ShownLetter(
        id=held.id,
        reports=held.reports,
        from_=held.from_,
        letter=words_of(records, node, held),
        at=held.at,
        received={each: _received(records, held, each) for each in held.to},
    )


def _received(records: Records, held: HeldLetter, body: PartyId) -> datetime | None:
    """Return when a body's receipt for a letter came."""
    for report in held.reports:
        for told in records.told.find(report=report):
            if told.letter == held.id and told.body == body:
                wish = records.wishes.get(told.request)
                receipt = records.receipts.get(wish.release) if wish and wish.release else None
                return receipt.held_since if receipt else None
    return None
