"""Board: what the tests tried against each promise: the lines that close `make test`.

Tests add lines while they run, side by side. `python -m tests.board` adds them up, prints them and
keeps them for `comity promises`; with `--ship` also as what goes with the product and into the
documents.
"""

import json
import os
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from comity.cli.promises import Board, Line, Trial, shown, written

ROOT = Path(__file__).parents[1]
LINES = ROOT / ".board" / "lines.jsonl"
LAST = ROOT / ".board" / "board.json"
SHIPPED = ROOT / "src" / "comity" / "board.json"
PAGE = ROOT / "docs" / "reference" / "board.md"
README = ROOT / "README.md"
TABLE = re.compile(r"(<!-- board -->\n).*?(<!-- end -->)", re.DOTALL)

PROMISES = {
    "P1": "What was acknowledged is never lost",
    "P2": "No effect happens twice",
    "P3": "What was told in confidence never reaches another without consent",
    "P4": "That holds at every exit: wire, table, ledger, log, error, file",
    "P5": "Not even that something was told can be seen",
    "P6": "Tampering with a ledger is found, and the entry named",
    "P7": "Anyone can verify offline, and a forged proof is refused",
    "P8": "Every disclosure is recorded at both ends",
    "P9": "Nothing is sent after a withdrawal that binds",
    "P10": "Nobody reads what is kept without the key",
    "P11": "A lost or stolen key can be retired",
    "P12": "A node that was put back stops by itself, and its peers notice",
    "P13": "Hostile input does not stop a node",
    "P16": "The tests can fail",
}
"""The promises that concern what exists so far, under their numbers."""


def record(  # noqa: PLR0913 - a line of the board has that many fields
    promise: str, *, what: str, tried: int, broken: int, planted: int = 0, caught: int = 0
) -> None:
    """Add a line: how often a promise was tried and broken, and how many planted bugs were caught.

    It names the test that is running. A line is written in one piece, so tests that run side by
    side can all write.
    """
    line = {
        "promise": promise,
        "what": what,
        "tried": tried,
        "broken": broken,
        "planted": planted,
        "caught": caught,
        "test": re.sub(r"\[.*| \(\w+\)$", "", os.environ.get("PYTEST_CURRENT_TEST", "")),
    }
    LINES.parent.mkdir(exist_ok=True)
    file = os.open(LINES, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    try:
        os.write(file, f"{json.dumps(line)}\n".encode())
    finally:
        os.close(file)


def added_up(lines: Iterable[dict[str, Any]], made: str) -> Board:
    """Return the board of these lines: for each promise what was tried, and in all."""
    found: dict[str, dict[str, list[dict[str, Any]]]] = {name: {} for name in PROMISES}
    for line in lines:
        found[line["promise"]].setdefault(line["what"], []).append(line)
    return Board(
        made=made,
        lines=tuple(
            Line(name, PROMISES[name], tuple(_trial(what, each) for what, each in trials.items()))
            for name, trials in found.items()
        ),
    )


def _trial(what: str, lines: list[dict[str, Any]]) -> Trial:
    sums = {
        name: sum(line[name] for line in lines) for name in ("tried", "broken", "planted", "caught")
    }
    return Trial(what=what, tests=tuple(sorted({line["test"] for line in lines})), **sums)


def page(board: Board) -> str:
    """Return the board as a page, each test one click away."""
    lines = [
        "# The board of promises",
        "",
        "What `make test` and `make test-more` tried against each promise, how often it was",
        "broken, and how many of the mistakes that were planted to break it were found.",
        "`comity promises` prints it.",
        f"This is the board of {board.made}; `python -m tests.board --ship` writes it.",
    ]
    for line in board.lines:
        lines += ["", f"## {line.promise} {line.says}", ""]
        if not line.trials:
            lines.append("Not tried in this run.")
            continue
        lines += ["| what | tried | broken | planted bugs found | test |", "|---|---|---|---|---|"]
        lines += [_row(each) for each in line.trials]
    return "\n".join(lines) + "\n"


def _row(trial: Trial) -> str:
    planted = f"{trial.caught} of {trial.planted}" if trial.planted else ""
    tried = f"{trial.tried:,}" if trial.tried else ""
    tests = ", ".join(f"[{_name(each)}](../../{each.partition('::')[0]})" for each in trial.tests)
    cells = [trial.what, tried, f"{trial.broken:,}", planted, tests]
    return f"| {' | '.join(cells)} |".replace("|  |", "| |")


def _name(test: str) -> str:
    return test.rpartition("::")[2].removeprefix("test_").replace("_", " ")


def in_readme(board: Board, text: str) -> str:
    """Return the README with this board in it."""
    heads = "| promise | tried | broken | planted bugs found |\n|---|---|---|---|\n"
    rows = "".join(
        f"| [{line.says}](docs/reference/board.md) | {line.tried:,} | {line.broken:,} | "
        f"{line.caught} of {line.planted} |\n"
        for line in board.lines
    )
    return TABLE.sub(lambda found: f"{found[1]}{heads}{rows}{found[2]}", text)


@click.command()
@click.option("--ship", is_flag=True, help="Also put it into the product and the documents.")
def main(ship: bool) -> None:  # noqa: FBT001 - click passes flags so
    """Add up what the tests wrote, print it and keep it. Exit code 1: a promise was broken."""
    lines = [json.loads(each) for each in LINES.read_text().splitlines()] if LINES.exists() else []
    board = added_up(lines, f"{datetime.now(UTC):%Y-%m-%d}")  # noqa: TID251 - the day of the tests
    LAST.parent.mkdir(exist_ok=True)
    LAST.write_text(written(board))
    if ship:
        SHIPPED.write_text(written(board))
        PAGE.write_text(page(board))
        README.write_text(in_readme(board, README.read_text()))
    click.echo("\n".join(shown(board)))
    if any(line.broken or line.caught < line.planted for line in board.lines):
        raise click.exceptions.Exit(1)


if __name__ == "__main__":
    main()
