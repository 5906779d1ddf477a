"""The transcript of the demonstration in the README: `python -m tests.docs.transcript` renews it.

What differs from run to run is written in one way: random ids, ports, counted bytes.
"""

import re
import subprocess
import sys
import textwrap

from tests.structure.source import ROOT

README = ROOT / "README.md"
PLACE = re.compile(r"(<!-- transcript of the demonstration -->\n).*?(<!-- end -->)", re.DOTALL)
STEP = re.compile(r" ?\d{1,2}\. ")
STILL = re.compile(r" {4}\S")
"""A step that goes on; what a step says more is set further in, and the README leaves it out."""

SAME = (
    (re.compile(r"[\d,]+ bytes"), "N bytes"),
    (re.compile(r"\b([a-z]+)-[0-9a-f]{6}\.\.\."), r"\1-..."),
    (re.compile(r"\bentry \d+"), "entry N"),
    (re.compile(r"\bof size \d+"), "of size N"),
)


def transcript() -> str:
    """Play the demonstration and return its steps and its end, as they always are.

    Raises:
        AssertionError: it did not end well.
    """
    done = subprocess.run(
        [sys.executable, "-m", "comity", "demo"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    steps: list[str] = []
    for line in done.stdout.splitlines():
        if STEP.match(line) or line.startswith("The promise was"):
            steps.append(line)
        elif steps and STILL.match(line):
            steps[-1] += f" {line.strip()}"
    return "\n".join(line for step in steps for line in wrapped(step))


def wrapped(step: str) -> list[str]:
    """Return a step in lines, with what differs from run to run written in one way."""
    for pattern, always in SAME:
        step = pattern.sub(always, step)
    indent = "    " if STEP.match(step) else ""
    return textwrap.wrap(step, 96, subsequent_indent=indent, break_on_hyphens=False)


def renewed() -> str:
    """Return the README with the transcript of a demonstration played just now."""
    text = README.read_text(encoding="utf-8")
    assert PLACE.search(text)
    played = transcript()
    return PLACE.sub(lambda found: f"{found[1]}\n```text\n{played}\n```\n\n{found[2]}", text)


if __name__ == "__main__":
    README.write_text(renewed(), encoding="utf-8")
