"""Judging: whether what reads hostile input deals well with it."""

import json
from collections.abc import Callable, Sequence
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from comity.core.terms import InputError
from tests.hostile.damage import damaged
from tests.hostile.parsers import Parser

ANY_SPEED = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example)


def first_wrong(
    judge: Callable[[bytes], str], examples: Sequence[bytes], count: int
) -> tuple[int, str]:
    """Judge so many damaged examples; return how many it were, and the first defect."""
    tried = 0

    @settings(
        max_examples=count,
        database=None,
        report_multiple_bugs=False,
        suppress_health_check=ANY_SPEED,
    )
    @given(st.sampled_from(examples).flatmap(damaged))
    def attempt(data: bytes) -> None:
        nonlocal tried
        tried += 1
        wrong = judge(data)
        if wrong:
            raise AssertionError(f"{wrong}; the input is {data!r}")

    try:
        attempt()
    except AssertionError as error:
        return tried, str(error)
    return tried, ""


def defect(parser: Parser, data: bytes) -> str:
    """Return what is wrong with how a parser deals with input; nothing if nothing is."""
    try:
        found = parser.call(data)
    except parser.errors as error:
        told = f"{error} {getattr(error, 'advice', '')}"
        return "" if told.isprintable() or not isinstance(error, InputError) else "unprintable"
    except Exception as error:  # noqa: BLE001 - whatever else comes out is the finding
        return f"{type(error).__name__}: {str(error)[:200]}"
    if parser.written and not _same(json.loads(data), json.loads(parser.written(found))):
        return "the same thing in two forms"
    return ""


def _same(taken: Any, written: Any) -> bool:  # noqa: ANN401 - documents have any form
    """Return whether what was taken is what is written, apart from fields that have a default."""
    if isinstance(taken, dict) and isinstance(written, dict):
        return all(key in written and _same(taken[key], written[key]) for key in taken)
    if isinstance(taken, list) and isinstance(written, list):
        return len(taken) == len(written) and all(map(_same, taken, written))
    return bool(taken == written)
