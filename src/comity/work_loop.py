"""Work loop: one round after the other, with a short rest when there was nothing to do.

A round that fails is logged by the type and place of its error, and the next one is tried: nothing
of a failed round was kept, and what was to be done still waits.
"""

import logging
from threading import Event

from comity.node.work import Worker

log = logging.getLogger(__name__)

REST = 0.1
LONGEST_REST = 5.0


def run(worker: Worker, stop: Event | None = None) -> None:
    """Work until told to stop."""
    ended, rest = stop or Event(), REST
    while not ended.is_set():
        try:
            done = worker.round()
        except Exception:
            log.exception("a round failed")
            rest = min(rest * 2, LONGEST_REST)
            ended.wait(rest)
            continue
        rest = REST
        if not done:
            ended.wait(REST)
