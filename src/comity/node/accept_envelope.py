"""Accept envelope: judge an envelope by its header, keep it sealed, and answer with a receipt.

What is answered depends only on the envelope, on where the pair stands and on pinned keys. No
table of cases, items or wishes is read here, so neither an answer nor its time tells of them.
"""

from hashlib import sha256

from comity.core.exchange import (
    Control,
    Done,
    Envelope,
    Head,
    Header,
    Problem,
    Receipt,
    RefusedError,
    Verdict,
    check_route,
    header_digest,
    read_envelope,
    sign_control,
    would_permit,
)
from comity.core.exchange.envelope import HEADER_LIMITS, HEADER_TYPE
from comity.core.gate import Permit
from comity.core.ledger import EntryType
from comity.core.terms import (
    Digest,
    InputError,
    MessageId,
    PartyId,
    Signed,
    decode,
    encode,
    object_digest,
)
from comity.node.agreements import at_hand
from comity.node.duties import take_on
from comity.node.node import (
    Node,
    alarm,
    consent_keys,
    is_stopped,
    note_pair,
    pair_of,
    pinned,
    read_by_any,
    replaced_consent_keys,
)
from comity.store.change import changed
from comity.store.port import Records
from comity.store.records import Incoming, InState, Use

MOST_PARKED = 64


def accept_envelope(node: Node, data: bytes) -> bytes:
    """Return the signed receipt for an envelope; nothing if it waits for one before it.

    Raises:
        RefusedError: it is not taken.
    """
    try:
        envelope = read_envelope(data)
    except InputError:
        raise RefusedError(Problem.MALFORMED) from None
    with node.store.writing() as records:
        if is_stopped(records):
            raise RefusedError(Problem.UNAVAILABLE)
        header = _verified(records, node, envelope)
        pair = pair_of(records, header.from_)
        head = Head(pair.received, pair.received_digest)
        try:
            verdict = check_route(header, node.party, head, node.now())
            _check_id(records, header, verdict)
        except RefusedError as refused:
            problem = refused.problem
        else:
            return _by_verdict(records, node, verdict, header, envelope)
        alarm(records, node, problem, f"{header.from_}/{header.seq}")
    raise RefusedError(problem)


def _verified(records: Records, node: Node, envelope: Envelope) -> Header:
    """Return the header, signed by an identity key that is pinned for whoever it says it is of."""
    try:
        header = decode(Header, envelope.header.payload, "a header", HEADER_LIMITS)
    except InputError:
        raise RefusedError(Problem.MALFORMED) from None
    keys = identities(records, header.from_)
    document = envelope.header
    if read_by_any(keys, lambda key: document.check(HEADER_TYPE, key, node.verifier)) is None:
        raise RefusedError(Problem.BAD_SIGNATURE)
    if Digest(sha256(envelope.sealed).hexdigest()) != header.ciphertext:
        raise RefusedError(Problem.MALFORMED)
    return header


def identities(records: Records, peer: PartyId) -> list[bytes]:
    """Return the identity keys that count for a peer.

    Raises:
        RefusedError: there is no such peer.
    """
    if records.peers.get(peer) is None:
        raise RefusedError(Problem.UNKNOWN_PEER)
    return pinned(records, peer, Use.IDENTITY)


def _check_id(records: Records, header: Header, verdict: Verdict) -> None:
    """Refuse an id under which another release is held: it would take that one's place.

    Raises:
        RefusedError: one is.
    """
    held = records.inbox.get(header.id)
    if held is None or verdict is Verdict.HELD_BEFORE:
        return
    if held.from_ != header.from_ or held.state is not InState.PARKED:
        raise RefusedError(Problem.FORK)


def _by_verdict(
    records: Records, node: Node, verdict: Verdict, header: Header, envelope: Envelope
) -> bytes:
    match verdict:
        case Verdict.HELD_BEFORE:
            return _stored_receipt(records, header)
        case Verdict.TOO_EARLY:
            return _parked(records, node, header, envelope)
        case Verdict.NEXT:
            return _taken(records, node, header, envelope)


def _stored_receipt(records: Records, header: Header) -> bytes:
    """Return the receipt that was given for this place, whatever came in it."""
    held = [
        each
        for each in records.inbox.find(from_=header.from_, seq=header.seq)
        if each.state is not InState.PARKED
    ]
    if not held:
        raise RefusedError(Problem.FORK)
    return held[0].receipt


def _parked(records: Records, node: Node, header: Header, envelope: Envelope) -> bytes:
    """Keep an envelope that came before its turn, unless too many wait already."""
    waiting = records.inbox.find(from_=header.from_, state=InState.PARKED)
    if len(waiting) < MOST_PARKED and records.inbox.get(header.id) is None:
        records.inbox.put(_incoming(node, header, envelope, InState.PARKED))
    return b""


def _taken(records: Records, node: Node, header: Header, envelope: Envelope) -> bytes:
    """Take an envelope that is the next: sealed, with what this node's own gate says of it."""
    judged = would_permit(
        header,
        at_hand(records, node),
        consent_keys(records, node),
        node.verifier,
        replaced_consent_keys(records, node),
    )
    why = "" if isinstance(judged, Permit) else judged
    done = Done.QUARANTINED if why else Done.ACCEPTED
    digest = header_digest(envelope)
    receipt = _receipt(node, header, Receipt(
        release=header.id, seq=header.seq, header=digest, done=done, at=node.now()
    ))  # fmt: skip
    state = InState.QUARANTINED if why else InState.RECEIVED
    incoming = changed(_incoming(node, header, envelope, state), receipt=encode(receipt), why=why)
    records.inbox.put(incoming)
    pair = pair_of(records, header.from_)
    records.pairs.put(changed(pair, received=header.seq, received_digest=digest))
    if why:
        alarm(records, node, "quarantined", header.id)
    note_pair(
        records,
        node,
        header.from_,
        EntryType.QUARANTINED if why else EntryType.RECEIVED,
        release=header.id,
        seq=str(header.seq),
        header=digest,
        receipt=object_digest(receipt),
        done=done,
    )
    if isinstance(judged, Permit):
        take_on(records, node, judged, header.id)
    return encode(receipt)


def _incoming(node: Node, header: Header, envelope: Envelope, state: InState) -> Incoming:
    return Incoming(
        id=header.id,
        from_=header.from_,
        seq=header.seq,
        state=state,
        envelope=encode(envelope),
        received_at=node.now(),
    )


def _receipt(node: Node, header: Header, receipt: Receipt) -> Signed:
    control = Control(
        id=node.new_id(MessageId, "msg"),
        from_=node.party,
        to=header.from_,
        created=node.now(),
        receipt=receipt,
    )
    return sign_control(control, node.keys.identity)
