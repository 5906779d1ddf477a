"""Queueing: a wish put to the gate; what is permitted waits in the outbox to be sent."""

from datetime import timedelta

from comity.core.exchange import Control
from comity.core.gate import DisclosureRequest, Permit, Refusal
from comity.core.terms import (
    CaseId,
    Digest,
    MessageId,
    OfficerId,
    PartyId,
    ReleaseId,
    RequestId,
    encode,
)
from comity.node.deciding import decided
from comity.node.node import Node
from comity.store.change import changed
from comity.store.port import Records
from comity.store.records import Message, Outgoing, OutState, Permitted, Progress, Wish

LIFETIME = timedelta(days=30)
"""How long the node goes on trying to deliver."""


def new_wish(
    node: Node, request: DisclosureRequest, officer: OfficerId, case: CaseId | None = None
) -> Wish:
    """Return a wish to disclose that nobody has decided yet."""
    return Wish(
        id=node.new_id(RequestId, "req"),
        case=case,
        request=request,
        officer=officer,
        made_at=node.now(),
        progress=Progress.REFUSED,
    )


def put_to_gate(records: Records, node: Node, wish: Wish) -> Permit | Refusal:
    """Decide a wish and record the decision; queue it if it is permitted."""
    decision, recorded = decided(records, node, wish)
    match decision:
        case Permit():
            release = node.new_id(ReleaseId, "rel")
            records.permits.add(
                Permitted(
                    release=release,
                    request=wish.id,
                    decision=Digest(recorded.entry.ids["question"]),
                    entry=recorded.place,
                )
            )
            records.outbox.add(
                Outgoing(
                    release=release,
                    to=wish.request.recipient,
                    state=OutState.QUEUED,
                    queued_at=node.now(),
                    expires=node.now() + LIFETIME,
                )
            )
            records.wishes.put(changed(wish, progress=Progress.QUEUED, release=release))
        case Refusal():
            records.wishes.put(wish)
    return decision


def queue_message(records: Records, node: Node, to: PartyId, **body: object) -> MessageId:
    """Queue a control message with one body. It is signed when it is sent."""
    message_id = node.new_id(MessageId, "msg")
    control = Control(id=message_id, from_=node.party, to=to, created=node.now(), **body)  # type: ignore[arg-type] # Control checks its body
    records.messages.add(
        Message(
            id=message_id,
            to=to,
            state=OutState.QUEUED,
            type=control.type,
            body=encode(control),
            queued_at=node.now(),
            expires=node.now() + LIFETIME,
        )
    )
    return message_id
