"""The gate can be read in one sitting."""

from pathlib import Path

GATE = Path(__file__).parents[2] / "src" / "comity" / "core" / "gate"
MOST_LINES = 400


def test_the_gate_without_its_remedies_stays_under_400_lines() -> None:
    files = [file for file in GATE.glob("*.py") if file.name != "remedies.py"]
    lines = [line for file in files for line in file.read_text().splitlines() if line.strip()]
    assert len(files) >= 4
    assert len(lines) <= MOST_LINES
