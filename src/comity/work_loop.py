"""Work loop: one round after the other, with a short rest when there was nothing to do.

A round that fails is logged by the type and place of its error, and the next one is tried: nothing
of a failed round was kept, and what was to be done still waits. Mails go in a thread of their own.
"""

import logging
from collections.abc import Callable
from threading import Event, Thread

from comity.node.work import Worker

log = logging.getLogger(__name__)

REST = 0.1
LONGEST_REST = 5.0


def run(worker: Worker, stop: Event | None = None) -> None:
    """Work until told to stop. A mail that is being handed over then is tried again later."""
    ended = stop or Event()
    Thread(target=_again_and_again, args=(worker.mail, ended), name="mails", daemon=True).start()
    _again_and_again(worker.round, ended)


def _again_and_again(work: Callable[[], int], ended: Event) -> None:
    rest = REST
    while not ended.is_set():
        try:
            done = work()
        except Exception:
            log.exception("a round failed")
            rest = min(rest * 2, LONGEST_REST)
            ended.wait(rest)
            continue
        rest = REST
        if not done:
            ended.wait(REST)
