"""Deliver: push to one peer what waits for it, messages first, until it is answered for.

No transaction is open while anything is sent. A failure is waited out, longer each time; what the
peer will never take is laid aside with an alarm.
"""

from datetime import timedelta

from comity.core.exchange import (
    Answer,
    Control,
    Problem,
    UnreachableError,
    read_control,
    wait_after,
)
from comity.core.terms import InputError, PartyId, SignatureError, Signed, decode, encode
from comity.node.confirm_receipt import confirm_receipt
from comity.node.disclose import Ready, disclose
from comity.node.node import Node, alarm, pair_of, pinned
from comity.node.send_message import confirm_message, signed_message
from comity.store.change import changed
from comity.store.port import Records
from comity.store.records import Message, OutState, Peer, Use

ENVELOPES, CONTROLS = "/node/envelopes", "/node/controls"
OK = 200
WAITS_THERE = 202
HOPELESS = frozenset(
    {Problem.MALFORMED, Problem.TOO_LARGE, Problem.NOT_FOR_THIS_NODE, Problem.UNSUPPORTED}
)
MOST_AT_ONCE = 64


def deliver(node: Node, peer: Peer) -> int:
    """Send what waits for a peer if its time has come; return how much was answered for."""
    with node.store.reading() as records:
        pair = pair_of(records, peer.party)
        waiting = [
            *records.messages.find(to=peer.party, state=OutState.SENDING),
            *records.messages.find(to=peer.party, state=OutState.QUEUED),
        ][:MOST_AT_ONCE]
    if pair.next_attempt and node.now() < pair.next_attempt:
        return 0
    done = 0
    for row in waiting:
        if not _message(node, peer, row):
            return done
        done += 1
    while done < MOST_AT_ONCE:
        ready = disclose(node, peer.party)
        if ready is None or not _envelope(node, peer, ready):
            break
        done += 1
    return done


def _message(node: Node, peer: Peer, row: Message) -> bool:
    """Send one message; return whether the next may go."""
    answer = _post(node, peer, CONTROLS, encode(signed_message(node, row)))
    if answer is None:
        _offer(node, row)
        return False
    with node.store.writing() as records:
        control = _answered(records, node, peer.party, answer)
        said = control.acknowledgement if control else None
        if said is not None and said.message == row.id:
            confirm_message(records, node, row, said)
            _reached(records, peer)
            return True
        if _hopeless(answer):
            records.messages.put(changed(row, state=OutState.DEAD, why=_problem(answer)))
            alarm(records, node, "dead-letter", row.id)
            return True
        _failed(records, node, peer, _problem(answer), answer.retry_after or 0)
    return False


def _offer(node: Node, row: Message) -> None:
    """Let a message that could not be pushed be had by a poll."""
    with node.store.writing() as records:
        if records.messages.get(row.id) is not None:
            records.messages.put(changed(row, state=OutState.SENDING, attempts=row.attempts + 1))


def _envelope(node: Node, peer: Peer, ready: Ready) -> bool:
    """Send one envelope; return whether the next may go."""
    answer = _post(node, peer, ENVELOPES, ready.envelope)
    if answer is None:
        return False
    with node.store.writing() as records:
        control = _answered(records, node, peer.party, answer)
        if control is not None and control.receipt:
            confirm_receipt(records, node, peer.party, control.receipt, _document(answer))
            _reached(records, peer)
            return True
        row = records.outbox.get(ready.release)
        if _hopeless(answer) and row is not None:
            records.outbox.put(
                changed(row, state=OutState.DEAD, envelope=b"", why=_problem(answer))
            )
            alarm(records, node, "dead-letter", ready.release)
            return True
        _failed(records, node, peer, _problem(answer), answer.retry_after or 0)
    return False


def _post(node: Node, peer: Peer, path: str, body: bytes) -> Answer | None:
    """Send with no transaction open; a failure sets the time of the next attempt."""
    try:
        return node.transport.post(peer.address, path, body)
    except (UnreachableError, InputError) as error:
        problem = "address-not-usable" if isinstance(error, InputError) else ""
        with node.store.writing() as records:
            _failed(records, node, peer, problem)
        return None


def _answered(records: Records, node: Node, peer: PartyId, answer: Answer) -> Control | None:
    """Return the control that the peer answered with, if it is signed by the peer for us."""
    if answer.status != OK:
        return None
    try:
        document = _document(answer)
    except InputError:
        return None
    for key in pinned(records, peer, Use.IDENTITY):
        try:
            control = read_control(document, key, node.verifier)
        except (SignatureError, InputError):
            continue
        return control if control.to == node.party and control.from_ == peer else None
    return None


def _document(answer: Answer) -> Signed:
    return decode(Signed, answer.body, "an answer")


def _problem(answer: Answer) -> str:
    """Return what a peer says is wrong, if it is one of the things that can be."""
    said = answer.body.decode(errors="replace")
    return next((each for each in Problem if each == said), "") or f"status-{answer.status}"


def _hopeless(answer: Answer) -> bool:
    return _problem(answer) in HOPELESS


def _reached(records: Records, peer: Peer) -> None:
    pair = pair_of(records, peer.party)
    if pair.failures or pair.next_attempt:
        records.pairs.put(changed(pair, failures=0, next_attempt=None))


def _failed(records: Records, node: Node, peer: Peer, problem: str, asked: int = 0) -> None:
    """Wait before the next attempt: full jitter, 1 s to 15 min, or as long as the peer asks."""
    pair = pair_of(records, peer.party)
    chance = int.from_bytes(node.chance(4), "big") / (1 << 32)
    wait = max(wait_after(pair.failures, chance), timedelta(seconds=asked))
    records.pairs.put(changed(pair, failures=pair.failures + 1, next_attempt=node.now() + wait))
    if problem:
        alarm(records, node, "peer-refuses", f"{peer.party}/{problem}")
