"""`comity report`: check what an organisation reports, fill it into forms, send it, look at it."""

import json
from collections.abc import Iterator

import click

from comity.cli.acting import as_json, by_speaker, needs_front_door, on_node
from comity.cli.report_form import form, read
from comity.cli.report_import import import_reports
from comity.core.casework import Engagement, read_engagement
from comity.core.intake import Report
from comity.core.notices import Kind
from comity.core.terms import (
    Code,
    InputError,
    OrganisationId,
    PersonId,
    Place,
    ReleaseId,
    Section,
    SignatureError,
    Signed,
    decode,
    encode,
)
from comity.files import read_bytes
from comity.node.node import Node
from comity.node.prove_receipt import prove_receipt
from comity.node.send_report import ReportId, Sent, send_report
from comity.node.show_report import PassedOn, Shown, show_reports
from comity.node.update_report import update_report
from comity.words.decision import wrapped

WAYS = {
    Kind.DISCLOSED: "passed",
    Kind.REFUSED: "was refused to pass",
    Kind.STOPPED: "was stopped from passing",
    Kind.OUTSIDE: "passed",
}


@click.group()
def report() -> None:
    """Check, fill in, send and show what an organisation reports."""


report.add_command(form)
report.add_command(import_reports)


@report.command()
@click.argument("file", metavar="FILE|-")
@as_json
def check(file: str, as_json: bool) -> None:  # noqa: FBT001 - click passes flags so
    """Check a report file, and say who would get what."""
    found = read(file)
    if as_json:
        click.echo(json.dumps(_data(found), indent=2))
        return
    click.echo(f"The report of {found.organisation} is complete. Who would get what:")
    for section in found.answers:
        click.echo(f"  {_line(found, section)}")
    if not found.chosen_bodies():
        click.echo("No body was chosen: this report would reach nobody. Add a table [choices].")


@report.command()
@click.argument("file", metavar="FILE|-")
@click.option("--update", metavar="REPORT", help="Send it as a new version of this report.")
@by_speaker
@as_json
@on_node
def send(
    node: Node,
    file: str,
    update: str | None,
    speaker: PersonId | None,
    as_json: bool,  # noqa: FBT001 - click passes flags so
) -> None:
    """Send a report: one sealed copy for each body that it chooses."""
    needs_front_door(node)
    found = read(file)
    sent = (
        update_report(node, ReportId(update), found, speaker)
        if update
        else send_report(node, found, speaker)
    )
    if as_json:
        click.echo(json.dumps(_sent_data(sent), indent=2))
        return
    click.echo(f"Report {sent.id}, version {sent.version}, is on its way:")
    for copy in sent.copies:
        clauses = ", ".join(copy.decision.clauses)
        click.echo(f"  to {copy.body}: {', '.join(copy.sections)} (clause {clauses})")


@report.command()
@click.argument("organisation")
@as_json
@on_node
def show(node: Node, organisation: str, as_json: bool) -> None:  # noqa: FBT001 - click passes flags so
    """Show an organisation what it reported, who has it, and what was passed on about it."""
    needs_front_door(node)
    shown = show_reports(node, OrganisationId(organisation))
    if as_json:
        click.echo(json.dumps(_shown_data(shown), indent=2))
        return
    for told in shown.told:
        state = "received" if told.received else "on its way"
        what = told.file or told.section
        click.echo(f"{told.report} v{told.version}  {what:<14}to {told.body:<6}{state}")
    click.echo("")
    for notice in shown.notices:
        click.echo("\n".join(_notice_lines(notice)))
    if not shown.notices:
        click.echo("No body has told this front door that it passed anything on.")
    click.echo("The law can let a body delay such a notice, of a disclosure or of a refusal.")


@report.command()
@click.argument("release")
@on_node
def proof(node: Node, release: str) -> None:
    """Print the proof that a body's receipt is on the record, for the organisation to keep."""
    needs_front_door(node)
    click.echo(prove_receipt(node, ReleaseId(release)).text(), nl=False)


@report.command()
@click.argument("file", metavar="FILE")
@click.option(
    "--introduction", metavar="FILE", required=True, help="The front door's introduction."
)
@as_json
def engagement(file: str, introduction: str, as_json: bool) -> None:  # noqa: FBT001 - click passes flags so
    """Verify a record of whom an organisation told, against the front door that signed it."""
    record = engagement_in(file, introduction)
    if as_json:
        click.echo(encode(record).decode())
        return
    click.echo(
        f"Signed by {record.signed_by}, {record.made_at:%d %B %Y %H:%M} UTC: {record.report}"
    )
    for each in record.told:
        received = (
            f"received {each.received_at:%d %B %Y %H:%M}" if each.received_at else "no receipt"
        )
        click.echo(
            f"  {each.body} was told {', '.join(each.sections)} {each.told_at:%d %B %Y %H:%M}; "
            f"{received}"
        )
    if record.advice:
        click.echo("The organisation states:")
        click.echo("\n".join(wrapped(record.advice, "  ")))


def engagement_in(file: str, introduction: str) -> Engagement:
    """Return the record in a file.

    Raises:
        InputError: it is none, or the front door of the introduction did not sign it.
    """
    from comity.cli.keys import introduction_in  # noqa: PLC0415 - loads what only this needs
    from comity.wire.signing import Ed25519Verifier  # noqa: PLC0415 - the same

    verifier = Ed25519Verifier()
    door = introduction_in(introduction, verifier)
    try:
        document = decode(Signed, read_bytes(file).strip(), file)
        record = read_engagement(document, door.identity, verifier)
    except SignatureError:
        record = None
    if record is None or record.signed_by != door.party:
        raise InputError(
            Code.UNKNOWN_VALUE,
            "this record was not signed by the front door of that introduction",
            at=Place(name=file),
            advice="ask whoever showed it for the front door's introduction; it may be changed",
        )
    return record


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


def _sent_data(sent: Sent) -> dict[str, object]:
    return {
        "report": sent.id,
        "version": sent.version,
        "copies": [
            {
                "body": copy.body,
                "sections": list(copy.sections),
                "clauses": list(copy.decision.clauses),
            }
            for copy in sent.copies
        ],
        "demonstration": True,
    }


def _notice_lines(notice: PassedOn) -> Iterator[str]:
    """Yield what a body says that it passed on, or did not."""
    sections = [*notice.sections, *(["something else from you"] if notice.more else [])]
    purpose = f" for {notice.purpose.replace('_', ' ')}" if notice.purpose else ""
    clauses = f" (clause {', '.join(notice.clauses)})" if notice.clauses else ""
    yield (
        f"{notice.at:%d %B %Y %H:%M}  {notice.by} {WAYS[notice.kind]} "
        f"{', '.join(sections)} to {notice.recipient}{purpose}{clauses}"
    )
    if notice.ground:
        yield f"  outside this software: {notice.ground.replace('-', ' ')}"
    if notice.delayed_since:
        yield (
            f"  to be told on {notice.delayed_since:%d %B %Y %H:%M}, and delayed under clause "
            f"{notice.delayed_under}"
        )


def _shown_data(shown: Shown) -> dict[str, object]:
    return {
        "told": [
            {
                "report": each.report,
                "version": each.version,
                "section": each.section,
                "file": each.file,
                "body": each.body,
                "received": each.received,
                "release": each.release,
            }
            for each in shown.told
        ],
        "notices": [
            {
                "what": each.kind,
                "by": each.by,
                "sections": list(each.sections),
                "more": each.more,
                "recipient": each.recipient,
                "purpose": each.purpose,
                "clauses": list(each.clauses),
                "ground": each.ground,
                "release": each.release,
                "at": each.at.isoformat(),
                "delayed_under": each.delayed_under,
                "delayed_since": each.delayed_since.isoformat() if each.delayed_since else None,
            }
            for each in shown.notices
        ],
        "demonstration": True,
    }
