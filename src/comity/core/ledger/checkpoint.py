"""Checkpoint: a ledger's head as a signed note, and a peer's cosignature on it.

A checkpoint is three lines: the ledger's name, its size, its root. Whoever keeps the ledger signs
it; a peer that has seen that it extends the last one it signed adds a cosignature. Any tool that
knows the formats can check both.

Source: C2SP signed-note, tlog-checkpoint and tlog-cosignature (cosignature/v1).
"""

import re
from base64 import b64decode, b64encode
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import NamedTuple

from comity.core.ledger.tree import Hash
from comity.core.terms import SignatureError, Signer, Verifier, instant

ED25519 = 0x01
COSIGNATURE = 0x04
KEY_HASH_BYTES = 4
TIME_BYTES = 8
SIGNATURE_BYTES = 64
HASH_BYTES = 32
DASH = "\u2014"
SIZE = re.compile(r"[0-9]{1,19}")
NOT_IN_A_NOTE = re.compile("[\x00-\x09\x0b-\x1f\ud800-\udfff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """A ledger at one size. `origin` names the ledger."""

    origin: str
    size: int
    root: Hash

    def text(self) -> str:
        """Return the head as the three lines of a checkpoint."""
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n"


class Line(NamedTuple):
    """One signature line of a note: whose it claims to be, and what it holds."""

    name: str
    key_hash: bytes
    blob: bytes

    def text(self) -> str:
        """Return the line as it stands in the note."""
        return f"{DASH} {self.name} {b64encode(self.key_hash + self.blob).decode()}\n"


class NoteError(ValueError):
    """A note that is not written as one, or lacks the signature that it should have."""


def origin(keeper: str, ledger: str) -> str:
    """Return the name under which a keeper signs one of its ledgers."""
    return f"comity/{keeper}/{ledger}"


def sign_head(head: Head, signer: Signer) -> str:
    """Return a checkpoint signed by the ledger's keeper."""
    blob = signer.sign(head.text().encode())
    line = Line(head.origin, _key_hash(head.origin, ED25519, signer.public), blob)
    return f"{head.text()}\n{line.text()}"


def cosign(note: str, name: str, signer: Signer, at: datetime) -> str:
    """Return the signature line with which a witness adds its word to a checkpoint.

    Raises:
        NoteError: the note is none, or states no head.
    """
    text = read_head(note).text()
    seconds = int(instant(at).timestamp())
    blob = seconds.to_bytes(TIME_BYTES, "big") + signer.sign(_cosigned(text, seconds))
    return Line(name, _key_hash(name, COSIGNATURE, signer.public), blob).text()


def read_head(note: str) -> Head:
    """Return the head that a note states. Nothing of it is trusted yet.

    Raises:
        NoteError: the note is none, or states no head.
    """
    text, _ = split(note)
    lines = text.splitlines()
    try:
        name, size, root = lines[0], lines[1], b64decode(lines[2], validate=True)
    except (IndexError, ValueError):
        raise NoteError("a checkpoint has three lines: name, size, root") from None
    if not name or not SIZE.fullmatch(size) or len(root) != HASH_BYTES:
        raise NoteError("a checkpoint has three lines: name, size, root")
    head = Head(origin=name, size=int(size), root=root)
    if head.text() != text:
        raise NoteError("a checkpoint is written in one way only")
    return head


def check_head(note: str, keeper: str, public: bytes, verifier: Verifier) -> Head:
    """Return the head that a note states, if the ledger's keeper signed it.

    Raises:
        NoteError: the note is none, or another ledger's.
        SignatureError: the keeper did not sign it.
    """
    head = read_head(note)
    if head.origin != keeper:
        raise NoteError("the checkpoint is of another ledger")
    text, lines = split(note)
    key_hash = _key_hash(keeper, ED25519, public)
    signed = False
    for line in lines:
        if line.name == keeper and line.key_hash == key_hash:
            verifier.check(public, line.blob, text.encode())
            signed = True
    if not signed:
        raise SignatureError("the ledger's keeper did not sign the checkpoint")
    return head


def check_cosignature(note: str, name: str, public: bytes, verifier: Verifier) -> datetime:
    """Return when a witness cosigned a note.

    Raises:
        NoteError: the note is none.
        SignatureError: the witness did not cosign it.
    """
    text, lines = split(note)
    key_hash = _key_hash(name, COSIGNATURE, public)
    for line in lines:
        whole = len(line.blob) == TIME_BYTES + SIGNATURE_BYTES
        if line.name == name and line.key_hash == key_hash and whole:
            seconds = int.from_bytes(line.blob[:TIME_BYTES], "big")
            verifier.check(public, line.blob[TIME_BYTES:], _cosigned(text, seconds))
            return _moment(seconds)
    raise SignatureError("the witness did not cosign the checkpoint")


def split(note: str) -> tuple[str, tuple[Line, ...]]:
    """Return what a note says and its signature lines.

    Raises:
        NoteError: it has another form, or holds what no note may: control characters, or half a
            character.
    """
    if NOT_IN_A_NOTE.search(note):
        raise NoteError("a note holds no control characters")
    text, gap, rest = note.partition("\n\n")
    if not gap or not rest.endswith("\n"):
        raise NoteError("a note is a text, an empty line and signature lines")
    return f"{text}\n", tuple(_line(each) for each in rest[:-1].split("\n"))


def _line(text: str) -> Line:
    parts = text.split(" ")
    try:
        dash, name, blob = parts
        raw = b64decode(blob, validate=True)
    except ValueError:
        raise NoteError("a signature line is a dash, a name and base64") from None
    found = Line(name, raw[:KEY_HASH_BYTES], raw[KEY_HASH_BYTES:])
    if dash != DASH or not found.blob or not name.isprintable() or "+" in name or not name:
        raise NoteError("a signature line is a dash, a name and base64")
    if found.text() != f"{text}\n":
        raise NoteError("a signature line is written in one way only")
    return found


def _key_hash(name: str, kind: int, public: bytes) -> bytes:
    return sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:KEY_HASH_BYTES]


def _cosigned(text: str, seconds: int) -> bytes:
    return f"cosignature/v1\ntime {seconds}\n{text}".encode()


def _moment(seconds: int) -> datetime:
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError):
        raise SignatureError("the witness states a time outside the calendar") from None
