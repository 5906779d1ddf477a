"""Disclose: send what was permitted, once, to one peer.

1. One short transaction decides again, seals, gives the envelope its place in the order of the
   pair and marks it `sending`. Its commit is the point of no return.
2. The envelope is sent with no transaction open.
3. Only a receipt fixes the place. Without one the envelope is sent again later, and decided again
   first: what is no longer permitted is destroyed, and its place goes to the next.
"""

from datetime import timedelta
from typing import NamedTuple

from comity.core.consent import Said
from comity.core.exchange import (
    LONGEST_LIFE,
    Part,
    Route,
    Travelling,
    WrongContentError,
    header_digest,
    seal,
)
from comity.core.gate import Ground, Permit, Refusal
from comity.core.ledger import EntryType, Recorded, release
from comity.core.markings import Item
from comity.core.notices import Kind
from comity.core.terms import (
    ItemId,
    OrganisationId,
    PartyId,
    ReleaseId,
    RequestId,
    SealError,
    decode,
    encode,
)
from comity.node.contents import kept
from comity.node.deciding import chosen, decided, documents, is_refused_still, organisations
from comity.node.duties import lay_ready
from comity.node.names import name_for
from comity.node.node import Node, NotPossibleError, alarm, note, pair_of, pinned
from comity.node.notify_organisation import notify_of_refusal
from comity.store.change import changed
from comity.store.port import Records
from comity.store.records import (
    Outgoing,
    OutState,
    Progress,
    Role,
    Use,
    Wish,
)

SEALED_AGAIN_AFTER = timedelta(minutes=5)
"""An envelope older than this is sealed anew, so that the evidence in it is never old."""

OFFER = timedelta(seconds=60)
"""How long one decision lets the envelope lie ready for a poll."""


class Ready(NamedTuple):
    """An envelope that may be sent, now and once."""

    release: ReleaseId
    to: PartyId
    envelope: bytes


def disclose(node: Node, to: PartyId) -> Ready | None:
    """Return the next envelope for a peer, decided again just now; None if nothing may go.

    At most one envelope without a receipt is on its way to a peer at a time. While no reading key
    of the peer is pinned all of them wait.
    """
    with node.store.reading() as records:
        if next_for(records, to) is None:
            return None
    with node.store.writing() as records:
        if not pinned(records, to, Use.READING):
            alarm(records, node, "no-reading-key", to)
            return None
        row = next_for(records, to)
        ready = _attempt(records, node, row) if row else None
        if ready is not None or row is None:
            return ready
        others = records.outbox.find(to=to, state=OutState.QUEUED)
        tried = (_attempt(records, node, each) for each in others if each.release != row.release)
        return next((each for each in tried if each is not None), None)


def next_for(records: Records, to: PartyId) -> Outgoing | None:
    """Return what is next for a peer: what is being sent before what waits."""
    sending = records.outbox.first(to=to, state=OutState.SENDING)
    return sending or records.outbox.first(to=to, state=OutState.QUEUED)


def _attempt(records: Records, node: Node, row: Outgoing) -> Ready | None:
    permitted = records.permits.get(row.release)
    wish = records.wishes.get(permitted.request) if permitted else None
    if wish is None:
        _destroy(records, node, row, "no permit row")
        return None
    if row.state is OutState.QUEUED and is_refused_still(records, node, wish):
        return None
    decision, recorded = decided(records, node, wish)
    match decision:
        case Refusal():
            _not_now(records, node, row, wish, decision)
            return None
        case Permit():
            try:
                row = _sealed(records, node, row, decision, recorded)
            except (NotPossibleError, SealError, WrongContentError):
                _given_up(records, node, row, wish)
                return None
            records.outbox.put(row)
            return Ready(row.release, row.to, row.envelope)


def _given_up(records: Records, node: Node, row: Outgoing, wish: Wish) -> None:
    """Lay aside what cannot be sealed, so that what waits behind it goes on."""
    _destroy(records, node, row, "its content cannot be opened")
    records.wishes.put(changed(wish, progress=Progress.WITHDRAWN))
    alarm(records, node, "content-not-opened", row.release)


def _not_now(records: Records, node: Node, row: Outgoing, wish: Wish, refusal: Refusal) -> None:
    """Destroy what is forbidden; what waits for something that is not known stays queued."""
    if all(each.ground is not Ground.FORBIDDEN for each in refusal.reasons):
        records.outbox.put(changed(row, state=OutState.QUEUED, offered_until=None))
        return
    _destroy(records, node, row, "refused when decided again")
    records.wishes.put(changed(wish, progress=Progress.WITHDRAWN))
    kind = Kind.STOPPED if row.headers else Kind.REFUSED
    notify_of_refusal(records, node, wish, refusal, kind)


def _destroy(records: Records, node: Node, row: Outgoing, why: str) -> None:
    """Leave of an envelope only what a late receipt for it would name."""
    records.outbox.put(changed(row, state=OutState.DESTROYED, envelope=b"", why=why))
    for header in row.headers:
        note(records, node, EntryType.DESTROYED, release=row.release, header=header)


def _sealed(
    records: Records, node: Node, row: Outgoing, permit: Permit, recorded: Recorded
) -> Outgoing:
    """Return the row with an envelope that is the next in the order of the pair.

    One that was sealed for this very place a moment ago is kept: the peer may hold it already.
    """
    pair, now = pair_of(records, row.to), node.now()
    row = changed(
        row,
        state=OutState.SENDING,
        offered_until=now + OFFER,
        attempts=row.attempts + 1,
    )
    is_new = row.sealed_at and now < row.sealed_at + SEALED_AGAIN_AFTER
    if row.envelope and row.seq == pair.sent + 1 and is_new:
        return row
    envelope = seal(
        release(recorded, permit, row.release),
        _travelling(records, node, permit),
        Route(pair.sent + 1, pair.sent_digest, now, now + LONGEST_LIFE),
        node.keys.identity,
        node.sealer,
        pinned(records, row.to, Use.READING)[0],
    )
    note(records, node, EntryType.RELEASE, release=row.release, decision=str(recorded.place))
    lay_ready(records, permit, row.release, RequestId(recorded.entry.ids["request"]))
    return changed(
        row,
        seq=pair.sent + 1,
        headers=(*row.headers, header_digest(envelope)),
        envelope=encode(envelope),
        sealed_at=now,
    )


def _travelling(records: Records, node: Node, permit: Permit) -> Travelling:
    asked, consents = permit.question.request, permit.question.consents
    shown = documents if node.role is Role.BODY else chosen
    return Travelling(
        parts={item.id: _part(records, node, item) for item in asked.items},
        called=_called(records, node, permit),
        consent=shown(records, consents, asked),
    )


def _part(records: Records, node: Node, item: Item) -> Part:
    held = records.items.get(item.id)
    if held is None:
        raise NotPossibleError("an item is no longer held", "make a new request without it")
    found = kept(records, node, held)
    new_id = node.new_id(ItemId, "item")
    return Part(id=new_id, content=found.content, salt=found.salt)


def _called(records: Records, node: Node, permit: Permit) -> dict[OrganisationId, OrganisationId]:
    """Return what the recipient calls each organisation.

    A front door is where the names come from, so towards it and from it nothing is renamed. A
    consent statement says what its recipient calls the organisation. Otherwise it gets a random
    name, the same each time.
    """
    to = permit.question.request.recipient
    peer = records.peers.get(to)
    if node.role is Role.FRONT_DOOR or (peer and peer.role is Role.FRONT_DOOR):
        return {}
    return {
        one: _said_name(records, permit, one) or name_for(records, node, one, to)
        for one in sorted(organisations(permit.question.request))
    }


def _said_name(
    records: Records, permit: Permit, organisation: OrganisationId
) -> OrganisationId | None:
    """Return the name for an organisation in its newest statement for this recipient."""
    to = permit.question.request.recipient
    answers = [
        each
        for each in permit.question.consents.statements
        if each.organisation == organisation and each.recipient == to
    ]
    for answer in sorted(answers, key=lambda each: each.counter, reverse=True):
        row = records.statements.get(f"{answer.consent}/{answer.counter}")
        if row is not None:
            return decode(Said, row.document.payload, "a statement").organisation
    return None
