"""The front awaits bodies within a time and a memory, and spends no thread on half of one."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from typing import Any

import pytest

from comity.front import (
    BUSY,
    MOST_BYTES,
    MOST_PIECES,
    TOO_SLOW,
    Answer,
    Front,
    Headers,
    Lets,
)

MEGABYTE = 1 << 20
SOON = 0.2


class Request:
    """A request as the server hands it over, with a body that comes in pieces and may stop."""

    def __init__(
        self, *pieces: bytes, length: str = "", method: str = "POST", stalls: bool = False
    ) -> None:
        """Send these pieces; then end, or stall."""
        self.method, self.path, self.query_string = method, "/node/envelopes", "secret=Quokka-7713"
        self.headers: Mapping[str, str] = {"content-length": length} if length else {}
        self.pieces, self.stalls, self.taken = pieces, stalls, 0
        self.answer: Answer | None = None

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """Yield the pieces, each when somebody asks for it."""
        for each in self.pieces:
            await asyncio.sleep(0)
            self.taken += len(each)
            yield each
        if self.stalls:
            await asyncio.Event().wait()

    def response_bytes(self, status: int, headers: Headers, body: bytes) -> None:
        """Keep the answer."""
        assert self.answer is None
        self.answer = Answer(status, headers, body)


def echo(environ: dict[str, Any], begin: Callable[..., object]) -> Iterable[bytes]:
    """Answer with the size of the body and what else the application is told."""
    begin("200 OK", [])
    size = len(environ["wsgi.input"].read())
    return [f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']} {size}".encode()]


def failing(_environ: dict[str, Any], _begin: Callable[..., object]) -> Iterable[bytes]:
    """Fail with words that nobody outside must see."""
    raise RuntimeError("Quokka-7713")


def answers(front: Front, *requests: Request) -> list[Answer | None]:
    """Let requests come at once, and return their answers."""

    async def all_of_them() -> None:
        await asyncio.gather(*(front.__rsgi__(each, each) for each in requests))

    asyncio.run(all_of_them())
    return [each.answer for each in requests]


def test_a_whole_body_reaches_the_application_as_it_came() -> None:
    [answer] = answers(Front(echo), Request(b"abc", b"", b"de"))
    assert answer == Answer(200, [], b"POST /node/envelopes 5")


def shows(environ: dict[str, Any], begin: Callable[..., object]) -> Iterable[bytes]:
    """Answer with everything that the application is told."""
    begin("200 OK", [])
    return [repr({key: str(value) for key, value in environ.items()}).encode()]


def test_of_a_request_the_application_is_told_no_more_than_is_let_through() -> None:
    def asked() -> Request:
        request = Request(b"abc")
        request.headers = {"cookie": "c=Quokka-7713", "host": "front.example", "accept": "any"}
        return request

    [told] = answers(Front(shows), asked())
    assert told is not None
    for hidden in (b"Quokka", b"front.example", b"any"):
        assert hidden not in told.body
    [told] = answers(Front(shows, Lets(query=True, headers=("host",))), asked())
    assert told is not None
    assert b"'QUERY_STRING': 'secret=Quokka-7713'" in told.body
    assert b"'HTTP_HOST': 'front.example'" in told.body
    assert b"HTTP_COOKIE" not in told.body


def test_a_front_takes_no_more_of_a_body_than_it_lets_through() -> None:
    [told] = answers(Front(echo, Lets(most_bytes=4)), Request(b"abc", b"def"))
    assert told == Answer(200, [], b"POST /node/envelopes 4")


def test_a_body_that_stalls_is_given_up_in_time_and_holds_up_no_other() -> None:
    stalled = [Request(b"abc", stalls=True) for _ in range(50)]
    front = Front(echo, seconds=SOON)
    found = answers(front, *stalled, Request(b"whole"))
    assert found == [TOO_SLOW] * 50 + [Answer(200, [], b"POST /node/envelopes 5")]
    assert front._held == 0
    assert front._coming == {}


def test_when_too_much_is_held_the_body_that_has_been_coming_longest_is_given_up() -> None:
    slow = [Request(bytes(MEGABYTE), stalls=True) for _ in range(9)]
    front = Front(echo, seconds=1, most_held=4 * MEGABYTE + 100)
    found = answers(front, *slow, Request(b"honest"))
    assert found[:5] == [BUSY] * 5
    assert found[5:9] == [TOO_SLOW] * 4
    assert found[9] == Answer(200, [], b"POST /node/envelopes 6")


def test_no_more_than_one_message_is_read_of_a_body() -> None:
    request = Request(*[bytes(MEGABYTE)] * 50)
    [answer] = answers(Front(echo), request)
    assert answer == Answer(200, [], f"POST /node/envelopes {MOST_BYTES}".encode())
    assert request.taken <= MOST_BYTES + MEGABYTE


def test_a_body_in_crumbs_is_given_up() -> None:
    crumbs = Request(*[b"x"] * 20_000)
    assert answers(Front(echo), crumbs) == [TOO_SLOW]
    assert crumbs.taken <= MOST_PIECES + 1


@pytest.mark.parametrize("length", [str(MOST_BYTES), "9" * 5_000])
def test_a_body_that_says_it_is_too_long_is_not_read(length: str) -> None:
    request = Request(b"abc", length=length, stalls=True)
    assert answers(Front(echo), request) == [Answer(200, [], b"POST /node/envelopes 0")]
    assert request.taken == 0


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "OPTIONS", "\xff"])
def test_no_body_of_another_method_is_awaited(method: str) -> None:
    request = Request(stalls=True, method=method)
    [answer] = answers(Front(echo), request)
    assert answer
    assert answer.status == 200


def test_a_failure_is_answered_with_one_word(caplog: pytest.LogCaptureFixture) -> None:
    assert answers(Front(failing), Request(b"abc")) == [BUSY]
    assert [each.levelname for each in caplog.records] == ["ERROR"]


def test_a_front_that_waits_for_ever_is_noticed() -> None:
    request = Request(b"abc", stalls=True)
    with pytest.raises(TimeoutError):
        asyncio.run(asyncio.wait_for(Front(echo, seconds=3_600).__rsgi__(request, request), SOON))
