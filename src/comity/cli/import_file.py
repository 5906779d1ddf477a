"""Import files: many reports in one file, as CSV or JSON, each held to the rules of a report file.

A CSV file has a row for each report and a column for each question; a JSON file has a report
document on each line, or all of them in one object. What is wrong with one report is said with its
row, and the others are read on; what is wrong with the whole file ends the reading.
"""

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from io import BytesIO, TextIOWrapper
from typing import NamedTuple

from comity.core.intake import Form, Question, Report, read_report
from comity.core.intake.form import AnswerKind, answer
from comity.core.terms import (
    Code,
    InputError,
    Limits,
    PartyId,
    Table,
    read_json,
    suggestion,
)
from comity.core.terms.errors import Place

MOST_BYTES = 64 << 20
MOST_ROWS = 100_000
MOST_COLUMNS = 500
MOST_KEY = 200
ONE_OBJECT = Limits(size=8 << 20, values=500_000)
"""Of a file that is one JSON object: it is read as a whole, so less of it is taken."""

BOM = b"\xef\xbb\xbf"
IS_ONE_OBJECT = re.compile(rb'\s*\{\s*"reports"\s*:')
FLAGS = {"yes": True, "true": True, "no": False, "false": False}
WHOLE = re.compile(r"-?[0-9]+")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
BETWEEN = ";"
AT_TOP = ("organisation", "key", "form")
SETTINGS = ("choices", "in_confidence", "tlp")
NOT_ANSWERED = (
    Code.UNKNOWN_CHOICE,
    "nothing is answered in this section",
    "answer something in it, or leave this cell empty",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One report of the file: what it says, or what is wrong with it. `key` is the importer's."""

    number: int
    key: str = ""
    report: Report | None = None
    errors: tuple[InputError, ...] = ()


class _File(NamedTuple):
    """What every row of a file is read with."""

    name: str
    form: Form
    bodies: frozenset[PartyId]


class _Column(NamedTuple):
    """A column: its heading, and the table and key of a report document that it stands for."""

    heading: str
    table: str
    key: str
    question: Question | None = None


def read_import(data: bytes, name: str, form: Form, bodies: frozenset[PartyId]) -> Iterator[Row]:
    """Yield each report of a file as it is read.

    Raises:
        InputError: the file as a whole cannot be used: it is too large, not in UTF-8, neither CSV
            nor JSON, holds no report, or has a column that is unknown or stands twice.
    """
    _check_text(data, name)
    file, data = _File(name, form, bodies), data.removeprefix(BOM)
    is_json = data.lstrip()[:1] == b"{"
    seen: dict[tuple[str, str], int] = {}
    number = 0
    for row in _json_rows(data, file) if is_json else _csv_rows(data, file):
        number = row.number
        if number > MOST_ROWS:
            message = f"the file has more than {MOST_ROWS} reports"
            raise InputError(Code.TOO_MANY, message, at=Place(name=name), advice="split it")
        yield _once(row, seen, name)
    if not number:
        raise InputError(
            Code.EMPTY_REPORT,
            "the file holds no report",
            at=Place(name=name),
            advice="write one report on each line, in CSV below a line with the columns' names",
        )


def _check_text(data: bytes, name: str) -> None:
    def fail(code: Code, message: str, at: int, advice: str) -> InputError:
        line = data.count(b"\n", 0, at) + 1
        return InputError(code, message, at=Place(name=name, line=line), advice=advice)

    if len(data) > MOST_BYTES:
        message = f"the file is larger than {MOST_BYTES} bytes"
        raise InputError(Code.TOO_LARGE, message, at=Place(name=name), advice="split it")
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        message = f"byte {error.start + 1} is not UTF-8 text"
        advice = "save the file as UTF-8; spreadsheets call it CSV UTF-8"
        raise fail(Code.NOT_TEXT, message, error.start, advice) from None
    zero = data.find(b"\0")
    if zero >= 0:
        message = f"byte {zero + 1} is zero, which no text holds"
        raise fail(Code.BAD_TEXT, message, zero, "save the file as text in UTF-8")


def _once(row: Row, seen: dict[tuple[str, str], int], name: str) -> Row:
    """Return the row; in error if an earlier one of its organisation has the same key."""
    if row.report is None or not row.key:
        return row
    first = seen.setdefault((row.report.organisation, row.key), row.number)
    if first == row.number:
        return row
    error = InputError(
        Code.DUPLICATE_ID,
        f"report {row.number}: key {row.key[:60]} is that of report {first} already",
        at=Place(name=name),
        advice="give each report of an organisation a key of its own",
    )
    return Row(number=row.number, errors=(error,))


# --- JSON ---------------------------------------------------------------------------------------


def _json_rows(data: bytes, file: _File) -> Iterator[Row]:
    if IS_ONE_OBJECT.match(data):
        found = Table(read_json(data, file.name, ONE_OBJECT), file.name)
        found.only("reports")
        for number, each in enumerate(found.tables("reports"), 1):
            yield _document_row(each.values, number, 0, file)
        return
    number = 0
    for line, text in enumerate(BytesIO(data), 1):
        if not text.strip():
            continue
        number += 1
        try:
            document = read_json(text.strip(), f"report {number}")
        except InputError as error:
            yield Row(number=number, errors=(_placed(error, file, line, error.at.column),))
        else:
            yield _document_row(document, number, line, file)


def _document_row(document: Mapping[str, object], number: int, line: int, file: _File) -> Row:
    where = f"report {number}"
    try:
        key = _key(Table(document, where))
        rest = {name: value for name, value in document.items() if name != "key"}
        report = read_report(rest, where, file.form, file.bodies)
    except InputError as error:
        return Row(number=number, errors=(_placed(error, file, line),))
    return Row(number=number, key=key, report=report)


def _key(table: Table) -> str:
    found = table.text("key", "").strip()
    if len(found) > MOST_KEY:
        message = f"key has {len(found)} characters; at most {MOST_KEY} are taken"
        raise table.error(Code.TOO_LARGE, message, "shorten it", "key")
    return found


# --- CSV ----------------------------------------------------------------------------------------


def _csv_rows(data: bytes, file: _File) -> Iterator[Row]:
    records = _records(data, file.name)
    line, headings = next(records, (0, []))
    if not line:
        return
    columns = _columns([each.strip() for each in headings], line, file)
    for number, (line, cells) in enumerate(records, 1):
        yield _record_row(cells, columns, number, line, file)


def _records(data: bytes, name: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the records of a file that are not empty, each with the line on which it begins."""
    reader = csv.reader(TextIOWrapper(BytesIO(data), "utf-8", newline=""), strict=True)
    begins = 1
    try:
        for cells in reader:
            if any(map(str.strip, cells)):
                yield begins, cells
            begins = reader.line_num + 1
    except csv.Error as error:
        is_long = "field limit" in str(error)
        raise InputError(
            Code.TOO_LARGE if is_long else Code.NOT_CSV,
            f"the record that begins here cannot be read: {error}",
            at=Place(name=name, line=begins),
            advice="shorten the cell, or see that its quote ends"
            if is_long
            else 'put a cell that holds a comma, a quote or a new line into "...", quotes doubled',
        ) from None


def _columns(headings: Sequence[str], line: int, file: _File) -> list[_Column]:
    """Return what the columns stand for.

    Raises:
        InputError: there are too many, one is unknown or stands twice, or none names who reports.
    """
    known = _known_columns(file.form)

    def fail(code: Code, message: str, advice: str, at: int = 0) -> InputError:
        place = Place(name=file.name, line=line, column=at)
        return InputError(code, message, at=place, advice=advice)

    if len(headings) > MOST_COLUMNS:
        message = f"the file has {len(headings)} columns; at most {MOST_COLUMNS} are taken"
        raise fail(Code.TOO_MANY, message, "leave out what is empty")
    for at, heading in enumerate(headings, 1):
        if heading not in known:
            message = f"unknown column {heading[:60] or 'without a name'}"
            advice = "name it SECTION.QUESTION, for example incident.summary, or take it out"
            raise fail(Code.UNKNOWN_KEY, f"{message}{suggestion(heading, known)}", advice, at)
        if headings.index(heading) < at - 1:
            message = f"column {heading} stands twice"
            raise fail(Code.DUPLICATE_KEY, message, "keep one of the two", at)
    if "organisation" not in headings:
        message = "there is no column organisation"
        raise fail(Code.MISSING_KEY, message, "add one that says who reports")
    return [known[each] for each in headings]


def _known_columns(form: Form) -> dict[str, _Column]:
    columns = [_Column(each, "", each) for each in AT_TOP]
    for section in form.sections.values():
        columns += [_Column(f"{each}.{section.name}", each, section.name) for each in SETTINGS]
        columns += [
            _Column(f"{section.name}.{each.name}", section.name, each.name, each)
            for each in section.questions.values()
        ]
    return {each.heading: each for each in columns}


def _record_row(
    cells: Sequence[str], columns: Sequence[_Column], number: int, line: int, file: _File
) -> Row:
    """Return a record as a report, or with every cell that is wrong; if none is, what else is."""
    where = f"report {number}"
    if len(cells) != len(columns):
        error = InputError(
            Code.NOT_CSV,
            f"{where} has {len(cells)} cells; there are {len(columns)} columns",
            at=Place(name=file.name, line=line),
            advice='give each column a cell; put a cell that holds a comma into "..."',
        )
        return Row(number=number, errors=(error,))
    document: dict[str, dict[str, object]] = {"": {}}
    errors = []
    for at, (column, cell) in enumerate(zip(columns, cells, strict=True), 1):
        if cell.strip():
            try:
                value = _value(column, cell, where)
            except InputError as error:
                errors.append(_placed(error, file, line, at))
            else:
                document.setdefault(column.table, {})[column.key] = value
    errors += [
        _placed(Table({}, where, column.heading).error(*NOT_ANSWERED), file, line, at)
        for at, column in enumerate(columns, 1)
        if column.table in SETTINGS
        and column.key in document.get(column.table, {})
        and column.key not in document
    ]
    if errors:
        return Row(number=number, errors=tuple(errors))
    top = document.pop("")
    try:
        key = _key(Table(top, where))
        top.pop("key", None)
        report = read_report({**top, **document}, where, file.form, file.bodies)
    except InputError as error:
        headings = [each.heading for each in columns]
        _, _, heading = error.at.name.partition(": ")
        at = headings.index(heading) + 1 if heading in headings else 0
        return Row(number=number, errors=(_placed(error, file, line, at),))
    return Row(number=number, key=key, report=report)


def _value(column: _Column, cell: str, where: str) -> object:
    """Return what a cell says, as a report document says it.

    Raises:
        InputError: it is no answer to the question.
    """
    if column.question is not None:
        value = _answer(column.question.kind, cell, Table({}, where, column.heading))
        answer(column.question, Table({column.key: value}, where, column.table))
        return value
    if column.table == "choices":
        return _several(cell)
    if column.table == "in_confidence":
        return _flag(cell)
    return cell.strip()


def _answer(kind: AnswerKind, cell: str, table: Table) -> object:
    """Return a cell in the type that the question asks for; as the text it is, if it has not."""
    match kind:
        case AnswerKind.FLAG:
            return _flag(cell)
        case AnswerKind.NUMBER:
            return _number(cell.strip(), table)
        case AnswerKind.INSTANT:
            return _moment(cell.strip())
        case AnswerKind.SOME:
            return _several(cell)
        case AnswerKind.FILES:
            return _files(cell, table)
        case _:
            return cell.strip()


def _flag(cell: str) -> object:
    return FLAGS.get(cell.strip().lower(), cell)


def _number(cell: str, table: Table) -> object:
    if not WHOLE.fullmatch(cell):
        return cell
    most = Limits().largest_number
    if len(cell) > len(str(most)) or int(cell) > most:
        message = f"{cell[:20]} is too large"
        raise table.error(Code.BAD_NUMBER, message, f"write a number up to {most}")
    return int(cell)


def _moment(cell: str) -> object:
    if DAY.fullmatch(cell):
        with suppress(ValueError):
            return date.fromisoformat(cell)
    return cell


def _several(cell: str) -> list[str]:
    return [each.strip() for each in cell.split(BETWEEN) if each.strip()]


def _files(cell: str, table: Table) -> object:
    """Return the list of files that a cell holds, as JSON writes it."""
    try:
        found = read_json(f'{{"files": {cell}}}'.encode(), table.name)
    except InputError as error:
        message = f"the cell is no list in JSON: {error.message}"
        advice = 'write [{"name": "note.txt", "bytes": 1204, "sha256": "..."}]'
        raise table.error(error.code, message, advice) from None
    Table(found, table.name, table.path).only("files")
    return found["files"]


def _placed(error: InputError, file: _File, line: int, column: int = 0) -> InputError:
    """Return an error about one report as one about its place in the file."""
    return InputError(
        error.code,
        f"{error.at.name}: {error.message}",
        at=Place(name=file.name, line=line, column=column),
        advice=error.advice,
    )
