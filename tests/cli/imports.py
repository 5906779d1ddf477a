"""Back-catalogues: the same reports as CSV and as JSON, and any report written as a row of CSV."""

import csv
import json
from collections.abc import Iterable
from datetime import date, datetime
from io import StringIO

from comity.cli.import_file import Row, read_import
from comity.core.intake import Report
from comity.core.intake.form import AnswerKind
from comity.shipped import bodies, report_form

CSV = b"""key,organisation,contact.name,contact.organisation_name,contact.nations,\
incident.summary,incident.discovered_at,incident.still_going_on,personal_data.affected,\
personal_data.records,choices.incident,in_confidence.contact,tlp.incident
2024/1,acme,Jo Smith,Acme Widgets,england; wales,"Files, on ""two"" servers,
were encrypted.",2024-11-20T07:00:00Z,yes,,,NCA;ICO,no,TLP:AMBER
2024/2,acme,,,,=1+1,2024-12-01,FALSE,yes,1204,,,
,zenith,Al Jones,Zenith,,,,,,,,,
"""
DOCUMENTS = [
    {
        "key": "2024/1",
        "organisation": "acme",
        "contact": {
            "name": "Jo Smith",
            "organisation_name": "Acme Widgets",
            "nations": ["england", "wales"],
        },
        "incident": {
            "summary": 'Files, on "two" servers,\nwere encrypted.',
            "discovered_at": "2024-11-20T07:00:00Z",
            "still_going_on": True,
        },
        "choices": {"incident": ["NCA", "ICO"]},
        "in_confidence": {"contact": False},
        "tlp": {"incident": "TLP:AMBER"},
    },
    {
        "key": "2024/2",
        "organisation": "acme",
        "incident": {
            "summary": "=1+1",
            "discovered_at": "2024-12-01T00:00:00Z",
            "still_going_on": False,
        },
        "personal_data": {"affected": "yes", "records": 1204},
    },
    {"organisation": "zenith", "contact": {"name": "Al Jones", "organisation_name": "Zenith"}},
]
LINES = "\n".join(map(json.dumps, DOCUMENTS)).encode()
OBJECT = json.dumps({"reports": DOCUMENTS}, indent=1).encode()


def read(data: bytes) -> list[Row]:
    """Read a file as the command does."""
    return list(read_import(data, "back.csv", report_form(), bodies()))


def as_csv(reports: Iterable[Report]) -> bytes:
    """Return reports as CSV, a column for whatever any of them says."""
    rows = [_row(each) for each in reports]
    file = StringIO(newline="")
    writer = csv.DictWriter(file, sorted({name for row in rows for name in row}), restval="")
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue().encode()


def _row(report: Report) -> dict[str, str]:
    row = {"organisation": str(report.organisation)}
    for section, answers in report.answers.items():
        questions = report.form.sections[section].questions
        for name, value in answers.items():
            is_json = questions[name].kind is AnswerKind.FILES
            row[f"{section}.{name}"] = json.dumps(value) if is_json else _cell(value)
        if answers:
            row[f"choices.{section}"] = ";".join(report.choices[section])
            row[f"in_confidence.{section}"] = _cell(report.in_confidence[section])
            row[f"tlp.{section}"] = report.tlp[section]
    return row


def _cell(value: object) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case datetime() | date():
            return value.isoformat()
        case list():
            return ";".join(value) or ";"
        case _:
            return str(value)
