"""No parser answers hostile input with anything but its declared error, in bounded memory."""

import json
import time
import tracemalloc
from base64 import b64decode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

import pytest

from comity.core.terms import codec, documents
from comity.core.terms.tables import Table
from tests import board
from tests.hostile.judging import defect, first_wrong
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


def found_wrong(parser: Parser, count: int) -> tuple[int, str]:
    """Try hostile inputs to a parser; return how many, and the first defect."""
    return first_wrong(partial(defect, parser), parser.examples(), count)


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
