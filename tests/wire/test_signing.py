"""A signature holds for its key and its message, and for nothing else."""

from collections.abc import Callable
from hashlib import sha512

import pytest
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256, SHA512
from hypothesis import given
from hypothesis import strategies as st

from comity.core.terms import Algorithm, Passkey, SignatureError, Signer, Verifier, signed
from comity.wire.signing import FIELD, WEAK, Ed25519Signer, Ed25519Verifier
from tests.passkeys import KINDS, Authenticator, eddsa, es256, rs256

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


# ------------------------------------------------------------------ passkeys

# RFC 6979, section A.2.5: P-256, SHA-256, message "sample".
RFC_POINT = bytes.fromhex(
    "60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6"
    "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299"
)
RFC_R = "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716"
RFC_S = "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8"
RFC_DER = bytes.fromhex(f"3046022100{RFC_R}022100{RFC_S}")


def test_the_signature_of_a_passkey_is_that_of_rfc_6979() -> None:
    key = Passkey(algorithm=Algorithm.ES256, public=RFC_POINT)
    VERIFIER.check_passkey(key, RFC_DER, b"sample")
    for wrong in (RFC_DER + b"\0", bytes.fromhex(RFC_R + RFC_S), RFC_DER[:-1], b""):
        with pytest.raises(SignatureError):
            VERIFIER.check_passkey(key, wrong, b"sample")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("what", ["signature", "message"])
def test_no_bit_of_a_passkeys_signature_or_message_can_change(
    kind: Callable[[], Authenticator], what: str
) -> None:
    by = kind()
    parts = {"signature": by.sign(b"message"), "message": b"message"}
    VERIFIER.check_passkey(by.passkey, parts["signature"], parts["message"])
    for bit in range(0, 8 * len(parts[what]), 7):
        changed = {**parts, what: flipped(parts[what], bit)}
        with pytest.raises(SignatureError):
            VERIFIER.check_passkey(by.passkey, changed["signature"], changed["message"])


@pytest.mark.parametrize("kind", KINDS)
def test_a_signature_is_by_the_passkey_that_is_named(kind: Callable[[], Authenticator]) -> None:
    signature = kind().sign(b"message")
    for other in (es256(9), eddsa(9), rs256()):
        if other.passkey != kind().passkey:
            with pytest.raises(SignatureError):
                VERIFIER.check_passkey(other.passkey, signature, b"message")


@given(
    st.sampled_from([(Algorithm.ES256, 64), (Algorithm.EDDSA, 32), (Algorithm.RS256, 256)]),
    st.data(),
)
def test_bytes_that_are_no_passkey_and_no_signature_are_refused(
    kind: tuple[Algorithm, int], data: st.DataObject
) -> None:
    algorithm, size = kind
    public = data.draw(st.binary(min_size=size, max_size=size).filter(lambda each: each[0]))
    signature = data.draw(st.binary(max_size=size + 9))
    with pytest.raises(SignatureError):
        VERIFIER.check_passkey(Passkey(algorithm=algorithm, public=public), signature, b"message")


@pytest.mark.parametrize("y", sorted(WEAK))
def test_a_passkey_under_which_one_signature_serves_many_messages_is_refused(y: int) -> None:
    weak = Passkey(algorithm=Algorithm.EDDSA, public=y.to_bytes(32, "little"))
    with pytest.raises(SignatureError, match="weak"):
        VERIFIER.check_passkey(weak, IDENTITY + bytes(32), b"message")


def test_a_signature_of_rsa_with_another_padding_or_digest_is_refused() -> None:
    private = rsa.generate_private_key(65537, 2048)
    public = private.public_key().public_numbers().n.to_bytes(256)
    key = Passkey(algorithm=Algorithm.RS256, public=public)
    VERIFIER.check_passkey(key, private.sign(b"m", padding.PKCS1v15(), SHA256()), b"m")
    pss = padding.PSS(padding.MGF1(SHA256()), 32)
    for signature in (
        private.sign(b"m", padding.PKCS1v15(), SHA512()),
        private.sign(b"m", pss, SHA256()),
    ):
        with pytest.raises(SignatureError):
            VERIFIER.check_passkey(key, signature, b"m")
