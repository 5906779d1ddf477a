"""Send message: deliver control messages to a peer, in order, each until it is acknowledged."""

from comity.core.exchange import Acknowledgement, Control, Done, Problem, sign_control
from comity.core.ledger import NoteError, check_cosignature, read_head
from comity.core.terms import SignatureError, Signed, Signer, decode
from comity.node.node import Node, alarm, pair_ledger, pair_of, pinned
from comity.store.change import changed
from comity.store.port import Records
from comity.store.records import Message, OutState, Use


def signed_message(node: Node, row: Message) -> Signed:
    """Return a message signed now, under the id that it keeps."""
    kept = decode(Control, row.body, "a queued message")
    fresh = Control(
        id=kept.id,
        from_=kept.from_,
        to=kept.to,
        created=node.now(),
        **{kept.type: kept.body},  # type: ignore[arg-type] # the one body that it has
    )
    return sign_control(fresh, _signer(node, row, kept))


def _signer(node: Node, row: Message, control: Control) -> Signer:
    """Return the key to sign with: a new identity is announced by the one that it replaces.

    A peer that could not verify that may know the new one already: it gets the other in turn.
    """
    key = control.key
    if key is not None and key.use == Use.IDENTITY and row.why != Problem.BAD_SIGNATURE:
        for former in node.keys.former.get(Use.IDENTITY, ()):
            if former.public == key.replaces:
                return former
    return node.keys.identity


def confirm_message(records: Records, node: Node, row: Message, answer: Acknowledgement) -> None:
    """Record that a peer dealt with a message, and keep its cosignature if it gave one."""
    state = OutState.RECEIPTED if answer.done is not Done.REFUSED else OutState.DEAD
    records.messages.put(changed(row, state=state, attempts=row.attempts + 1, why=answer.done))
    if state is OutState.DEAD:
        alarm(records, node, "message-refused", row.id)
    kept = decode(Control, row.body, "a queued message")
    if kept.heartbeat is not None:
        _witnessed(records, node, row, kept.heartbeat.note, answer)


def _witnessed(
    records: Records, node: Node, row: Message, note: str, answer: Acknowledgement
) -> None:
    """Keep a cosigned checkpoint; if the peer holds another head, go on from that one."""
    pair = pair_of(records, row.to)
    if answer.done is Done.STALE:
        records.pairs.put(changed(pair, witnessed=answer.size))
    if answer.done is not Done.ACCEPTED:
        return
    cosigned = note + answer.cosignature
    try:
        key = pinned(records, row.to, Use.WITNESS)[0]
        check_cosignature(cosigned, row.to, key, node.verifier)
    except (IndexError, NoteError, SignatureError):
        alarm(records, node, "cosignature-not-verified", row.to)
        return
    head = read_head(note)
    checkpoint = records.checkpoints.get(f"{pair_ledger(row.to)}/{head.size}")
    if checkpoint is not None:
        records.checkpoints.put(changed(checkpoint, note=cosigned))
    records.pairs.put(changed(pair, witnessed=head.size))
