"""Search: whether a token is anywhere in some bytes, also encoded or packed.

A token that was told to one body must not be found in anything another body holds or sends. The
search looks for it as it is and in the encodings that software uses without thinking: hexadecimal,
base64 at each of its three offsets, URL escapes, UTF-16; and inside what is packed with gzip or
zlib, wherever that begins, and packed again in that.
"""

import re
import zlib
from base64 import b64encode
from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import NamedTuple
from urllib.parse import quote

MOST_UNPACKED = 64 << 20
MOST_NESTED = 4
PACKED = re.compile(rb"\x1f\x8b\x08|x[\x01\x5e\x9c\xda]")
CHUNK = 1 << 16


class Token(NamedTuple):
    """A text that stands nowhere else: told to one body, in one section."""

    section: str
    body: str
    text: str


class Trace(NamedTuple):
    """A token that was found: where (as the caller names it), in which form, at which byte."""

    token: Token
    place: str
    form: str
    offset: int


def token(section: str, body: str, seed: str = "") -> Token:
    """Return the token for a section and a body: the same each time, and like nothing else."""
    mark = sha256(f"{seed}/{section}/{body}".encode()).hexdigest()[:24]
    return Token(section, body, f"canary-{mark}")


class Form(NamedTuple):
    """One form in which a text can stand: as any of these, in their case alone or in any."""

    texts: tuple[bytes, ...]
    any_case: bool = True

    def find(self, data: bytes, lowered: bytes) -> int:
        """Return where the first of them is, or -1. Looking for bytes is faster than a pattern."""
        places = [(lowered if self.any_case else data).find(each) for each in self.texts]
        return min((each for each in places if each >= 0), default=-1)


def forms(text: str) -> dict[str, Form]:
    """Return each form in which a text can stand."""
    plain = text.encode()
    escaped = {quote(text, safe="").encode(), "".join(f"%{byte:02x}" for byte in plain).encode()}
    wide = [text.encode(form) for form in ("utf-16-le", "utf-16-be")]
    return {
        "plain": _any_case([plain]),
        "hex": _any_case([plain.hex().encode()]),
        "url": _any_case(escaped - {plain}),
        "base64": Form(tuple(_base64(plain)), any_case=False),
        "utf-16": _any_case(wide),
    }


def traces(tokens: list[Token], data: bytes, place: str) -> list[Trace]:
    """Return every trace of every token in the data, packed parts included."""
    return list(_traces({each: forms(each.text) for each in tokens}, data, place, 0))


def _traces(
    tokens: dict[Token, dict[str, Form]], data: bytes, place: str, nested: int
) -> Iterator[Trace]:
    lowered = data.lower()
    for each, by_form in tokens.items():
        for name, form in by_form.items():
            found = form.find(data, lowered)
            if found >= 0:
                yield Trace(each, place, name, found)
    if nested < MOST_NESTED:
        for offset, inside in _unpacked(data):
            yield from _traces(tokens, inside, f"{place}, packed at {offset}", nested + 1)


def _any_case(texts: Iterable[bytes]) -> Form:
    return Form(tuple(each.lower() for each in texts))


def _base64(plain: bytes) -> Iterator[bytes]:
    """Yield the letters that the text surely gives at each offset, in both alphabets.

    The first and last letters may mix with neighbours, so they are left out.
    """
    for offset in range(3):
        whole = b64encode(b"\0" * offset + plain).rstrip(b"=")
        sure = whole[-(-offset * 8 // 6) : (offset + len(plain)) * 8 // 6]
        yield sure
        yield sure.replace(b"+", b"-").replace(b"/", b"_")


def _unpacked(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield what is packed with gzip or zlib, wherever it begins."""
    for start in PACKED.finditer(data):
        inside = _unpack(memoryview(data)[start.start() :])
        if inside:
            yield start.start(), inside


def _unpack(data: memoryview) -> bytes:
    """Return what can be unpacked: all, or as much as was not cut off or broken."""
    unpacker, found, size = zlib.decompressobj(wbits=zlib.MAX_WBITS | 32), [], 0
    try:
        for begin in range(0, len(data), CHUNK):
            part = unpacker.decompress(data[begin : begin + CHUNK], MOST_UNPACKED - size)
            found.append(part)
            size += len(part)
            if unpacker.eof or size >= MOST_UNPACKED:
                break
    except zlib.error:
        pass  # what came before the break still counts
    return b"".join(found)
