"""`comity promises`: the board of the last tests: what was tried, what broke, what was found."""

import json
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

import click

import comity
from comity.cli.acting import as_json
from comity.core.terms import read_json

WIDEST = 68


class Trial(NamedTuple):
    """One way in which a promise was tried, and the tests that did it."""

    what: str
    tried: int
    broken: int
    planted: int
    caught: int
    tests: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One promise and all that was tried against it."""

    promise: str
    says: str
    trials: tuple[Trial, ...]

    @property
    def tried(self) -> int:
        """How often it was tried."""
        return sum(each.tried for each in self.trials)

    @property
    def broken(self) -> int:
        """How often it was broken."""
        return sum(each.broken for each in self.trials)

    @property
    def planted(self) -> int:
        """How many mistakes were planted to break it."""
        return sum(each.planted for each in self.trials)

    @property
    def caught(self) -> int:
        """How many of them were found."""
        return sum(each.caught for each in self.trials)


@dataclass(frozen=True, slots=True)
class Board:
    """All promises, and the day of the tests."""

    made: str
    lines: tuple[Line, ...]


@click.command()
@click.option("--tests", "with_tests", is_flag=True, help="Also what was tried, and which tests.")
@as_json
def promises(with_tests: bool, as_json: bool) -> None:  # noqa: FBT001 - click passes flags so
    """Print what the last tests tried against each promise.

    In a checkout these are the tests that ran there last, else those of this version.
    """
    text = last()
    if as_json:
        click.echo(text.rstrip())
        return
    click.echo("\n".join(shown(read(text), with_tests=with_tests)))


def last() -> str:
    """Return the newest board that is at hand, as it was written."""
    of_a_run = Path(comity.__file__).parents[2] / ".board" / "board.json"
    if of_a_run.exists():
        return of_a_run.read_text()
    return files("comity").joinpath("board.json").read_text()


def written(board: Board) -> str:
    """Return a board as it is kept."""
    lines = [
        {
            "promise": line.promise,
            "says": line.says,
            "trials": [each._asdict() for each in line.trials],
        }
        for line in board.lines
    ]
    return json.dumps({"made": board.made, "lines": lines}, indent=1) + "\n"


def read(text: str) -> Board:
    """Return the board that was written so.

    Raises:
        InputError: it is no JSON.
    """
    found: Any = read_json(text.encode(), "the board")
    lines = [
        Line(
            each["promise"],
            each["says"],
            tuple(Trial(**{**trial, "tests": tuple(trial["tests"])}) for trial in each["trials"]),
        )
        for each in found["lines"]
    ]
    return Board(found["made"], tuple(lines))


def shown(board: Board, *, with_tests: bool = False) -> list[str]:
    """Return a board as lines for a terminal."""
    lines = [f"The board of promises, {board.made}", ""]
    lines.append(f"{'':<{WIDEST + 4}}{'tried':>10}{'broken':>8}  planted bugs found")
    for line in board.lines:
        planted = f"{line.caught} of {line.planted}" if line.planted else "-"
        tried = f"{line.tried:,}" if line.trials else "not tried"
        lines.append(
            f"{line.promise:<4}{line.says:<{WIDEST}}{tried:>10}{line.broken:>8,}  {planted}"
        )
        if with_tests:
            lines += [text for each in line.trials for text in _with_tests(each)]
    return lines


def _with_tests(trial: Trial) -> list[str]:
    numbers = f"{trial.tried:,} tried" if trial.tried else f"{trial.planted} planted"
    return [f"      {trial.what}: {numbers}", *(f"        {each}" for each in trial.tests)]
