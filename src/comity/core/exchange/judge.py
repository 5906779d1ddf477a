"""Judge: whether an envelope may be taken, from its header alone.

First its route: whose it is, for whom, whether it is the next one. Then the recipient's own gate
is asked the question that the discloser's gate must have answered with a permit. A discloser that
forged, forgot or skipped something is found out here, before anything is opened.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from comity.core.agreement import Agreements
from comity.core.consent import (
    Choice,
    Consents,
    Said,
    Statement,
    Status,
    documents,
    read_choice,
    read_said,
    read_status,
    statement,
)
from comity.core.exchange.header import Header
from comity.core.gate import Permit, decide
from comity.core.terms import Digest, InputError, PartyId, SignatureError, Signed, Verifier

MOST_SKEW = timedelta(minutes=5)
"""How far two nodes' clocks may be apart."""

LONGEST_LIFE = timedelta(minutes=15)
"""How long an envelope may be on its way: what it says of consent is never older than this."""


class Problem(StrEnum):
    """Why an envelope or control is not taken. All that the other side is told."""

    MALFORMED = "malformed"
    TOO_LARGE = "too-large"
    UNKNOWN_PEER = "unknown-peer"
    BAD_SIGNATURE = "bad-signature"
    NOT_FOR_THIS_NODE = "not-for-this-node"
    UNSUPPORTED = "unsupported"
    CLOCK_SKEW = "clock-skew"
    EXPIRED = "expired"
    FORK = "fork"
    UNAVAILABLE = "unavailable"


class RefusedError(Exception):
    """An envelope or control that is not taken."""

    def __init__(self, problem: Problem) -> None:
        """Say why, from the closed list."""
        super().__init__(problem)
        self.problem = problem


class Verdict(StrEnum):
    """Where an envelope stands in the order of its pair."""

    NEXT = "next"
    HELD_BEFORE = "held before"
    TOO_EARLY = "too early"


class Head(NamedTuple):
    """The last envelope held from a peer: its sequence number and its header's digest."""

    seq: int
    digest: Digest | None


def check_route(header: Header, to: PartyId, head: Head, now: datetime) -> Verdict:
    """Return where the envelope stands in the order of its pair.

    Raises:
        RefusedError: it is for somebody else, from the future, over, of another version, or does
            not continue what is held.
    """
    if header.v != 1:
        raise RefusedError(Problem.UNSUPPORTED)
    if header.to != to:
        raise RefusedError(Problem.NOT_FOR_THIS_NODE)
    if header.seq <= head.seq:
        return Verdict.HELD_BEFORE
    if header.created > now + MOST_SKEW:
        raise RefusedError(Problem.CLOCK_SKEW)
    if header.expires <= now or header.expires - header.created > LONGEST_LIFE:
        raise RefusedError(Problem.EXPIRED)
    if header.seq > head.seq + 1:
        return Verdict.TOO_EARLY
    if header.prev != head.digest:
        raise RefusedError(Problem.FORK)
    return Verdict.NEXT


def would_permit(
    header: Header,
    agreements: Agreements,
    keys: Iterable[bytes],
    verifier: Verifier,
    replaced: Iterable[bytes] = (),
) -> Permit | str:
    """Return the permit of this node's own gate, or why it would not have let it through.

    `keys` are the consent keys that count here, and `replaced` those that others took the place
    of without being revoked. It is judged as of when it was sealed.
    """
    try:
        consents = evidence(header, tuple(keys), verifier, tuple(replaced))
    except (SignatureError, InputError):
        return "the evidence of consent does not verify"
    decision = decide(agreements, header.request(), consents, header.created)
    if isinstance(decision, Permit):
        return decision
    reason = decision.reasons[0]
    return f"{reason.clause or 'no clause'}: {reason.ground}"


def evidence(
    header: Header,
    keys: tuple[bytes, ...],
    verifier: Verifier,
    replaced: tuple[bytes, ...] = (),
) -> Consents:
    """Return what the documents in a header say about consent, each verified.

    A key that was replaced still shows what an organisation said, and never that it still stands:
    a status is of a key that counts now.

    Raises:
        SignatureError: one is not signed by a consent key that is pinned here.
        InputError: one is not written as what it claims to be.
    """
    said: list[Statement] = []
    statuses: list[Status] = []
    choices: list[Choice] = []
    for document in header.consent:
        is_status = document.payloadType == documents.STATUS_TYPE
        found = _read(document, keys if is_status else (*keys, *replaced), verifier)
        match found:
            case Said():
                said.append(statement(found, found.organisation, found.stated_at))
            case Status():
                statuses.append(found)
            case _:
                choices.append(found)
    return Consents(statements=tuple(said), statuses=tuple(statuses), choices=tuple(choices))


def _read(document: Signed, keys: tuple[bytes, ...], verifier: Verifier) -> Said | Status | Choice:
    signers = {each.keyid for each in document.signatures}
    key = next((key for key in keys if key.hex() in signers), None)
    if key is None:
        raise SignatureError("no consent key that is pinned here signed it")
    match document.payloadType:
        case documents.STATEMENT_TYPE:
            return read_said(document, key, verifier)
        case documents.STATUS_TYPE:
            return read_status(document, key, verifier)
        case _:
            return read_choice(document, key, verifier)
