"""A signature holds for its key and its message, and for nothing else."""

from hashlib import sha512

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from comity.core.terms import SignatureError, Signer, Verifier, signed
from comity.wire.signing import FIELD, WEAK, Ed25519Signer, Ed25519Verifier

SIGNER: Signer = Ed25519Signer(bytes(range(32)))
VERIFIER: Verifier = Ed25519Verifier()
GROUP_ORDER = 2**252 + 27742317777372353535851937790883648493
IDENTITY = b"\x01" + bytes(31)

# RFC 8032, section 7.1, TEST 3.
RFC_SEED = bytes.fromhex("c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7")
RFC_PUBLIC = bytes.fromhex("fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025")
RFC_SIGNATURE = bytes.fromhex(
    "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
    "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
)


def flipped(data: bytes, bit: int) -> bytes:
    """Return the bytes with one bit changed; the bit is counted round and round."""
    changed = bytearray(data)
    changed[bit // 8 % len(data)] ^= 1 << bit % 8
    return bytes(changed)


def test_the_signature_is_that_of_rfc_8032() -> None:
    signer = Ed25519Signer(RFC_SEED)
    assert signer.public == RFC_PUBLIC
    assert signer.sign(b"\xaf\x82") == RFC_SIGNATURE
    VERIFIER.check(RFC_PUBLIC, RFC_SIGNATURE, b"\xaf\x82")


@given(st.binary())
def test_what_was_signed_holds(message: bytes) -> None:
    VERIFIER.check(SIGNER.public, SIGNER.sign(message), message)


@given(st.binary(min_size=1), st.sampled_from(["key", "signature", "message"]), st.integers(0))
def test_no_bit_of_key_signature_or_message_can_change(message: bytes, what: str, bit: int) -> None:
    parts = {"key": SIGNER.public, "signature": SIGNER.sign(message), "message": message}
    parts[what] = flipped(parts[what], bit)
    with pytest.raises(SignatureError):
        VERIFIER.check(parts["key"], parts["signature"], parts["message"])


@given(st.binary(max_size=80), st.binary(max_size=80))
def test_bytes_that_are_no_key_and_no_signature_are_refused(key: bytes, signature: bytes) -> None:
    for public, tried in ((key, signature), (SIGNER.public, signature)):
        with pytest.raises(SignatureError):
            VERIFIER.check(public, tried, b"message")


def test_a_document_by_another_key_is_refused() -> None:
    document = signed("a-type", b"{}", Ed25519Signer.new())
    with pytest.raises(SignatureError):
        document.check("a-type", SIGNER.public, VERIFIER)


def test_each_new_signer_has_its_own_key() -> None:
    assert Ed25519Signer.new().public != Ed25519Signer.new().public


def test_a_key_of_another_length_is_none() -> None:
    with pytest.raises(ValueError, match="32"):
        Ed25519Signer(bytes(31))


def test_a_signature_has_one_form_only() -> None:
    signature = SIGNER.sign(b"message")
    other = int.from_bytes(signature[32:], "little") + GROUP_ORDER
    with pytest.raises(SignatureError):
        VERIFIER.check(SIGNER.public, signature[:32] + other.to_bytes(32, "little"), b"message")


@pytest.mark.parametrize("y", sorted(WEAK))
@pytest.mark.parametrize("sign", [0, 1 << 255])
def test_a_key_under_which_one_signature_serves_many_messages_is_refused(y: int, sign: int) -> None:
    public = (y | sign).to_bytes(32, "little")
    forged = IDENTITY + bytes(32)
    for number in range(200):
        message = b"I owe you %d" % number
        hashed = int.from_bytes(sha512(IDENTITY + public + message).digest(), "little")
        if hashed % GROUP_ORDER % 8 == 0:
            if (y, sign) not in {(1, 1 << 255), (FIELD - 1, 1 << 255)}:  # these are no points
                Ed25519PublicKey.from_public_bytes(public).verify(forged, message)
            with pytest.raises(SignatureError, match="weak"):
                VERIFIER.check(public, forged, message)
            return
    pytest.fail("no message was tried")


@pytest.mark.parametrize("y", [FIELD, FIELD + 1, 2**255 - 1])
def test_a_key_that_could_be_written_shorter_is_refused(y: int) -> None:
    with pytest.raises(SignatureError, match="weak"):
        VERIFIER.check(y.to_bytes(32, "little"), IDENTITY + bytes(32), b"message")


def test_a_signer_shows_nothing_of_its_key() -> None:
    assert bytes(range(32)).hex() not in repr(SIGNER)
    assert not hasattr(SIGNER, "__dict__")
