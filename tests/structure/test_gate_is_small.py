"""The gate can be read in one sitting: all that decides, and nothing that only explains."""

from pathlib import Path

GATE = Path(__file__).parents[2] / "src" / "comity" / "core" / "gate"
MOST_LINES = 400
APART = {"concerned.py", "remedies.py", "lines.py", "owed.py"}


def test_what_decides_stays_under_400_lines() -> None:
    files = [file for file in GATE.glob("*.py") if file.name not in APART]
    lines = [line for file in files for line in file.read_text().splitlines() if line.strip()]
    assert len(files) >= 4
    assert len(lines) <= MOST_LINES
