"""No parser answers hostile input with anything but its declared error, in bounded memory."""

import json
import time
import tracemalloc
from base64 import b64decode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from comity.core.terms import InputError, codec, documents
from comity.core.terms.tables import Table
from tests import board
from tests.hostile.damage import damaged
from tests.hostile.parsers import PARSERS, Parser
from tests.store.django import set_up

set_up()

SOME, MANY = 60, 400
MEGABYTE = 1 << 20
MOST_MEMORY = 256 * MEGABYTE
MOST_SECONDS = 20.0
"""Of processor time, for the worst input that a reader takes; with the memory traced, so slowly."""

BEHIND_ANOTHER = frozenset({
    *("scenario", "form", "cases", "facts", "header", "statement", "status", "choice", "question"),
    *("notice", "statement, signed", "status, signed", "choice, signed", "control, signed"),
    *("envelope", "bundle"),
})  # fmt: skip
"""Parsers that get a bomb only through the reader of another row (a bundle may be large)."""

ANY_SPEED = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example)


def defect(parser: Parser, data: bytes) -> str:
    """Return what is wrong with how a parser deals with input; nothing if nothing is."""
    try:
        found = parser.call(data)
    except parser.errors as error:
        told = f"{error} {getattr(error, 'advice', '')}"
        return "" if told.isprintable() or not isinstance(error, InputError) else "unprintable"
    except Exception as error:  # noqa: BLE001 - whatever else comes out is the finding
        return f"{type(error).__name__}: {str(error)[:200]}"
    if parser.written and not same(json.loads(data), json.loads(parser.written(found))):
        return "the same thing in two forms"
    return ""


def same(taken: Any, written: Any) -> bool:  # noqa: ANN401 - documents have any form
    """Return whether what was taken is what is written, apart from fields that have a default."""
    if isinstance(taken, dict) and isinstance(written, dict):
        return all(key in written and same(taken[key], written[key]) for key in taken)
    if isinstance(taken, list) and isinstance(written, list):
        return len(taken) == len(written) and all(map(same, taken, written))
    return bool(taken == written)


def hostile(parser: Parser) -> st.SearchStrategy[bytes]:
    """Return a strategy for hostile input to a parser."""
    return st.sampled_from(parser.examples()).flatmap(damaged)


def found_wrong(parser: Parser, count: int) -> tuple[int, str]:
    """Try hostile inputs; return how many, and the first defect."""
    tried = 0

    @settings(
        max_examples=count,
        database=None,
        report_multiple_bugs=False,
        suppress_health_check=ANY_SPEED,
    )
    @given(hostile(parser))
    def attempt(data: bytes) -> None:
        nonlocal tried
        tried += 1
        assert defect(parser, data) == ""

    try:
        attempt()
    except AssertionError as error:
        return tried, str(error) or "a defect"
    return tried, ""


@pytest.mark.parametrize("name", PARSERS)
def test_real_input_is_taken_by_every_parser(name: str) -> None:
    parser = PARSERS[name]
    outcomes = []
    for each in parser.examples():
        try:
            parser.call(each)
        except parser.errors:
            outcomes.append(False)
        else:
            outcomes.append(True)
    assert any(outcomes) or name in {"control, taken", "envelope, taken"}


@pytest.mark.parametrize("name", PARSERS)
def test_hostile_input_gets_the_declared_error_and_no_other(name: str) -> None:
    _, wrong = found_wrong(PARSERS[name], 8)
    assert wrong == ""


@pytest.mark.parametrize(
    ("name", "count"),
    [
        *(pytest.param(name, SOME, marks=pytest.mark.slow) for name in PARSERS),
        *(pytest.param(name, MANY, marks=pytest.mark.more) for name in PARSERS),
    ],
)
def test_much_hostile_input_gets_the_declared_error_and_no_other(name: str, count: int) -> None:
    tried, wrong = found_wrong(PARSERS[name], count)
    board.record("P13", what="hostile input to every parser", tried=tried, broken=bool(wrong))
    assert wrong == ""


def bombs() -> dict[str, bytes]:
    """Return inputs that are cheap to send and dear to read carelessly."""
    return {
        "deep lists": b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        "deep objects": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
        "deep TOML": b"a = " + b"[" * 100_000,
        "tables in tables": b"a = " + b"{a = " * 50_000,
        "a long key": b"a." * 500_000 + b"a = 1",
        "many small objects": b'{"a":[' + b"{}," * 5_000_000 + b"{}]}",
        "many keys": b"{" + b",".join(b'"%d":1' % n for n in range(100_000)) + b"}",
        "many tables": b"".join(b"[a%d]\nb = 1\n" % n for n in range(20_000)),
        "a number of a million digits": b'{"a":' + b"9" * MEGABYTE + b"}",
        "a TOML number of a million digits": b"a = " + b"9" * (MEGABYTE - 10),
        "an open text": b'{"a":"' + b"\\" * (MEGABYTE - 10),
        "quotes": b'"' * (MEGABYTE - 10),
        "spaces": b" " * (MEGABYTE - 10),
        "lines": b"\n" * (MEGABYTE - 10),
        "zeros": bytes(MEGABYTE - 10),
        "hyphens": b"- " * (MEGABYTE // 2 - 10),
        "one long line of a rule": b"# T\n\n## 1 X\n```rule\n1.1 permit " + b"( not " * 100_000,
        "escapes": b'{"a":"' + b"\\u0061" * 170_000 + b'"}',
        "half characters": b'{"a":"' + b"\\ud800" * 170_000 + b'"}',
        "certificates": b"-----BEGIN CERTIFICATE-----\n" * 30_000,
    }


@contextmanager
def traced() -> Iterator[Callable[[], int]]:
    """Trace memory; what is given returns the most that was held."""
    tracemalloc.start()
    try:
        yield lambda: tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def cost(parser: Parser, data: bytes) -> tuple[str, int, float]:
    """Return what is wrong, the most memory and the processor time of reading a bomb."""
    with traced() as most:
        began = time.process_time()
        wrong = defect(parser, data)
        return wrong, most(), time.process_time() - began


@pytest.mark.slow
@pytest.mark.parametrize("bomb", bombs())
def test_a_bomb_costs_no_parser_much_memory_or_time(bomb: str) -> None:
    data = bombs()[bomb]
    costs = {
        name: cost(parser, data) for name, parser in PARSERS.items() if name not in BEHIND_ANOTHER
    }
    too_dear = {
        name: (wrong, f"{memory >> 20} MB", f"{seconds:.1f} s")
        for name, (wrong, memory, seconds) in costs.items()
        if wrong or memory > MOST_MEMORY or seconds > MOST_SECONDS
    }
    board.record(
        "P13", what="bombs for every parser of documents", tried=len(costs), broken=len(too_dear)
    )
    assert too_dear == {}


class Careless:
    """The standard reader, without what is asked of it."""

    JSONDecodeError = json.JSONDecodeError

    def loads(self, text: str, **_: object) -> object:
        """Return whatever it says."""
        return json.loads(text)


def without_depth(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(documents, "_check_depth", lambda *_: None)


def without_size(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(documents, "_text", lambda data, *_: data.decode())


def with_keys_twice(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(documents, "json", Careless())


def with_spare_bits(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(codec, "_bytes", lambda text: b64decode(text, validate=True))
    codec._reader.cache_clear()


def without_types(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Table, "_get", lambda self, key, *_: self.values.get(key))


def with_a_text_of_the_stranger(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("comity.core.terms.errors._shown", lambda text: text)


@pytest.fixture
def clean_readers() -> Iterator[None]:
    """Let no reader that was made of a planted function stay."""
    codec._reader.cache_clear()
    yield
    codec._reader.cache_clear()


@pytest.mark.slow
@pytest.mark.usefixtures("clean_readers")
@pytest.mark.parametrize(
    ("plant", "parser"),
    [
        (with_spare_bits, "signed"),
        (with_keys_twice, "json"),
        (without_types, "vocabulary"),
        (with_a_text_of_the_stranger, "signed"),
    ],
)
def test_a_careless_parser_is_found_by_hostile_input(
    monkeypatch: pytest.MonkeyPatch, plant: Callable[[pytest.MonkeyPatch], None], parser: str
) -> None:
    plant(monkeypatch)
    _, wrong = found_wrong(PARSERS[parser], 3_000)
    what = "careless parsers, found by hostile input"
    board.record("P13", what=what, tried=0, broken=0, planted=1, caught=bool(wrong))
    assert wrong


@pytest.mark.slow
@pytest.mark.parametrize(
    ("plant", "bomb"),
    [
        (without_depth, b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}"),
        (without_size, b'{"a":"' + b"x" * (128 * MEGABYTE) + b'"}'),
    ],
    ids=["depth", "size"],
)
def test_a_careless_parser_is_found_by_a_bomb(
    monkeypatch: pytest.MonkeyPatch, plant: Callable[[pytest.MonkeyPatch], None], bomb: bytes
) -> None:
    reader = PARSERS["json"]
    wrong, memory, _ = cost(reader, bomb)
    assert (wrong, memory < MOST_MEMORY) == ("", True)
    plant(monkeypatch)
    wrong, memory, _ = cost(reader, bomb)
    caught = bool(wrong) or memory > MOST_MEMORY
    what = "careless parsers, found by a bomb"
    board.record("P13", what=what, tried=0, broken=0, planted=1, caught=caught)
    assert caught
