"""Shown: what a peer shows a node of the node's own signatures, and what follows from it.

A node whose database was put back from an old copy does not know. A peer may hold more of it than
it has itself: a signed head of the pair ledger, the header of an envelope, a receipt. Only what
this node's own key signed is believed, so no peer can stop a node by a claim of its own; and what
the node still has says nothing, however old it is.
"""

from collections.abc import Callable
from hashlib import sha256
from typing import NamedTuple, TypeVar

from comity.core.exchange.control import CONTROL_LIMITS, CONTROL_TYPE, Control
from comity.core.exchange.envelope import HEADER_LIMITS, HEADER_TYPE
from comity.core.exchange.header import Header
from comity.core.exchange.judge import Head as Position
from comity.core.ledger import Hash, Head, NoteError, check_head
from comity.core.terms import (
    Digest,
    InputError,
    Limits,
    PartyId,
    SignatureError,
    Signed,
    Verifier,
    decode,
)

T = TypeVar("T", Header, Control)


class Own(NamedTuple):
    """Whose signatures count: this node's, by any key that it has or had, towards one peer."""

    party: PartyId
    peer: PartyId
    keys: tuple[bytes, ...]
    verifier: Verifier


def lost_head(
    own: Own, note: str, name: str, size: int, root_at: Callable[[int], Hash]
) -> Head | None:
    """Return the head in this note, if this node signed it and its ledger does not have it.

    `name` is the ledger's, `size` what it has now, and `root_at` tells its root at a size.
    """
    for key in own.keys if note else ():
        try:
            head = check_head(note, name, key, own.verifier)
        except (NoteError, SignatureError):
            continue
        is_here = head.size <= size and root_at(head.size) == head.root
        return None if is_here else head
    return None


def lost_envelope(
    own: Own, document: Signed | None, sent: int, is_known: Callable[[Digest], bool]
) -> Position | None:
    """Return the place of the envelope with this header, if this node signed and lost it.

    `sent` is the last place that has a receipt here. `is_known` says whether an envelope was
    sealed here whose header has a digest, whatever became of it.
    """
    header = _by_own_key(own, document, HEADER_TYPE, Header, HEADER_LIMITS)
    if document is None or header is None or header.seq <= sent:
        return None
    digest = Digest(sha256(document.payload).hexdigest())
    return None if is_known(digest) else Position(header.seq, digest)


def lost_receipt(own: Own, document: Signed | None, received: int) -> Position | None:
    """Return the place for which this receipt was given, if this node gave and lost it.

    `received` is the last place of which this node has an envelope.
    """
    control = _by_own_key(own, document, CONTROL_TYPE, Control, CONTROL_LIMITS)
    receipt = control.receipt if control else None
    if receipt is None or receipt.seq <= received:
        return None
    return Position(receipt.seq, receipt.header)


def _by_own_key(
    own: Own, document: Signed | None, kind: str, shape: type[T], limits: Limits
) -> T | None:
    """Return what a document says, if one of this node's own keys signed it for this peer."""
    if document is None:
        return None
    for key in own.keys:
        try:
            found = decode(shape, document.check(kind, key, own.verifier), "what is shown", limits)
        except (InputError, SignatureError):
            continue
        return found if (found.from_, found.to) == (own.party, own.peer) else None
    return None
