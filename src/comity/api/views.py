"""Views: the four ways in, each a use case or a fixed page."""

import logging
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from comity.api.page import status_page
from comity.bootstrap import this_node
from comity.core.exchange import Problem, RefusedError
from comity.core.exchange.envelope import ENVELOPE_LIMITS
from comity.front import MOST_DIGITS
from comity.node.accept_envelope import accept_envelope
from comity.node.node import Node, is_stopped
from comity.node.take_control import take_control

log = logging.getLogger(__name__)

STATUS = {
    Problem.MALFORMED: 400,
    Problem.TOO_LARGE: 413,
    Problem.UNKNOWN_PEER: 403,
    Problem.BAD_SIGNATURE: 403,
    Problem.NOT_FOR_THIS_NODE: 400,
    Problem.UNSUPPORTED: 400,
    Problem.CLOCK_SKEW: 425,
    Problem.EXPIRED: 410,
    Problem.FORK: 409,
    Problem.UNAVAILABLE: 503,
}
SAID = {Problem.UNKNOWN_PEER: Problem.BAD_SIGNATURE}
"""Whether somebody is a peer is not told to whoever asks in its name."""

OCTETS = "application/octet-stream"


def name(request: HttpRequest) -> HttpResponse:
    """Show who this node is and whether it is well. Nothing here varies with what it holds."""
    if request.method not in {"GET", "HEAD"}:
        return HttpResponse(status=405)
    node = this_node()
    return HttpResponse(status_page(node.party, node.role, ok=_well(node)))


def health(request: HttpRequest) -> HttpResponse:
    """Say `ok` or `not ok`."""
    if request.method not in {"GET", "HEAD"}:
        return HttpResponse(status=405)
    ok = _well(this_node())
    return HttpResponse(
        "ok\n" if ok else "not ok\n", content_type="text/plain", status=200 if ok else 503
    )


def envelopes(request: HttpRequest) -> HttpResponse:
    """Take an envelope and answer with its receipt."""
    return _answer(request, accept_envelope)


def controls(request: HttpRequest) -> HttpResponse:
    """Take a control message and answer with its acknowledgement."""
    return _answer(request, take_control)


def malformed(_request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001 - Django passes it by this name
    """Answer a request that could not be read."""
    return _problem(Problem.MALFORMED)


def nothing_here(_request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001 - Django passes it by this name
    """Answer a request for a page that does not exist."""
    return HttpResponse("not found\n", content_type="text/plain", status=404)


def unavailable(_request: HttpRequest) -> HttpResponse:
    """Answer when something failed that nobody thought of."""
    return _problem(Problem.UNAVAILABLE)


def _answer(request: HttpRequest, use: Callable[[Node, bytes], bytes]) -> HttpResponse:
    if request.method != "POST":
        return HttpResponse(status=405)
    most = ENVELOPE_LIMITS.size
    length = request.headers.get("Content-Length", "")
    if length.isdecimal() and (len(length) > MOST_DIGITS or int(length) > most):
        return _problem(Problem.TOO_LARGE)
    data = request.read(most + 1)
    if len(data) > most:
        return _problem(Problem.TOO_LARGE)
    try:
        answer = use(this_node(), data)
    except RefusedError as refused:
        return _problem(refused.problem)
    except Exception:
        log.exception("a message could not be taken")
        return _problem(Problem.UNAVAILABLE)
    return HttpResponse(answer, content_type=OCTETS, status=200 if answer else 202)


def _problem(problem: Problem) -> HttpResponse:
    said = SAID.get(problem, problem)
    return HttpResponse(said.value, content_type="text/plain", status=STATUS[said])


def _well(node: Node) -> bool:
    """Return whether the database answers, and the node works."""
    try:
        with node.store.reading() as records:
            records.ledgers.size("node")
            return not is_stopped(records)
    except Exception:
        log.exception("the store does not answer")
        return False
