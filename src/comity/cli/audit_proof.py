"""Audit proof: verify the proof of one receipt, which an organisation took from its front door.

It is in the ledger that the front door shares with the body, under a head that the front door
signed and the body cosigned. Whose keys these are, their introductions say.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from comity.cli.keys import introduction_in
from comity.core.ledger import (
    Entry,
    EntryType,
    Known,
    NoteError,
    Proof,
    ProofError,
    check_proof,
    origin,
    read_head,
    read_proof,
)
from comity.core.ledger.checkpoint import check_cosignature
from comity.core.ledger.proof import FIRST_LINE
from comity.core.terms import Code, InputError, PartyId, Place, SignatureError, Verifier, decode
from comity.files import read_bytes
from comity.node.keys import Introduction
from comity.node.node import pair_ledger

SHOWN = frozenset({EntryType.SENT, EntryType.RECEIVED})
"""The entries of which an organisation gets proofs."""

MOST_PROOF = 64 << 10
"""How many bytes a proof may have; a ledger of any size makes it a few thousand at most."""


class Receipted(NamedTuple):
    """What a proof shows: of which release, between whom, and by when.

    A front door `sent` it and a body receipted it; or the body sent it, and it was `received`.
    """

    kind: EntryType
    release: str
    sender: PartyId
    body: PartyId
    recorded_at: datetime
    cosigned_at: datetime
    place: int
    size: int


def proof_in(file: str) -> Proof | None:
    """Return the proof that a file holds; None if it is no file or begins as something else.

    Raises:
        InputError: it begins as a proof and is none.
    """
    try:
        if read_bytes(file, len(FIRST_LINE)) != FIRST_LINE.encode():
            return None
    except InputError:
        return None  # whoever reads it as a bundle says what is wrong with it
    try:
        return read_proof(read_bytes(file, MOST_PROOF).decode())
    except (NoteError, UnicodeDecodeError) as error:
        raise _wrong(file, f"this is no whole proof: {error}") from None


def verify_proof(
    file: str, proof: Proof, introductions: Iterable[str], verifier: Verifier
) -> Receipted:
    """Return what a proof shows, under the keys of these introductions.

    Raises:
        InputError: one of the two introductions is missing or is none, or the proof does not hold.
    """
    known = {each.party: each for each in (introduction_in(one, verifier) for one in introductions)}
    try:
        sender, body = _ends(read_head(proof.note).origin, known)
        keys = Known(
            keeper=origin(sender.party, pair_ledger(body.party)),
            key=sender.identity,
            witness=body.party,
            witness_key=body.witness,
        )
        head = check_proof(proof, keys, verifier)
        at = check_cosignature(proof.note, body.party, body.witness, verifier)
        entry = decode(Entry, proof.entry, "an entry")
    except (NoteError, ProofError, SignatureError) as error:
        raise _wrong(file, f"the proof does not hold: {error}") from None
    if entry.type not in SHOWN or "release" not in entry.ids:
        raise _wrong(file, f"the proof is of another entry than a receipt: {entry.type}")
    return Receipted(
        kind=entry.type,
        release=entry.ids["release"],
        sender=sender.party,
        body=body.party,
        recorded_at=entry.at,
        cosigned_at=at,
        place=proof.place,
        size=head.size,
    )


def _ends(name: str, known: dict[PartyId, Introduction]) -> tuple[Introduction, Introduction]:
    """Return who shares a ledger: its keeper first.

    Raises:
        InputError: it is no such ledger, or one of them was not introduced.
    """
    for sender in known.values():
        for body in known.values():
            if name == origin(sender.party, pair_ledger(body.party)):
                return sender, body
    raise InputError(
        Code.UNKNOWN_VALUE,
        f"the proof is from {name[:60]}, and not from a ledger between those introduced",
        at=Place(name="--introduction"),
        advice="give the introductions of the front door and of the body: comity keys show",
    )


def _wrong(file: str, message: str) -> InputError:
    return InputError(
        Code.UNKNOWN_VALUE,
        message,
        at=Place(name=file),
        advice="take the proof from the page of the report again; if it stays so, tell an auditor",
    )
