"""Notify organisation: tell it, through its front door, what became of what it told this body.

That is every disclosure about it, every refusal that concerned its consent, and what passed
outside the software. A notice names the digests of what the organisation itself told, and goes
through the gate like everything else. It goes at once, unless a named officer delayed it.
"""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import NamedTuple

from comity.core.casework import label_of_text
from comity.core.gate import DisclosureRequest, Permit, Refusal
from comity.core.gate.concerned import concerned
from comity.core.intake import MESSAGE, SealedPart
from comity.core.ledger import EntryType
from comity.core.markings import Item, Label
from comity.core.notices import Kind, Notified, late, likeness
from comity.core.terms import (
    CaseId,
    Digest,
    ItemId,
    OfficerId,
    OrganisationId,
    PartyId,
    Purpose,
    Section,
    canonical,
    decode,
    encode,
    salted_digest,
)
from comity.node.agreements import agreements_of
from comity.node.contents import about, hold, lock, organisations_of, unlock
from comity.node.deciding import organisations
from comity.node.node import Node, NotPossibleError, alarm, note
from comity.node.queueing import new_wish, put_to_gate
from comity.store.change import changed
from comity.store.port import Records
from comity.store.records import Outgoing, OwedNotice, Role, Wish

THE_NODE = OfficerId("the-node")
TOLD_ONCE_A = timedelta(days=1)
"""The same request that is refused again within this time needs no second notice."""


class Due(NamedTuple):
    """What an organisation is told, and of which items: of some it knows no digest."""

    organisation: OrganisationId
    notice: Notified
    items: tuple[Item, ...]


def notify_organisation(records: Records, node: Node, wish: Wish, row: Outgoing) -> None:
    """Owe a notice to every organisation that a sent disclosure was about."""
    if not _is_told_of(node, wish):
        return
    if not _front_doors(records):
        alarm(records, node, "notice-without-front-door", row.release)
    decision = records.decisions.find(request=wish.id)[-1]
    for organisation in sorted(organisations(wish.request)):
        digests, more = told_by(records, organisation, wish.request.items)
        notice = Notified(
            notice=Kind.DISCLOSED,
            recipient=wish.request.recipient,
            purpose=wish.request.purpose,
            items=digests,
            more=more,
            clauses=decision.clauses,
            release=row.release,
            at=node.now(),
        )
        due = Due(organisation, notice, _of(organisation, wish.request.items))
        owe(records, node, due, wish.id, wish.case)


def notify_of_refusal(
    records: Records, node: Node, wish: Wish, refusal: Refusal, kind: Kind = Kind.REFUSED
) -> None:
    """Owe a notice to every organisation whose consent a refusal concerned.

    Each is told of its own items and of the clauses that its own yes would have lifted.
    """
    if not _is_told_of(node, wish):
        return
    for each in concerned(refusal):
        digests, more = told_by(records, each.organisation, each.items)
        notice = Notified(
            notice=kind,
            recipient=wish.request.recipient,
            purpose=wish.request.purpose,
            items=digests,
            more=more,
            clauses=each.clauses,
            at=refusal.question.now,
        )
        owe(records, node, Due(each.organisation, notice, each.items), wish.id, wish.case)


def told_by(
    records: Records, organisation: OrganisationId, items: Iterable[Item]
) -> tuple[frozenset[Digest], bool]:
    """Return the digests of what an organisation itself told this body, of these items.

    And whether something else of them comes from it: a note of an officer, say. Of that its front
    door knows no digest, so none is named.
    """
    doors = set(_front_doors(records))
    about_it = _of(organisation, items)
    digests = {each.digest for each in about_it if _came_through(records, each) in doors}
    return frozenset(digests), any(each.digest not in digests for each in about_it)


def owe(records: Records, node: Node, due: Due, of: str, case: CaseId | None) -> None:
    """Owe a notice of a request, or of something outside, and tell it unless that is delayed."""
    organisation, notice = due.organisation, due.notice
    alike = likeness(organisation, notice, frozenset(each.id for each in due.items))
    if notice.notice is Kind.REFUSED and _is_told_already(records, node, alike, of):
        return
    notice_id = node.new_id(ItemId, "notice")
    row = OwedNotice(
        id=notice_id,
        about=of,
        case=case,
        organisation=organisation,
        likeness=alike,
        content=lock(records, node, _key(organisation), _place(notice_id), encode(notice)),
        owed_at=node.now(),
        waiting=True,
    )
    records.owed_notices.add(row)
    if not is_delayed(records, node, of) and _front_doors(records):
        _tell(records, node, row, notice)


def tell_late(records: Records, node: Node, row: OwedNotice) -> None:
    """Tell an organisation what it was to be told before, and why that was delayed, if it was."""
    content = unlock(records, node, _key(row.organisation), _place(row.id), row.content)
    notice = decode(Notified, content, "an owed notice")
    held = records.delays.get(row.about)
    if held is not None and held.delay.ran_at(row.owed_at):
        notice = late(notice, held.delay.clause, row.owed_at)
    _tell(records, node, row, notice)


def can_be_told(records: Records, node: Node, row: OwedNotice) -> bool:
    """Return whether a notice waits for nothing any more."""
    return not is_delayed(records, node, row.about) and bool(_front_doors(records))


def is_delayed(records: Records, node: Node, of: str) -> bool:
    """Return whether an officer's delay still runs."""
    held = records.delays.get(of)
    return held is not None and held.delay.runs_at(node.now())


def send_message(  # noqa: PLR0913, PLR0917 - who says what to whom, in which case
    records: Records,
    node: Node,
    organisation: OrganisationId,
    text: Mapping[str, object],
    officer: OfficerId,
    case: CaseId | None,
) -> Permit | Refusal:
    """Put a question to an organisation to the gate, and queue it if that permits."""
    contents = [(MESSAGE, canonical(text))]
    return send_contents(records, node, organisation, contents, officer, case)


def send_contents(  # noqa: PLR0913, PLR0917 - who says what to whom, in which case
    records: Records,
    node: Node,
    organisation: OrganisationId,
    contents: Iterable[tuple[Section, bytes]],
    officer: OfficerId,
    case: CaseId | None,
) -> Permit | Refusal:
    """Put what a body sends an organisation to the gate, and queue all of it if that permits.

    What a body writes about an organisation carries the join of all it holds about it, so it can
    only go to that organisation itself.
    """
    wish = _message(records, node, organisation, contents, officer, case)
    return put_to_gate(records, node, wish)


def front_door(records: Records) -> PartyId:
    """Return the front door through which organisations are reached.

    Raises:
        NotPossibleError: none is pinned.
    """
    doors = _front_doors(records)
    if not doors:
        raise NotPossibleError("no front door is pinned", "pin the front door first: keys pin")
    return doors[0]


def _tell(records: Records, node: Node, row: OwedNotice, notice: Notified) -> None:
    """Put a notice to the gate. What it refuses nobody could be told; a person has to look."""
    contents = [(MESSAGE, encode(notice))]
    wish = _message(records, node, row.organisation, contents, THE_NODE, row.case)
    records.owed_notices.put(changed(row, waiting=False, content=b""))
    if isinstance(put_to_gate(records, node, wish), Refusal):
        alarm(records, node, "notice-refused", wish.id)
        return
    queued = records.wishes.get(wish.id)
    note(
        records,
        node,
        EntryType.NOTIFIED,
        about=row.about,
        notice=row.id,
        **({"release": queued.release} if queued and queued.release else {}),
    )


def _message(  # noqa: PLR0913, PLR0917 - who says what to whom, in which case
    records: Records,
    node: Node,
    organisation: OrganisationId,
    contents: Iterable[tuple[Section, bytes]],
    officer: OfficerId,
    case: CaseId | None,
) -> Wish:
    """Hold what is to be sent, and return the wish to send it."""
    door = front_door(records)
    label = label_of_text(
        node.party, about(records, organisation), agreements_of(records, node, door)
    )
    parts = [_part(node, section, content, label) for section, content in contents]
    for each in parts:
        hold(records, node, each, organisation, case)
    request = DisclosureRequest(
        items=tuple(each.item for each in parts),
        discloser=node.party,
        recipient=door,
        purpose=Purpose("incident_response"),
        kind=MESSAGE,
        addressee=organisation,
    )
    return new_wish(node, request, officer, case)


def _part(node: Node, section: Section, content: bytes, label: Label) -> SealedPart:
    salt = node.salt()
    item = Item(
        id=node.new_id(ItemId, "item"),
        section=section,
        digest=salted_digest(salt, content),
        label=label,
    )
    return SealedPart(item, content, salt)


def _is_told_of(node: Node, wish: Wish) -> bool:
    """Return whether organisations are told of a request; of messages to them they are not.

    Only the node's own messages have an addressee, so no officer can call a request a message.
    """
    return node.role is not Role.FRONT_DOOR and wish.request.addressee is None


def _of(organisation: OrganisationId, items: Iterable[Item]) -> tuple[Item, ...]:
    """Return the items that come from an organisation, alone or with others."""
    return tuple(each for each in items if organisation in organisations_of(each))


def _is_told_already(records: Records, node: Node, alike: Digest, of: str) -> bool:
    """Return whether one like it was told within a day, or will be no earlier than this one."""
    return any(
        abs(node.now() - each.owed_at) < TOLD_ONCE_A
        and (is_delayed(records, node, of) or not is_delayed(records, node, each.about))
        for each in records.owed_notices.find(likeness=alike)
    )


def _came_through(records: Records, item: Item) -> PartyId | None:
    """Return from whom an item came."""
    held = records.items.get(item.id)
    came = records.inbox.get(held.release) if held and held.release else None
    return came.from_ if came else None


def _front_doors(records: Records) -> list[PartyId]:
    return [peer.party for peer in records.peers.find() if peer.role is Role.FRONT_DOOR]


def _key(organisation: OrganisationId) -> str:
    return f"about-{organisation}"


def _place(notice: str) -> str:
    return f"owed_notices/{notice}/content"
