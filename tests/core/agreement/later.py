"""Later versions of the memorandum, written as somebody would: stricter, and looser."""

import re
from functools import cache

from comity.core.agreement import Agreement, read_agreement
from comity.shipped import shipped_agreement, shipped_text, shipped_vocabulary

NAME = "ico-nca-2024"
OLD = shipped_agreement(NAME)
OPENING = re.compile(r"version 0\.1\.0, in force from \d{4}-\d\d-\d\d")

STRICTER = "within_functions and officer_named and tlp <= TLP:AMBER+STRICT"
"""A part of the permit I-2.a, as the text has it."""


def text(number: int, old: str = "", new: str = "", name: str = NAME) -> bytes:
    """Return the text of a version that begins on a day of 2026, with one piece replaced."""
    opening = f"version 0.{number}.0, in force from 2026-10-{number:02}"
    found, many = OPENING.subn(opening, shipped_text(name).decode())
    assert many == 1
    assert not old or old in found
    return (found.replace(old, new, 1) if old else found).encode()


def stricter_text() -> bytes:
    """Return a version in which I-2.a permits nothing at TLP:AMBER+STRICT any more."""
    return text(2, STRICTER, STRICTER.replace("<= TLP:AMBER+STRICT", "<= TLP:AMBER"))


def looser_text() -> bytes:
    """Return a version in which I-2.a no longer asks whether it is within the functions."""
    return text(3, STRICTER, STRICTER.replace("within_functions and ", ""))


def read(data: bytes) -> Agreement:
    """Return the agreement that a text states."""
    return read_agreement(data, "later.md", shipped_vocabulary(NAME))


@cache
def stricter() -> Agreement:
    """Return the stricter version."""
    return read(stricter_text())


@cache
def looser() -> Agreement:
    """Return the looser version."""
    return read(looser_text())
