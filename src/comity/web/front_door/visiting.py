"""Visiting: what every page has on which somebody reports: the node, the time, what was sent.

A code opens a report. It is asked for, travels in forms, and never stands in an address.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from comity.bootstrap import node_here
from comity.core.terms import InputError
from comity.node.node import Node, NotPossibleError
from comity.node.return_codes import (
    ByAccount,
    Key,
    NoSuchReportError,
    NotAllowedError,
    Ticket,
)
from comity.signposts import calendar
from comity.store.port import StoreError
from comity.web.front_door.fields import Written
from comity.web.front_door.files import is_too_large
from comity.web.front_door.pages import PREFIX, now, page
from comity.web.front_door.signed_in import is_from_here, person_of
from comity.web.front_door.words import said
from comity.words.cards import local
from comity.words.catalogue import Language

log = logging.getLogger(__name__)

FIRST, BACK, REPORT, OWN = "first-notice", "come-back", "report", "own-forms"
OTHERS, MESSAGES = "others-engaged", "messages"
SINCE = "since"
"""The key under which an address says when the incident was found: it is not asked twice."""

STEP, CODE, TICKET, TO = "step", "code", "ticket", "to"
SHOW = "show"
BY_ACCOUNT = "by-account/"
"""Stands before the id of a report where a form would else have its code."""

View = Callable[[HttpRequest, Language], HttpResponse]
NodeView = Callable[["Visit"], HttpResponse]


@dataclass(frozen=True, slots=True)
class Visit:
    """One request for one of these pages: who asks what of which node, when, in which language."""

    request: HttpRequest
    language: Language
    node_or_none: Node | None
    at: datetime
    form: QueryDict

    @property
    def node(self) -> Node:
        """The node.

        Raises:
            NoSuchReportError: there is none here, so it has no report either.
        """
        if self.node_or_none is None:
            raise NoSuchReportError
        return self.node_or_none

    @property
    def code(self) -> str:
        """The code that was sent; nothing if none was."""
        return self.form.get(CODE, "")

    @property
    def key(self) -> Key:
        """What opens the report: the code that was sent, or the account of whoever signed in.

        Raises:
            NoSuchReportError: an account was meant, and nobody is signed in.
        """
        if not self.is_by_account:
            return self.code
        person = person_of(self.request)
        if person is None:
            raise NoSuchReportError
        return ByAccount(person, self.code.removeprefix(BY_ACCOUNT))

    @property
    def is_by_account(self) -> bool:
        """Whether what was sent names a report, which opens nothing to who is not signed in."""
        return self.code.startswith(BY_ACCOUNT)

    @property
    def ticket(self) -> Ticket:
        """The ticket that was sent.

        Raises:
            NotPossibleError: none of ours was.
        """
        try:
            return Ticket(self.form.get(TICKET, ""))
        except InputError:
            raise NotPossibleError("this page is not one of ours", "begin again") from None

    @property
    def step(self) -> str:
        """What is to be done; nothing if that was not said."""
        return self.form.get(STEP, "")

    def address(self, path: str) -> str:
        """Return the address of a page in the language of this one."""
        return f"{PREFIX[self.language]}{path}"

    def with_form(self, form: QueryDict) -> "Visit":
        """Return the same visit as if this had been sent with the request."""
        return Visit(self.request, self.language, self.node_or_none, self.at, form)

    def written(self, form: QueryDict) -> Written:
        """Return what was written on the page."""
        return Written(form, self.at, self.zone)

    @property
    def zone(self) -> tzinfo:
        """By which clock the page tells the time."""
        return calendar(self.at.year).zone

    def said_wrong(self, wrong: Mapping[str, str]) -> dict[str, str]:
        """Return what is wrong, by field, in the language of the page."""
        put = {"now": self.moment(self.at), "example": f"{self.at:%d %m %Y}, 02:10"}
        return {name: self.say(key, **put) for name, key in wrong.items()}

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
    return _at(path, needs_node=True)


def at_any_door(path: str) -> Callable[[NodeView], View]:
    """Let a view have the node if there is one; where there is none, it does without."""
    return _at(path, needs_node=False)


def _at(path: str, *, needs_node: bool) -> Callable[[NodeView], View]:
    def given(view: NodeView) -> View:
        @csrf_exempt  # a code is what a form from elsewhere lacks; an account is looked at below
        @require_http_methods(["GET", "HEAD", "POST"])
        @sensitive_post_parameters()
        @wraps(view)
        def shown(request: HttpRequest, language: Language) -> HttpResponse:
            node = node_here()
            visit = Visit(request, language, node, now(), request.POST)
            if is_too_large(request):
                return visit.page("stopped.html", path, {"about": "too_large"}, 413)
            if node is None and needs_node:
                return visit.page("stopped.html", path, {"about": "alone"})
            try:
                return _without_account(visit, path) or view(visit)
            except NotAllowedError:
                log.warning("somebody may not do that with a report")
                return visit.page("stopped.html", path, {"about": "not_allowed"}, 403)
            except NoSuchReportError:
                log.warning("a report was not opened")
                return ask_code(visit, "error.code")
            except (NotPossibleError, StoreError):
                log.warning("a report could not be taken", exc_info=True)
                return _not_sent(visit, path)

        return shown

    return given


def _without_account(visit: Visit, path: str) -> HttpResponse | None:
    """Return what stops a form that is for an account; None if nothing does."""
    if not visit.is_by_account:
        return None
    if not is_from_here(visit.request):
        return visit.page("stopped.html", path, {"about": "account.elsewhere"}, 403)
    if person_of(visit.request) is None:
        return visit.page("signed_out.html", path, kept(visit, path), 403)
    return None


def _not_sent(visit: Visit, path: str) -> HttpResponse:
    """Return the page that keeps what was written when it could not be sent."""
    return visit.page("not_sent.html", path, kept(visit, path), 503)


def kept(visit: Visit, path: str) -> dict[str, object]:
    """Return what a page needs to send again what was sent."""
    said = [(key, value) for key in visit.form if key != STEP for value in visit.form.getlist(key)]
    return {"kept": said, "action": visit.address(path), "step": visit.step or SHOW}


def ask_code(visit: Visit, error: str = "") -> HttpResponse:
    """Return the form for a code, after one that opens nothing with what is wrong."""
    errors = [(CODE, visit.say(error))] if error else []
    values = {"errors": errors, "action": visit.address(BACK), "written": visit.code}
    return visit.page("come_back.html", BACK, values, 403 if error else 200)
