"""`comity report`: check a report file before it is sent."""

import json

import click

from comity.cli.agreement import as_json
from comity.cli.files import bodies, read_bytes, report_form
from comity.core.intake import Report, read_report
from comity.core.terms import Section, read_document


@click.group()
def report() -> None:
    """Check what an organisation reports."""


@report.command()
@click.argument("file", metavar="FILE|-")
@as_json
def check(file: str, as_json: bool) -> None:  # noqa: FBT001 - click passes flags so
    """Check a report file, and say who would get what."""
    name = "standard input" if file == "-" else file
    found = read_report(read_document(read_bytes(file), name), name, report_form(), bodies())
    if as_json:
        click.echo(json.dumps(_data(found), indent=2))
        return
    click.echo(f"The report of {found.organisation} is complete. Who would get what:")
    for section in found.answers:
        click.echo(f"  {_line(found, section)}")
    if not found.chosen_bodies():
        click.echo("No body was chosen: this report would reach nobody. Add a table [choices].")


def _line(found: Report, section: Section) -> str:
    to = ", ".join(sorted(found.choices[section])) or "nobody"
    terms = "in confidence" if found.in_confidence[section] else "not in confidence"
    count = len(found.answers[section])
    answers = "1 answer" if count == 1 else f"{count} answers"
    return f"{section:<14}{answers:<12}to {to}, {terms}, {found.tlp[section]}"


def _data(found: Report) -> dict[str, object]:
    return {
        "organisation": found.organisation,
        "form": found.form.version,
        "sections": {
            section: {
                "answers": len(answers),
                "to": sorted(found.choices[section]),
                "in_confidence": found.in_confidence[section],
                "tlp": found.tlp[section],
            }
            for section, answers in found.answers.items()
        },
        "demonstration": True,
    }
