"""Four ways in, and nothing that comes in by them makes a node say more than it should."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

import pytest

from comity.api import urls, views
from comity.core.exchange import Control, Poll, Problem, read_envelope, sign_control
from comity.core.exchange.envelope import ENVELOPE_LIMITS, HEADER_TYPE
from comity.core.terms import MessageId, encode, signed
from comity.logs import PlaceFormatter
from comity.node.deliver import CONTROLS, ENVELOPES
from comity.shipped import notice
from comity.store.port import StoreError
from comity.store.records import Gap
from tests.api.face import Answer, Endless, call, serving
from tests.node import watched as w
from tests.node.world import FRONT_DOOR, ICO, NCA, World, new_world

MESSAGES = (ENVELOPES, CONTROLS)
PAGES = ("/", "/health")
MOST = ENVELOPE_LIMITS.size
WORDS = {each.encode() for each in Problem}
CANARY = "canary-of-an-exception"


@pytest.fixture
def world() -> Iterator[World]:
    """Return a world whose ICO is served."""
    made = new_world()
    with serving(made.nodes[ICO]):
        yield made


def poll(world: World, sender: str = "NCA", to: Any = ICO, **changes: Any) -> bytes:  # noqa: ANN401 - any party, any field
    """Return a poll by the NCA's key, in anybody's name."""
    fields: dict[str, Any] = {
        "id": MessageId("msg-1"),
        "from_": type(NCA)(sender),
        "to": to,
        "created": world.clock.now(),
        "poll": Poll(received=0),
        **changes,
    }
    return encode(sign_control(Control(**fields), world.nodes[NCA].keys.identity))


def is_problem(answer: Answer) -> bool:
    """Return whether an answer is one word of the closed list and nothing else."""
    return answer.body in WORDS and answer.headers["Content-Type"] == "text/plain"


def test_there_are_these_four_ways_in_and_no_other() -> None:
    assert [f"/{each.pattern}" for each in urls.urlpatterns] == [*PAGES, *MESSAGES]


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize("path", MESSAGES)
@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_messages_are_posted_and_nothing_else(path: str, method: str) -> None:
    assert call(method, path)[::2] == (405, b"")


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_pages_are_read_and_nothing_else(path: str, method: str) -> None:
    assert call(method, path, b"x")[::2] == (405, b"")


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize("path", ["/node", "/node/", "/node/envelopes/", "/admin", "/x" * 4_000])
def test_there_is_nothing_anywhere_else(path: str) -> None:
    assert call("GET", path)[::2] == (404, b"not found\n")


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize("path", MESSAGES)
@pytest.mark.parametrize(
    "garbage",
    [b"", b"{}", b"[]", b"null", b"\xff" * 9, b'{"payload":1}', b"[" * 100_000, b"9" * 9_999],
)
def test_garbage_is_malformed(path: str, garbage: bytes) -> None:
    answer = call("POST", path, garbage)
    assert answer[::2] == (400, Problem.MALFORMED.encode())


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize("path", MESSAGES)
@pytest.mark.parametrize(
    "length", [str(MOST + 1), "9" * 40, "9" * 5_000, "-1", "1e9", "\u0663", "\u00b2", "", None]
)
def test_too_much_is_refused_whatever_length_is_claimed(path: str, length: str | None) -> None:
    body = Endless(MOST + 100)
    answer = call("POST", path, body, length=length)
    assert answer.status in {400, 413}, answer.body
    assert is_problem(answer)
    assert body.read_bytes <= MOST + 1


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize("path", MESSAGES)
@pytest.mark.parametrize("size", [1 << 20, 50 << 20])
def test_no_more_is_read_than_the_largest_message(path: str, size: int) -> None:
    body = Endless(size)
    assert call("POST", path, body, length=None).status in {400, 413}
    assert body.read_bytes <= MOST + 1


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize("path", MESSAGES)
def test_a_body_shorter_than_it_says_is_malformed(path: str) -> None:
    assert call("POST", path, b"{", length="1000")[::2] == (400, b"malformed")


def test_an_unknown_peer_and_a_bad_signature_get_the_same_answer(world: World) -> None:
    unknown = call("POST", CONTROLS, poll(world, sender="NOBODY"))
    forged = call("POST", CONTROLS, poll(world, sender="NCSC"))
    assert unknown == forged
    assert unknown[::2] == (403, b"bad-signature")


def test_an_envelope_of_an_unknown_peer_is_answered_like_one_with_a_bad_signature() -> None:
    world, wire = w.watched()
    w.consented(world, "incident")
    wire.lose_messages.add((ICO, ENVELOPES))
    world.ask("incident")
    world.settle()
    good, nca = read_envelope(wire.envelopes()[0]), world.nodes[NCA]
    header = good.header.payload
    with serving(world.nodes[ICO]):
        answers = [
            call("POST", ENVELOPES, encode(type(good)(header=by, sealed=good.sealed)))
            for by in (
                signed(HEADER_TYPE, header.replace(b'"NCA"', b'"XYZ"'), nca.keys.identity),
                signed(HEADER_TYPE, header, world.nodes[FRONT_DOOR].keys.identity),
            )
        ]
        assert answers[0] == answers[1]
        assert answers[0][::2] == (403, b"bad-signature")
        assert call("POST", ENVELOPES, wire.envelopes()[0]).status == 200


@pytest.mark.parametrize(
    ("changes", "status", "word"),
    [
        ({"to": "NCSC"}, 400, Problem.NOT_FOR_THIS_NODE),
        ({"minutes": 60}, 425, Problem.CLOCK_SKEW),
        ({"minutes": -60}, 425, Problem.CLOCK_SKEW),
    ],
)
def test_each_refusal_is_one_word(
    world: World, changes: dict[str, Any], status: int, word: Problem
) -> None:
    created = world.clock.now() + timedelta(minutes=changes.get("minutes", 0))
    message = poll(world, to=type(NCA)(changes.get("to", ICO)), created=created)
    answer = call("POST", CONTROLS, message)
    assert answer[::2] == (status, word.encode())
    assert is_problem(answer)


def test_every_problem_has_a_status_that_says_no_more_than_its_word() -> None:
    assert views.STATUS.keys() == set(Problem)
    for problem in Problem:
        answer = views._problem(problem)
        assert answer.content in WORDS
        assert 400 <= answer.status_code <= 503
        assert answer.status_code != 500


@pytest.mark.parametrize("failure", [StoreError(CANARY), RuntimeError(CANARY), KeyError(CANARY)])
@pytest.mark.parametrize("path", MESSAGES)
def test_a_failure_says_unavailable_and_nothing_of_itself(
    world: World, monkeypatch: pytest.MonkeyPatch, failure: Exception, path: str
) -> None:
    def fail(*_: object) -> None:
        raise failure

    monkeypatch.setattr(type(world.nodes[ICO].store), "writing", fail)
    with logged() as lines:
        answer = call("POST", path, b"{}" if path == ENVELOPES else poll(world))
    if path == CONTROLS:
        assert answer[::2] == (503, Problem.UNAVAILABLE.encode())
        assert f"{type(failure).__name__} at " in "\n".join(lines)
    assert CANARY.encode() not in answer.body
    assert CANARY not in "\n".join(lines)
    assert CANARY not in repr(answer.headers)


@pytest.mark.parametrize("path", [*MESSAGES, *PAGES])
def test_a_node_that_was_put_back_answers_like_one_whose_database_fails(
    world: World, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    _, wire = w.watched(world)
    w.consented(world, "incident")
    world.ask("incident")
    world.settle()
    ico = world.nodes[ICO]
    body = {CONTROLS: poll(world), ENVELOPES: wire.envelopes()[0]}.get(path, b"")
    method = "GET" if path in PAGES else "POST"
    working = call(method, path, body)
    with ico.store.writing() as records:
        records.gaps.put(Gap(party=NCA, found_at=world.clock.now(), sent=9))
    stopped = call(method, path, body)

    def fail(*_: object) -> None:
        raise StoreError(CANARY)

    monkeypatch.setattr(type(ico.store), "writing", fail)
    monkeypatch.setattr(type(ico.store), "reading", fail)
    with logged():
        failing = call(method, path, body)
    assert stopped == failing != working


@pytest.mark.usefixtures("world")
def test_a_view_that_fails_shows_no_page_of_django(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "_well", lambda _: 1 / 0)
    with logged() as lines:
        for path in PAGES:
            assert call("GET", path)[::2] == (503, Problem.UNAVAILABLE.encode())
    assert "ZeroDivisionError at " in "\n".join(lines)


def test_a_store_that_does_not_answer_is_not_well(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise StoreError(CANARY)

    monkeypatch.setattr(type(world.nodes[ICO].store), "reading", fail)
    with logged() as lines:
        health, page = call("GET", "/health"), call("GET", "/")
    assert health[::2] == (503, b"not ok\n")
    assert b"It is not working." in page.body
    assert CANARY not in f"{health}{page}{lines}"


class Page(HTMLParser):
    """The texts of a page by language, and its tags."""

    def __init__(self, page: bytes) -> None:
        """Read a page."""
        super().__init__()
        self.texts: dict[str, str] = {}
        self.tags: list[str] = []
        self._language = ""
        self.feed(page.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag, and the language from it on."""
        self.tags.append(tag)
        self._language = dict(attrs).get("lang") or self._language

    def handle_data(self, data: str) -> None:
        """Note a text."""
        self.texts[self._language] = self.texts.get(self._language, "") + data


@pytest.mark.usefixtures("world")
def test_the_page_says_in_two_languages_who_this_is_and_that_it_is_a_demonstration() -> None:
    answer = call("GET", "/")
    page = Page(answer.body)
    assert answer.status == 200
    assert page.tags.count("h1") == 1
    assert not {"script", "form", "img", "link", "iframe"} & set(page.tags)
    assert "a public body's node" in page.texts["en"]
    assert "emonstration" in page.texts["en"]
    assert "nod corff cyhoeddus" in page.texts["cy"]
    for language, key in (("en", "text"), ("cy", "text_cy")):
        for line in notice(key).splitlines():
            assert line[1:] in page.texts[language]


def test_nothing_sets_a_cookie_or_names_the_software_below(world: World) -> None:
    for method, path, body in [
        *(("GET", path, b"") for path in (*PAGES, "/none")),
        *(("POST", path, b"{}") for path in MESSAGES),
        ("POST", CONTROLS, poll(world)),
    ]:
        headers = call(method, path, body, HTTP_COOKIE="sessionid=1").headers
        assert not {"set-cookie", "server", "x-powered-by"} & {each.lower() for each in headers}


def test_the_pages_of_two_nodes_differ_in_name_and_role_alone() -> None:
    full, _ = w.watched()
    empty = new_world()
    shown = {}
    for name, world in (("full", full), ("empty", empty)):
        for party in (ICO, NCA, FRONT_DOOR):
            with serving(world.nodes[party]):
                shown[name, party] = [call("GET", path) for path in (*PAGES, "/none")]
    for party in (ICO, NCA, FRONT_DOOR):
        assert shown["full", party] == shown["empty", party]
    renamed = [each._replace(body=each.body.replace(b"NCA", b"ICO")) for each in shown["full", NCA]]
    assert renamed == shown["full", ICO]


@contextmanager
def logged() -> Iterator[list[str]]:
    """Give the lines that are logged meanwhile, as a node writes them."""
    lines: list[str] = []

    class Keeping(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(self.format(record))

    handler, root = Keeping(), logging.getLogger()
    handler.setFormatter(PlaceFormatter())
    root.addHandler(handler)
    try:
        yield lines
    finally:
        root.removeHandler(handler)
