"""Own forms: what an organisation said, on each body's own form, as text and as PDF files.

It works where no body is connected, and where no node is: then the answers travel in the page and
nothing is kept. With a return code the report so far is what is filled in.
"""

from django.http import HttpResponse, QueryDict
from markupsafe import Markup, escape

from comity.core.intake import Report, read_unfinished
from comity.core.intake.projection import project
from comity.core.terms import InputError
from comity.node.draft import SOMEBODY, open_draft
from comity.shipped import (
    first_notice,
    report_form,
    shipped_projection,
    shipped_projections,
)
from comity.web.front_door.fields import as_written, read_fields, refused_field
from comity.web.front_door.pages import file_answer, notice_in
from comity.web.front_door.pdf_files import pdf_file
from comity.web.front_door.reporting import parts_of
from comity.web.front_door.visiting import CODE, OWN, REPORT, Visit, at_any_door
from comity.words.cards import capital
from comity.words.forms import Sheet, form_lines, said, sheet

LIST, CHANGE = "list", "change"
TEXT, FILE, PDF = "text", "file", "pdf"
STEPS = (LIST, CHANGE, TEXT, FILE, PDF)
"""What can be asked of these pages; anything else is the list."""


@at_any_door(OWN)
def own_forms(visit: Visit) -> HttpResponse:
    """Return the questions, the list of forms, or one of them as a page or a file."""
    if visit.request.method != "POST" or visit.step == CHANGE:
        return _asked(visit, visit.form, {})
    report, wrong = _read(visit)
    if report is None:
        return _asked(visit, visit.form, wrong)
    looks, _, name = visit.step.partition(":")
    if name not in shipped_projections():
        return _list(visit, report)
    shown = sheet(
        project(shipped_projection(name), report),
        visit.at.astimezone(visit.zone).date(),
        notice_in(visit.language),
        visit.language,
    )
    if looks == PDF:
        return pdf_file(name, shown) or _read_out(visit, report, name, shown, "own.no_pdf")
    if looks == FILE:
        return file_answer(f"{name}.txt", "text/plain; charset=utf-8", _text(shown).encode())
    return _read_out(visit, report, name, shown, "")


def _read(visit: Visit) -> tuple[Report | None, dict[str, str]]:
    """Return the report so far; None and what is wrong with what was written, by field."""
    if visit.code:
        return open_draft(visit.node, visit.key).so_far(report_form()), {}
    answers, wrong = read_fields(first_notice(), visit.written(visit.form))
    if wrong:
        return None, wrong
    try:
        document = {**answers, "organisation": SOMEBODY}
        return read_unfinished(document, "answers", report_form()), {}
    except InputError as error:
        field = refused_field(first_notice(), error)
        if field is None:
            raise
        return None, dict([field])


def _asked(visit: Visit, form: QueryDict, wrong: dict[str, str]) -> HttpResponse:
    said_wrong = visit.said_wrong(wrong)
    values = {
        "parts": parts_of(visit, form, said_wrong),
        "errors": list(said_wrong.items()),
        "action": visit.address(OWN),
        "stays": ("answers", CHANGE) if visit.form else (),
    }
    return visit.page("own_answers.html", OWN, values)


def _kept(visit: Visit, report: Report) -> list[tuple[str, str]]:
    """Return what brings the same report again: its code, or all that was written."""
    if visit.code:
        return [(CODE, visit.code)]
    return as_written(first_notice(), report.answers, visit.zone)


def _list(visit: Visit, report: Report) -> HttpResponse:
    forms = [
        {
            "name": each.name,
            "title": (title := said(each.title, visit.language)),
            "hidden": Markup('<span class="govuk-visually-hidden">: {}</span>').format(
                escape(title)
            ),
            "recipient": capital(said(each.recipient, visit.language)),
        }
        for each in map(shipped_projection, shipped_projections())
    ]
    values = {
        "forms": forms,
        "kept": _kept(visit, report),
        "code": visit.code,
        "write": visit.address(REPORT),
        "action": visit.address(OWN),
        "stays": ("answers", LIST),
    }
    return visit.page("own_forms.html", OWN, values)


def _text(shown: Sheet) -> str:
    return "\n".join(form_lines(shown)) + "\n"


def _read_out(visit: Visit, report: Report, name: str, shown: Sheet, problem: str) -> HttpResponse:
    """Return a form as a page, to be read out or copied."""
    values = {
        "title": shown.title,
        "text": _text(shown),
        "name": name,
        "problem": visit.say(problem) if problem else "",
        "kept": _kept(visit, report),
        "action": visit.address(OWN),
        "stays": ("answers", f"text:{name}"),
    }
    return visit.page("own_form.html", OWN, values, 503 if problem else 200)
