"""What the documents say can be done is done here, and what they list is there."""

import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from comity.cli.main import main
from comity.files import load_agreement
from comity.shipped import notice, shipped_agreements
from tests.docs.markdown import Block, anchors, blocks, documents, links
from tests.structure.source import ROOT

DOCUMENTS = {path.relative_to(ROOT).as_posix(): path for path in documents()}
REFERENCE = ROOT / "docs/reference"


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


# --- links


def broken(path: Path, text: str) -> Iterator[str]:
    """Yield the links that lead nowhere."""
    for link in links(text):
        name, _, anchor = link.partition("#")
        target = (path.parent / name).resolve() if name else path
        if not target.exists():
            yield f"{link}: there is no such file"
        elif anchor and target.suffix == ".md" and anchor not in anchors(read(target)):
            yield f"{link}: there is no such heading"


@pytest.mark.parametrize("name", DOCUMENTS)
def test_links_between_files_lead_somewhere(name: str) -> None:
    assert list(broken(DOCUMENTS[name], read(DOCUMENTS[name]))) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("[a](nowhere.md)", 1),
        ("[a](README.md#no-such-heading)", 1),
        ("[a](README.md) [b](https://example.org/x)", 0),
        ("```text\n[a](nowhere.md)\n```", 0),
        ("`[a](nowhere.md)`", 0),
    ],
)
def test_a_link_that_leads_nowhere_is_found(text: str, found: int) -> None:
    assert len(list(broken(ROOT / "planted.md", text))) == found


# --- commands


def commands(block: Block) -> list[tuple[str, list[str]]]:
    """Return the commands of a block, each with the lines that it is said to print."""
    found: list[tuple[str, list[str]]] = []
    for line in block.lines:
        if line.startswith("$ "):
            found.append((line[2:], []))
        elif found:
            found[-1][1].append(line)
    return found


def is_run(block: Block) -> bool:
    """Return whether a block shows commands that are run here."""
    return block.kind == "sh" and block.rest != "no-run" and block.lines[0].startswith("$ ")


def prints_as_said(output: str, said: list[str]) -> bool:
    """Return whether the output is what a document says; `...` stands for any lines."""
    pattern = "".join(
        r"(?:.*\n)*?" if line == "..." else re.escape(line.rstrip()) + r"\n" for line in said
    )
    printed = "".join(f"{line.rstrip()}\n" for line in output.splitlines())
    return bool(re.fullmatch(pattern + r"\n*", printed))


SHOWS_COMMANDS = [name for name, path in DOCUMENTS.items() if any(map(is_run, blocks(read(path))))]


def test_the_pages_that_teach_show_commands() -> None:
    assert {"docs/tutorial/first-agreement.md", "docs/reference/commands.md"} <= set(SHOWS_COMMANDS)


@pytest.mark.parametrize("name", SHOWS_COMMANDS)
def test_commands_print_what_the_document_says(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = DOCUMENTS[name]
    if path.parent != ROOT:
        shutil.copytree(path.parent, tmp_path, dirs_exist_ok=True)
    found = list(blocks(read(path)))
    for block in found:
        if block.file:
            assert not Path(block.file).is_absolute()
            (tmp_path / block.file).write_text("\n".join(block.lines) + "\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    for block in filter(is_run, found):
        for command, said in commands(block):
            program, *words = shlex.split(command)
            assert program == "comity", f"{name}:{block.line}: only comity is run here"
            output = CliRunner().invoke(main, words).output.replace(f"\n{notice()}\n", "")
            assert prints_as_said(output, said), f"{name}:{block.line}: {command}\n{output}"


@pytest.mark.parametrize(
    ("said", "same"),
    [
        (["a", "b", "c"], True),
        (["a", "...", "c"], True),
        (["..."], True),
        (["...", "c"], True),
        (["a", "..."], True),
        (["a", "b"], False),
        (["a", "...", "d"], False),
        (["b", "..."], False),
    ],
)
def test_an_ellipsis_stands_for_any_lines(said: list[str], *, same: bool) -> None:
    assert prints_as_said("a\nb \nc\n", said) is same


# --- lists


def all_commands(
    command: click.Command, words: tuple[str, ...] = ()
) -> Iterator[tuple[str, click.Command]]:
    """Yield every command that can be run, with its words."""
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            assert inner is not None
            yield from all_commands(inner, (*words, name))
    else:
        yield " ".join(words), command


COMMANDS = dict(all_commands(main))


def test_every_command_is_documented_and_no_other() -> None:
    headings = re.findall(
        r"^## `comity ([a-z]+(?:[ -][a-z]+)*)(?: [A-Z\[<-].*)?`",
        read(REFERENCE / "commands.md"),
        re.MULTILINE,
    )
    assert sorted(headings) == sorted(COMMANDS)


@pytest.mark.parametrize("words", COMMANDS)
def test_every_option_is_documented(words: str) -> None:
    text = read(REFERENCE / "commands.md")
    options = [
        option
        for parameter in COMMANDS[words].params
        if isinstance(parameter, click.Option)
        for option in parameter.opts
        if option.startswith("--")
    ]
    assert [option for option in options if f"{option}" not in text] == []


ROOMS = sorted(path.parent.name for path in (ROOT / "src/comity/core").glob("*/__init__.py"))


@pytest.mark.parametrize("room", ROOMS)
def test_every_room_is_named_in_the_architecture_and_the_reference(room: str) -> None:
    assert f"| `{room}` |" in read(ROOT / "ARCHITECTURE.md")
    reference = "".join(read(path) for path in sorted(REFERENCE.glob("*.md")))
    assert re.search(rf"\b{room}\b", reference)


SETTING = re.compile(r"\bCOMITY" + r"_[A-Z]+(?:_[A-Z]+)*\b")
READS_SETTINGS = ("src", "tests", "benchmarks", ".ci")


def settings_read() -> set[str]:
    """Return the settings that are named in code and scripts."""
    files = [path for folder in READS_SETTINGS for path in (ROOT / folder).rglob("*")]
    files = [path for path in files if path.is_file() and path.suffix not in {".pyc", ".md"}]
    texts = [path.read_text(encoding="utf-8", errors="replace") for path in files]
    return set().union(*(SETTING.findall(text) for text in [*texts, read(ROOT / "Makefile")]))


def test_every_setting_is_documented() -> None:
    documented = set(re.findall(r"^\| `(\w+)` \|", read(REFERENCE / "settings.md"), re.MULTILINE))
    assert settings_read() <= documented
    assert settings_read()


@pytest.mark.parametrize("name", shipped_agreements())
def test_every_clause_of_a_shipped_agreement_is_shown(name: str) -> None:
    output = CliRunner().invoke(main, ["agreement", "show", name]).output
    clauses = load_agreement(name).clauses
    assert [
        each.id for each in clauses if f"\n{each.id}  {each.title}\n" not in f"\n{output}"
    ] == []
