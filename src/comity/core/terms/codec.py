"""Codec: the one way between a core object and its canonical bytes.

Store, wire and ledger use it alike, so what is stored, sent and recorded is the same bytes. It
reads the types that a class declares and nothing else: an unknown field is an error, and so is a
missing one that has no default. Objects are frozen dataclasses and named tuples of texts, whole
numbers, truth values, instants, days, bytes, ids, enumerations, and lists, sets and mappings of
these; a field may be None if its type says so.

A value has one form in bytes, and bytes in any other form (spaces, another order, an instant
with an offset) are refused; only a field that has a default may be left out.

Bytes are written in base64. Where an instant may stand as well as a text, a text that has the
form of an instant is one. A field whose name Python keeps for itself is called `from_` here and
`from` in the bytes.
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from functools import cache
from hashlib import sha256
from operator import attrgetter
from types import NoneType, UnionType
from typing import Any, NamedTuple, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from comity.core.terms.canonical import canonical, plain_bytes
from comity.core.terms.documents import STANDARD, Limits, read_json
from comity.core.terms.errors import Code, InputError, Place, suggestion
from comity.core.terms.ids import Digest, Id, instant

T = TypeVar("T")
Read = Callable[[object, str], Any]
Write = Callable[[Any], object]

MOST_SHOWN = 60
AS_THEY_ARE = frozenset({str, int, bool, NoneType})


def encode(value: object) -> bytes:
    """Return the canonical bytes of a core object.

    Raises:
        TypeError: it holds something that has no canonical form.
    """
    return plain_bytes(plain(value))


def plain(value: object) -> object:
    """Return a core object in texts, numbers, lists and mappings, as they stand in its bytes.

    Raises:
        TypeError: it holds something that has no canonical form.
    """
    kind: Any = type(value)
    return value if kind in AS_THEY_ARE else _writer(kind)(value)


def object_digest(value: object) -> Digest:
    """Return the SHA-256 digest of a core object's canonical bytes."""
    return Digest(sha256(encode(value)).hexdigest())


@cache
def _writer(kind: Any) -> Write:  # noqa: ANN401, PLR0911 - any type; one return for each kind
    """Return what makes values of a type plain."""
    if issubclass(kind, Enum):
        return attrgetter("value")
    if issubclass(kind, str):
        return str
    if issubclass(kind, date):
        return lambda value: canonical(value)[1:-1].decode()  # an instant too: without the quotes
    if issubclass(kind, bytes):
        return lambda value: b64encode(value).decode()
    if issubclass(kind, frozenset):
        return lambda value: sorted(map(plain, value), key=plain_bytes)
    if issubclass(kind, Mapping):
        return lambda value: {str(key): plain(each) for key, each in value.items()}
    if is_dataclass(kind) or hasattr(kind, "_fields"):
        names = _names(kind)
        return lambda value: {key: plain(getattr(value, name)) for name, key in names}
    if issubclass(kind, tuple | list):
        return lambda value: [plain(each) for each in value]
    raise TypeError(f"{kind.__name__} has no canonical form")


def _names(kind: Any) -> tuple[tuple[str, str], ...]:  # noqa: ANN401 - as in _object
    """Return the names of the fields of a dataclass or named tuple, and how each is written."""
    found = (
        [each.name for each in fields(kind) if each.init] if is_dataclass(kind) else kind._fields
    )
    return tuple((name, _written(name)) for name in found)


def decode(kind: type[T], data: bytes, name: str, limits: Limits = STANDARD) -> T:
    """Return the object of a kind that the bytes stand for.

    Raises:
        InputError: they are no strict JSON object, or not of this kind.
    """
    document = read_json(data, name, limits)
    if plain_bytes(document) != data:
        raise _wrong(name, "written in the canonical form")
    return from_plain(kind, document, name)


def decode_own(kind: type[T], data: bytes) -> T:
    """Return the object in bytes that this node wrote itself and whose digest has been checked.

    What strangers could have made of them is not looked for again, and no place is kept in mind
    for an error that nobody will read.

    Raises:
        ValueError: they are not what was written.
        InputError: the same.
    """
    return from_plain(kind, json.loads(data), "")


def from_plain(kind: type[T], value: object, name: str) -> T:
    """Return the object of a kind that texts, numbers, lists and mappings stand for.

    Raises:
        InputError: they do not.
    """
    return cast("T", _reader(cast("Any", kind))(value, name))


class _Field(NamedTuple):
    name: str
    read: Read
    required: bool


@cache
def _reader(kind: Any) -> Read:  # noqa: ANN401, PLR0911, C901 - any type; one return for each kind
    """Return what reads values of a declared type."""
    origin, inner = get_origin(kind), get_args(kind)
    if origin in {Union, UnionType}:
        return _either(inner)
    if origin is tuple:
        return _sequence(_reader(inner[0]), tuple)
    if origin is frozenset:
        return _sequence(_reader(inner[0]), frozenset)
    if origin is not None and issubclass(origin, Mapping):
        return _mapping(_reader(inner[0]), _reader(inner[1]))
    if is_dataclass(kind) or hasattr(kind, "_fields"):
        return _object(kind)
    if issubclass(kind, Enum):
        return _enumeration(kind)
    if issubclass(kind, Id):
        return _made(str, kind, kind.noun)
    if issubclass(kind, bytes):
        return _made(str, _bytes, "base64")
    if issubclass(kind, datetime):
        return _made(str, _instant, "an instant")
    if issubclass(kind, date):
        return _made(str, _day, "a day")
    return _exactly(kind)


def _wrong(name: str, wanted: str) -> InputError:
    return InputError(
        Code.WRONG_TYPE,
        f"not {wanted}",
        at=Place(name=name),
        advice=f"it must be {wanted}; the file may be damaged or of another version",
    )


def _exactly(kind: type) -> Read:
    def read(value: object, name: str) -> object:
        if type(value) is not kind:
            raise _wrong(name, f"of type {kind.__name__}")
        return value

    return read


def _made(written: type, make: Callable[[Any], object], wanted: str) -> Read:
    def read(value: object, name: str) -> object:
        if type(value) is not written:
            raise _wrong(name, wanted)
        try:
            return make(value)
        except (InputError, ValueError):
            raise _wrong(name, wanted) from None

    return read


def _bytes(text: str) -> bytes:
    found = b64decode(text, validate=True)
    if b64encode(found).decode() != text:
        raise ValueError(text)
    return found


def _instant(text: str) -> datetime:
    found = instant(datetime.fromisoformat(text))
    if found.isoformat().replace("+00:00", "Z") != text:
        raise ValueError(text)  # one instant, one way to write it
    return found


def _day(text: str) -> date:
    found = date.fromisoformat(text)
    if found.isoformat() != text:
        raise ValueError(text)  # one day, one way to write it
    return found


def _enumeration(kind: type[Enum]) -> Read:
    return _made(str, kind, f"one of {', '.join(str(each.value) for each in kind)}"[:MOST_SHOWN])


def _sequence(read_one: Read, make: Callable[[Sequence[object]], object]) -> Read:
    def read(value: object, name: str) -> object:
        if not isinstance(value, list):
            raise _wrong(name, "a list")
        found = make([read_one(each, name and f"{name}[{i}]") for i, each in enumerate(value)])
        if name and isinstance(found, frozenset):
            written = [plain_bytes(each) for each in value]
            if written != sorted(set(written)):
                raise _wrong(name, "a sorted list in which everything stands once")
        return found

    return read


def _mapping(read_key: Read, read_one: Read) -> Read:
    def read(value: object, name: str) -> object:
        if not isinstance(value, dict):
            raise _wrong(name, "an object")
        return {
            read_key(key, name and f"{name}: a key"): read_one(
                each, name and f"{name}.{key[:MOST_SHOWN]}"
            )
            for key, each in value.items()
        }

    return read


def _object(kind: Any) -> Read:  # noqa: ANN401 - a dataclass or a named tuple
    known = {_written(each.name): each for each in _fields(kind)}
    required = {written for written, each in known.items() if each.required}

    def read(value: object, name: str) -> object:
        if not isinstance(value, dict):
            raise _wrong(name, "an object")
        if not required <= value.keys() <= known.keys():
            raise _wrong_keys(name, value, known)
        found = {
            known[key].name: known[key].read(each, name and f"{name}: {key}")
            for key, each in value.items()
        }
        try:
            return kind(**found)
        except ValueError:
            raise _wrong(name, "what it should be") from None

    return read


def _wrong_keys(name: str, value: Mapping[str, object], known: Mapping[str, _Field]) -> InputError:
    """Return what is wrong with the keys: the first that is unknown, or else the first missing."""
    for key in value:
        if key not in known:
            return InputError(
                Code.UNKNOWN_KEY,
                f"unknown key {key[:MOST_SHOWN]}{suggestion(key, known)}",
                at=Place(name=name),
                advice=f"the keys here are {', '.join(known)}",
            )
    missing = next(key for key, each in known.items() if each.required and key not in value)
    return InputError(
        Code.MISSING_KEY,
        f"key {missing} is missing",
        at=Place(name=name),
        advice=f"add {missing}",
    )


def _fields(kind: Any) -> list[_Field]:  # noqa: ANN401 - a dataclass or a named tuple
    types = get_type_hints(kind)
    if not is_dataclass(kind):
        defaults = kind._field_defaults
        return [_Field(name, _reader(types[name]), name not in defaults) for name in kind._fields]
    return [
        _Field(
            each.name,
            _reader(types[each.name]),
            each.default is MISSING and each.default_factory is MISSING,
        )
        for each in fields(kind)
        if each.init
    ]


def _either(kinds: tuple[Any, ...]) -> Read:
    """Return a reader of several types, told apart by how they are written."""
    text_last = sorted(kinds, key=lambda each: each is str)
    readers = [(_reader(each), _fits(each)) for each in text_last if each is not NoneType]
    last, _ = readers[-1]
    has_none = NoneType in kinds

    def read(value: object, name: str) -> object:
        if value is None and has_none:
            return None
        for reader, fits in readers[:-1]:
            if fits is not None and not (isinstance(value, str) and fits(value)):
                continue
            try:
                return reader(value, name)
            except InputError:
                continue
        return last(value, name)

    return read


def _fits(kind: Any) -> Callable[[str], object] | None:  # noqa: ANN401 - any type
    """Return what tells at once whether a text can be an id of this kind; None for other kinds."""
    return kind.pattern.fullmatch if isinstance(kind, type) and issubclass(kind, Id) else None


def _written(name: str) -> str:
    """Return a field's name as it stands in the bytes."""
    return name.removesuffix("_")
