"""Markdown as the checks of the documents read it: fenced blocks, links, headings."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.structure.source import ROOT

FENCE = re.compile(r"(?P<marks>`{3,})(?P<kind>[a-z]*)(?P<rest>.*)")
FILE_COMMENT = re.compile(r"<!-- file: (\S+) -->")
FILE_LINE = re.compile(r"# file: (\S+)")
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
NO_DOCUMENTS = frozenset({"build", "dist", "node_modules", "htmlcov"})


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block: what follows its backticks, its lines, and the file that it stands for."""

    kind: str
    rest: str
    lines: tuple[str, ...]
    file: str
    line: int


def documents() -> list[Path]:
    """Return every Markdown file of the project."""
    return sorted(
        path
        for path in ROOT.rglob("*.md")
        if not any(
            part.startswith(".") or part in NO_DOCUMENTS for part in path.relative_to(ROOT).parts
        )
    )


def blocks(text: str) -> Iterator[Block]:
    """Yield the fenced blocks of a document, in order."""
    lines = text.split("\n")
    number = 0
    while number < len(lines):
        found = FENCE.fullmatch(lines[number])
        if not found:
            number += 1
            continue
        end = lines.index(found["marks"], number + 1)
        inside = tuple(lines[number + 1 : end])
        comment = FILE_COMMENT.fullmatch(lines[number - 1]) if number else None
        named = comment or (FILE_LINE.fullmatch(inside[0]) if inside else None)
        file = named[1] if named else ""
        yield Block(found["kind"], found["rest"].strip(), inside, file, number + 1)
        number = end + 1


def without_blocks(text: str) -> str:
    """Return a document without its fenced blocks and without code in its lines."""
    outside, marks = [], ""
    for line in text.split("\n"):
        found = FENCE.fullmatch(line)
        if marks:
            marks = "" if line == marks else marks
        elif found:
            marks = found["marks"]
        else:
            outside.append(re.sub(r"`[^`]*`", "", line))
    return "\n".join(outside)


def links(text: str) -> list[str]:
    """Return where a document's links lead, addresses on the net aside."""
    found = LINK.findall(without_blocks(text))
    return [link for link in found if not re.match(r"[a-z]+:", link)]


def anchors(text: str) -> set[str]:
    """Return the anchors of a document's headings."""
    outside = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    found = re.findall(r"^#+ (.*)$", outside, re.MULTILINE)
    plain = [re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower() for heading in found]
    return {re.sub(r"[^\w\- ]", "", heading).strip().replace(" ", "-") for heading in plain}
