"""`comity report form`: a report laid out as each body asks for it, as text, PDF file or data."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import click

from comity import settings
from comity.cli.acting import NotPossible, as_json
from comity.core.intake import Report, read_report
from comity.core.intake.projection import Filled, project
from comity.core.terms import Code, InputError, Place, read_document
from comity.files import load_projection, read_bytes
from comity.shipped import bodies, notice, report_form, shipped_projection, shipped_projections
from comity.wire.files import write_private
from comity.words.catalogue import Language
from comity.words.decision import wrapped
from comity.words.forms import Sheet, form_data, form_lines, sheet
from comity.words.pdf import NoPangoError, form_pdf

NOTICES = {Language.ENGLISH: "text", Language.WELSH: "text_cy"}


@click.command()
@click.argument("name", required=False)
@click.argument("file", metavar="[FILE|-]", required=False)
@click.option(
    "--language",
    type=click.Choice([each.value for each in Language]),
    default=Language.ENGLISH.value,
    help="The language of the form; answers stay as they were written.",
)
@click.option("--pdf", metavar="OUT", help="Write it as a PDF file instead.")
@click.option("--replace", is_flag=True, help="With --pdf: replace OUT if it is there.")
@as_json
def form(  # noqa: PLR0913, PLR0917 - click passes each option by name
    name: str | None,
    file: str | None,
    language: str,
    pdf: str | None,
    replace: bool,  # noqa: FBT001 - click passes flags so
    as_json: bool,  # noqa: FBT001 - click passes flags so
) -> None:
    """Fill a report into a body's form: NAME is a form, FILE the report. Without them, list forms.

    Nothing is sent: what comes out is for the organisation to read out, paste or send.
    """
    _needs_the_organisations_side()
    if name is None:
        click.echo(json.dumps(_list_data(), indent=2) if as_json else "\n".join(_list()))
        return
    projection = load_projection(name)
    if file is None:
        raise click.UsageError("name the report file as well: comity report form NAME FILE")
    said, today = Language(language), datetime.now(UTC).date()
    filled = project(projection, read(file))
    shown = sheet(filled, today, notice(NOTICES[said]), said)
    if pdf is not None:
        _write(Path(pdf), shown, replace)
    if as_json:
        click.echo(json.dumps(_data(filled, today, said), indent=2))
    elif pdf is not None:
        click.echo(f"{pdf}: {shown.title}, {len(shown.open_rows())} lines still open")
    else:
        click.echo("\n".join(form_lines(shown)))


def read(file: str) -> Report:
    """Return the report in a file, or on standard input.

    Raises:
        InputError: it cannot be read, or does not fit the form.
    """
    name = "standard input" if file == "-" else file
    return read_report(read_document(read_bytes(file), name), name, report_form(), bodies())


def _needs_the_organisations_side() -> None:
    if settings.is_body():
        raise NotPossible(
            "a body's node fills in no form for an organisation",
            "do it on the organisation's side, where COMITY_ROLE is not body",
        )


def _write(out: Path, shown: Sheet, replace: bool) -> None:  # noqa: FBT001 - click passes flags so
    if out.exists() and not replace:
        raise InputError(
            Code.NAME_TAKEN,
            "stands there already and is not overwritten",
            at=Place(name=str(out)),
            advice="name another file, or add --replace",
        )
    try:
        write_private(out, form_pdf(shown))
    except NoPangoError as error:
        raise NotPossible(str(error), error.advice) from None


def _list() -> Iterator[str]:
    for each in map(shipped_projection, shipped_projections()):
        yield f"{each.name}: {each.title.en}"
        yield from wrapped(f"for {each.recipient.en}", "    ")
        yield from wrapped(
            f"layout {each.layout}, grade {each.grade}, {each.verified_on}: {each.source.en}",
            "    ",
        )


def _list_data() -> list[dict[str, object]]:
    return [
        {
            "form": each.name,
            "title": each.title.en,
            "recipient": each.recipient.en,
            "layout": each.layout,
            "source": each.source.en,
            "grade": each.grade,
            "verified_on": each.verified_on.isoformat(),
        }
        for each in map(shipped_projection, shipped_projections())
    ]


def _data(filled: Filled, today: date, language: Language) -> dict[str, object]:
    return {"date": today.isoformat(), **form_data(filled, language)}
