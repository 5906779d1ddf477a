"""Board: what the tests tried against each promise, line by line, for the table of a whole run."""

import json
import os
from pathlib import Path

LINES = Path(__file__).parents[1] / ".board" / "lines.jsonl"


def record(  # noqa: PLR0913 - a line of the board has that many fields
    promise: str, *, what: str, tried: int, broken: int, planted: int = 0, caught: int = 0
) -> None:
    """Add a line: how often a promise was tried and broken, and how many planted bugs were caught.

    A line is written in one piece, so tests that run side by side can all write.
    """
    line = {
        "promise": promise,
        "what": what,
        "tried": tried,
        "broken": broken,
        "planted": planted,
        "caught": caught,
    }
    LINES.parent.mkdir(exist_ok=True)
    file = os.open(LINES, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    try:
        os.write(file, f"{json.dumps(line)}\n".encode())
    finally:
        os.close(file)
