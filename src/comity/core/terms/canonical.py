"""Canonical bytes: the one way in which a value is written before it is signed or digested.

UTF-8 JSON, keys sorted, no insignificant space, whole numbers only. Equal values give equal
bytes on every machine, so a digest taken today can be taken again in ten years.
"""

import json
from datetime import date, datetime
from hashlib import sha256

from comity.core.terms.ids import Digest, instant

SALT_BYTES = 32
WRITER = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), check_circular=False
)


def canonical(value: object) -> bytes:
    """Return the canonical bytes of a value made of texts, whole numbers, lists and mappings.

    Instants are written in UTC with a `Z`; sets are written sorted.

    Raises:
        TypeError: the value holds something that has no canonical form, a float for example.
    """
    return plain_bytes(_plain(value))


def plain_bytes(plain: object) -> bytes:
    """Return the canonical bytes of what already is as JSON knows it, without looking again.

    Only for what `read_json` returned, or what was made plain: whole numbers, texts, lists and
    mappings with texts as keys.
    """
    return WRITER.encode(plain).encode()


def digest_of(value: object) -> Digest:
    """Return the SHA-256 digest of the canonical bytes."""
    return Digest(sha256(canonical(value)).hexdigest())


def salted_digest(salt: bytes, content: bytes) -> Digest:
    """Return SHA-256(salt, content): a commitment that cannot be guessed from likely content.

    Raises:
        ValueError: the salt does not have 32 bytes.
    """
    if len(salt) != SALT_BYTES:
        raise ValueError(f"a salt has {SALT_BYTES} bytes, this one has {len(salt)}")
    return Digest(sha256(salt + content).hexdigest())


def _plain(value: object) -> object:  # noqa: PLR0911 - one return for each kind of value
    """Return the value in the types that JSON knows."""
    match value:
        case str():
            return str(value)
        case date() if not isinstance(value, datetime):
            return value.isoformat()
        case None | bool() | int():
            return value
        case datetime():
            return instant(value).isoformat().replace("+00:00", "Z")
        case frozenset() | set():
            return sorted((_plain(each) for each in value), key=canonical)
        case list() | tuple():
            return [_plain(each) for each in value]
        case dict():
            return {_key(key): _plain(each) for key, each in value.items()}
        case _:
            raise TypeError(f"{type(value).__name__} has no canonical form")


def _key(key: object) -> str:
    """Return a mapping's key, which is always a text."""
    if not isinstance(key, str):
        raise TypeError(f"a key is a text, not {type(key).__name__}")
    return str(key)
