"""No command answers a hostile file with anything but one clear error and a known exit code."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import click
import pytest
from click.testing import Result

from comity.cli import main
from comity.core.intake.wording import can_be_shown
from comity.core.terms import PartyId, encode
from comity.node.keys import introduction
from comity.shipped import FORMS, PROJECTIONS
from comity.wire.words import words
from tests import board
from tests.cli.world import Desk
from tests.hostile import examples
from tests.hostile.judging import first_wrong
from tests.node.world import FRONT_DOOR, ICO, NCA, new_world
from tests.store.django import set_up

set_up()

SOME, MANY = 30, 200
OK, REFUSED, BAD_INPUT = 0, 1, 2
FILE, GOOD, STDIN, TEXT = "FILE", "GOOD", "-", "TEXT"


INCIDENT_TO_ICO = (
    *("CASE", "--section", "incident"),
    *("--to", "ICO", "--purpose", "regulation"),
)


@dataclass(frozen=True, slots=True)
class Command:
    """One command: its words, what it really reads, and whose node it needs.

    `FILE` stands for the name of the hostile file, `GOOD` for that of a real one; `-` has the
    hostile one given as standard input, and `TEXT` as a word.
    """

    words: tuple[str, ...]
    examples: Callable[[], tuple[bytes, ...]]
    at: PartyId = NCA
    suffix: str = ".md"


def introductions() -> tuple[bytes, ...]:
    """Return what the NCA gives to those who are to pin it."""
    return (encode(introduction(examples.world().nodes[NCA], "https://x.example")),)


def notes() -> tuple[bytes, ...]:
    """Return what an officer writes."""
    return ("They rang again: it is a locker \u2013 no more is known.\n".encode(),)


def layouts() -> tuple[bytes, ...]:
    """Return the layouts that ship."""
    return tuple(each.read_bytes() for each in PROJECTIONS.iterdir() if each.is_file())


COMMANDS = {
    "report check": Command(("report", "check", FILE), examples.reports),
    "report check -": Command(("report", "check", STDIN, "--json"), examples.reports),
    "report form": Command(("report", "form", "ncsc", FILE), examples.reports, FRONT_DOOR),
    "report form -": Command(
        ("report", "form", "board", STDIN, "--language", "cy", "--json"),
        examples.reports,
        FRONT_DOOR,
    ),
    "report form FILE": Command(
        ("report", "form", FILE, str(FORMS / "sample-report.toml")), layouts, FRONT_DOOR, ".toml"
    ),
    "report import --check": Command(
        ("report", "import", FILE, "--check"), examples.imports, FRONT_DOOR, ".csv"
    ),
    "report import -": Command(
        ("report", "import", STDIN, "--skip-bad", "--json"), examples.imports, FRONT_DOOR
    ),
    "report send": Command(("report", "send", FILE), examples.reports, FRONT_DOOR),
    "agreement check": Command(("agreement", "check", FILE), examples.agreements),
    "agreement check --vocabulary": Command(
        ("agreement", "check", "ico-nca-2024", "--vocabulary", FILE), examples.vocabularies
    ),
    "agreement show": Command(("agreement", "show", FILE), examples.agreements),
    "agreement prove --smt": Command(("agreement", "prove", FILE, "--smt"), examples.agreements),
    "agreement export --python": Command(
        ("agreement", "export", FILE, "--python"), examples.agreements
    ),
    "agreement export --sql": Command(
        ("agreement", "export", FILE, "--sql", "sqlite"), examples.agreements
    ),
    "agreement decide": Command(
        ("agreement", "decide", "ico-nca-2024", "--with", "front-door-terms", "--facts", FILE),
        examples.facts,
    ),
    "agreement decide -": Command(
        ("agreement", "decide", "front-door-terms", "--with", "ico-nca-2024", "--facts", STDIN),
        examples.facts,
    ),
    "agreement cases": Command(
        ("agreement", "cases", "ico-nca-2024", "--cases", FILE), examples.cases
    ),
    "audit verify": Command(("audit", "verify", FILE), examples.bundles),
    "audit verify --peer": Command(("audit", "verify", GOOD, "--peer", FILE), examples.bundles),
    "keys pin": Command(("keys", "pin", FILE, "--words", "WORDS"), introductions, ICO),
    "case note": Command(("case", "note", "CASE", FILE), notes),
    "case note -": Command(("case", "note", "CASE", STDIN), notes),
    "disclose request --ground": Command(
        ("disclose", "request", *INCIDENT_TO_ICO, "--ground", TEXT),
        lambda: (b"gateway=cca_2013_s7_4:signed", b"smallest_group=12:found"),
    ),
    "disclose seek --until": Command(
        ("disclose", "seek", *INCIDENT_TO_ICO, "--why", "It is asked.", "--until", TEXT),
        lambda: (b"2026-12-31T12:00:00Z",),
    ),
}


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Desk:
    """Return a desk at nodes after a report."""
    world = new_world()
    world.report()
    return Desk(world, monkeypatch, tmp_path)


def ended(desk: Desk, command: Command, data: bytes) -> Result:
    """Return how a command ended that read this."""
    with desk.world.nodes[NCA].store.reading() as records:
        case = records.cases.find()[0].id
    file, good = desk.folder / f"hostile{command.suffix}", desk.folder / "good.md"
    file.write_bytes(data)
    good.write_bytes(command.examples()[0])
    stands_for = {
        FILE: str(file),
        GOOD: str(good),
        TEXT: data.replace(b"\0", b"").decode(errors="surrogateescape"),
        "CASE": case,
        "WORDS": words(examples.identity()),
    }
    said = [stands_for.get(each, each) for each in command.words]
    return desk.run(command.at, *said, given=data)


def defect(result: Result) -> str:
    """Return what is wrong with how a command ended; nothing if nothing is."""
    if result.exit_code not in {OK, REFUSED, BAD_INPUT}:
        return f"it ends with {result.exit_code}: {result.stderr}"
    said = result.stderr.split("\n")
    begins = [each.partition(":")[0] for each in said if each.startswith(("error:", "help:"))]
    if begins != (["error", "help"] if result.exit_code == BAD_INPUT else []):
        return f"it ends with {result.exit_code} and says: {result.stderr}"
    if not all(map(str.isprintable, said)) or not all(map(can_be_shown, result.stdout)):
        return f"it prints what cannot be printed: {result.output!r}"
    return ""


def found_wrong(desk: Desk, command: Command, count: int) -> tuple[int, str]:
    """Run a command on so many hostile files; return how many, and the first defect."""

    def judge(data: bytes) -> str:
        return defect(ended(desk, command, data))

    return first_wrong(judge, command.examples(), count)


@pytest.mark.parametrize("name", COMMANDS)
def test_real_input_is_taken_by_every_command(desk: Desk, name: str) -> None:
    command = COMMANDS[name]
    codes = {ended(desk, command, each).exit_code for each in command.examples()}
    assert codes & {OK, REFUSED}


@pytest.mark.parametrize(
    ("name", "count"),
    [
        *(pytest.param(name, SOME, marks=pytest.mark.slow) for name in COMMANDS),
        *(pytest.param(name, MANY, marks=pytest.mark.more) for name in COMMANDS),
    ],
)
def test_a_hostile_file_gets_one_error_from_every_command(
    desk: Desk, name: str, count: int
) -> None:
    tried, wrong = found_wrong(desk, COMMANDS[name], count)
    board.record("P13", what="hostile files to whole commands", tried=tried, broken=bool(wrong))
    assert wrong == ""


@click.command()
@click.argument("file")
def count_lines(file: str) -> None:
    """Count the lines of a file, and trust it to be text."""
    click.echo(len(Path(file).read_text(encoding="utf-8").splitlines()))


@click.command()
@click.argument("file")
def quote(file: str) -> None:
    """Print a file as it is."""
    click.echo(Path(file).read_bytes().decode(errors="replace"))


@pytest.mark.slow
@pytest.mark.parametrize("planted", ["count_lines", "quote"])
def test_a_careless_command_is_found_by_hostile_files(desk: Desk, planted: str) -> None:
    desk.patch.setitem(main.COMMANDS, "planted", f"{__name__}:{planted}")
    _, wrong = found_wrong(desk, Command(("planted", FILE), notes), 1_000)
    what = "careless commands, found by hostile files"
    board.record("P13", what=what, tried=0, broken=0, planted=1, caught=bool(wrong))
    assert wrong
