"""Read: an agreement file to an `Agreement`, or one error that says what, where and what to do.

The order of checks is the order in which a person writes: header, clauses and their texts,
then the blocks under each clause. The form of the file: `docs/reference/agreement-language.md`.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import pairwise

from comity.core.agreement.blocks import Blocks, read_blocks
from comity.core.agreement.model import (
    Agreement,
    Assurance,
    Clause,
    Flow,
    Freedom,
    Grade,
    RedLine,
    Reference,
    Rule,
)
from comity.core.agreement.text import Draft, Section, take_apart
from comity.core.language import Fact, Vocabulary
from comity.core.language.vocabulary import RESERVED, Kind
from comity.core.terms import (
    Code,
    InputError,
    PartyId,
    Place,
    digest_of,
    suggestion,
)

MAX_BYTES = 1 << 20
MAX_RULES = 1_000

VERSION = re.compile(
    r"version (?P<version>\S+), in force from (?P<day>\d{4}-\d\d-\d\d)(?P<rest>.*)",
    re.ASCII,
)
PARAMETER = re.compile(
    r"(?:[a-z ]+ )?(?P<name>[a-z][a-z0-9_]*) = (?P<value>\d{1,9})"
    r"(?: from (?P<day>\d{4}-\d\d-\d\d))?",
    re.ASCII,
)
MUST = re.compile(r"\b(must|shall|is obliged|are obliged|has to|have to)\b", re.IGNORECASE)
CITES = re.compile(r"cites: (?P<ids>.+); grade (?P<grade>[ABTM])")
REFERENCE = re.compile(
    r"(?P<id>[A-Za-z]+\d+[a-z]?): (?P<address>\S+); (?P<read>[^;]+); (?P<what>.+)"
)
NOT_EXECUTABLE = "note: not executable because "


def read_agreement(data: bytes, name: str, vocabulary: Vocabulary) -> Agreement:
    """Return the agreement that a file states.

    Raises:
        InputError: the file is not an agreement; the first thing wrong is named.
    """
    text = _text(data, name)
    draft = take_apart(text, name)
    header = _Header(draft, name, vocabulary)
    names = _with_parameters(vocabulary, header, name)
    references = tuple(_references(draft, name))
    if not draft.sections:
        raise _error(Code.NO_CLAUSE, "there is no clause", name, 1, "write `## 1 Title`")
    _check_unique(((s.id, s.line) for s in draft.sections), "clause", name)
    blocks = Blocks()
    for section in draft.sections:
        read_blocks(section, names, blocks, name)
    known = frozenset(each.id for each in references)
    clauses = tuple(_clause(section, known, blocks, name) for section in draft.sections)
    everything: list[Rule | RedLine | Flow | Assurance | Freedom] = [
        *blocks.rules,
        *blocks.red_lines,
        *blocks.flows,
        *blocks.assurances,
        *blocks.freedoms,
    ]
    _check_unique(((each.id, each.line) for each in everything), "rule", name)
    if len(blocks.rules) > MAX_RULES:
        raise _error(Code.TOO_MANY, f"more than {MAX_RULES} rules", name, 0, "split the agreement")
    return Agreement(
        title=draft.title,
        version=header.version,
        status=header.status,
        in_force_from=header.day,
        parties=header.parties,
        signatories=header.signatories,
        parameters=header.parameters,
        clauses=clauses,
        rules=tuple(blocks.rules),
        red_lines=tuple(blocks.red_lines),
        flows=tuple(blocks.flows),
        assurances=tuple(blocks.assurances),
        freedoms=tuple(blocks.freedoms),
        references=references,
        vocabulary=names,
        digest=digest_of({"text": text, "vocabulary": vocabulary.digest}),
    )


def _error(code: Code, message: str, name: str, line: int, advice: str) -> InputError:
    return InputError(code, message, at=Place(name=name, line=line), advice=advice)


def _text(data: bytes, name: str) -> str:
    if len(data) > MAX_BYTES:
        message = f"the file has {len(data)} bytes; at most {MAX_BYTES} are read"
        raise _error(Code.TOO_LARGE, message, name, 0, "split the agreement")
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        message = f"byte {error.start + 1} is not UTF-8 text"
        raise _error(Code.NOT_TEXT, message, name, 0, "save the file as UTF-8") from None
    text = text.replace("\r\n", "\n").rstrip("\n") + "\n"
    _check_seen(text, name)
    return text


def _check_seen(text: str, name: str) -> None:
    """Return if a person sees every character, so that nothing reads otherwise than it is."""
    for number, line in enumerate(text.replace("\t", " ").split("\n"), 1):
        if not line.isprintable():
            column, unseen = next(
                (at, each) for at, each in enumerate(line, 1) if not each.isprintable()
            )
            raise InputError(
                Code.BAD_TEXT,
                f"a character that is not seen, U+{ord(unseen):04X}",
                at=Place(name=name, line=number, column=column),
                advice="remove it, or write a plain space",
            )


class _Header:
    """The lines between the title and the first clause."""

    def __init__(self, draft: Draft, name: str, vocabulary: Vocabulary) -> None:
        lines = [(number, line.strip()) for number, line in draft.header if line.strip()]
        number, line = lines[0] if lines else (2, "")
        found = VERSION.fullmatch(line)
        if found is None:
            raise _error(
                Code.BAD_HEADER,
                "the line below the title does not state version and date",
                name,
                number,
                "write `version 1.0.0, in force from 2024-09-05`",
            )
        self.version = found["version"]
        self.day = _day(found["day"], name, number)
        self.line = number
        self.parameters = _parameters(found["rest"], self.day, name, number)
        keyed: dict[str, tuple[int, str]] = {}
        for number, line in lines[1:]:
            if VERSION.fullmatch(line):
                message = "a second line says which version it is, and from when"
                raise _error(Code.BAD_HEADER, message, name, number, "keep one")
            key, colon, value = line.partition(":")
            if not colon or key.lower() not in {"parties", "signed by", "status"}:
                continue
            if key != key.lower():
                message = f"`{key}:` is written in capitals"
                raise _error(Code.BAD_HEADER, message, name, number, f"write `{key.lower()}:`")
            if key in keyed:
                message = f"a second line `{key}:`"
                raise _error(Code.BAD_HEADER, message, name, number, "keep one")
            keyed[key] = (number, value.strip())
        number, listed = keyed.get("parties", (lines[0][0], ""))
        self.parties = _parties(listed, vocabulary, name, number)
        number, listed = keyed.get("signed by", (0, ""))
        self.signatories = _signatories(listed, self.parties, name, number)
        self.status = keyed.get("status", (0, "no status is stated"))[1]


def _day(text: str, name: str, line: int) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        message = f"{text} is no day of the calendar"
        raise _error(Code.BAD_HEADER, message, name, line, "write a day as 2024-09-05") from None


def _parameters(
    text: str, start: date, name: str, line: int
) -> dict[str, tuple[tuple[date, int], ...]]:
    """Return dated values by name, oldest first."""
    found: dict[str, list[tuple[date, int]]] = {}
    for part in filter(None, (each.strip() for each in text.split(","))):
        match = PARAMETER.fullmatch(part)
        if match is None:
            message = f"`{part[:60]}` is no parameter"
            advice = "write `smallest group k = 10` or `k = 10 from 2024-09-05`"
            raise _error(Code.BAD_HEADER, message, name, line, advice)
        day = _day(match["day"], name, line) if match["day"] else start
        found.setdefault(match["name"], []).append((day, int(match["value"])))
    for parameter, dated in found.items():
        if any(later[0] <= earlier[0] for earlier, later in pairwise(dated)):
            message = f"the dates of {parameter} do not follow each other"
            raise _error(Code.BAD_HEADER, message, name, line, "list the oldest value first")
        if dated[0][0] > start:
            message = f"{parameter} has no value from {start} until {dated[0][0]}"
            advice = "give a first value without a day: it holds from the beginning"
            raise _error(Code.BAD_HEADER, message, name, line, advice)
    return {parameter: tuple(dated) for parameter, dated in found.items()}


def _signatories(
    listed: str, parties: frozenset[PartyId], name: str, line: int
) -> frozenset[PartyId]:
    """Return who has to sign: all parties, or those of them that a line `signed by:` names."""
    if not line:
        return parties
    words = [word.strip() for word in listed.split(",")]
    for word in words:
        if word not in parties:
            message = f"`{word[:60]}` is to sign and is no party"
            advice = "name parties of this agreement, or leave the line out for all of them"
            raise _error(Code.UNKNOWN_PARTY, message, name, line, advice)
    return frozenset(PartyId(word) for word in words)


def _parties(listed: str, vocabulary: Vocabulary, name: str, line: int) -> frozenset[PartyId]:
    values = vocabulary.values["parties"].meanings if "parties" in vocabulary.values else {}
    known = [value for value in values if PartyId.pattern.fullmatch(value)]
    words = [word.strip() for word in listed.split(",") if word.strip()]
    for word in words:
        if word not in known:
            message = f"unknown party {word[:60]}{suggestion(word, known)}"
            advice = (
                "name parties that the vocabulary lists under values.parties; "
                "words of your own stand in NAME.vocabulary.toml beside NAME.md, "
                "or in a file of another name: --vocabulary FILE"
            )
            raise _error(Code.UNKNOWN_PARTY, message, name, line, advice)
    if len(set(words)) < 2:  # noqa: PLR2004 - an agreement takes two
        advice = "write `parties: A, B` below the version"
        raise _error(Code.BAD_HEADER, "fewer than two parties are named", name, line, advice)
    return frozenset(PartyId(word) for word in words)


def _with_parameters(vocabulary: Vocabulary, header: _Header, name: str) -> Vocabulary:
    """Return the vocabulary in which the header's parameters are numbers, too."""
    for parameter in header.parameters:
        if vocabulary.has_name(parameter) or parameter in RESERVED:
            message = f"the parameter {parameter} has the name of a fact, value or keyword"
            raise _error(Code.NAME_TAKEN, message, name, header.line, "choose another name")
    numbers = {
        parameter: Fact(
            name=parameter,
            kind=Kind.NUMBER,
            values=None,
            meaning="a parameter of the agreement",
            supplied_by="the agreement",
        )
        for parameter in header.parameters
    }
    return Vocabulary(
        name=vocabulary.name,
        facts={**vocabulary.facts, **numbers},
        values=vocabulary.values,
        digest=vocabulary.digest,
    )


def _references(draft: Draft, name: str) -> Iterator[Reference]:
    listed: list[tuple[str, int]] = []
    for number, line in draft.references:
        if not line.strip() or not line.startswith("- "):
            continue
        found = REFERENCE.fullmatch(line[2:].strip())
        if found is None:
            raise _error(
                Code.CLAUSE_WITHOUT_SOURCE,
                "this source has no id, address, date and description",
                name,
                number,
                "write `- S1: ADDRESS; read 2026-11-23; what it is`",
            )
        listed.append((found["id"], number))
        yield Reference(**found.groupdict())
    _check_unique(listed, "source", name)


def _check_unique(ids: Iterable[tuple[str, int]], noun: str, name: str) -> None:
    first: dict[str, int] = {}
    for each, line in ids:
        if each in first:
            message = f"{noun} {each} is already on line {first[each]}"
            raise _error(Code.DUPLICATE_ID, message, name, line, "give it an id of its own")
        first[each] = line


def _clause(section: Section, known: frozenset[str], blocks: Blocks, name: str) -> Clause:
    lines = [(number, line.rstrip()) for number, line in section.lines if line.strip()]
    cited, grade = _cited(section, lines, known, name)
    for number, line in lines[1:]:
        if line.startswith("cites:"):
            message = f"clause {section.id} says twice where its text comes from"
            advice = "name all its sources in one line, or give the second text a clause of its own"
            raise _error(Code.STRAY_TEXT, message, name, number, advice)
    texts = [line for _, line in lines if line.startswith(">")]
    if not texts:
        raise _error(
            Code.CLAUSE_WITHOUT_TEXT,
            f"clause {section.id} has no text",
            name,
            section.line,
            "quote it after `> `, or restate it in your own words after `>~ `",
        )
    _check_sure(section, grade, texts, name)
    notes = [line for _, line in lines if line.startswith(NOT_EXECUTABLE)]
    reason = notes[0].removeprefix(NOT_EXECUTABLE).strip() if notes else ""
    for number, line in lines:
        if line.lower().startswith("note:") and not line.startswith(NOT_EXECUTABLE):
            message = f"clause {section.id} has a note that is not one"
            raise _error(
                Code.STRAY_TEXT, message, name, number, f"begin it with `{NOT_EXECUTABLE}`"
            )
    if not reason and not any(rule.clause == section.id for rule in blocks.rules):
        raise _error(
            Code.CLAUSE_WITHOUT_RULE,
            f"clause {section.id} has no rule",
            name,
            section.line,
            f"add a rule block, or a line `{NOT_EXECUTABLE}...`",
        )
    return Clause(
        id=section.id,
        title=section.title,
        text=" ".join(line.lstrip(">~ ") for line in texts),
        quoted=not any(line.startswith(">~") for line in texts),
        cites=cited,
        grade=grade,
        not_executable=reason,
        line=section.line,
    )


def _check_sure(section: Section, grade: Grade, texts: Iterable[str], name: str) -> None:
    """Return if what rests on memory does not say that somebody must."""
    found = MUST.search(" ".join(line.lstrip(">~ ") for line in texts))
    if grade is Grade.FROM_MEMORY and found is not None:
        raise _error(
            Code.MUST_FROM_MEMORY,
            f"clause {section.id} rests on memory (grade M) and says `{found[0]}`",
            name,
            section.line,
            "say it without a duty, or have the source read and name its grade",
        )


def _cited(
    section: Section, lines: list[tuple[int, str]], known: frozenset[str], name: str
) -> tuple[tuple[str, ...], Grade]:
    number, line = lines[0] if lines else (section.line, "")
    found = CITES.fullmatch(line)
    if found is None:
        fault = "does not say where its text comes from"
        if line.startswith("cites:"):
            fault = "has a `cites` line that cannot be read"
        raise _error(
            Code.CLAUSE_WITHOUT_SOURCE,
            f"clause {section.id} {fault}",
            name,
            number,
            "begin it with `cites: S1, S2; grade B` (a grade is A, B, T or M) and list S1 and S2 "
            "under `## Sources`",
        )
    ids = tuple(each.strip() for each in found["ids"].split(","))
    for each in ids:
        if each not in known:
            message = f"unknown source {each[:40]}{suggestion(each, known)}"
            raise _error(
                Code.CLAUSE_WITHOUT_SOURCE, message, name, number, "list it under `## Sources`"
            )
    return ids, Grade(found["grade"])
