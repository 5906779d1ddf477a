"""The board keeps every line, whoever writes at the same time."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from click.testing import CliRunner

from comity.cli import promises
from comity.cli.main import main
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
        "test": "tests/test_board.py::test_a_line_says_what_was_tried_broken_planted_and_caught",
    }  # fmt: skip  # one line of the board


def line(promise: str, **numbers: int) -> dict[str, object]:
    none = {"tried": 0, "broken": 0, "planted": 0, "caught": 0}
    return {
        "promise": promise,
        "what": "kills",
        "test": f"tests/{promise}.py::t",
        **none,
        **numbers,
    }


def test_lines_of_one_kind_are_added_up_and_what_was_not_tried_says_so() -> None:
    lines = [line("P1", tried=3), line("P1", tried=4, broken=1), line("P2", planted=2, caught=1)]
    found = board.added_up(lines, "2026-11-23")
    assert [(each.tried, each.broken) for each in found.lines if each.trials] == [(7, 1), (0, 0)]
    assert [(each.planted, each.caught) for each in found.lines if each.trials][1] == (2, 1)
    text = "\n".join(promises.shown(found))
    assert "P3  What was told in confidence never reaches another without consent" in text
    assert text.count("not tried") == len(board.PROMISES) - 2


def test_a_board_is_read_as_it_was_written() -> None:
    found = board.added_up([line("P1", tried=3), line("P6", planted=1)], "2026-11-23")
    assert promises.read(promises.written(found)) == found


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ([line("P1", tried=3)], 0),
        ([line("P1", tried=3, broken=1)], 1),
        ([line("P1", planted=3, caught=2)], 1),
    ],
)
def test_a_broken_promise_and_a_bug_that_nobody_noticed_fail_the_board(
    lines: list[dict[str, object]], code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(board, "LINES", tmp_path / "lines.jsonl")
    monkeypatch.setattr(board, "LAST", tmp_path / "board.json")
    board.LINES.write_text("".join(f"{json.dumps(each)}\n" for each in lines))
    result = CliRunner().invoke(board.main)
    assert result.exit_code == code, result.output
    assert promises.read(board.LAST.read_text()).lines[0].promise == "P1"


def test_every_test_on_the_board_that_ships_is_there_to_be_read() -> None:
    shipped = promises.read(board.SHIPPED.read_text())
    tests = {test for each in shipped.lines for trial in each.trials for test in trial.tests}
    assert tests
    for test in tests:
        path, _, name = test.partition("::")
        assert f"def {name}(" in (board.ROOT / path).read_text(), test


def test_the_documents_show_the_board_that_ships() -> None:
    shipped = promises.read(board.SHIPPED.read_text())
    assert board.page(shipped) == board.PAGE.read_text()
    assert board.in_readme(shipped, board.README.read_text()) == board.README.read_text()


def test_a_board_that_ships_says_that_nothing_was_broken_and_everything_planted_was_found() -> None:
    for each in promises.read(board.SHIPPED.read_text()).lines:
        assert each.trials, each.promise
        assert each.broken == 0, each.promise
        assert each.caught == each.planted, each.promise


def test_the_command_prints_the_last_board() -> None:
    printed = CliRunner().invoke(main, ["promises"])
    assert printed.exit_code == 0
    assert "P1  What was acknowledged is never lost" in printed.output
    with_tests = CliRunner().invoke(main, ["promises", "--tests"])
    assert "::test_" in with_tests.output
    as_data = CliRunner().invoke(main, ["promises", "--json"])
    assert promises.written(promises.read(as_data.stdout)) == as_data.stdout
