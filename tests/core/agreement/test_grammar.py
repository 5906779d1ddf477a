"""The grammar of a whole file in the reference and the product's reader take the same files."""

import re
from collections.abc import Callable, Collection
from itertools import pairwise, takewhile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.core.agreement import read_agreement
from comity.core.terms import InputError
from tests.core.strategies_language import VOCABULARY
from tests.spec.ebnf import Grammar, Terminal
from tests.structure.source import ROOT

PAGE = (ROOT / "docs/reference/agreement-language.md").read_text(encoding="utf-8")
(_, NOTATION) = re.findall(r"^```ebnf\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)

LINES = {
    "title": ("# A deal",),
    "version": (
        "version 1, in force from 2026-01-01",
        "version 2, in force from 2026-02-01, k = 3",
    ),
    "parties": ("parties: NORTH, SOUTH",),
    "signed_by": ("signed by: NORTH",),
    "status": ("status: a test",),
    "heading": ("## I-1 First", "## 2 Second", "## III-3 Third", "## 4.1 Fourth"),
    "cites": ("cites: S1; grade A", "cites: S1, S2; grade M"),
    "text": ("> They talk.", ">~ They may talk."),
    "note": ("note: not executable because it is a wish",),
    "rule_block": ("```rule\nR-1  permit  signed\n```",
                   "```rule\nR-2  forbid  taker is SOUTH\n```"),
    "other_block": ("```prove\nN-1  never  taker is SOUTH\n```",
                    "```assure\nA-1  allowed when signed\n```",
                    "```define\nd = signed\n```"),
    "sources_line": ("## Sources",),
    "source": ("- S1: none; read 2026-01-01; a text", "- S2: https://e.org; not read; another"),
    "prose": ("They have long talked.", "It is so:"),
}  # fmt: skip
STRAYS = ("## No number", "```rule\nR-1  permit  signed", "~~~", "<!-- hidden -->")
KNOWN = {line: name for name, lines in LINES.items() for line in lines}
BESIDE = {"Parties: NORTH, SOUTH": "odd_parties", "note: a wish": "odd_note"}
PROSE = {
    "of_header": {"title", "prose", "cites", "text", "note", "source", "odd_note"},
    "of_clause": {"title", "prose", "version", "parties", "signed_by", "status", "source",
                  "odd_parties"},
    "of_sources": {"title", "prose", "version", "parties", "signed_by", "status", "cites", "text",
                   "note", "odd_note", "odd_parties"},
}  # fmt: skip
"""Which lines are explanation in a place where they mean nothing."""


def kind(line: str) -> str | None:
    return KNOWN.get(line) or BESIDE.get(line)


def one_of(kinds: Collection[str]) -> Callable[[str], bool]:
    return lambda line: kind(line) in kinds


TERMINALS = {
    name: Terminal(lines, one_of({name})) for name, lines in LINES.items() if name != "prose"
} | {name: Terminal(LINES["prose"], one_of(kinds)) for name, kinds in PROSE.items()}
GRAMMAR = Grammar(NOTATION, TERMINALS)
ONCE = {"heading", "rule_block", "other_block", "source"}
IN_HEADER = {"signed_by", "status"}


def reader_takes(lines: list[str]) -> bool:
    try:
        read_agreement("\n".join(lines).encode(), "deal.md", VOCABULARY)
    except InputError:
        return False
    return True


def grammar_takes(lines: list[str]) -> bool:
    """Return whether the grammar takes a file, with what is stated beside it."""
    header = list(takewhile(lambda line: not line.startswith("## "), lines))
    kept = [line for line in header if kind(line) in IN_HEADER]
    kept += [line for line in lines if kind(line) in ONCE - {"source"}]
    kept += in_sources(lines)
    listed = "".join(in_sources(lines))
    cited = "".join(cited_in(lines))
    are_listed = all(f"- {each}:" in listed for each in ("S1", "S2") if each in cited)
    return len(kept) == len(set(kept)) and are_listed and GRAMMAR.accepts("file", lines)


def in_sources(lines: list[str]) -> list[str]:
    """Return the sources that stand where sources are listed."""
    found, here = [], False
    for line in lines:
        here = line == "## Sources" or (here and not line.startswith("## "))
        found += [line] * (here and kind(line) == "source")
    return found


def cited_in(lines: list[str]) -> list[str]:
    """Return the lines that say what a clause cites: each below a heading, blocks aside."""
    shown = [line for line in lines if kind(line) not in {"rule_block", "other_block"}]
    return [
        line
        for before, line in pairwise(shown)
        if kind(before) == "heading" and kind(line) == "cites"
    ]


@st.composite
def mutated(draw: st.DrawFn) -> list[str]:
    """A file of the grammar to which something was done."""
    lines = draw(GRAMMAR.sentences("file"))
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(lines)))
        other = draw(st.sampled_from([*KNOWN, *BESIDE, *STRAYS]))
        match draw(st.sampled_from(["insert", "delete", "replace", "repeat", "swap"])):
            case "insert":
                lines.insert(at, other)
            case "delete":
                del lines[at : at + 1]
            case "replace":
                lines[at : at + 1] = [other]
            case "swap":
                lines[at : at + 2] = reversed(lines[at : at + 2])
            case _:
                lines[at:at] = lines[at : at + 2]
    return lines


SMALLEST = ["# A deal", "version 1, in force from 2026-01-01", "parties: NORTH, SOUTH",
            "## I-1 First", "cites: S1; grade A", "> They talk.",
            "```rule\nR-1  permit  signed\n```", "## Sources",
            "- S1: none; read 2026-01-01; a text"]  # fmt: skip


def test_the_smallest_file_is_taken_by_both_and_needs_each_of_its_lines() -> None:
    assert grammar_takes(SMALLEST)
    assert reader_takes(SMALLEST)
    for at in range(len(SMALLEST)):
        less = SMALLEST[:at] + SMALLEST[at + 1 :]
        assert not grammar_takes(less), SMALLEST[at]
        assert not reader_takes(less), SMALLEST[at]


@given(GRAMMAR.sentences("file"))
def test_the_reader_takes_every_file_of_the_grammar(lines: list[str]) -> None:
    assert GRAMMAR.accepts("file", lines)
    assert reader_takes(lines) == grammar_takes(lines)


@given(mutated())
def test_reader_and_grammar_take_the_same_files(lines: list[str]) -> None:
    assert reader_takes(lines) == grammar_takes(lines)


@pytest.mark.parametrize("stray", [*STRAYS, "note: a wish", SMALLEST[4]])
def test_a_stray_line_in_a_clause_is_taken_by_neither(stray: str) -> None:
    lines = [*SMALLEST[:6], stray, *SMALLEST[6:]]
    assert not grammar_takes(lines)
    assert not reader_takes(lines)


@pytest.mark.parametrize("stray", [*STRAYS, "Parties: NORTH, SOUTH", *SMALLEST[1:3]])
def test_a_stray_line_in_the_header_is_taken_by_neither(stray: str) -> None:
    lines = [*SMALLEST[:2], stray, *SMALLEST[2:]]
    assert not grammar_takes(lines)
    assert not reader_takes(lines)


def test_empty_lines_change_nothing() -> None:
    assert reader_takes([each for line in SMALLEST for each in (line, "")])
