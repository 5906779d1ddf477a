"""Every test that the page of promises names exists."""

import re

from tests.structure.source import ROOT

PAGE = ROOT / "docs/reference/promises.md"


def test_every_test_that_is_named_exists() -> None:
    named = set(re.findall(r"`(test_\w+)`", PAGE.read_text(encoding="utf-8")))
    files = [path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py")]
    exists = set().union(*(re.findall(r"^def (test_\w+)", text, re.MULTILINE) for text in files))
    assert named - exists == set()
    assert len(named) > 60
