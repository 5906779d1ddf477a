"""Programs: what the pages do for people, for programs: the same reports, checks and rights.

A program shows the key that it took for an invitation, or a report's return code. It says both in a
header, never in an address. Every answer is JSON; what is wrong says what, where and what to do.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters

from comity.bootstrap import node_here
from comity.core.intake import ATTACHMENTS, FILES, Form, Report, read_report
from comity.core.terms import Code, InputError, PartyId, Place, canonical, read_json
from comity.node.attach_file import NoSuchFileError, attach_file, take_file
from comity.node.draft import open_draft
from comity.node.first_notice import send_first_notice
from comity.node.node import Node, NotPossibleError
from comity.node.programs import (
    NoSuchKeyError,
    check_chosen,
    join_by_program,
    program_of,
    reports_of_program,
    send_by_program,
    send_whole,
)
from comity.node.return_codes import (
    ByAccount,
    Key,
    NoSuchReportError,
    NotAllowedError,
    Ticket,
)
from comity.node.return_to_report import return_to_report
from comity.node.update_report import NothingChangedError
from comity.node.write_letter import Wanted, put_to_letter, send_letter
from comity.shipped import bodies, report_form
from comity.store.port import StoreError
from comity.web.front_door.files import FILE, digest_in, is_too_large, sent_files
from comity.web.front_door.pages import file_answer, notice_in
from comity.web.front_door.telling import report_data
from comity.words.catalogue import Language

log = logging.getLogger(__name__)

BODY = "the request"
ONCE = "Idempotency-Key"
"""The header that makes something happen once: 64 random hexadecimal digits, new for each thing."""

NO_NODE = ("no-node", "this front door has no node", "use another front door")
Answer = tuple[int, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Call:
    """One request by a program: which node it asks, and what it shows."""

    request: HttpRequest
    node: Node

    @property
    def shown(self) -> str:
        """The key or code in the header, as it was written; nothing if there is none."""
        kind, _, found = self.request.headers.get("Authorization", "").partition(" ")
        return found.strip() if kind.lower() == "bearer" else ""

    @property
    def ticket(self) -> Ticket:
        """What makes this happen once.

        Raises:
            InputError: the header is missing, or is none.
        """
        try:
            return Ticket(self.request.headers.get(ONCE, ""))
        except InputError:
            raise InputError(
                Code.MISSING_KEY,
                f"the header {ONCE} is missing or is not 64 hexadecimal digits",
                at=Place(name=ONCE),
                advice="make them at random for each thing; to try again, send the same",
            ) from None

    def key(self, report: str) -> Key:
        """Return what opens a report: the program's key and an id, or a return code alone.

        Raises:
            NoSuchKeyError: no program has this key.
        """
        return ByAccount(program_of(self.node, self.shown), report) if report else self.shown

    def report(self) -> Report:
        """Return the report in the body, by the same check as one in a file.

        Raises:
            InputError: it is none.
        """
        document = read_json(self.request.body, BODY)
        return read_report({**document, "organisation": "somebody"}, BODY, report_form(), bodies())


Does = Callable[..., Answer | HttpResponse]

STATUS: tuple[tuple[type[Exception], int, str], ...] = (
    (NoSuchKeyError, 401, "no-key"),
    (NoSuchReportError, 404, "no-report"),
    (NoSuchFileError, 404, "no-file"),
    (NotAllowedError, 403, "not-allowed"),
    (NotPossibleError, 409, "not-possible"),
    (StoreError, 503, "unavailable"),
    (RequestDataTooBig, 413, "too-large"),
)
"""What a program is told of each kind of error, the narrower one first."""

KNOWN: tuple[type[Exception], ...] = (InputError, *(kind for kind, _, _ in STATUS))


def for_programs(**does: Does) -> Callable[..., HttpResponse]:
    """Return the view of an address: for each method of HTTP what is done, in small letters."""

    @csrf_exempt  # a key in a header is what a form from elsewhere lacks; no cookie is read
    @sensitive_post_parameters()
    def view(request: HttpRequest, **named: str) -> HttpResponse:
        use = does.get((request.method or "").lower())
        if use is None:
            allowed = ", ".join(each.upper() for each in does)
            answer = _said(405, "method", f"use {allowed}", "see the reference")
            answer["Allow"] = allowed
            return answer
        if is_too_large(request):
            return _refused(RequestDataTooBig())
        node = node_here()
        if node is None:
            return _said(503, *NO_NODE)
        try:
            done = use(Call(request, node), **named)
        except KNOWN as error:
            log.warning("a program was refused", exc_info=True)
            return _refused(error)
        return done if isinstance(done, HttpResponse) else _json(*done)

    return view


def _refused(error: Exception) -> HttpResponse:
    """Return what is wrong, where, and what to do."""
    if isinstance(error, InputError):
        return _said(400, error.code, error.message, error.advice, str(error.at))
    status, code = next(
        (each[1:] for each in STATUS if isinstance(error, each[0])), (500, "failed")
    )
    if isinstance(error, NotPossibleError):
        return _said(status, code, str(error), error.advice)
    advice = "send less at once" if status == 413 else "try again later"  # noqa: PLR2004 - a status
    return _said(status, code, "it could not be taken", advice)


def _said(status: int, code: str, message: str, advice: str, where: str = BODY) -> HttpResponse:
    about = {"code": code, "message": message, "where": where, "advice": advice}
    return _json(status, {"error": about})


def _json(status: int, data: Mapping[str, object]) -> HttpResponse:
    """Return an answer. What it is of, and that it is a demonstration, stands in each."""
    notice = notice_in(Language.ENGLISH).replace("\n", " ")
    answer = HttpResponse(canonical({**data, "notice": notice}), "application/json", status)
    answer["Cache-Control"] = "no-store"
    return answer


# ---------------------------------------------------------------- what there is


def _form(_call: Call) -> Answer:
    """Return what a report can say: its sections, and the questions of each."""
    return 200, _form_data(report_form())


def _form_data(form: Form) -> dict[str, Any]:
    return {
        "form": form.version,
        "sections": {
            name: {
                "title": section.title,
                "questions": {
                    each.name: {
                        "asks": each.asks,
                        "type": each.kind,
                        "values": list(each.values),
                        "required": each.required,
                    }
                    for each in section.questions.values()
                },
            }
            for name, section in form.sections.items()
        },
    }


def _join(call: Call) -> Answer:
    """Take an invitation, and return the key. It is shown this once."""
    return 201, {"key": join_by_program(call.node, call.shown, call.ticket)}


def _list(call: Call) -> Answer:
    program = program_of(call.node, call.shown)
    return 200, {"reports": list(reports_of_program(call.node, program))}


def _new(call: Call) -> Answer:
    """Send a new report: of the program's organisation, or of one without an account."""
    report, ticket = call.report(), call.ticket
    if not call.shown:
        check_chosen(report)
        begun = send_first_notice(call.node, report, ticket)
        return 201, {"code": begun.code, **_copies(call, begun.code)}
    program = program_of(call.node, call.shown)
    sent = send_by_program(call.node, program, report, ticket)
    return 201, _copies(call, ByAccount(program, sent))


def _copies(call: Call, key: Key) -> dict[str, Any]:
    shown = return_to_report(call.node, key)
    copies = [{"body": each.body, "sections": list(each.sections)} for each in shown.copies]
    return {"report": shown.report, "version": shown.version, "copies": copies}


def _show(call: Call, report: str = "") -> Answer:
    key = call.key(report)
    shown = return_to_report(call.node, key)
    return 200, report_data(shown, open_draft(call.node, key))


def _update(call: Call, report: str = "") -> Answer:
    """Send what is new of a report; nothing is sent again that was sent before."""
    key = call.key(report)
    try:
        send_whole(call.node, key, call.report())
    except NothingChangedError:
        return 200, {"changed": False, **_copies(call, key)}
    return 200, {"changed": True, **_copies(call, key)}


def _attach(call: Call, report: str = "") -> Answer:
    """Put files to a report; they go with its next version, if that names them."""
    key, files = call.key(report), sent_files(call.request)
    draft = open_draft(call.node, key)
    if not files:
        advice = "send one in the field file, as multipart/form-data"
        raise InputError(Code.MISSING_KEY, "no file came", at=Place(name=FILE), advice=advice)
    for each in files:
        draft = attach_file(call.node, key, each.name, each.data)
    return 201, {"files": draft.answer(ATTACHMENTS, FILES)}


def _write(call: Call, report: str = "") -> Answer:
    """Write to bodies that were told something of a report."""
    key, ticket, form = call.key(report), call.ticket, call.request.POST
    for each in sent_files(call.request):
        put_to_letter(call.node, key, ticket, each.name, each.data)
    to = frozenset(PartyId(each) for each in form.getlist("to"))
    return 201, {"message": send_letter(call.node, key, ticket, Wanted(to, form.get("text", "")))}


def _file(call: Call, owner: str, sha256: str, report: str = "") -> HttpResponse:
    digest = digest_in(sha256)
    if digest is None:
        raise NoSuchFileError
    found = take_file(call.node, call.key(report), owner, digest)
    return file_answer(found.name, "application/octet-stream", found.data)


def _of_report(before: str, name: str) -> list[URLPattern]:
    """Return the addresses of one report: by its id with a key, or by its return code."""
    return [
        path(before, for_programs(get=_show, put=_update), name=name),
        path(f"{before}/files", for_programs(post=_attach), name=f"{name}_files"),
        path(f"{before}/messages", for_programs(post=_write), name=f"{name}_messages"),
        path(
            f"{before}/files/<str:owner>/<str:sha256>", for_programs(get=_file), name=f"{name}_file"
        ),
    ]


urlpatterns = [
    path("api/v1/form", for_programs(get=_form), name="api_form"),
    path("api/v1/join", for_programs(post=_join), name="api_join"),
    path("api/v1/reports", for_programs(get=_list, post=_new), name="api_reports"),
    *_of_report("api/v1/reports/<str:report>", "api_report"),
    *_of_report("api/v1/report", "api_by_code"),
]
