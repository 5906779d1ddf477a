"""What is sealed opens for its reading key and its `info`, and for nothing else."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.core.terms import Opener, Sealer, SealError
from comity.wire.sealing import (
    PRIVATE_BYTES,
    PUBLIC_BYTES,
    HpkeOpener,
    HpkeSealer,
    new_reading_key,
    public_of,
)
from tests.wire.test_signing import flipped

FIXED = bytes(range(PRIVATE_BYTES))
KEY, OTHER = new_reading_key(), new_reading_key()
SEALER: Sealer = HpkeSealer()
OPENER: Opener = HpkeOpener([KEY])
INFO, CONTENT = b"header", b"what was told in confidence"
AROUND = 1088 + 32 + 16


@given(st.binary(), st.binary())
def test_what_is_sealed_opens_again(info: bytes, content: bytes) -> None:
    sealed = SEALER.seal(OPENER.public, info, content)
    assert OPENER.open(info, sealed) == content
    assert len(sealed) == len(content) + AROUND


def test_sealing_twice_gives_different_bytes() -> None:
    assert SEALER.seal(OPENER.public, INFO, CONTENT) != SEALER.seal(OPENER.public, INFO, CONTENT)


def test_no_bit_of_what_is_sealed_can_change() -> None:
    sealed = SEALER.seal(OPENER.public, INFO, CONTENT)
    # Of the long lattice part every seventh bit; of the rest each one, the last of X25519, which
    # the curve itself ignores, included.
    lattice = range(0, 1088 * 8, 7)
    rest = range(1088 * 8, len(sealed) * 8)
    for bit in (*lattice, *rest):
        with pytest.raises(SealError):
            OPENER.open(INFO, flipped(sealed, bit))


@given(st.integers(0))
def test_no_bit_of_the_info_can_change(bit: int) -> None:
    sealed = SEALER.seal(OPENER.public, INFO, CONTENT)
    with pytest.raises(SealError):
        OPENER.open(flipped(INFO, bit), sealed)


@given(st.binary(max_size=2 * AROUND))
def test_bytes_that_nobody_sealed_do_not_open(sealed: bytes) -> None:
    with pytest.raises(SealError):
        OPENER.open(INFO, sealed)


@pytest.mark.parametrize("length", [0, 1, AROUND - 1, AROUND, AROUND + len(CONTENT) - 1])
def test_what_was_cut_off_does_not_open(length: int) -> None:
    with pytest.raises(SealError):
        OPENER.open(INFO, SEALER.seal(OPENER.public, INFO, CONTENT)[:length])


def test_another_key_does_not_open() -> None:
    sealed = SEALER.seal(OPENER.public, INFO, CONTENT)
    with pytest.raises(SealError, match="somebody else"):
        HpkeOpener([OTHER]).open(INFO, sealed)


@pytest.mark.parametrize(
    "mixed",
    [KEY[:64] + OTHER[64:], OTHER[:64] + KEY[64:]],
    ids=["the first half", "the second half"],
)
def test_half_of_a_key_does_not_open(mixed: bytes) -> None:
    sealed = SEALER.seal(OPENER.public, INFO, CONTENT)
    with pytest.raises(SealError):
        HpkeOpener([mixed]).open(INFO, sealed)


def test_after_a_rotation_old_and_new_envelopes_open() -> None:
    both = HpkeOpener([OTHER, KEY])
    assert both.public == public_of(OTHER)
    for public in (public_of(KEY), public_of(OTHER)):
        assert both.open(INFO, SEALER.seal(public, INFO, CONTENT)) == CONTENT


@pytest.mark.parametrize(
    "public",
    [
        b"",
        OPENER.public[:-1],
        OPENER.public + b"\x00",
        b"\xff" * PUBLIC_BYTES,
        OPENER.public[:1184] + bytes(32),
        OPENER.public[:1184] + b"\x01" + bytes(31),
    ],
)
def test_nothing_is_sealed_for_what_is_no_key(public: bytes) -> None:
    with pytest.raises(SealError, match="reading key"):
        SEALER.seal(public, INFO, CONTENT)


def test_the_bytes_of_a_key_are_stable() -> None:
    public = public_of(FIXED)
    assert len(public) == PUBLIC_BYTES
    assert (
        sha256(public).hexdigest()
        == "d99e4496af749b54ee4a2d270c8057450624ecc5dc0866295ffc504a26134ad4"
    )


@pytest.mark.parametrize("keys", [[], [b""], [KEY[:-1]], [KEY, KEY + b"\x00"]])
def test_an_opener_needs_whole_keys(keys: list[bytes]) -> None:
    with pytest.raises(ValueError, match="key"):
        HpkeOpener(keys)


def test_an_opener_shows_nothing_of_its_keys() -> None:
    assert KEY.hex() not in repr(OPENER)
    assert not hasattr(OPENER, "__dict__")
