"""Transport: the port by which bytes reach another node, and how long to wait after a failure."""

from datetime import timedelta
from typing import NamedTuple, Protocol

FIRST_WAIT = timedelta(seconds=1)
LONGEST_WAIT = timedelta(minutes=15)


class Answer(NamedTuple):
    """What another node answered: an HTTP status, a body, and how many seconds it asks to wait."""

    status: int
    body: bytes
    retry_after: int | None = None


class UnreachableError(Exception):
    """No answer came. Whether the message arrived is not known."""


class Transport(Protocol):
    """Sends bytes to another node and waits for its answer."""

    def post(self, address: str, path: str, body: bytes) -> Answer:
        """Return the answer to a message.

        Raises:
            UnreachableError: none came.
        """
        ...


def wait_after(failures: int, chance: float) -> timedelta:
    """Return how long to wait after this many failures in a row: full jitter, 1 s to 15 min.

    `chance` is a random number from 0 up to and without 1.

    Source: "Exponential Backoff And Jitter", full jitter.
    """
    longest = min(LONGEST_WAIT, FIRST_WAIT * (1 << min(failures, 20)))
    return FIRST_WAIT + (longest - FIRST_WAIT) * chance
