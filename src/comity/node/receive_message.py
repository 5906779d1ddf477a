"""Receive message: at a front door, what a body writes to an organisation.

A message asks for consent, gives notice, or is a letter. It names only digests of what the
organisation itself told that body; one that names anything else, or says what does not go together,
is kept aside and shown to nobody.
"""

from dataclasses import dataclass
from datetime import datetime

from comity.core.exchange import Opened
from comity.core.intake import SealedPart
from comity.core.ledger import EntryType
from comity.core.notices import Notified, makes_sense
from comity.core.terms import (
    ConsentId,
    Digest,
    InputError,
    Limits,
    PartyId,
    Purpose,
    decode,
)
from comity.node.contents import account_key, lock, parts
from comity.node.node import Node, alarm, note
from comity.node.occasions import asked_something, noticed_something
from comity.node.receive_letter import letter_in, receive_letter, told_of
from comity.store.port import Records
from comity.store.records import Asked, Notice, Pseudonym, Told

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
    clauses: tuple[str, ...] = ()


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
        told = told_of(records, pseudonym, message.items) if message else []
        is_new = records.notices.get(part.item.id) is None
        if message is None or len(told) < len(message.items) or not is_new:
            alarm(records, node, "message-not-understood", opened.header.id)
        elif isinstance(message, Ask):
            _asked(records, node, opened, message, told)
        else:
            _noticed(records, node, opened, pseudonym, part, told)


def _read(content: bytes) -> Ask | Notified | None:
    """Return what a message says; None if it says nothing that makes sense."""
    try:
        asked = decode(Ask, content, "a question", MESSAGE_LIMITS)
    except InputError:
        pass  # then it may be a notice
    else:
        return asked if asked.items else None
    try:
        notice = decode(Notified, content, "a notice", MESSAGE_LIMITS)
    except InputError:
        return None
    return notice if makes_sense(notice) else None


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
        clauses=message.clauses,
    )
    records.asked.add(asked)
    asked_something(records, node, asked, told)
    note(records, node, EntryType.CONSENT_SOUGHT, consent=message.ask, by=opened.header.from_)


def _noticed(  # noqa: PLR0913, PLR0917 - the message, whose it is, and what it is about
    records: Records,
    node: Node,
    opened: Opened,
    pseudonym: Pseudonym,
    part: SealedPart,
    told: list[Told],
) -> None:
    organisation, item = pseudonym.organisation, part.item.id
    key_id, place = account_key(organisation), f"notices/{item}/content"
    records.notices.put(
        Notice(
            id=item,
            organisation=organisation,
            from_=opened.header.from_,
            content=lock(records, node, key_id, place, part.content),
            held_since=node.now(),
            came=opened.header.id,
        )
    )
    noticed_something(records, node, organisation, item, told)
