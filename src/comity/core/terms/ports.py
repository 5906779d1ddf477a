"""Ports: what the core needs of keys, declared here and implemented in `wire`.

Nothing here holds a key. A signer signs with a key that never leaves it; a sealer needs only the
addressee's public key; an opener opens with private keys that never leave it.
"""

from typing import Protocol


class SealError(ValueError):
    """Something sealed that cannot be opened: damaged, for somebody else, or bound otherwise."""


class Sealer(Protocol):
    """Seals bytes for whoever holds a reading key."""

    def seal(self, public: bytes, info: bytes, content: bytes) -> bytes:
        """Return the content sealed for this reading key and bound to `info`.

        Raises:
            SealError: the key is none.

        Source: RFC 9180, base mode, single shot; ML-KEM-768 with X25519.
        """
        ...


class Opener(Protocol):
    """Opens what was sealed for one of its own reading keys."""

    @property
    def public(self) -> bytes:
        """The newest reading key, for others to seal with."""
        ...

    def open(self, info: bytes, sealed: bytes) -> bytes:
        """Return what was sealed, if it was for one of these keys and bound to this `info`.

        Raises:
            SealError: it was not.
        """
        ...


class Vault(Protocol):
    """Keeps contents at rest under data keys, which a key outside the database wraps.

    `place` says where the content stands (table, row, field): moved elsewhere it does not open.
    """

    def new_key(self) -> bytes:
        """Return a fresh data key, wrapped."""
        ...

    def lock(self, key: bytes, place: str, content: bytes) -> bytes:
        """Return the content under a wrapped data key.

        Raises:
            SealError: the data key is not this vault's.
        """
        ...

    def unlock(self, key: bytes, place: str, locked: bytes) -> bytes:
        """Return what was locked at this place.

        Raises:
            SealError: the key, the place or the bytes are not those it was locked with.
        """
        ...
