"""The README is true: its transcript is that of the demonstration, and its counts count."""

import re

import pytest

from tests.docs.transcript import README, renewed
from tests.structure.source import ROOT


@pytest.mark.more
def test_the_transcript_is_that_of_the_demonstration() -> None:
    text = README.read_text(encoding="utf-8")
    assert text == renewed(), "run `python -m tests.docs.transcript`"


def test_the_gate_has_as_many_lines_as_the_readme_says() -> None:
    found = re.search(r"\((src/[a-z/]+\.py)\): one file, (\d+) lines", README.read_text())
    assert found
    assert len((ROOT / found[1]).read_text().splitlines()) == int(found[2])
