"""Damage: real input made hostile, by the byte, by the word and by the value.

Values of a document are changed inside it, and it is written in its one form again: so the damage
gets past the first check and reaches the reader behind it.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

from comity.core.terms.canonical import plain_bytes

DEEP: Any = []
for _ in range(200):
    DEEP = [DEEP]

VALUES: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 1 << 31, 1 << 53, (1 << 53) - 1, 10**400, 1.5, "", " "),
    *("\0", "\ud800", "e\u0301", "\u0130", "\u212a", "\uff11\uff12", "\u00b2", "\u202e", "\ufeff"),
    *("a" * 70_000, "../../etc/passwd", "~root", "file:///etc/passwd", "http://169.254.169.254/"),
    *("====", "AA", "AB==", " AA==", "AA==\n", "AA-_", "0" * 64, "F" * 64, "\u0660" * 64),
    *("2026-11-23T09:00:00", "9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59"),
    *("2026-11-23T09:00:00.0Z", "2026-W48-1", "24:00", "%s%s%n", "{0.__class__}", "$(id)"),
    *([], {}, [[]], {"": ""}, ["a"] * 3_000, {f"k{n}": n for n in range(3_000)}, DEEP),
)
WORDS = (
    *(each for each in VALUES if isinstance(each, str)),
    *('"', "'", '"""', "[", "]]", "{", "}", "=", "[[", "#", "```", "```rule", "\n", "\r\n", "\t"),
    *("a.a", "1e999", "inf", "nan", "0x" + "f" * 400, "9" * 5_000, "- ", "> ", "## ", "<!--"),
    *("and not " * 70, "(" * 70, "a." * 70, "2026-13-45T25:61:61Z", "\u2014", "\u2028", "\x85"),
)
WORD = re.compile(rb"[\w.:-]+|\s+|[^\w\s]+")
SPARE_BITS = re.compile(rb'([AQgw])(=="?)|([A-Za-z0-9+/])(="?)')
ESCAPED_A = rb"\u0061"


@st.composite
def damaged(draw: st.DrawFn, example: bytes) -> bytes:
    """Draw an example with up to three damages."""
    data = example
    for _ in range(draw(st.integers(1, 3))):
        data = draw(st.one_of([each(data) for each in DAMAGES]))
    return data


@st.composite
def by_byte(draw: st.DrawFn, data: bytes) -> bytes:
    """Flip, drop, double, cut or add bytes."""
    at, size = draw(st.integers(0, len(data))), draw(st.sampled_from((0, 1, 1, 2, 40, 1 << 20)))
    new = draw(
        st.one_of(
            st.binary(max_size=4),
            st.just(data[at : at + size] * 2),
            st.sampled_from((b"\0", b"\xff", b"\xed\xa0\x80", b"\xc0\x80", b"\xf5\x80\x80\x80")),
        )
    )
    return data[:at] + new + data[at + size :]


@st.composite
def by_word(draw: st.DrawFn, data: bytes) -> bytes:
    """Put something hostile in the place of a word, or a word in the place of another."""
    found = list(WORD.finditer(data))
    if not found:
        return data
    one = draw(st.sampled_from(found))
    hostile = st.sampled_from(WORDS).map(lambda each: each.encode("utf-8", "surrogatepass"))
    new = draw(st.one_of(hostile, st.sampled_from(found).map(lambda each: each[0])))
    return data[: one.start()] + new + data[one.end() :]


@st.composite
def by_line(draw: st.DrawFn, data: bytes) -> bytes:
    """Drop, double, move or repeat lines."""
    lines = data.splitlines(keepends=True)
    if len(lines) < len(("one", "another")):
        return data
    one, other = draw(st.sampled_from(range(len(lines)))), draw(st.sampled_from(range(len(lines))))
    moved = [*lines[:one], *lines[one + 1 :]]
    moved[other:other] = [lines[one]] * draw(st.sampled_from((0, 1, 2, 500)))
    return b"".join(moved)


@st.composite
def by_value(draw: st.DrawFn, data: bytes) -> bytes:
    """Put something hostile in the place of a value or a key of a JSON document."""
    try:
        document = json.loads(data)
    except (ValueError, RecursionError):
        return data
    places = list(_places(document)) if isinstance(document, dict) else []
    if not places:
        return data
    holder, key = draw(st.sampled_from(places))
    match draw(st.sampled_from(("put", "add", "drop"))):
        case "put":
            holder[key] = draw(st.sampled_from(VALUES))
        case "add" if isinstance(holder, dict):
            holder[draw(st.sampled_from(("zz", "", "v", "a" * 200, "zz\u202e")))] = holder[key]
        case _:
            del holder[key]
    return _written(document)


@st.composite
def by_form(draw: st.DrawFn, data: bytes) -> bytes:
    """Write the same thing in another form: a key twice, an escape, spare bits, spaces."""
    match draw(st.sampled_from(("twice", "escape", "bits", "space"))):
        case "twice" if data[:1] == b"{":
            key = data[: data.find(b":") + 1]
            return key + b"1," + data[1:]
        case "escape":
            return data.replace(b"a", ESCAPED_A, 1)
        case "bits":
            return SPARE_BITS.sub(_spare, data, count=1)
        case _:
            return data.replace(b",", b", ", 1)


DAMAGES = (by_byte, by_word, by_line, by_value, by_form)


def _places(document: Any) -> Iterator[tuple[Any, Any]]:  # noqa: ANN401 - a document has any form
    """Yield every place of a document, without recursion."""
    waiting = [document]
    while waiting:
        one = waiting.pop()
        inside = list(one.items() if isinstance(one, dict) else enumerate(one))
        yield from ((one, key) for key, _ in inside)
        waiting += [each for _, each in inside if isinstance(each, (dict, list))]


def _written(document: Any) -> bytes:  # noqa: ANN401 - a document has any form
    """Return a document in the one form, or as near to it as it can be written."""
    try:
        return plain_bytes(document)
    except (TypeError, ValueError):
        return json.dumps(document, sort_keys=True, separators=(",", ":")).encode()


def _spare(found: re.Match[bytes]) -> bytes:
    """Return the end of a text in base64 with one of its unused bits set."""
    last, padding = found[1] or found[3], found[2] or found[4]
    return bytes([last[0] + 1]) + padding
