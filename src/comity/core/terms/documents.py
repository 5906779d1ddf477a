"""Documents: TOML and JSON as strangers send them, read strictly or not at all.

What the standard readers let pass is refused here: a key given twice, NaN, text that is not
Unicode, numbers with a fraction, nesting and counts beyond stated limits.
"""

import json
import re
import tomllib
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, time
from typing import NoReturn

from comity.core.terms.errors import Code, InputError, Place

Document = dict[str, object]

HALF_A_CHARACTER = re.compile("[\ud800-\udfff]")

# Texts and comments are stepped over, so that what looks like a bracket or a long key in them is
# not taken for one; no part of a pattern is ever tried twice, so each takes one pass.
TEXT = r'"(?:[^"\\]++|\\.)*+"?'
JSON_TOKEN = re.compile(rf"{TEXT}|[\[{{]|[\]}}]")
TOML_LINE_TEXT = r'"(?:[^"\\\n]++|\\.)*+"?|\'[^\'\n]*+\'?'
TOML_PART = rf"(?:[A-Za-z0-9_-]++|{TOML_LINE_TEXT})"
TOML_KEY = re.compile(
    r'"""(?:[^"\\]++|\\(?s:.)|"(?!""))*+"{0,5}|'
    r"'''(?:[^']++|'(?!''))*+'{0,5}|#[^\n]*+|"
    rf"(?P<key>{TOML_PART}(?:[ \t]*+\.[ \t]*+{TOML_PART})*+)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How large a document may be: bytes, nesting levels, values, and digits of a number."""

    size: int = 1 << 20
    depth: int = 64
    values: int = 50_000
    largest_number: int = (1 << 53) - 1


STANDARD = Limits()


def read_document(data: bytes, name: str, limits: Limits = STANDARD) -> Document:
    """Return a TOML or JSON document: JSON if it begins with a brace, TOML otherwise.

    Raises:
        InputError: see `read_json` and `read_toml`.
    """
    reader = read_json if data.lstrip()[:1] == b"{" else read_toml
    return reader(data, name, limits)


def read_json(data: bytes, name: str, limits: Limits = STANDARD) -> Document:
    """Return a JSON object.

    Raises:
        InputError: the bytes are not one JSON object in UTF-8, a key comes twice in an object,
            a number is not whole, or a limit is exceeded.
    """
    text = _text(data, name, limits)
    _check_depth(text, name, limits)

    def fail(code: Code, message: str, advice: str) -> NoReturn:
        raise InputError(code, message, at=Place(name=name), advice=advice)

    def unique(pairs: list[tuple[str, object]]) -> Document:
        found = dict(pairs)
        if len(found) < len(pairs):
            key, _ = Counter(key for key, _ in pairs).most_common(1)[0]
            fail(Code.DUPLICATE_KEY, f"key {key[:60]!r} stands twice in one object", "keep one")
        return found

    def no_fraction(number: str) -> NoReturn:
        fail(Code.BAD_NUMBER, f"{number[:40]} is not a whole number", "write a whole number")

    def whole(number: str) -> int:
        if len(number) > len(str(limits.largest_number)) + 1:
            fail(Code.BAD_NUMBER, f"{number[:20]}... is too large", "write a smaller number")
        return int(number)

    try:
        found = json.loads(
            text,
            object_pairs_hook=unique,
            parse_float=no_fraction,
            parse_constant=no_fraction,
            parse_int=whole,
        )
    except json.JSONDecodeError as error:
        raise InputError(
            Code.NOT_JSON,
            error.msg.lower(),
            at=Place(name=name, line=error.lineno, column=error.colno),
            advice="correct the JSON at that place",
        ) from None
    if not isinstance(found, dict):
        fail(Code.NOT_JSON, "the document is not one object", "put everything between { and }")
    _check_json_values(found, text, name, limits)
    return found


def _check_json_values(found: Document, text: str, name: str, limits: Limits) -> None:
    """Walk through a JSON document, unless its text shows already that nothing in it can be wrong.

    What is wrong needs a bracket for each level, a bracket or a comma for every value or two, as
    many digits in a row as the largest number, or an escape for half a character.
    """
    opened = text.count("{") + text.count("[")
    most_values = 2 * (opened + text.count(",")) + 1
    many_digits = rf"[\[:,]\s*-?\d{{{len(str(limits.largest_number))}}}"
    is_large = opened >= limits.depth or most_values > limits.values
    if is_large or "\\u" in text or re.search(many_digits, text):
        _check_values(found, name, limits)


def read_toml(data: bytes, name: str, limits: Limits = STANDARD) -> Document:
    """Return a TOML document.

    Raises:
        InputError: the bytes are not TOML in UTF-8, a number is not whole, a time has no zone,
            or a limit is exceeded.
    """
    text = _text(data, name, limits)
    _check_key_lengths(text, name, limits)
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line, column = _toml_place(str(error), text)
        raise InputError(
            Code.NOT_TOML,
            re.sub(r" \(at .*\)$", "", str(error)).lower(),
            at=Place(name=name, line=line, column=column),
            advice="correct the TOML at that place",
        ) from None
    except RecursionError:
        raise _too_deep(name, limits) from None
    except ValueError:  # the interpreter's own bound on digits
        raise InputError(
            Code.BAD_NUMBER,
            "a number has thousands of digits",
            at=Place(name=name),
            advice=f"write a number up to {limits.largest_number}",
        ) from None
    _check_values(found, name, limits)
    return found


def _text(data: bytes, name: str, limits: Limits) -> str:
    if len(data) > limits.size:
        raise InputError(
            Code.TOO_LARGE,
            f"the document has {len(data)} bytes; at most {limits.size} are read",
            at=Place(name=name),
            advice="send less, or split it",
        )
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError(
            Code.NOT_TEXT,
            f"byte {error.start + 1} is not UTF-8 text",
            at=Place(name=name),
            advice="save the file as UTF-8",
        ) from None


def _check_depth(text: str, name: str, limits: Limits) -> None:
    """Refuse deep nesting, and more objects than there may be values, before the standard reader.

    It recurses into the one, and makes of the other what takes twenty times the memory of its text.
    """
    if text.count("{") + text.count("[") <= limits.depth:
        return
    depth = opened = 0
    for token in JSON_TOKEN.finditer(text):
        if token[0] in "[{":
            depth, opened = depth + 1, opened + 1
            if opened > limits.values:
                raise _too_many(name, limits)
        elif token[0] in "]}":
            depth -= 1
        if depth > limits.depth:
            raise _too_deep(name, limits, text[: token.start()])


def _check_key_lengths(text: str, name: str, limits: Limits) -> None:
    """Refuse `a.a.a...` before the standard reader spends the square of its length on it."""
    for token in TOML_KEY.finditer(text):
        if token["key"] and token["key"].count(".") >= limits.depth:
            parts = re.findall(TOML_PART, token["key"])
            if len(parts) > limits.depth:
                raise _too_deep(name, limits, text[: token.start()])


def _too_deep(name: str, limits: Limits, before: str = "") -> InputError:
    line = before.count("\n") + 1 if before else 0
    return InputError(
        Code.TOO_DEEP,
        f"the document nests more than {limits.depth} levels",
        at=Place(name=name, line=line),
        advice="nest less",
    )


def _too_many(name: str, limits: Limits) -> InputError:
    return InputError(
        Code.TOO_MANY,
        f"the document holds more than {limits.values} values",
        at=Place(name=name),
        advice="send less, or split it",
    )


def _toml_place(message: str, text: str) -> tuple[int, int]:
    """Return line and column from the reader's message; the end of the text if it says so."""
    found = re.search(r"at line (\d+), column (\d+)", message)
    return (int(found[1]), int(found[2])) if found else (text.count("\n") + 1, 1)


@dataclass(frozen=True, slots=True)
class _Path:
    """Where a value stands: linked upwards, so that a long key is never copied."""

    above: "_Path | None" = None
    step: str | int = ""

    def at(self, name: str) -> Place:
        """Return the place in the words of a person, each key cut to 40 letters."""
        steps: list[str] = []
        path = self
        while path.above:
            index = isinstance(path.step, int)
            steps.append(f"[{path.step}]" if index else f".{str(path.step)[:40]}")
            path = path.above
        return Place(name=f"{name}: {''.join(reversed(steps)).lstrip('.') or 'a key'}")


def _check_values(document: Document, name: str, limits: Limits) -> None:
    """Walk the document once, without recursion, and refuse what no reader of it may meet."""
    waiting: list[tuple[object, int, _Path]] = [(document, 1, _Path())]
    count = 1
    while waiting:
        value, depth, path = waiting.pop()
        if depth > limits.depth:
            raise _too_deep(name, limits)
        inside: list[tuple[object, int, _Path]] = []
        match value:
            case dict():
                inside += [(key, depth, path) for key in value]
                inside += [(each, depth + 1, _Path(path, key)) for key, each in value.items()]
            case list():
                inside += [(each, depth + 1, _Path(path, i)) for i, each in enumerate(value)]
            case _:
                _check_leaf(value, path, name, limits)
        count += len(inside)
        if count > limits.values:
            raise _too_many(name, limits)
        waiting += inside


def _check_leaf(value: object, path: _Path, name: str, limits: Limits) -> None:
    match value:
        case str():
            if HALF_A_CHARACTER.search(value):
                raise InputError(
                    Code.BAD_TEXT,
                    "half a character",
                    at=path.at(name),
                    advice="write whole characters",
                )
        case bool():
            pass
        case int():
            if abs(value) > limits.largest_number:
                raise InputError(
                    Code.BAD_NUMBER,
                    "the number is too large",
                    at=path.at(name),
                    advice=f"write a number up to {limits.largest_number}",
                )
        case float():
            raise InputError(
                Code.BAD_NUMBER,
                f"{value} is not a whole number",
                at=path.at(name),
                advice="write a whole number",
            )
        case datetime() if value.tzinfo is None:
            raise InputError(
                Code.BAD_INSTANT,
                f"{value.isoformat()} has no time zone",
                at=path.at(name),
                advice="add one, for example 2026-11-23T09:00:00Z",
            )
        case time():
            raise InputError(
                Code.BAD_INSTANT,
                f"{value.isoformat()} has no day",
                at=path.at(name),
                advice="write day, time and zone, for example 2026-11-23T09:00:00Z",
            )
