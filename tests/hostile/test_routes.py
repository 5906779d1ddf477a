"""A server that is sent anything at all never fails, tells nothing, and stays small and quick."""

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from django.http import HttpResponse
from django.test import override_settings

from benchmarks.hostile import MOST_MEMORY_MB, peak_mb
from benchmarks.nodes import pss_mb
from benchmarks.running import running_node
from comity.api import views
from comity.cli.scenario.nodes import RunningNode, is_well
from comity.node.deliver import ENVELOPES
from tests import board
from tests.api.face import call, serving
from tests.hostile.requests import every_request, send, statuses, wrong_with
from tests.node.world import ICO, new_world

SLOW_ONES = 40
SILENT_ONES = 600
MOST_SECONDS = 12.0
"""The ten seconds that a body may take, and some."""

PROMPT = 3.0


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningNode]:
    """Return a running node that has pinned nobody."""
    with running_node(tmp_path_factory.mktemp("node")) as made:
        yield made


@pytest.mark.slow
def test_no_hostile_request_gets_a_server_error_or_a_word_about_what_is_inside(
    node: RunningNode,
) -> None:
    requests = every_request()
    answers = {each.name: send(node.port, each) for each in requests}
    wrong = {name: wrong_with(answer) for name, answer in answers.items() if wrong_with(answer)}
    failed = {name: statuses(each) for name, each in answers.items() if 503 in statuses(each)}
    board.record("P13", what="hostile requests to a server", tried=len(answers),
                 broken=len(wrong) + len(failed))  # fmt: skip
    assert len(requests) > 120
    assert wrong == {}
    assert failed == {}
    assert is_well(node.port, PROMPT)
    assert node.process
    assert node.process.poll() is None
    assert peak_mb(node.process.pid) < MOST_MEMORY_MB
    assert b"canary" not in node.log.read_bytes()


@pytest.mark.slow
def test_requests_that_stop_half_way_hold_up_nobody_and_are_given_up(node: RunningNode) -> None:
    head = f"POST {ENVELOPES} HTTP/1.1\r\nHost: x\r\nContent-Length: 900000\r\n\r\nabc".encode()
    with ExitStack() as lines:
        began = time.monotonic()
        slow = [
            lines.enter_context(socket.create_connection(("127.0.0.1", node.port), 30))
            for _ in range(SLOW_ONES)
        ]
        for each in slow:
            each.sendall(head)
        prompt = [is_well(node.port, PROMPT) for _ in range(20)]
        answers = [each.recv(1 << 16) for each in slow]
        took = time.monotonic() - began
    board.record("P13", what="requests that stop half way", tried=SLOW_ONES,
                 broken=prompt.count(False))  # fmt: skip
    assert all(prompt)
    assert {tuple(statuses(each)) for each in answers} == {(408,)}
    assert took < MOST_SECONDS


@pytest.mark.slow
def test_heads_that_never_end_hold_up_nobody(node: RunningNode) -> None:
    with ExitStack() as lines:
        for _ in range(SILENT_ONES):
            line = socket.create_connection(("127.0.0.1", node.port), 30)
            lines.enter_context(line).sendall(b"POST / HTTP/1.1\r\nX-")
        prompt = [is_well(node.port, PROMPT) for _ in range(20)]
        assert node.process
        memory = pss_mb(node.process.pid)
    board.record("P13", what="heads that never end", tried=SILENT_ONES,
                 broken=prompt.count(False))  # fmt: skip
    assert all(prompt)
    assert memory < MOST_MEMORY_MB


def broken(*_: object, **__: object) -> bytes:
    """Fail with words that nobody outside must see."""
    raise ValueError('File "secret.py": Quokka-7713')


def test_a_use_case_that_fails_is_not_told_to_a_stranger(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "accept_envelope", broken)
    with serving(new_world((ICO,)).nodes[ICO]):
        answer = call("POST", ENVELOPES, b"{}")
    assert (answer.status, answer.body) == (503, b"unavailable")


@pytest.mark.parametrize("how", ["the text of the error", "the framework's page"])
def test_an_answer_that_tells_of_a_failure_is_noticed(how: str) -> None:
    def telling(request: object) -> HttpResponse:
        try:
            broken(request)
        except ValueError as error:
            return HttpResponse(f"{type(error).__name__}: {error}", status=500)
        raise AssertionError

    if how == "the text of the error":
        answer = telling(None)
        raw = b"HTTP/1.1 500 x\r\n\r\n" + answer.content
    else:
        with override_settings(DEBUG=True), serving(new_world((ICO,)).nodes[ICO]):
            found = call("GET", "/nothing/here")
        raw = b"HTTP/1.1 %d x\r\n\r\n" % found.status + found.body
    caught = bool(wrong_with(raw))
    board.record("P13", what="answers that tell of a failure", tried=0, broken=0, planted=1,
                 caught=caught)  # fmt: skip
    assert caught
