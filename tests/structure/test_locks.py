"""What is installed is pinned as it is asked for, so that a newer release changes nothing here.

An older pip takes `tool[extra]` for another thing than `tool`: if only `tool==1.0` is pinned, the
day on which `tool` 1.1 is released is the day on which nobody can install Comity any more.
"""

import re
from importlib.metadata import distributions

from packaging.requirements import Requirement

from tests.structure.source import ROOT

PINNED = re.compile(r"^([\w.-]+)(?:\[([\w,. -]+)\])?==", re.MULTILINE)


def pinned() -> dict[str, set[str]]:
    """Return each pinned package with the extras under which it is pinned."""
    found: dict[str, set[str]] = {}
    for lock in (ROOT / "requirements").glob("*.txt"):
        for name, extras in PINNED.findall(lock.read_text("utf-8")):
            found.setdefault(name, set()).update(filter(None, extras.replace(" ", "").split(",")))
    return found


def asked_with_extras() -> set[tuple[str, str]]:
    """Return what the installed packages ask with an extra, and the extra."""
    asked = (Requirement(each) for one in distributions() for each in one.requires or ())
    needed = (each for each in asked if not each.marker or each.marker.evaluate({"extra": ""}))
    return {(each.name.lower(), extra) for each in needed for extra in each.extras}


def test_what_is_asked_with_an_extra_is_pinned_with_it() -> None:
    found = pinned()
    assert asked_with_extras() >= {("coverage", "toml"), ("psycopg", "binary")}
    assert {(n, e) for n, e in asked_with_extras() if e not in found.get(n, set())} == set()
