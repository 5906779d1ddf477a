"""Reporting: the first notice, and coming back to it with a return code. No account is needed.

What was answered travels in the form itself until it is sent: no cookie, no draft on this side.
The code that opens a report is asked for, and never stands in an address.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from comity.bootstrap import node_here
from comity.core.intake import Recipient, Report, contents_for, read_report
from comity.core.terms import ConsentId, InputError, PartyId, read_json
from comity.node.first_notice import (
    add_to_notice,
    bodies_at_hand,
    replace_code,
    send_first_notice,
)
from comity.node.node import Node, NotPossibleError
from comity.node.return_codes import NoSuchReportError, Ticket, new_ticket
from comity.node.return_to_report import return_to_report, say_no
from comity.node.update_report import NothingChangedError
from comity.shipped import bodies, first_notice, recipients, report_form
from comity.signposts import calendar
from comity.store.port import StoreError
from comity.web.front_door.fields import (
    Document,
    Written,
    as_written,
    fields,
    in_,
    read_fields,
    refused_field,
)
from comity.web.front_door.pages import PREFIX, now, page
from comity.web.front_door.telling import answers_told, copies_told, notices_told, questions_told
from comity.web.front_door.words import said
from comity.words.cards import capital, local
from comity.words.catalogue import Language

log = logging.getLogger(__name__)

FIRST, BACK = "first-notice", "come-back"
STEP, CODE, TICKET, TO = "step", "code", "ticket", "to"
CHECK, CHANGE, SEND, SHOW = "check", "change", "send", "show"
SOMEBODY = "somebody"
"""Stands for the organisation until the report is sent, and gets an id."""

View = Callable[[HttpRequest, Language], HttpResponse]
NodeView = Callable[["Visit"], HttpResponse]


@dataclass(frozen=True, slots=True)
class Visit:
    """One request for one of these pages: who asks what of which node, when, in which language."""

    request: HttpRequest
    language: Language
    node: Node
    at: datetime

    @property
    def form(self) -> QueryDict:
        """What was sent with the request."""
        return self.request.POST

    def written(self, form: QueryDict) -> Written:
        """Return what was written on the page."""
        return Written(form, self.at, self.zone)

    @property
    def zone(self) -> tzinfo:
        """By which clock the page tells the time."""
        return calendar(self.at.year).zone

    def say(self, key: str, **put: object) -> str:
        """Return a sentence in the language of the page."""
        return said(key, self.language, **put)

    def moment(self, at: datetime) -> str:
        """Return an instant as the page says it."""
        return local(at, calendar(at.year), self.language)

    def page(
        self, template: str, path: str, values: Mapping[str, Any], status: int = 200
    ) -> HttpResponse:
        """Return a page."""
        return page(self.request, self.language, template, path, values, status)


def at_a_node(path: str) -> Callable[[NodeView], View]:
    """Let a view have the node; where there is none, the page says what can be done without."""

    def given(view: NodeView) -> View:
        @require_http_methods(["GET", "HEAD", "POST"])
        @sensitive_post_parameters()
        @wraps(view)
        def shown(request: HttpRequest, language: Language) -> HttpResponse:
            node = node_here()
            if node is None:
                return page(request, language, "stopped.html", path, {"about": "alone"})
            visit = Visit(request, language, node, now())
            try:
                return view(visit)
            except (NotPossibleError, StoreError):
                log.warning("a report could not be taken", exc_info=True)
                return _not_sent(visit, path)

        return shown

    return given


def _not_sent(visit: Visit, path: str) -> HttpResponse:
    """Return the page that keeps what was written when it could not be sent."""
    kept = [(key, value) for key in visit.form if key != STEP for value in visit.form.getlist(key)]
    step = visit.form.get(STEP) or SHOW
    values = {"kept": kept, "action": f"{PREFIX[visit.language]}{path}", "step": step}
    return visit.page("not_sent.html", path, values, 503)


# ------------------------------------------------------------------ the first notice


@at_a_node(FIRST)
def notice(visit: Visit) -> HttpResponse:
    """Return the questions, the answers to check, or the receipt."""
    if visit.request.method != "POST":
        return _asked(visit, visit.form, {})
    if visit.form.get(STEP) not in {CHECK, SEND}:
        return _asked(visit, visit.form, {})
    report, wrong = _read(visit)
    if report is None:
        return _asked(visit, visit.form, wrong)
    if visit.form.get(STEP) == SEND:
        return _sent(visit, report)
    return _checked(visit, report)


def _read(visit: Visit) -> tuple[Report | None, dict[str, str]]:
    """Return the report that was written; None and what is wrong, by field, if it is none yet."""
    answers, wrong = read_fields(first_notice(), visit.written(visit.form))
    chosen = visit.form.getlist(TO)
    if not chosen or not bodies_at_hand(visit.node).issuperset(chosen):
        wrong[TO] = "error.to"
    if wrong:
        return None, wrong
    document: Document = {
        **answers,
        "organisation": SOMEBODY,
        "choices": {section: list(chosen) for section in answers},
    }
    try:
        return read_report(document, FIRST, report_form(), bodies()), {}
    except InputError as error:
        field = refused_field(first_notice(), error)
        if field is None:
            raise
        return None, dict([field])


def _asked(visit: Visit, form: QueryDict, wrong: Mapping[str, str]) -> HttpResponse:
    """Return the questions, with what was written, and what is wrong with it."""
    written = visit.written(form)
    put = {"now": visit.moment(visit.at), "example": f"{visit.at:%d %m %Y}, 02:10"}
    said_wrong = {name: visit.say(key, **put) for name, key in wrong.items()}
    parts = [
        {
            "title": in_(each.title, visit.language),
            "hint": in_(each.hint, visit.language),
            "fields": list(fields(each, written, said_wrong, visit.language)),
        }
        for each in first_notice().parts
    ]
    values = {
        "parts": parts,
        "to": _to_choose(visit),
        "chosen": form.getlist(TO),
        "wrong_to": said_wrong.get(TO, ""),
        "errors": list(said_wrong.items()),
        "code": form.get(CODE, ""),
        "action": f"{PREFIX[visit.language]}{FIRST}",
        "stays": ("answers", CHANGE) if visit.request.method == "POST" else (),
    }
    return visit.page("first_notice.html", FIRST, values)


def _to_choose(visit: Visit) -> list[dict[str, str]]:
    at_hand = bodies_at_hand(visit.node)
    return [_in_words(each, visit.language) for each in recipients() if each.body in at_hand]


def _in_words(recipient: Recipient, language: Language) -> dict[str, str]:
    return {
        "body": recipient.body,
        "name": capital(in_(recipient.name, language)),
        "does": in_(recipient.does, language),
        "promise": in_(recipient.promise, language),
        "limit": in_(recipient.limit, language),
    }


def _checked(visit: Visit, report: Report) -> HttpResponse:
    """Return what was answered, and for each body what exactly it would get."""
    chosen = report.chosen_bodies()
    seen = [
        {**words, "sees": _preview(visit, report, PartyId(words["body"]))}
        for words in _to_choose(visit)
        if words["body"] in chosen
    ]
    values = {
        "seen": seen,
        "kept": _kept(visit, report),
        "code": visit.form.get(CODE, ""),
        "ticket": visit.form.get(TICKET) or new_ticket(visit.node),
        "action": f"{PREFIX[visit.language]}{FIRST}",
        "errors": [],
        "stays": ("answers", CHECK),
    }
    return visit.page("check.html", FIRST, values)


def _preview(visit: Visit, report: Report, body: PartyId) -> list[dict[str, object]]:
    """Return what a body would see, read from the very bytes that would be sealed for it."""
    found: list[dict[str, object]] = []
    for section, data in contents_for(report, body).items():
        answers = read_json(data, "a content")["answers"]
        found.append(
            {"section": section, "answers": answers_told(section, answers, visit.language)}
        )
    return found


def _kept(visit: Visit, report: Report) -> list[tuple[str, str]]:
    """Return the answers, and the bodies that were chosen, as fields that nobody sees."""
    written = as_written(first_notice(), report.answers, visit.zone)
    return [*written, *((TO, each) for each in sorted(report.chosen_bodies()))]


def _sent(visit: Visit, report: Report) -> HttpResponse:
    """Send the report, or what is new of it, and return the receipt."""
    code = visit.form.get(CODE, "")
    if code:
        try:
            add_to_notice(visit.node, code, report)
        except NoSuchReportError:
            return _ask_code(visit, "error.code")
        except NothingChangedError:
            return _opened(visit, code, "back.nothing_new")
        return _opened(visit, code, "back.added")
    ticket = _ticket(visit)
    noticed = send_first_notice(visit.node, report, ticket)
    stays = {"kept": [*_kept(visit, report), (TICKET, ticket)]}
    return _receipt(visit, noticed.code, FIRST, SEND, stays)


def _ticket(visit: Visit) -> Ticket:
    try:
        return Ticket(visit.form.get(TICKET, ""))
    except InputError:
        raise NotPossibleError("this page is not one of ours", "begin again") from None


def _receipt(
    visit: Visit, code: str, path: str, step: str, more: Mapping[str, object]
) -> HttpResponse:
    """Return the page that shows a return code, this once."""
    shown = return_to_report(visit.node, code)
    values = {
        "code": code,
        "reference": shown.report,
        "when": visit.moment(shown.reported_at),
        "copies": copies_told(shown.copies, visit.language),
        "back": f"{PREFIX[visit.language]}{BACK}",
        "action": f"{PREFIX[visit.language]}{path}",
        "stays": ("again", step),
        **more,
    }
    return visit.page("sent.html", path, values)


# ------------------------------------------------------------------ coming back


@at_a_node(BACK)
def come_back(visit: Visit) -> HttpResponse:
    """Return the form for a code, or the report that it opens."""
    if visit.request.method != "POST":
        return _ask_code(visit, "")
    code = visit.form.get(CODE, "")
    steps: Mapping[str, Callable[[Visit, str], HttpResponse]] = {
        "add": _add,
        "no": _no,
        "new_code": _new_code,
    }
    try:
        step = steps.get(visit.form.get(STEP, ""))
        return step(visit, code) if step else _opened(visit, code, "")
    except NoSuchReportError:
        log.warning("a return code was refused")
        return _ask_code(visit, "error.code")


def _ask_code(visit: Visit, error: str) -> HttpResponse:
    errors = [(CODE, visit.say(error))] if error else []
    action = f"{PREFIX[visit.language]}{BACK}"
    values = {"errors": errors, "action": action, "written": visit.form.get(CODE, "")}
    return visit.page("come_back.html", BACK, values, 403 if error else 200)


def _opened(visit: Visit, code: str, news: str) -> HttpResponse:
    """Return the report that a code opens."""
    shown = return_to_report(visit.node, code)
    values = {
        "news": visit.say(news) if news else "",
        "code": code,
        "ticket": new_ticket(visit.node),
        "reference": shown.report,
        "when": visit.moment(shown.reported_at),
        "now": visit.moment(visit.at),
        "copies": copies_told(shown.copies, visit.language),
        "answers": [
            {"section": section, "answers": answers_told(section, answers, visit.language)}
            for section, answers in shown.answers.items()
        ],
        "questions": questions_told(shown.questions, visit.at, visit.language),
        "notices": notices_told(shown.notices, visit.language),
        "action": f"{PREFIX[visit.language]}{BACK}",
        "stays": ("again", SHOW),
    }
    return visit.page("report.html", BACK, values)


def _add(visit: Visit, code: str) -> HttpResponse:
    """Return the questions with what was answered before, to add to it."""
    shown = return_to_report(visit.node, code)
    form = QueryDict(mutable=True)
    for name, value in as_written(first_notice(), shown.answers, visit.zone):
        form.appendlist(name, value)
    for body in sorted(frozenset().union(*shown.chosen.values())):
        form.appendlist(TO, body)
    form[CODE] = code
    return _asked(visit, form, {})


def _no(visit: Visit, code: str) -> HttpResponse:
    try:
        consent = ConsentId(visit.form.get("consent", ""))
    except InputError:
        raise NoSuchReportError from None
    say_no(visit.node, code, consent)
    return _opened(visit, code, "back.said_no")


def _new_code(visit: Visit, code: str) -> HttpResponse:
    ticket = _ticket(visit)
    fresh = replace_code(visit.node, code, ticket)
    stays = {"kept": [(CODE, code), (TICKET, ticket)]}
    return _receipt(visit, fresh, BACK, "new_code", stays)
