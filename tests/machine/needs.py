"""Whether a test may skip when the machine lacks something.

On a developer's machine it may. Where ``COMITY_REQUIRE`` names the thing, a missing one is a
failure, so that no skip can hide there.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import NoReturn

import pytest


class Need(StrEnum):
    """Something that a test needs from the machine, by its word in ``COMITY_REQUIRE``."""

    POSTGRES = "postgres"
    BROWSER = "browser"
    BENCH = "bench"
    COMPILER = "compiler"
    FUZZER = "fuzzer"
    PANGO = "pango"


def needs_in(environ: Mapping[str, str]) -> frozenset[Need]:
    """Return what ``COMITY_REQUIRE`` names (words separated by commas).

    Raises:
        ValueError: a word is none of the known ones.
    """
    words = {word.strip() for word in environ.get("COMITY_REQUIRE", "").split(",")} - {""}
    unknown = sorted(words - set(Need))
    if unknown:
        raise ValueError(
            f"COMITY_REQUIRE: unknown word `{unknown[0]}`; use any of {', '.join(Need)}"
        )
    return frozenset(Need(word) for word in words)


def report_missing(need: Need, what: str, environ: Mapping[str, str]) -> NoReturn:
    """Skip the test that asked, or fail it where ``need`` is required."""
    if need in needs_in(environ):
        pytest.fail(f"COMITY_REQUIRE names `{need}`, but {what}", pytrace=False)
    pytest.skip(what)
