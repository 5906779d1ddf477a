"""The transcript of the demonstration in the README: `python -m tests.docs.transcript` renews it.

What differs from run to run is written in one way: random ids, ports, counted bytes.
"""

import re
import subprocess
import sys

from tests.structure.source import ROOT

README = ROOT / "README.md"
PLACE = re.compile(r"(<!-- transcript of the demonstration -->\n).*?(<!-- end -->)", re.DOTALL)
STEP = re.compile(r" ?\d{1,2}\. ")
SAME = (
    (re.compile(r"[\d,]+ bytes"), "N bytes"),
    (re.compile(r"\b([a-z]+)-[0-9a-f]{6}\.\.\."), r"\1-..."),
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
    lines: list[str] = []
    in_step = False
    for line in done.stdout.splitlines():
        starts = STEP.match(line) is not None
        in_step = starts or (in_step and line.startswith("    ") and not said_more(line))
        if starts or in_step or line.startswith("The promise was"):
            lines.append(line)
    text = "\n".join(lines)
    for pattern, always in SAME:
        text = pattern.sub(always, text)
    return text


def said_more(line: str) -> bool:
    """Return whether a line says more about a step: the README leaves such lines out."""
    return line.strip().startswith(MORE)


MORE = (
    *("the gate:", "what would help:", "all that", "At its front door", "The NCA's worker"),
    *("FRONT_DOOR", "NCA  ", "ICO  ", "NCSC  ", "org-"),
)


def renewed() -> str:
    """Return the README with the transcript of a demonstration played just now."""
    text = README.read_text(encoding="utf-8")
    assert PLACE.search(text)
    played = transcript()
    return PLACE.sub(lambda found: f"{found[1]}\n```text\n{played}\n```\n\n{found[2]}", text)


if __name__ == "__main__":
    README.write_text(renewed(), encoding="utf-8")
