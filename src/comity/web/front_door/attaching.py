"""Attaching: the files that go with a report, one after the other, while it is being written."""

from django.http import HttpResponse

from comity.core.intake import ATTACHMENTS, FILES, files_in
from comity.core.terms import InputError
from comity.node.attach_file import attach_file, detach_file
from comity.node.draft import open_draft
from comity.node.own_files import TooManyFilesError
from comity.shipped import report_form
from comity.web.front_door.files import FILE, digest_in, files_told, sent_files, wrong_with
from comity.web.front_door.telling import section_named
from comity.web.front_door.visiting import BACK, REPORT, Visit


def files_asked(visit: Visit, wrong: str = "") -> HttpResponse:
    """Return the page with the files that go with a report, and what is wrong with a new one."""
    draft = open_draft(visit.node, visit.key)
    said_wrong = visit.said_wrong({FILE: wrong} if wrong else {})
    values = {
        "title": section_named(ATTACHMENTS, visit.language),
        "files": files_told(files_in(draft.answers.get(ATTACHMENTS, {})), visit.language),
        "wrong": said_wrong.get(FILE, ""),
        "errors": list(said_wrong.items()),
        "section": ATTACHMENTS,
        "next": _next(),
        "code": visit.code,
        "action": visit.address(REPORT),
        "back": visit.address(BACK),
        "stays": ("answers", "ask:attachments.files"),
    }
    return visit.page("files.html", REPORT, values)


def _next() -> str:
    """Return the question that the form asks after the files; nothing if there is none."""
    names = list(report_form().sections[ATTACHMENTS].questions)
    after = names[names.index(FILES) + 1 :]
    return f"{ATTACHMENTS}.{after[0]}" if after else ""


def attach(visit: Visit, _about: str) -> HttpResponse:
    """Let a file that came go with the report, or say what is wrong with it."""
    files = sent_files(visit.request)
    for each in files:
        try:
            attach_file(visit.node, visit.key, each.name, each.data)
        except InputError as error:
            return files_asked(visit, wrong_with(error))
        except TooManyFilesError:
            return files_asked(visit, "error.files")
    return files_asked(visit, "" if files else "error.file")


def detach(visit: Visit, about: str) -> HttpResponse:
    """Let a file go with the report no longer."""
    digest = digest_in(about)
    if digest is not None:
        detach_file(visit.node, visit.key, digest)
    return files_asked(visit)
