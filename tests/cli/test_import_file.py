"""A file of many reports: CSV and JSON say the same, and what is wrong is said with its place."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.cli import import_file
from comity.core.intake import Report
from comity.core.markings import Tlp
from comity.core.terms import Code, InputError, PartyId
from tests.cli import imports
from tests.core.intake.reports import reports

HEAD = b"organisation,ransom.demanded,ransom.amount\n"


def errors(data: bytes) -> list[InputError]:
    return [error for row in imports.read(data) for error in row.errors]


def only_error(data: bytes) -> InputError:
    (error,) = errors(data)
    return error


def refused(data: bytes) -> InputError:
    with pytest.raises(InputError) as caught:
        imports.read(data)
    return caught.value


def test_csv_and_json_give_the_same_reports() -> None:
    as_csv, as_lines, as_object = map(
        imports.read,
        (
            imports.CSV.replace(b"2024-12-01", b"2024-12-01T00:00:00Z"),
            imports.LINES,
            imports.OBJECT,
        ),
    )
    assert as_csv == as_lines == as_object
    assert [row.key for row in as_csv] == ["2024/1", "2024/2", ""]
    assert all(row.report for row in as_csv)


@pytest.mark.parametrize("data", [imports.CSV, imports.LINES, imports.OBJECT])
def test_a_byte_order_mark_and_other_line_ends_change_nothing(data: bytes) -> None:
    assert imports.read(b"\xef\xbb\xbf" + data.replace(b"\n", b"\r\n")) == imports.read(data)


def test_a_row_that_chooses_nobody_reaches_nobody() -> None:
    chosen = [row.report.chosen_bodies() for row in imports.read(imports.CSV) if row.report]
    assert chosen == [{"NCA", "ICO"}, set(), set()]


def test_a_cell_that_looks_like_a_formula_is_a_text() -> None:
    for formula in (
        "=1+1",
        "+44 1632 960123",
        "@SUM(A1)",
        "-2+3",
        '=HYPERLINK("http://x.example")',
    ):
        cell = formula.replace('"', '""')
        (row,) = imports.read(HEAD + f'acme,yes,"{cell}"\n'.encode())
        assert row.report
        assert row.report.answers["ransom"]["amount"] == formula  # type: ignore[index] # a section's name


@st.composite
def chosen(draw: st.DrawFn) -> Report:
    """Return any report, on any terms."""
    found = draw(reports())
    known = st.frozensets(st.sampled_from([PartyId("ICO"), PartyId("NCA"), PartyId("NCSC")]))
    answered = [each for each in found.answers if found.answers[each]]
    return replace(
        found.only(answered),
        choices={each: draw(known) for each in answered},
        in_confidence={each: draw(st.booleans()) for each in answered},
        tlp={each: draw(st.sampled_from(Tlp)) for each in answered},
    )


@given(st.lists(chosen().filter(lambda each: each.answers), min_size=1, max_size=3))
def test_any_report_written_as_csv_is_read_back_the_same(found: list[Report]) -> None:
    assert [row.report for row in imports.read(imports.as_csv(found))] == found


@pytest.mark.parametrize(
    ("data", "code", "words"),
    [
        (b"", Code.EMPTY_REPORT, "holds no report"),
        (HEAD, Code.EMPTY_REPORT, "holds no report"),
        (b"\n,,\n \n", Code.EMPTY_REPORT, "holds no report"),
        (HEAD + b"ac\0me,yes,\n", Code.BAD_TEXT, "byte 46 is zero"),
        (HEAD + b"acme,yes,\xa35\n", Code.NOT_TEXT, "byte 53 is not UTF-8"),
        ((HEAD + b"acme,yes,\n").decode().encode("utf-16"), Code.NOT_TEXT, "byte 1 is not UTF-8"),
        (
            b"organisation,organisation\nacme,acme\n",
            Code.DUPLICATE_KEY,
            "organisation stands twice",
        ),
        (b"organisation,\nacme,\n", Code.UNKNOWN_KEY, "unknown column without a name"),
        (b"organisation,incident.sumary\n", Code.UNKNOWN_KEY, "did you mean incident.summary?"),
        (b"organisation,choices.ransomm\n", Code.UNKNOWN_KEY, "did you mean choices.ransom?"),
        (b"ransom.demanded\nyes\n", Code.MISSING_KEY, "no column organisation"),
        (HEAD + b'acme,yes,"5\n', Code.NOT_CSV, "unexpected end of data"),
        (HEAD + b'acme,yes,"5" pounds\n', Code.NOT_CSV, "expected after"),
        (HEAD + b"acme,yes," + b"x" * 200_000, Code.TOO_LARGE, "field larger than"),
        (b"organisation" + b",x" * 500 + b"\n", Code.TOO_MANY, "501 columns"),
        (b'{"reports": [1]}', Code.WRONG_TYPE, "list of tables"),
        (b'{"reports": [], "more": 1}', Code.UNKNOWN_KEY, "unknown key more"),
        (b'{"reports": []}', Code.EMPTY_REPORT, "holds no report"),
    ],
)
def test_a_file_that_cannot_be_used_gets_one_error(data: bytes, code: Code, words: str) -> None:
    error = refused(data)
    assert (error.code, error.at.name.partition(":")[0]) == (code, "back.csv")
    assert words in error.message
    assert error.advice


@pytest.mark.parametrize(
    ("row", "code", "at", "words"),
    [
        (
            b"acme,maybe,",
            Code.WRONG_TYPE,
            (3, 2),
            "ransom.demanded: demanded must be true or false",
        ),
        (b"Acme,yes,", Code.BAD_ID, (3, 1), "report 2: organisation:"),
        (b",yes,", Code.MISSING_KEY, (3, 0), "organisation is missing"),
        (b"acme,yes", Code.NOT_CSV, (3, 0), "report 2 has 2 cells; there are 3 columns"),
        (b"acme,yes,5,6", Code.NOT_CSV, (3, 0), "report 2 has 4 cells"),
        (b"acme,yes," + b"5" * 501, Code.TOO_LARGE, (3, 3), "at most 500"),
        (b"acme,yes,\x1b[2J", Code.BAD_TEXT, (3, 3), "cannot be shown"),
        (b"acme,,", Code.EMPTY_REPORT, (3, 0), "no section"),
    ],
)
def test_what_is_wrong_with_a_row_is_said_with_line_and_column(
    row: bytes, code: Code, at: tuple[int, int], words: str
) -> None:
    data = HEAD + b"acme,yes,5\n" + row + b"\nacme,no,\n"
    error = only_error(data)
    assert (error.code, (error.at.line, error.at.column)) == (code, at)
    assert words in error.message
    assert [row.report is not None for row in imports.read(data)] == [True, False, True]


@pytest.mark.parametrize(
    ("column", "cell", "code"),
    [
        ("personal_data.records", "-1", Code.BAD_NUMBER),
        ("personal_data.records", "9" * 5000, Code.BAD_NUMBER),
        ("personal_data.records", "9007199254740993", Code.BAD_NUMBER),
        ("personal_data.records", "1.5", Code.WRONG_TYPE),
        ("incident.type", "ransomwear", Code.UNKNOWN_VALUE),
        ("incident.happened_at", "2024-02-30", Code.WRONG_TYPE),
        ("incident.happened_at", "2024-02-03 10:00", Code.BAD_INSTANT),
        ("contact.nations", "wales;walles", Code.UNKNOWN_VALUE),
        ("attachments.files", "note.txt", Code.NOT_JSON),
        ("attachments.files", '[], "more": 1', Code.UNKNOWN_KEY),
        ("attachments.files", '[{"name": "../x", "bytes": 1, "sha256": ""}]', Code.BAD_TEXT),
        ("choices.incident", "NAC", Code.UNKNOWN_CHOICE),
        ("in_confidence.incident", "perhaps", Code.WRONG_TYPE),
        ("tlp.incident", "TLP:BLUE", Code.UNKNOWN_VALUE),
        ("choices.ransom", "NCA", Code.UNKNOWN_CHOICE),
        ("form", "99", Code.UNKNOWN_VALUE),
        ("key", "k" * 201, Code.TOO_LARGE),
    ],
)
def test_a_cell_that_the_form_does_not_take_is_named(column: str, cell: str, code: Code) -> None:
    quoted = cell.replace('"', '""')
    text = f"""organisation,incident.summary,incident.discovered_at,{column}
acme,"Line
and line",2024-01-01,"{quoted}"
"""
    error = only_error(text.encode())
    assert (error.code, error.at.line, error.at.column) == (code, 2, 4)
    assert column in error.message


def test_every_wrong_cell_of_a_row_is_named() -> None:
    found = errors(b"organisation,incident.type,ransom.demanded\nacme,x,y\nacme,z,yes\n")
    assert [(each.at.line, each.at.column) for each in found] == [(2, 2), (2, 3), (3, 2)]


def test_a_line_of_json_that_is_wrong_is_named_and_the_others_are_read() -> None:
    lines = [b'{"organisation": "acme", "ransom": {"demanded": true}}'] * 4
    lines[1], lines[2] = b'{"organisation": "acme", }', b'{"organisation": "acme", "ransm": {}}'
    rows = imports.read(b"\n\n".join(lines))
    assert [row.report is not None for row in rows] == [True, False, False, True]
    assert [(row.errors[0].code, row.errors[0].at.line) for row in rows[1:3]] == [
        (Code.NOT_JSON, 3),
        (Code.UNKNOWN_SECTION, 5),
    ]


def test_a_key_stands_once_for_each_organisation() -> None:
    one = {"ransom": {"demanded": True}, "key": "7"}
    documents = [{"organisation": each, **one} for each in ("acme", "zenith", "acme")]
    error = only_error("\n".join(map(json.dumps, documents)).encode())
    assert error.code == Code.DUPLICATE_ID
    assert "report 3: key 7 is that of report 1 already" in error.message


def test_more_rows_or_bytes_than_stated_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (import_file.MOST_BYTES, import_file.MOST_ROWS) == (64 * 1024 * 1024, 100_000)
    monkeypatch.setattr(import_file, "MOST_ROWS", 3)
    assert len(imports.read(HEAD + b"acme,yes,\n" * 3)) == 3
    assert refused(HEAD + b"acme,yes,\n" * 4).code == Code.TOO_MANY
    monkeypatch.setattr(import_file, "MOST_BYTES", len(HEAD) + 10)
    assert len(imports.read(HEAD + b"acme,yes,\n")) == 1
    assert refused(HEAD + b"acme,yes,\n\n").code == Code.TOO_LARGE


def test_a_cell_may_be_as_long_as_the_form_allows() -> None:
    text = "ŵ\n" * 9_999 + "ŵŵ"
    data = f'organisation,ransom.note\nacme,"{text}"\n'.encode()
    (row,) = imports.read(data)
    assert row.report
    assert row.report.answers["ransom"]["note"] == text  # type: ignore[index] # a section's name
