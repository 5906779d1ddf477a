"""Take control message: verify it, do at once what binds at once, and answer.

What an organisation answered counts from the moment it is taken: it is kept in the transaction
that takes it, and every envelope that lies ready is called back to be decided again. Everything
that touches cases waits for the worker, so that nothing about them shows in an answer or its time.
"""

from comity.core.consent import read_said, read_status
from comity.core.exchange import (
    Acknowledgement,
    Batch,
    Control,
    Done,
    Envelope,
    Poll,
    Problem,
    RefusedError,
    Shown,
    sign_control,
)
from comity.core.exchange.control import CONTROL_LIMITS, CONTROL_TYPE
from comity.core.exchange.judge import MOST_SKEW
from comity.core.ledger import EntryType
from comity.core.terms import (
    InputError,
    MessageId,
    PartyId,
    Signed,
    decode,
    encode,
    object_digest,
)
from comity.node.accept_envelope import identities
from comity.node.accept_restore import accept_restore
from comity.node.keys import change_key
from comity.node.node import Node, alarm, is_stopped, note_pair, pair_of, pinned, read_by_any
from comity.node.send_message import signed_message
from comity.node.witness import witness
from comity.store.change import changed
from comity.store.port import Records
from comity.store.records import HeldStatement, HeldStatus, InState, OutState, Taken, Use


def take_control(node: Node, data: bytes) -> bytes:
    """Return the signed acknowledgement of a control message, or the batch that a poll gets.

    Raises:
        RefusedError: it is not taken.
    """
    try:
        document = decode(Signed, data, "a control message")
    except InputError:
        raise RefusedError(Problem.MALFORMED) from None
    with node.store.writing() as records:
        if is_stopped(records):
            raise RefusedError(Problem.UNAVAILABLE)
        control = _verified(records, node, document)
        skew = control.created - node.now()
        if control.to != node.party:
            raise RefusedError(Problem.NOT_FOR_THIS_NODE)
        pair = pair_of(records, control.from_)
        records.pairs.put(changed(pair, skew=round(skew.total_seconds())))
        too_far = abs(skew) > MOST_SKEW
        if too_far:
            alarm(records, node, "clock-skew", control.from_)
        else:
            return _answer(records, node, control, document)
    raise RefusedError(Problem.CLOCK_SKEW)


def _verified(records: Records, node: Node, document: Signed) -> Control:
    try:
        control = decode(Control, document.payload, "a control message", CONTROL_LIMITS)
    except InputError:
        raise RefusedError(Problem.MALFORMED) from None
    keys = identities(records, control.from_)
    if read_by_any(keys, lambda key: document.check(CONTROL_TYPE, key, node.verifier)) is None:
        raise RefusedError(Problem.BAD_SIGNATURE)
    return control


def _answer(records: Records, node: Node, control: Control, document: Signed) -> bytes:
    if isinstance(control.body, Poll):
        _heads(records, node, control.from_, control.body)
        return encode(_batch(records, node, control.from_, control.body))
    before = records.taken.get(control.id)
    if before is not None:
        if before.from_ != control.from_:
            raise RefusedError(Problem.FORK)
        return before.answer
    answer, waiting = _do(records, node, control)
    acknowledgement = sign_control(
        Control(
            id=node.new_id(MessageId, "msg"),
            from_=node.party,
            to=control.from_,
            created=node.now(),
            acknowledgement=answer,
        ),
        node.keys.identity,
    )
    records.taken.add(
        Taken(
            id=control.id,
            from_=control.from_,
            control=encode(document),
            answer=encode(acknowledgement),
            waiting=waiting,
            taken_at=node.now(),
        )
    )
    return encode(acknowledgement)


def _do(records: Records, node: Node, control: Control) -> tuple[Acknowledgement, bool]:
    """Do what must be done at once; return the answer, and whether the worker has more to do."""
    match control.type:
        case "heartbeat" if control.heartbeat:
            return witness(records, node, control, control.heartbeat), False
        case "statement" if control.statement:
            done = _statement(records, node, control.from_, control.statement)
            return Acknowledgement(message=control.id, done=done), done is Done.ACCEPTED
        case "status" if control.status:
            done = _status(records, node, control.from_, control.status)
            return Acknowledgement(message=control.id, done=done), False
        case "key" if control.key:
            done = change_key(records, node, control.from_, control.key)
            return Acknowledgement(message=control.id, done=done), False
        case "restored" if control.restored:
            done = accept_restore(records, node, control.from_, control.restored)
            return Acknowledgement(message=control.id, done=done), False
        case _:
            return Acknowledgement(message=control.id, done=Done.ACCEPTED), True


def _statement(records: Records, node: Node, peer: PartyId, document: Signed) -> Done:
    """Keep an answer, from this moment on; an older one than is held shows a restored backup."""
    keys = pinned(records, peer, Use.CONSENT)
    said = read_by_any(keys, lambda key: read_said(document, key, node.verifier))
    if said is None:
        alarm(records, node, "statement-not-verified", peer)
        return Done.REFUSED
    held = records.statements.find(consent=said.consent)
    key = f"{said.consent}/{said.counter}"
    row = records.statements.get(key)
    if row is not None:
        return (
            Done.ACCEPTED if row.document.payload == document.payload else _old(records, node, key)
        )
    if any(said.counter < int(each.id.rpartition("/")[2]) for each in held):
        return _old(records, node, key)
    records.statements.add(
        HeldStatement(id=key, consent=said.consent, document=document, received_at=node.now())
    )
    _call_back(records)
    note_pair(
        records,
        node,
        peer,
        EntryType.CONSENT_HELD,
        consent=said.consent,
        counter=str(said.counter),
        answer=said.answer,
        statement=object_digest(document),
    )
    return Done.ACCEPTED


def _old(records: Records, node: Node, key: str) -> Done:
    alarm(records, node, "old-counter", key)
    return Done.STALE


def _call_back(records: Records) -> None:
    """Take back what lies ready to be polled: it has to be decided again first."""
    for peer in records.peers.find():
        for row in records.outbox.find(to=peer.party, state=OutState.SENDING):
            records.outbox.put(changed(row, state=OutState.QUEUED, offered_until=None))


def _status(records: Records, node: Node, peer: PartyId, document: Signed) -> Done:
    """Keep the newest status of a consent; the counter never goes back."""
    keys = pinned(records, peer, Use.CONSENT)
    status = read_by_any(keys, lambda key: read_status(document, key, node.verifier))
    if status is None:
        alarm(records, node, "status-not-verified", peer)
        return Done.REFUSED
    held = records.statuses.get(status.consent)
    answers = records.statements.find(consent=status.consent)
    newest = max((int(each.id.rpartition("/")[2]) for each in answers), default=0)
    is_old = held is not None and status.counter < held.counter
    if is_old or status.newest_answer < newest:
        return _old(records, node, f"{status.consent}/{status.counter}")
    records.statuses.put(
        HeldStatus(consent=status.consent, document=document, counter=status.counter)
    )
    return Done.ACCEPTED


def _heads(records: Records, node: Node, peer: PartyId, poll: Poll) -> None:
    """Compare where both ends stand; a receipt that never arrived is taken now.

    A peer that holds less than it gave receipts for was restored from a backup; one that holds
    more than this node knows of shows that this node was.
    """
    if poll.receipt is not None:
        _late_receipt(records, node, peer, poll.receipt)
    pair = pair_of(records, peer)
    if not pair.sent <= poll.received <= pair.sent + 1:
        alarm(records, node, "heads-differ", f"{peer}/{poll.received}/{pair.sent}")


def _late_receipt(records: Records, node: Node, peer: PartyId, document: Signed) -> None:
    try:
        control = _verified(records, node, document)
    except RefusedError:
        return
    receipt = control.receipt
    is_ours = control.from_ == peer and control.to == node.party
    if receipt is None or not is_ours or records.receipts.get(receipt.release) is not None:
        return
    if records.taken.get(control.id) is None:
        records.taken.add(
            Taken(
                id=control.id,
                from_=peer,
                control=encode(document),
                answer=b"",
                waiting=True,
                taken_at=node.now(),
            )
        )


def _batch(records: Records, node: Node, peer: PartyId, poll: Poll) -> Batch:
    """Return what is on its way to a peer and may still go: decided within the last minute."""
    ready = [
        row.envelope
        for row in records.outbox.find(to=peer, state=OutState.SENDING)
        if row.offered_until and node.now() < row.offered_until
    ]
    messages = [
        encode(signed_message(node, row))
        for row in records.messages.find(to=peer, state=OutState.SENDING)
    ]
    shown = _shown(records, peer, poll)
    return Batch(envelopes=tuple(ready), controls=tuple(messages), shown=shown)


def _shown(records: Records, peer: PartyId, poll: Poll) -> Shown:
    """Return what this node holds of a peer's own signatures, as far as it may not know of them."""
    pair = pair_of(records, peer)
    header = receipt = None
    if poll.sent < pair.received:
        taken = records.inbox.find(from_=peer, seq=pair.received)
        rows = [each for each in taken if each.state is not InState.PARKED and each.envelope]
        header = decode(Envelope, rows[0].envelope, "an envelope kept").header if rows else None
    if poll.received < pair.sent and pair.sent_release:
        given = records.receipts.get(pair.sent_release)
        receipt = decode(Signed, given.receipt, "a receipt kept") if given else None
    return Shown(head=pair.seen_note, header=header, receipt=receipt)
