"""Proof: that one entry is in a pair ledger, in a form that can be kept and checked alone.

It holds the entry, its place, the hashes on the way to the head, and the head as its keeper signed
and a peer cosigned it. Nothing else of the ledger shows.

Source: C2SP tlog-proof.
"""

from base64 import b64decode, b64encode
from dataclasses import dataclass
from typing import NamedTuple

from comity.core.ledger.checkpoint import Head, NoteError, check_cosignature, check_head
from comity.core.ledger.tree import Hash, check_inclusion, leaf_hash
from comity.core.terms import Verifier

FIRST_LINE = "c2sp.org/tlog-proof@v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """An entry, and what shows that it is in a ledger."""

    entry: bytes
    place: int
    hashes: tuple[Hash, ...]
    note: str

    def text(self) -> str:
        """Return the proof as text. The entry is its `extra` line, in base64."""
        lines = [
            FIRST_LINE,
            f"extra {b64encode(self.entry).decode()}",
            f"index {self.place}",
            *(b64encode(each).decode() for each in self.hashes),
        ]
        return "\n".join(lines) + f"\n\n{self.note}"


class Known(NamedTuple):
    """Whose word a proof rests on: a ledger's keeper and a witness of it, each with its key."""

    keeper: str
    key: bytes
    witness: str
    witness_key: bytes


def read_proof(text: str) -> Proof:
    """Return the proof that a text holds. Nothing of it is trusted yet.

    Raises:
        NoteError: it holds none.
    """
    head, gap, note = text.partition("\n\n")
    lines = head.split("\n")
    try:
        first, extra, index, *hashes = lines
        found = Proof(
            entry=b64decode(extra.removeprefix("extra "), validate=True),
            place=int(index.removeprefix("index ")),
            hashes=tuple(b64decode(each, validate=True) for each in hashes),
            note=note,
        )
    except ValueError:
        raise NoteError("a proof has its first line, the entry, the index and hashes") from None
    if not gap or first != FIRST_LINE or found.text() != text:
        raise NoteError("a proof is written in one way only")
    return found


def check_proof(proof: Proof, known: Known, verifier: Verifier) -> Head:
    """Return the head under which the proof shows its entry.

    Raises:
        NoteError: the note is none, or another ledger's.
        SignatureError: the keeper did not sign it, or the witness did not cosign it.
        ProofError: the entry is not shown to be under it.
    """
    head = check_head(proof.note, known.keeper, known.key, verifier)
    check_cosignature(proof.note, known.witness, known.witness_key, verifier)
    check_inclusion(leaf_hash(proof.entry), proof.place, head.size, proof.hashes, head.root)
    return head
