"""A proof shows its one entry under a signed head, and nothing else passes for one."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.core.ledger import (
    Head,
    Known,
    NoteError,
    Proof,
    ProofError,
    added,
    check_proof,
    cosign,
    head,
    inclusion_proof,
    leaf_hash,
    read_proof,
    sign_head,
)
from comity.core.ledger.checkpoint import DASH
from comity.core.terms import SignatureError
from comity.wire.signing import Ed25519Signer, Ed25519Verifier

KEEPER = "comity/FRONT_DOOR/pair-NCA"
SIGNER = Ed25519Signer(bytes(range(32)))
WITNESS = Ed25519Signer(bytes(range(1, 33)))
KNOWN = Known(KEEPER, SIGNER.public, "NCA", WITNESS.public)
STRANGER = Ed25519Signer(b"s" * 32)
AT = datetime(2026, 11, 23, 9, tzinfo=UTC)
ENTRIES = [f"entry {number}".encode() for number in range(20)]


def proof(place: int = 7, size: int = 20, origin: str = KEEPER) -> Proof:
    nodes: dict[tuple[int, int], bytes] = {}

    def read(level: int, at: int) -> bytes:
        return nodes[level, at]

    for number, entry in enumerate(ENTRIES[:size]):
        for node in list(added(number, leaf_hash(entry), read)):
            nodes[node.level, node.place] = node.hash
    note = sign_head(Head(origin=origin, size=size, root=head(size, read)), SIGNER)
    note += cosign(note, "NCA", WITNESS, AT)
    hashes = tuple(inclusion_proof(place, size, read))
    return Proof(entry=ENTRIES[place], place=place, hashes=hashes, note=note)


def check(found: Proof) -> Head:
    return check_proof(found, KNOWN, Ed25519Verifier())


@given(st.integers(1, 20).flatmap(lambda size: st.tuples(st.integers(0, size - 1), st.just(size))))
def test_every_entry_has_a_proof_that_is_read_back_and_holds(where: tuple[int, int]) -> None:
    made = proof(*where)
    assert read_proof(made.text()) == made
    assert check(made).size == where[1]


def test_another_entry_or_place_is_not_shown() -> None:
    for wrong in (replace(proof(), entry=ENTRIES[8]), replace(proof(), place=8)):
        with pytest.raises(ProofError):
            check(wrong)


def test_another_ledger_or_keeper_is_not_believed() -> None:
    with pytest.raises(NoteError):
        check(proof(origin="comity/ICO/pair-NCA"))
    for wrong in ({"key": STRANGER.public}, {"witness_key": STRANGER.public}, {"witness": "ICO"}):
        with pytest.raises(SignatureError):
            check_proof(proof(), KNOWN._replace(**wrong), Ed25519Verifier())


def test_a_head_that_the_witness_has_not_cosigned_is_not_believed() -> None:
    note, _, _ = proof().note.rpartition(f"{DASH} NCA")
    with pytest.raises(SignatureError, match="the witness did not cosign"):
        check(replace(proof(), note=note))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no proof\n\nnote\n",
        proof().text().replace("c2sp.org", "example.org"),
        proof().text().replace("index 7", "index seven"),
        proof().text().replace("index 7", "index 07"),
        proof().text().replace("\n\n", "\n", 1),
    ],
)
def test_what_is_written_otherwise_is_no_proof(text: str) -> None:
    with pytest.raises(NoteError):
        read_proof(text)


@given(st.integers(0, len(proof().text()) - 1), st.characters(codec="ascii"))
def test_a_changed_letter_is_found(at: int, letter: str) -> None:
    text = proof().text()
    changed = text[:at] + letter + text[at + 1 :]
    if changed == text:
        return
    with pytest.raises((NoteError, ProofError, SignatureError)):
        check(read_proof(changed))


def test_no_signature_has_a_second_spelling() -> None:
    """Base64 has spare bits: two texts of one signature would be two proofs of one receipt."""
    text = proof().text()
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="
    for at in [at for at, each in enumerate(text[:-1]) if each == "=" or text[at + 1] == "="]:
        for letter in letters.replace(text[at], ""):
            with pytest.raises((NoteError, ProofError, SignatureError)):
                check(read_proof(text[:at] + letter + text[at + 1 :]))
