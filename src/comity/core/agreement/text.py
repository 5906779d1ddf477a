"""Text: a literate Markdown file taken apart into title, header, clauses and fenced blocks.

Only the shape is read here. What the blocks say is the business of `read`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from comity.core.language import Fragment
from comity.core.terms import Code, InputError, Place

FENCE = "```"
BLOCKS = frozenset({"rule", "prove", "assure", "define"})
HEADING = re.compile(r"(?P<id>[A-Za-z]*[.-]?\d[A-Za-z0-9.-]*)\s+(?P<title>\S.*)")
SOURCES = "Sources"
FIRST_WORD = re.compile(r"(?:[a-z]+|=)(?=\(|\s|$)|\S*")


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block: its kind and its lines with their numbers."""

    kind: str
    line: int
    lines: tuple[tuple[int, str], ...]


@dataclass(slots=True)
class Section:
    """A clause as it stands in the file."""

    id: str
    title: str
    line: int
    lines: list[tuple[int, str]] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)


@dataclass(slots=True)
class Draft:
    """A whole file, taken apart."""

    title: str
    header: list[tuple[int, str]]
    sections: list[Section]
    references: list[tuple[int, str]]


@dataclass(frozen=True, slots=True)
class Part:
    """A keyword of an entry and the text that follows it, up to the next keyword."""

    keyword: str
    fragments: tuple[Fragment, ...]

    @property
    def text(self) -> str:
        """The words after the keyword, on one line."""
        return " ".join(" ".join(fragment.text.split()) for fragment in self.fragments).strip()


@dataclass(frozen=True, slots=True)
class Entry:
    """One rule, red line, assurance or define: an id at the margin and its parts."""

    id: str
    at: Place
    parts: tuple[Part, ...]


def take_apart(text: str, name: str) -> Draft:
    """Return the file's parts.

    Raises:
        InputError: there is no title, a block is not closed, of an unknown kind or outside a
            clause, or something is written so that a reader could take it for what it is not.
    """
    lines = text.split("\n")
    if not lines[0].startswith("# ") or not lines[0][2:].strip():
        raise InputError(
            Code.NO_TITLE,
            "the first line is no title",
            at=Place(name=name, line=1, column=1),
            advice="begin with `# ` and the agreement's title",
        )
    draft = Draft(lines[0][2:].strip(), [], [], [])
    place = draft.header
    section: Section | None = None
    numbered = iter(enumerate(lines[1:], start=2))
    for number, line in numbered:
        if line.startswith("## "):
            section, place = _open(line[3:].strip(), number, name, draft)
        elif line.startswith(FENCE):
            block = _block(line, number, numbered, name)
            if section is None:
                raise _without_clause(block, name)
            section.blocks.append(block)
        else:
            if line.lstrip().startswith((FENCE, "~~~", "<!--")):
                raise _stray(number, name)
            place.append((number, line))
    return draft


def _stray(number: int, name: str) -> InputError:
    return InputError(
        Code.STRAY_TEXT,
        "a fence or comment that hides what it holds",
        at=Place(name=name, line=number, column=1),
        advice=f"open blocks with {FENCE} at the left margin, and remove comments",
    )


def _open(
    heading: str, number: int, name: str, draft: Draft
) -> tuple[Section | None, list[tuple[int, str]]]:
    if heading == SOURCES:
        return None, draft.references
    found = HEADING.fullmatch(heading)
    if found is None:
        raise InputError(
            Code.BAD_HEADER,
            f"clause heading `{heading[:60]}` has no number",
            at=Place(name=name, line=number, column=4),
            advice="write `## 3.2 Title` or `## I-1 Title`",
        )
    section = Section(found["id"], found["title"], number)
    draft.sections.append(section)
    return section, section.lines


def _block(opening: str, number: int, numbered: Iterator[tuple[int, str]], name: str) -> Block:
    kind = opening[len(FENCE) :].strip()
    if kind not in BLOCKS:
        raise InputError(
            Code.UNKNOWN_BLOCK,
            f"unknown kind of block `{kind[:40]}`",
            at=Place(name=name, line=number, column=len(FENCE) + 1),
            advice=f"use one of {', '.join(sorted(BLOCKS))}",
        )
    inside: list[tuple[int, str]] = []
    for inner_number, line in numbered:
        if line.strip() == FENCE:
            return Block(kind, number, tuple(inside))
        if line.startswith(FENCE):  # another block begins: this one was never closed
            break
        inside.append((inner_number, line))
    raise InputError(
        Code.OPEN_BLOCK,
        f"the {kind} block is not closed",
        at=Place(name=name, line=number, column=1),
        advice=f"end it with a line {FENCE}",
    )


def _without_clause(block: Block, name: str) -> InputError:
    return InputError(
        Code.RULE_WITHOUT_CLAUSE,
        f"a {block.kind} block stands outside a clause",
        at=Place(name=name, line=block.line, column=1),
        advice="put it under the clause (`## ...`) whose text it carries out",
    )


def entries(block: Block, keywords: frozenset[str], name: str) -> Iterator[Entry]:
    """Yield a block's entries: an id at the left margin, indented lines continue it.

    Raises:
        InputError: an indented line continues nothing.
    """
    open_entry: list[tuple[int, str]] = []
    for number, line in block.lines:
        if not line.strip():
            continue
        if line[0].isspace() and not open_entry:
            raise InputError(
                Code.BAD_RULE,
                "an indented line continues nothing",
                at=Place(name=name, line=number, column=1),
                advice="begin an entry with its id at the left margin",
            )
        if not line[0].isspace() and open_entry:
            yield _entry(open_entry, keywords, name)
            open_entry = []
        open_entry.append((number, line))
    if open_entry:
        yield _entry(open_entry, keywords, name)


def _entry(lines: list[tuple[int, str]], keywords: frozenset[str], name: str) -> Entry:
    first_number, first_line = lines[0]
    entry_id = first_line.split()[0]
    rest = " " * len(entry_id) + first_line[len(entry_id) :]
    parts: list[tuple[str, list[Fragment]]] = []
    for number, line in [(first_number, rest), *lines[1:]]:
        stripped = line.lstrip()
        column = len(line) - len(stripped) + 1
        word = FIRST_WORD.match(stripped)[0]  # type: ignore[index]  # it matches every text
        if word in keywords or not parts:
            parts.append((word, []))
            column += len(word)
            stripped = stripped[len(word) :]
        at = Place(name=name, line=number, column=column)
        parts[-1][1].append(Fragment(stripped.rstrip(), at))
    return Entry(
        entry_id,
        Place(name=name, line=first_number, column=1),
        tuple(Part(keyword, tuple(fragments)) for keyword, fragments in parts),
    )
