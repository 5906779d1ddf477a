"""Receive message: at a front door, what a body writes to an organisation.

A message asks for consent, gives notice, or is a letter. It names only digests of what the
organisation itself told that body; one that names anything else is kept aside and shown to nobody.
"""

from dataclasses import dataclass
from datetime import datetime

from comity.core.exchange import Opened
from comity.core.ledger import EntryType
from comity.core.terms import (
    ConsentId,
    Digest,
    InputError,
    ItemId,
    Limits,
    PartyId,
    Purpose,
    ReleaseId,
    decode,
)
from comity.node.contents import account_key, lock, parts
from comity.node.node import Node, alarm, note
from comity.node.occasions import asked_something, noticed_something
from comity.node.receive_letter import letter_in, receive_letter, told_by
from comity.store.port import Records
from comity.store.records import Asked, Notice, Told

MESSAGE_LIMITS = Limits(size=256 << 10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A body asks for consent to pass something on."""

    ask: ConsentId
    items: frozenset[Digest]
    recipient: PartyId
    purpose: Purpose
    until: datetime
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Notified:
    """A body says what it passed on about the organisation."""

    notice: str
    recipient: PartyId
    purpose: Purpose
    items: frozenset[Digest]
    clauses: tuple[str, ...]
    release: ReleaseId
    at: datetime


def receive_message(records: Records, node: Node, opened: Opened) -> None:
    """Keep a message for the organisation that it is addressed to."""
    addressee = opened.header.markings.addressee
    pseudonym = records.pseudonyms.get(addressee) if addressee else None
    if pseudonym is None or pseudonym.body != opened.header.from_:
        alarm(records, node, "message-to-nobody", opened.header.id)
        return
    came = letter_in(opened)
    if came is not None:
        receive_letter(records, node, opened, pseudonym, came)
        return
    for part in parts(opened):
        message = _read(part.content)
        told = told_by(records, pseudonym, message.items) if message else []
        is_new = records.notices.get(part.item.id) is None
        if message is None or not told or len(told) < len(message.items) or not is_new:
            alarm(records, node, "message-not-understood", opened.header.id)
        elif isinstance(message, Ask):
            _asked(records, node, opened, message, told)
        else:
            _noticed(records, node, opened, part.item.id, part.content, told)


def _read(content: bytes) -> Ask | Notified | None:
    try:
        return decode(Ask, content, "a question", MESSAGE_LIMITS)
    except InputError:
        pass  # then it may be a notice
    try:
        return decode(Notified, content, "a notice", MESSAGE_LIMITS)
    except InputError:
        return None


def _asked(records: Records, node: Node, opened: Opened, message: Ask, told: list[Told]) -> None:
    if records.asked.get(message.ask) is not None:
        return
    organisation, key_id = told[0].organisation, account_key(told[0].organisation)
    place = f"asked/{message.ask}/why"
    asked = Asked(
        consent=message.ask,
        organisation=organisation,
        case=None,
        items=message.items,
        sections=tuple(sorted({each.section for each in told})),
        discloser=opened.header.from_,
        recipient=message.recipient,
        purpose=message.purpose,
        until=message.until,
        asked_at=node.now(),
        data_key=key_id,
        why=lock(records, node, key_id, place, message.why.encode()),
    )
    records.asked.add(asked)
    asked_something(records, node, asked, told)
    note(records, node, EntryType.CONSENT_SOUGHT, consent=message.ask, by=opened.header.from_)


def _noticed(  # noqa: PLR0913, PLR0917 - the message, and what it is about
    records: Records,
    node: Node,
    opened: Opened,
    item: ItemId,
    content: bytes,
    told: list[Told],
) -> None:
    organisation, key_id = told[0].organisation, account_key(told[0].organisation)
    records.notices.put(
        Notice(
            id=item,
            organisation=organisation,
            from_=opened.header.from_,
            content=lock(records, node, key_id, f"notices/{item}/content", content),
            held_since=node.now(),
        )
    )
    noticed_something(records, node, organisation, item, told)
