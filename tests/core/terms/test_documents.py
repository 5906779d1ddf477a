"""Documents from strangers are read strictly or not at all."""

import json
from contextlib import suppress
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.core.terms import Code, InputError, Limits, read_document, read_json, read_toml

SMALL = Limits(size=200, depth=4, values=10, largest_number=99)
SECONDS_AT_MOST = 20
"""Far more than any of these takes, far less than the square of their length."""


def refused(data: bytes, limits: Limits = SMALL) -> InputError:
    with pytest.raises(InputError) as caught:
        read_document(data, "file", limits)
    return caught.value


def place(error: InputError) -> tuple[int, int]:
    return error.at.line, error.at.column


def test_json_is_told_from_toml_by_its_brace() -> None:
    assert read_document(b'\n {"a": [1, "x", true, null]}', "f") == {"a": [1, "x", True, None]}
    assert read_document(b'a = [1, "x", true]', "f") == {"a": [1, "x", True]}


@pytest.mark.parametrize(
    ("data", "code", "message"),
    [
        (b'{"a": 1, "a": 2}', Code.DUPLICATE_KEY, "key 'a' stands twice in one object"),
        (b'{"a": {"b": 1, "c": 2, "b": 3}}', Code.DUPLICATE_KEY, "key 'b' stands twice"),
        (b'{"a": NaN}', Code.BAD_NUMBER, "NaN is not a whole number"),
        (b'{"a": Infinity}', Code.BAD_NUMBER, "Infinity is not a whole number"),
        (b'{"a": -Infinity}', Code.BAD_NUMBER, "-Infinity is not a whole number"),
        (b'{"a": 1.0}', Code.BAD_NUMBER, "1.0 is not a whole number"),
        (b'{"a": 1e3}', Code.BAD_NUMBER, "1e3 is not a whole number"),
        (b'{"a": 100}', Code.BAD_NUMBER, "the number is too large"),
        (b'{"a": -100}', Code.BAD_NUMBER, "-100... is too large"),
        (b'{"a": 1000}', Code.BAD_NUMBER, "1000... is too large"),
        (b'{"a": "\\ud800"}', Code.BAD_TEXT, "half a character"),
        (b'{"\\udfff": 1}', Code.BAD_TEXT, "half a character"),
        (b'{"a": "\\udc00\\ud800"}', Code.BAD_TEXT, "half a character"),
        (b'{"a": [[[1]]]}', Code.TOO_DEEP, "the document nests more than 4 levels"),
        (b"[" * 199, Code.NOT_TOML, "invalid"),
        (b"a = 1\na = 2", Code.NOT_TOML, "cannot overwrite a value"),
        (b'{"a": ' + b"[" * 100, Code.TOO_DEEP, "the document nests more than 4 levels"),
        (b'{"a": [1,2,3,4,5,6,7,8]}', Code.TOO_MANY, "the document holds more than 10 values"),
        (b"{" + b" " * 200 + b"}", Code.TOO_LARGE, "the document has 202 bytes; at most 200"),
        (b'{"a": "\xff"}', Code.NOT_TEXT, "byte 8 is not UTF-8 text"),
        (b"a = 1.5", Code.BAD_NUMBER, "1.5 is not a whole number"),
        (b"a = nan", Code.BAD_NUMBER, "nan is not a whole number"),
        (b"a = -inf", Code.BAD_NUMBER, "-inf is not a whole number"),
        (b"a = 100", Code.BAD_NUMBER, "the number is too large"),
        (b"a = [[[1]]]", Code.TOO_DEEP, "the document nests more than 4 levels"),
        (b"a.b.c.d.e = 1", Code.TOO_DEEP, "the document nests more than 4 levels"),
        (b"a.\"b.\".'c.'.d.e = 1", Code.TOO_DEEP, "the document nests more than 4 levels"),
        (b"a = [1,2,3,4,5,6,7,8]", Code.TOO_MANY, "the document holds more than 10 values"),
        (b"a" * 201, Code.TOO_LARGE, "the document has 201 bytes; at most 200"),
        (b"\xff", Code.NOT_TEXT, "byte 1 is not UTF-8 text"),
        (b"a = 2026-11-23T09:00:00", Code.BAD_INSTANT, "2026-11-23T09:00:00 has no time zone"),
        (b"a = 09:00:00", Code.BAD_INSTANT, "09:00:00 has no day"),
        (b"a = '\\ud800'\nb = \"\\ud800\"", Code.NOT_TOML, "not a unicode scalar value"),
    ],
)
def test_what_a_common_reader_lets_pass_is_refused(data: bytes, code: Code, message: str) -> None:
    error = refused(data)
    assert error.code is code
    assert message in error.message
    assert error.advice


@pytest.mark.parametrize(
    ("data", "code", "where"),
    [
        (b'{\n  "a": }', Code.NOT_JSON, (2, 8)),
        (b'{"a": 1} {}', Code.NOT_JSON, (1, 10)),
        (b'{"a": "\\\n"}', Code.NOT_JSON, (1, 8)),
        (b"a = 1\nb = =", Code.NOT_TOML, (2, 5)),
        (b'a = "', Code.NOT_TOML, (1, 1)),
        (b'{"a":\n[[[[', Code.TOO_DEEP, (2, 0)),
        (b"a = 1\nb.c.d.e.f = 1", Code.TOO_DEEP, (2, 0)),
    ],
)
def test_an_error_says_where(data: bytes, code: Code, where: tuple[int, int]) -> None:
    error = refused(data)
    assert (error.code, place(error)) == (code, where)


@pytest.mark.parametrize("data", [b"[1]", b"1", b'"a"', b"null"])
def test_json_is_one_object(data: bytes) -> None:
    with pytest.raises(InputError, match="the document is not one object") as caught:
        read_json(data, "f")
    assert caught.value.code is Code.NOT_JSON


def test_a_bad_value_is_named_by_its_path() -> None:
    error = refused(b'{"a": [1, {"b": "\\ud800"}]}')
    assert str(error.at) == "file: a[1].b"
    assert refused(b'{"\\ud800": 1}').at.name == "file: a key"


def test_brackets_and_dots_inside_texts_are_no_nesting() -> None:
    text = "[[[[[[{{{{ a.b.c.d.e.f"
    assert read_json(json.dumps({"a": text}).encode(), "f", SMALL) == {"a": text}
    for quote in ('"', "'", '"""', "'''"):
        toml = f"# {text}\na = {quote}{text}{quote}\n"
        assert read_toml(toml.encode(), "f", SMALL) == {"a": text}
    assert read_toml(b'a = """"a.b.c.d.e""""', "f", SMALL) == {"a": '"a.b.c.d.e"'}
    assert read_json(b'{"a": "\\"[[[["}', "f", SMALL) == {"a": '"[[[['}


def test_instants_with_a_zone_and_days_are_read() -> None:
    found = read_toml(b"a = 2026-11-23T09:00:00Z\nb = 2026-11-23", "f")
    assert {key: str(value) for key, value in found.items()} == {
        "a": "2026-11-23 09:00:00+00:00",
        "b": "2026-11-23",
    }


STANDARD_DEPTH = 64
MEGA = 1_000_000
TEXT_OF_NS = b'"' + b"\\n" * 20_000 + b'"'


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b'{"a":' + b"[" * 64 + b"]" * 64 + b"}", Code.TOO_DEEP),
        (b'{"a":' + b"[" * 100_000, Code.TOO_DEEP),
        (b'{"a":' * 100_000, Code.TOO_DEEP),
        (b"a = " + b"[" * 64 + b"]" * 64, Code.TOO_DEEP),
        (b"a = " + b"[" * 100_000, Code.TOO_DEEP),
        (b"a = " + b"{a=" * 100_000, Code.TOO_DEEP),
        (b"a" + b".a" * (MEGA // 2) + b" = 1", Code.TOO_DEEP),
        (b'a = {b = """x"""", k' + b".k" * 400_000 + b" = 1}", Code.TOO_DEEP),
        (b"a = [''''x'''', {k" + b".k" * 400_000 + b" = 1}]", Code.TOO_DEEP),
        (b'{"a":' + b"9" * 5_000 + b"}", Code.BAD_NUMBER),
        (b"a = " + b"9" * 5_000, Code.BAD_NUMBER),
        (b"a = 0x" + b"f" * MEGA, Code.BAD_NUMBER),
        (b'{"' + b"k" * (MEGA // 2) + b'":[' + b"0," * 200_000 + b"0]}", Code.TOO_MANY),
        (b"a = [" + b"{}," * 60_000 + b"]", Code.TOO_MANY),
        (b"[[a]]\n" * 60_000, Code.TOO_MANY),
        (b"\n" * MEGA + b"=", Code.NOT_TOML),
        (b'{"a":' + b" " * MEGA + b"=", Code.NOT_JSON),
        (b"x" * ((1 << 20) + 1), Code.TOO_LARGE),
    ],
    ids=lambda value: repr(value[:16]) if isinstance(value, bytes) else str(value),
)
def test_hostile_documents_end_in_an_error_and_soon(data: bytes, code: Code) -> None:
    began = perf_counter()
    error = refused(data, Limits())
    assert error.code is code
    assert len(str(error)) < 200
    assert perf_counter() - began < SECONDS_AT_MOST


def test_the_deepest_and_the_longest_that_is_allowed_is_read() -> None:
    depth = STANDARD_DEPTH - 1
    assert read_json(b'{"a":' + b"[" * (depth - 1) + b"]" * (depth - 1) + b"}", "f")
    assert read_toml(b".".join([b"a"] * depth) + b" = 1", "f")
    assert read_json(b'{"a":' + TEXT_OF_NS + b"}", "f")
    assert read_toml(b"a = " + TEXT_OF_NS, "f")


@given(st.binary(max_size=200))
def test_any_bytes_are_a_document_or_an_input_error(data: bytes) -> None:
    for reader in (read_json, read_toml, read_document):
        with suppress(InputError):
            assert isinstance(reader(data, "f", SMALL), dict)


@given(st.text(alphabet='{}[]",:\\= .ab01tTrue#\n-"', max_size=60))
def test_near_documents_are_a_document_or_an_input_error(text: str) -> None:
    for reader in (read_json, read_toml):
        with suppress(InputError):
            assert isinstance(reader(text.encode(), "f", SMALL), dict)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-99, 99) | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
        max_leaves=8,
    ),
)
def test_every_plain_json_value_is_read_as_it_was_written(value: object) -> None:
    assert read_json(json.dumps({"a": value}).encode(), "f") == {"a": value}


def test_more_objects_than_values_are_refused_before_they_are_made(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made: list[str] = []
    monkeypatch.setattr("json.loads", lambda text, **_: made.append(text))
    with pytest.raises(InputError) as caught:
        read_json(b'{"a":[' + b"{}," * 50_000 + b"{}]}", "it")
    assert caught.value.code is Code.TOO_MANY
    assert made == []
