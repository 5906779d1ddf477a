"""`comity report import`: a back-catalogue of reports, checked as a whole and kept one by one."""

import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import click

from comity.cli.acting import NotPossible, as_json, needs_front_door, on_node
from comity.cli.import_file import MOST_BYTES, Row, read_import
from comity.core.intake import Report
from comity.core.terms import InputError, PartyId
from comity.files import read_bytes
from comity.node.import_report import check_connections, import_report
from comity.node.node import Node, NotPossibleError
from comity.node.send_report import ReportId
from comity.shipped import bodies, report_form

KEPT, SENT, BEFORE, DIFFERS = "kept", "sent", "before", "differs"
MOST_LISTED = 1_000
"""No more errors than these are listed; how many there are is always said."""


class _Done(NamedTuple):
    """A report of the file, the id under which it is kept, and what became of it."""

    number: int
    id: ReportId
    became: str


@dataclass(slots=True)
class _Survey:
    """What a file holds: how many reports are fine, what is wrong, and who is chosen."""

    fine: int = 0
    bad: int = 0
    errors: list[InputError] = field(default_factory=list)
    not_listed: int = 0
    chosen: frozenset[PartyId] = frozenset()


@click.command("import")
@click.argument("file", metavar="FILE|-")
@click.option("--check", "only_check", is_flag=True, help="Only read, and say what is wrong.")
@click.option("--skip-bad", is_flag=True, help="Import what is fine, leave out the rest.")
@as_json
@on_node
def import_reports(
    node: Node,
    file: str,
    only_check: bool,  # noqa: FBT001 - click passes flags so
    skip_bad: bool,  # noqa: FBT001 - click passes flags so
    as_json: bool,  # noqa: FBT001 - click passes flags so
) -> None:
    """Keep many reports of earlier times, from CSV or JSON; send each to whom it chooses, if any.

    Nothing is imported unless every report is fine. What was imported before is not imported
    again, so it can be stopped and started again.
    """
    needs_front_door(node)
    data, name = read_bytes(file, MOST_BYTES + 1), "standard input" if file == "-" else file
    survey = _survey(_rows(data, name))
    is_stopped_by_bad = bool(survey.bad) and (only_check or not skip_bad)
    done: list[_Done] = []
    if not is_stopped_by_bad:
        check_connections(node, survey.chosen)
        if not only_check:
            done = _import(node, survey.fine, _rows(data, name))
    if as_json:
        click.echo(json.dumps(_data(survey, done), indent=2))
    else:
        click.echo("\n".join(_lines(survey, done, only_check=only_check)))
    if is_stopped_by_bad:
        raise NotPossible(
            f"{_reports(survey.bad)} not fine: nothing was imported",
            "put right what is listed"
            + ("" if only_check else ", or import the others with --skip-bad"),
        )


def _rows(data: bytes, name: str) -> Iterator[Row]:
    return read_import(data, name, report_form(), bodies())


def _survey(rows: Iterable[Row]) -> _Survey:
    found = _Survey()
    for row in rows:
        listed = row.errors[: MOST_LISTED - len(found.errors)]
        found.errors += listed
        found.not_listed += len(row.errors) - len(listed)
        if row.report is None:
            found.bad += 1
        else:
            found.fine += 1
            found.chosen |= row.report.chosen_bodies()
    return found


def _import(node: Node, count: int, rows: Iterable[Row]) -> list[_Done]:
    """Import each report that is fine, in a transaction of its own, and say how far it is.

    Raises:
        NotPossible: it was stopped, or one report cannot be sent; those before it are imported.
    """
    done: list[_Done] = []
    hidden = not sys.stderr.isatty()
    bar = click.progressbar(length=count, label="Importing", file=sys.stderr, hidden=hidden)
    try:
        with bar:
            for row in rows:
                if row.report is not None:
                    done.append(_import_one(node, row.number, row.report, row.key))
                    bar.update(1)
    except KeyboardInterrupt:
        raise NotPossible(
            f"stopped after {len(done)} of {count} reports",
            "start it again with the same file: it goes on from there",
        ) from None
    except NotPossibleError as error:
        raise NotPossible(
            f"{error}; {len(done)} of {count} reports were imported before it", error.advice
        ) from None
    return done


def _import_one(node: Node, number: int, report: Report, key: str) -> _Done:
    """Import one report, and return what became of it.

    Raises:
        NotPossibleError: it cannot be sent; the error names the report.
    """
    try:
        found = import_report(node, report, key)
    except NotPossibleError as error:
        raise NotPossibleError(f"report {number}: {error}", error.advice) from None
    if found.sent is None:
        became = DIFFERS if found.differs else BEFORE
    else:
        became = SENT if found.sent.copies else KEPT
    return _Done(number, found.id, became)


def _lines(survey: _Survey, done: Sequence[_Done], *, only_check: bool) -> Iterator[str]:
    for error in survey.errors:
        yield f"{error}"
        yield f"  {error.advice}"
    if survey.not_listed:
        yield f"... and {survey.not_listed} more errors"
    yield f"{_reports(survey.fine)} fine, {survey.bad} not."
    if not done:
        if only_check:
            yield "Nothing was imported."
        return
    became = Counter(each.became for each in done)
    yield f"{became[KEPT]} kept for the organisation alone, {became[SENT]} kept and on their way."
    if became[BEFORE]:
        yield f"{became[BEFORE]} imported before: left as they are."
    if became[DIFFERS]:
        yield (
            f"{became[DIFFERS]} imported before that say something else now: left as they are. "
            "Send what has changed with report send --update REPORT:"
        )
        yield from (f"  report {at} is {id_}" for at, id_, what in done if what == DIFFERS)


def _reports(count: int) -> str:
    return "1 report is" if count == 1 else f"{count} reports are"


def _data(survey: _Survey, done: Sequence[_Done]) -> dict[str, object]:
    return {
        "fine": survey.fine,
        "bad": survey.bad,
        "errors": [
            {
                "line": each.at.line,
                "column": each.at.column,
                "code": each.code,
                "message": each.message,
                "advice": each.advice,
            }
            for each in survey.errors
        ],
        "errors_not_listed": survey.not_listed,
        "imported": [
            {"number": each.number, "report": each.id, "became": each.became} for each in done
        ],
        "demonstration": True,
    }
