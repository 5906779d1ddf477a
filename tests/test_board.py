"""The board keeps every line, whoever writes at the same time."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests import board


def test_lines_written_side_by_side_are_all_kept_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(board, "LINES", tmp_path / ".board" / "lines.jsonl")
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: board.record("P1", what="kills", tried=n, broken=0), range(200)))
    lines = [json.loads(line) for line in board.LINES.read_text().splitlines()]
    assert sorted(line["tried"] for line in lines) == list(range(200))


def test_a_line_says_what_was_tried_broken_planted_and_caught(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(board, "LINES", tmp_path / "lines.jsonl")
    board.record("P2", what="kills", tried=3, broken=1, planted=2, caught=2)
    assert json.loads(board.LINES.read_text()) == {
        "promise": "P2", "what": "kills", "tried": 3, "broken": 1, "planted": 2, "caught": 2,
    }  # fmt: skip  # one line of the board
