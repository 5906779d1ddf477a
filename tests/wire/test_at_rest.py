"""What is locked opens under its key, at its place, unchanged, and not otherwise."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.core.terms import SealError, Vault
from comity.wire.at_rest import FileVault
from tests.wire.test_signing import flipped

OLD, NEW = bytes(32), bytes(range(32))
VAULT: Vault = FileVault(OLD)
DATA_KEY = VAULT.new_key()
PLACE, CONTENT = "report/7/incident", b"what was told in confidence"

# Written once by this code: what stands in databases must open in ten years.
KEPT_KEY = bytes.fromhex(
    "01e2383bc5796d0bc891b9bd89ee3821d544fa1dbd77a439346ab3a408d1a0bc"
    "f54dfd87c8f00b07ab84a9eb9f2a9867db28a953e4f8f5c65c480ce612"
)
KEPT = bytes.fromhex(
    "01e97d652f44c762a947a690c120dd71cd9dea641b22230187b364588990c96a"
    "38f486045632fcf085d469827fe2ae8cf26e7672fddb200e"
)


@given(st.text(), st.binary())
def test_what_is_locked_opens_again(place: str, content: bytes) -> None:
    assert VAULT.unlock(DATA_KEY, place, VAULT.lock(DATA_KEY, place, content)) == content


def test_what_was_locked_long_ago_opens() -> None:
    assert VAULT.unlock(KEPT_KEY, PLACE, KEPT) == CONTENT


def test_every_bit_of_key_and_content_counts() -> None:
    locked = VAULT.lock(DATA_KEY, PLACE, CONTENT)
    for bit in range(len(locked) * 8):
        with pytest.raises(SealError):
            VAULT.unlock(DATA_KEY, PLACE, flipped(locked, bit))
    for bit in range(len(DATA_KEY) * 8):
        with pytest.raises(SealError):
            VAULT.unlock(flipped(DATA_KEY, bit), PLACE, locked)


@given(st.text(), st.text())
def test_moved_to_another_place_it_does_not_open(here: str, there: str) -> None:
    locked = VAULT.lock(DATA_KEY, here, CONTENT)
    if here != there:
        with pytest.raises(SealError, match="another place"):
            VAULT.unlock(DATA_KEY, there, locked)


@given(st.binary(max_size=100), st.binary(max_size=100))
def test_bytes_that_nobody_locked_do_not_open(key: bytes, locked: bytes) -> None:
    for tried in (key, DATA_KEY):
        with pytest.raises(SealError):
            VAULT.unlock(tried, PLACE, locked)
    with pytest.raises(SealError):
        VAULT.lock(key, PLACE, CONTENT)


def test_under_another_data_key_it_does_not_open() -> None:
    with pytest.raises(SealError):
        VAULT.unlock(VAULT.new_key(), PLACE, VAULT.lock(DATA_KEY, PLACE, CONTENT))


def test_another_node_cannot_use_the_data_key() -> None:
    other = FileVault(NEW)
    locked = VAULT.lock(DATA_KEY, PLACE, CONTENT)
    with pytest.raises(SealError, match="not of this node"):
        other.unlock(DATA_KEY, PLACE, locked)
    with pytest.raises(SealError, match="not of this node"):
        other.lock(DATA_KEY, PLACE, CONTENT)
    with pytest.raises(SealError, match="not of this node"):
        other.rewrap(DATA_KEY)


def test_a_wrapped_key_does_not_pass_for_a_content_nor_a_content_for_a_key() -> None:
    locked = VAULT.lock(DATA_KEY, "comity data key", bytes(32))
    with pytest.raises(SealError):
        VAULT.unlock(DATA_KEY, "comity data key", DATA_KEY)
    with pytest.raises(SealError):
        VAULT.lock(locked, PLACE, CONTENT)


def test_the_same_content_never_gives_the_same_bytes() -> None:
    assert VAULT.lock(DATA_KEY, PLACE, CONTENT) != VAULT.lock(DATA_KEY, PLACE, CONTENT)
    assert VAULT.new_key() != VAULT.new_key()


def test_after_a_rotation_old_data_keys_serve_and_new_ones_are_under_the_new_key() -> None:
    locked = VAULT.lock(DATA_KEY, PLACE, CONTENT)
    rotated, only_new = FileVault(NEW, older=(OLD,)), FileVault(NEW)
    assert rotated.unlock(DATA_KEY, PLACE, locked) == CONTENT
    fresh = rotated.new_key()
    assert only_new.unlock(fresh, PLACE, rotated.lock(fresh, PLACE, CONTENT)) == CONTENT


def test_a_data_key_can_be_wrapped_anew_and_its_contents_stay() -> None:
    locked = VAULT.lock(DATA_KEY, PLACE, CONTENT)
    moved = FileVault(NEW, older=(OLD,)).rewrap(DATA_KEY)
    assert FileVault(NEW).unlock(moved, PLACE, locked) == CONTENT
    with pytest.raises(SealError):
        VAULT.unlock(moved, PLACE, locked)


@pytest.mark.parametrize("keys", [(b"",), (bytes(16),), (NEW, bytes(33))])
def test_a_key_encryption_key_has_256_bits(keys: tuple[bytes, ...]) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        FileVault(keys[0], older=keys[1:])
