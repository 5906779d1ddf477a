"""At rest: contents under data keys, and data keys under a key that lies outside the database.

Whoever steals the database alone reads nothing; whoever purges a wrapped data key has purged what
stands under it, in every backup, too. Wrapped keys and contents are: a version byte (1), a random
nonce (12), then AES-256-GCM of the data key or the content with its tag (16).

A content is bound to its place, so it does not open in another row. It is not bound to a time: an
older content put back at its own place opens; the ledger is what shows that.

Nonces are random, so one key is good for some four billion writes; a data key serves one
organisation, which stays far below that.

Source: NIST SP 800-38D, 8.2.2 and 8.3.
"""

import os
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from comity.core.terms import SealError

KEY_BYTES = 32
NONCE_BYTES = 12
VERSION = b"\x01"
DATA_KEY = b"comity data key"
"""What a wrapped data key is bound to, so that nothing else under this key passes for one."""


class FileVault:
    """Keeps contents under data keys that it wraps with the newest key-encryption key."""

    __slots__ = ("_keys",)

    def __init__(self, kek: bytes, older: Sequence[bytes] = ()) -> None:
        """Take the key-encryption keys: the newest wraps, all of them unwrap.

        Raises:
            ValueError: one has not 32 bytes.
        """
        if any(len(each) != KEY_BYTES for each in (kek, *older)):
            raise ValueError(f"a key-encryption key has {KEY_BYTES} bytes")
        self._keys = tuple(AESGCM(each) for each in (kek, *older))

    def new_key(self) -> bytes:
        """Return a fresh data key, wrapped."""
        return _lock(self._keys[0], DATA_KEY, os.urandom(KEY_BYTES))

    def rewrap(self, key: bytes) -> bytes:
        """Return the same data key under the newest key-encryption key.

        Raises:
            SealError: the data key is not this vault's.
        """
        return _lock(self._keys[0], DATA_KEY, self._unwrap(key))

    def lock(self, key: bytes, place: str, content: bytes) -> bytes:
        """Return the content under a wrapped data key, bound to its place.

        Raises:
            SealError: the data key is not this vault's.
        """
        return _lock(AESGCM(self._unwrap(key)), place.encode(), content)

    def unlock(self, key: bytes, place: str, locked: bytes) -> bytes:
        """Return what was locked at this place.

        Raises:
            SealError: the key, the place or the bytes are not those it was locked with.
        """
        data_key = AESGCM(self._unwrap(key))
        try:
            return _unlock(data_key, place.encode(), locked)
        except (InvalidTag, ValueError):
            raise SealError("locked under another data key, at another place, or damaged") from None

    def _unwrap(self, key: bytes) -> bytes:
        for each in self._keys:
            try:
                return _unlock(each, DATA_KEY, key)
            except (InvalidTag, ValueError):
                continue
        raise SealError("a data key that is not of this node, or damaged")


def _lock(key: AESGCM, bound_to: bytes, content: bytes) -> bytes:
    nonce = os.urandom(NONCE_BYTES)
    return VERSION + nonce + key.encrypt(nonce, content, bound_to)


def _unlock(key: AESGCM, bound_to: bytes, locked: bytes) -> bytes:
    """Return the content.

    Raises:
        InvalidTag: it was locked otherwise.
        ValueError: the bytes are of another version, or too few.
    """
    if not locked.startswith(VERSION):
        raise ValueError("another version")
    rest = locked[len(VERSION) :]
    return key.decrypt(rest[:NONCE_BYTES], rest[NONCE_BYTES:], bound_to)
