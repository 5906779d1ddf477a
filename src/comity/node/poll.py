"""Poll: ask a peer for what is on its way here, in case it could not reach this node.

What comes is taken exactly as if it had been pushed; the receipts go back by this node's own push.
"""

from collections.abc import Callable

from comity.core.exchange import (
    Answer,
    Batch,
    Control,
    Problem,
    RefusedError,
    UnreachableError,
    sign_control,
)
from comity.core.exchange import Poll as Question
from comity.core.terms import InputError, Limits, MessageId, Signed, decode, encode
from comity.node.accept_envelope import accept_envelope
from comity.node.deliver import CONTROLS, OK
from comity.node.node import Node, pair_of
from comity.node.put_back import look_at
from comity.node.take_control import take_control
from comity.store.port import Records
from comity.store.records import Peer, Use

BATCH_LIMITS = Limits(size=8 << 20)


def poll(node: Node, peer: Peer) -> int:
    """Take what waits at a peer; return how much it was."""
    batch = ask(node, peer)
    if batch is None:
        return 0
    answers = [_taken(take_control, node, each) for each in batch.controls]
    answers += [_taken(accept_envelope, node, each) for each in batch.envelopes]
    for each in answers:
        if each:
            try:
                node.transport.post(peer.address, CONTROLS, each)
            except UnreachableError:
                break
    return len(answers)


def ask(node: Node, peer: Peer) -> Batch | None:
    """Tell a peer where this node stands, and return what it answers; None if it does not.

    What it shows of this node's own signatures is looked at before anything is taken. A peer that
    has not heard of this node's newest key yet is asked by the one before.
    """
    with node.store.reading() as records:
        pair = pair_of(records, peer.party)
        receipt = last_receipt(records, peer, pair.received)
    question = Control(
        id=node.new_id(MessageId, "msg"),
        from_=node.party,
        to=peer.party,
        created=node.now(),
        poll=Question(received=pair.received, receipt=receipt, sent=pair.sent),
    )
    try:
        answer = _asked(node, peer, question)
        if answer.status != OK:
            return None
        batch = decode(Batch, answer.body, "a batch", BATCH_LIMITS)
    except (UnreachableError, InputError):
        return None
    look_at(node, peer.party, batch.shown)
    return batch


def _asked(node: Node, peer: Peer, question: Control) -> Answer:
    signers = (node.keys.identity, *node.keys.former.get(Use.IDENTITY, ()))
    answer = Answer(0, b"")
    for signer in signers:
        body = encode(sign_control(question, signer))
        answer = node.transport.post(peer.address, CONTROLS, body)
        if answer.body != Problem.BAD_SIGNATURE.encode():
            break
    return answer


def last_receipt(records: Records, peer: Peer, received: int) -> Signed | None:
    """Return the receipt that was given for the last envelope from a peer."""
    held = [each for each in records.inbox.find(from_=peer.party, seq=received) if each.receipt]
    return decode(Signed, held[0].receipt, "a receipt given") if held else None


def _taken(take: Callable[[Node, bytes], bytes], node: Node, data: bytes) -> bytes:
    try:
        return take(node, data)
    except RefusedError:
        return b""
