"""Deliver: push to one peer what waits for it, messages first, until it is answered for.

No transaction is open while anything is sent. A failure is waited out, longer each time; what the
peer will never take is laid aside with an alarm.
"""

from datetime import timedelta
from hashlib import sha256

from comity.core.exchange import (
    Answer,
    Control,
    Problem,
    UnreachableError,
    read_control,
    wait_after,
)
from comity.core.terms import InputError, PartyId, Signed, decode, encode
from comity.node.confirm_receipt import confirm_receipt
from comity.node.disclose import Ready, disclose, next_for
from comity.node.node import Node, alarm, is_stopped, pair_of, pinned, read_by_any
from comity.node.send_message import confirm_message, signed_message
from comity.store.change import changed
from comity.store.port import Records
from comity.store.records import Message, Outgoing, OutState, Peer, Progress, Use

ENVELOPES, CONTROLS = "/node/envelopes", "/node/controls"
OK = 200
PARKED_THERE = 202
"""A peer has the envelope and waits for one before it, although it gave a receipt for that."""

HOPELESS = frozenset(
    {Problem.MALFORMED, Problem.TOO_LARGE, Problem.NOT_FOR_THIS_NODE, Problem.UNSUPPORTED}
)
WAITING = frozenset({OutState.QUEUED, OutState.SENDING})
MOST_AT_ONCE = 64


def deliver(node: Node, peer: Peer) -> int:
    """Send what waits for a peer if its time has come; return how much was answered for."""
    with node.store.reading() as records:
        if is_stopped(records):
            return 0
        pair = pair_of(records, peer.party)
        waiting = [
            *records.messages.find(to=peer.party, state=OutState.SENDING),
            *records.messages.find(to=peer.party, state=OutState.QUEUED),
        ]
        if not waiting and next_for(records, peer.party) is None:
            return 0
    if pair.next_attempt and node.now() < pair.next_attempt:
        waiting = []
    waiting.sort(key=_rank)
    done = 0
    for row in waiting[:MOST_AT_ONCE]:
        if not _message(node, peer, row):
            return done
        done += 1
    with node.store.reading() as records:
        pair = pair_of(records, peer.party)
        news = records.messages.find(to=peer.party, type="key")
    if any(each.state in WAITING for each in news):  # what a key signs comes after the key
        return done
    if pair.next_envelope and node.now() < pair.next_envelope:
        return done
    while done < MOST_AT_ONCE:
        ready = disclose(node, peer.party)
        if ready is None or not _envelope(node, peer, ready):
            break
        done += 1
    return done


def _rank(row: Message) -> int:
    """Return how early a message goes: all but news of an identity is signed by the newest one."""
    if row.type != "key":
        return 2
    change = decode(Control, row.body, "a queued message").key
    return 0 if change is not None and change.use == Use.IDENTITY else 1


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
        is_other = _problem(answer) == Problem.BAD_SIGNATURE != row.why
        why = Problem.BAD_SIGNATURE if is_other else ""
        records.messages.put(changed(row, attempts=row.attempts + 1, why=why))
        _failed(records, node, peer, CONTROLS, answer)
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
            row = records.outbox.get(ready.release)
            if row is None or row.state is not OutState.SENDING:
                _reached(records, peer)
                return True
            _failed(records, node, peer, ENVELOPES, None)  # a receipt for something else
            return False
        row = records.outbox.get(ready.release)
        if _hopeless(answer) and row is not None:
            laid_aside(records, node, row, _problem(answer))
            return True
        _failed(records, node, peer, ENVELOPES, answer)
    return False


def laid_aside(records: Records, node: Node, row: Outgoing, why: str) -> None:
    """Give up an envelope that its peer will never take, and say so where it was asked for."""
    records.outbox.put(changed(row, state=OutState.DEAD, envelope=b"", why=why))
    permitted = records.permits.get(row.release)
    wish = records.wishes.get(permitted.request) if permitted else None
    if wish is not None:
        records.wishes.put(changed(wish, progress=Progress.DEAD))
    alarm(records, node, "dead-letter", row.release)


def _post(node: Node, peer: Peer, path: str, body: bytes) -> Answer | None:
    """Send with no transaction open; a failure sets the time of the next attempt."""
    try:
        return node.transport.post(peer.address, path, body)
    except (UnreachableError, InputError) as error:
        with node.store.writing() as records:
            _failed(records, node, peer, path, None)
            if isinstance(error, InputError):
                alarm(records, node, "address-not-usable", peer.party)
        return None


def _answered(records: Records, node: Node, peer: PartyId, answer: Answer) -> Control | None:
    """Return the control that the peer answered with, if it is signed by the peer for us."""
    if answer.status != OK:
        return None
    try:
        document = _document(answer)
    except InputError:
        return None
    keys = pinned(records, peer, Use.IDENTITY)
    control = read_by_any(keys, lambda key: read_control(document, key, node.verifier))
    is_ours = control and control.to == node.party and control.from_ == peer
    return control if is_ours else None


def _document(answer: Answer) -> Signed:
    return decode(Signed, answer.body, "an answer")


def _problem(answer: Answer) -> str:
    """Return what a peer says is wrong, if it is one of the things that can be."""
    said = answer.body.decode(errors="replace")
    return next((each for each in Problem if each == said), "") or f"status-{answer.status}"


def _hopeless(answer: Answer) -> bool:
    return _problem(answer) in HOPELESS


def _reached(records: Records, peer: Peer) -> None:
    """Wait no longer for a peer that has answered."""
    pair = pair_of(records, peer.party)
    fresh = changed(pair, failures=0, next_attempt=None, envelope_failures=0, next_envelope=None)
    if fresh != pair:
        records.pairs.put(fresh)


def _failed(records: Records, node: Node, peer: Peer, path: str, answer: Answer | None) -> None:
    """Wait before the next attempt: full jitter, 1 s to 15 min, or as long as the peer asks.

    Messages and envelopes wait apart, and nothing of a wait depends on what there is to send: so
    the times at which a peer hears from this node after an absence say nothing of it.
    """
    pair, is_envelope = pair_of(records, peer.party), path == ENVELOPES
    failures = pair.envelope_failures if is_envelope else pair.failures
    drawn = sha256(f"{node.party}/{peer.party}{path}/{failures}".encode()).digest()
    wait = wait_after(failures, int.from_bytes(drawn[:4], "big") / (1 << 32))
    asked = timedelta(seconds=answer.retry_after or 0) if answer else timedelta()
    until = node.now() + max(wait, asked)
    if is_envelope:
        pair = changed(pair, envelope_failures=failures + 1, next_envelope=until)
    else:
        pair = changed(pair, failures=failures + 1, next_attempt=until)
    records.pairs.put(pair)
    if answer is not None and is_envelope and answer.status == PARKED_THERE:
        alarm(records, node, "parked-at-peer", f"{peer.party}/{pair.sent + 1}")
    elif answer is not None:
        alarm(records, node, "peer-refuses", f"{peer.party}/{_problem(answer)}")
