"""Signed notes and cosignatures, read literally from the C2SP texts: bytes put side by side.

Source: C2SP signed-note, tlog-checkpoint, tlog-cosignature (cosignature/v1).
"""

from base64 import standard_b64encode
from collections.abc import Callable
from hashlib import sha256

Sign = Callable[[bytes], bytes]

EM_DASH = b"\xe2\x80\x94"
NEWLINE = b"\x0a"
SPACE = b"\x20"


def key_id(name: bytes, kind: int, public: bytes) -> bytes:
    """Return SHA-256(key name || 0x0A || signature type || public key)[:4]."""
    return sha256(name + NEWLINE + kind.to_bytes(1, "big") + public).digest()[0:4]


def signature_line(name: bytes, key: bytes, blob: bytes) -> bytes:
    """Return em dash, space, key name, space, base64 of key id and signature, newline."""
    return EM_DASH + SPACE + name + SPACE + standard_b64encode(key + blob) + NEWLINE


def checkpoint(origin: bytes, size: int, root: bytes) -> bytes:
    """Return the note text: origin, tree size in decimal, root hash in base64."""
    size_in_decimal = str(size).encode("ascii")
    return origin + NEWLINE + size_in_decimal + NEWLINE + standard_b64encode(root) + NEWLINE


def signed_checkpoint(text: bytes, name: bytes, public: bytes, sign: Sign) -> bytes:
    """Return the note: text, an empty line, one Ed25519 signature (type 0x01) over the text."""
    return text + NEWLINE + signature_line(name, key_id(name, 0x01, public), sign(text))


def cosignature(text: bytes, seconds: int, name: bytes, public: bytes, sign: Sign) -> bytes:
    """Return a cosignature/v1 line (type 0x04): eight bytes of time, then the signature."""
    header = b"cosignature/v1" + NEWLINE
    time_line = b"time " + str(seconds).encode("ascii") + NEWLINE
    signature = sign(header + time_line + text)
    return signature_line(name, key_id(name, 0x04, public), seconds.to_bytes(8, "big") + signature)
