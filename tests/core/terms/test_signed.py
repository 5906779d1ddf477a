"""A signature holds for one type, one payload and one key, byte by byte."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.core.terms import (
    InputError,
    Limits,
    Signature,
    SignatureError,
    Signed,
    decode,
    encode,
    pae,
    signed,
)
from comity.wire.signing import Ed25519Signer, Ed25519Verifier

KEY, OTHER = Ed25519Signer(b"\1" * 32), Ed25519Signer(b"\2" * 32)
VERIFIER = Ed25519Verifier()
KIND = "http://example.com/HelloWorld"
HELLO = signed(KIND, b"hello world", KEY)

texts = st.text(max_size=12)
payloads = st.binary(max_size=12)


def refused(document: Signed, kind: str = KIND, key: bytes = KEY.public) -> None:
    with pytest.raises(SignatureError):
        document.check(kind, key, VERIFIER)


def test_what_is_signed_is_the_published_example() -> None:
    shown = b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
    assert pae(KIND, b"hello world") == shown


def test_the_length_of_a_type_counts_bytes_not_letters() -> None:
    assert pae("é", b"") == "DSSEv1 2 é 0 ".encode()


@given(st.tuples(texts, payloads), st.tuples(texts, payloads))
def test_no_two_documents_are_signed_as_the_same_bytes(
    one: tuple[str, bytes], other: tuple[str, bytes]
) -> None:
    assert (pae(*one) == pae(*other)) == (one == other)


@given(texts, payloads)
def test_what_was_signed_comes_back_byte_by_byte(kind: str, payload: bytes) -> None:
    document = signed(kind, payload, KEY)
    kept = decode(Signed, encode(document), "a document", Limits())
    assert kept == document
    assert kept.check(kind, KEY.public, VERIFIER) == payload


@given(payloads.filter(lambda payload: payload != HELLO.payload))
def test_a_signature_is_over_no_other_payload(payload: bytes) -> None:
    refused(replace(HELLO, payload=payload))


@given(texts.filter(lambda kind: kind != KIND))
def test_a_signature_is_over_no_other_type(kind: str) -> None:
    refused(HELLO, kind=kind)
    refused(replace(HELLO, payloadType=kind))
    refused(replace(HELLO, payloadType=kind), kind=kind)


@given(st.integers(0, 511))
def test_a_signature_with_one_bit_changed_is_refused(bit: int) -> None:
    (one,) = HELLO.signatures
    changed = bytearray(one.sig)
    changed[bit // 8] ^= 1 << bit % 8
    refused(replace(HELLO, signatures=(replace(one, sig=bytes(changed)),)))


def test_a_signature_by_another_key_is_refused() -> None:
    refused(HELLO, key=OTHER.public)
    refused(signed(KIND, b"hello world", OTHER))


def test_a_signature_that_only_claims_the_key_is_refused() -> None:
    (one,) = signed(KIND, b"hello world", OTHER).signatures
    refused(replace(HELLO, signatures=(replace(one, keyid=KEY.public.hex()),)))


def test_a_document_without_a_signature_is_refused() -> None:
    refused(replace(HELLO, signatures=()))


def test_one_of_several_signatures_is_enough() -> None:
    others = signed(KIND, b"hello world", OTHER).signatures
    both = replace(HELLO, signatures=(*others, *HELLO.signatures))
    assert both.check(KIND, KEY.public, VERIFIER) == b"hello world"
    assert both.check(KIND, OTHER.public, VERIFIER) == b"hello world"


@pytest.mark.parametrize(
    ("keyid", "sig"),
    [
        ("the-first-key", b"\0" * 64),
        (KEY.public.hex().upper(), b"\0" * 64),
        (KEY.public.hex() + "\n", b"\0" * 64),
        ("", b"\0" * 64),
        (KEY.public.hex(), b""),
        (KEY.public.hex(), b"\0" * 65),
    ],
)
def test_a_signature_has_no_place_for_a_text(keyid: str, sig: bytes) -> None:
    with pytest.raises(InputError):
        Signature(keyid=keyid, sig=sig)


def test_what_is_no_signed_document_is_not_read() -> None:
    for data in (b"", b"{}", b"hello", encode(HELLO)[:-1], encode(HELLO) + b"\n"):
        with pytest.raises(InputError):
            decode(Signed, data, "a document", Limits())
    with pytest.raises(InputError):
        decode(Signed, encode(HELLO), "a document", Limits(size=20))
