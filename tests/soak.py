"""`make soak`: what `make test` tries, a hundred times as often.

Random histories, random requests around the promise, and nodes that are killed. Each has a number,
and the number alone decides what happens: a failure names it, and `--history` or `--request` plays
it again. Stopped at any time, the next run goes on where this one ended.
"""

import os
import tempfile
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from random import Random  # noqa: TID251 - seeded by the request number, so nothing is left to chance
from time import monotonic
from typing import NamedTuple

import click

from comity.core.consent import Answer, Assurance, Consents, Entitlement, Status
from comity.core.gate import DisclosureRequest, Permit, decide
from comity.core.markings import Tlp
from comity.core.terms import Purpose
from tests.core.world import (
    ACME,
    CONSENT,
    EDITED,
    GIVEN,
    ICO,
    ITEM,
    NCA,
    NCSC,
    NOW,
    REQUEST,
    agreements,
    labelled,
    told,
)
from tests.faults.histories import play
from tests.faults.long import BATCH, TRIALS
from tests.spec.promise import Told, keeps_the_promise, should_pass

PLACE = Path(".soak")
AHEAD = 8
HOURS = [timedelta(hours=hours) for hours in (-2, -1, 0, 1, 2)]


def point(number: int) -> tuple[Told, DisclosureRequest, Consents]:
    """Return the request of this number, for the oracle and for the gate."""
    chance = Random(number)  # noqa: S311 - no secret, and the same number gives the same request
    discloser, recipient = chance.choice([(NCA, ICO), (NCA, ICO), (NCSC, ICO), (ICO, NCA)])
    confidence = chance.choice([True, None, False])
    given_to = frozenset(chance.sample([NCA, ICO, NCSC], chance.randint(1, 3)))
    answer = chance.choice([Answer.GIVEN, Answer.GIVEN, Answer.REFUSED, Answer.WITHDRAWN])
    same = [chance.random() < 0.9 for _ in range(4)]
    start, end, shown_from, shown_until = (chance.choice(HOURS) for _ in range(4))
    assurance = chance.choice(list(Assurance))
    entitlement = chance.choice(list(Entitlement))
    statement = replace(
        GIVEN,
        answer=answer,
        items=frozenset({ITEM.digest if same[0] else EDITED}),
        discloser=discloser if same[1] else NCSC,
        recipient=recipient if same[2] else NCSC,
        purpose=REQUEST.purpose if same[3] else Purpose("review"),
        start=NOW + start,
        end=NOW + end,
        assurance=assurance,
        entitlement=entitlement,
    )
    lifetime = min(NOW + shown_until, NOW + shown_from + timedelta(minutes=10))
    status = Status(
        consent=CONSENT, counter=9, newest_answer=7, start=NOW + shown_from, end=NOW + shown_until
    )
    item = labelled(
        sources=frozenset({told(ACME, *given_to, in_confidence=confidence)}),
        tlp=chance.choice([Tlp.CLEAR, Tlp.AMBER, Tlp.AMBER_STRICT]),
    )
    request = replace(REQUEST, items=(item,), discloser=discloser, recipient=recipient)
    oracle = Told(
        discloser, recipient, request.kind, request.purpose, NOW, confidence, given_to, answer,
        same[0], statement.discloser, statement.recipient, statement.purpose, NOW + start,
        NOW + end, assurance, entitlement, NOW + shown_from, lifetime, gateway_shown=True,
    )  # fmt: skip
    return oracle, request, Consents(statements=(statement,), statuses=(status,))


def fault(number: int) -> str:
    """Return what is wrong with the decision on this request, or nothing."""
    oracle, request, history = point(number)
    passes = isinstance(decide(agreements(), request, history, NOW), Permit)
    if passes and not keeps_the_promise(oracle):
        return f"request {number} was permitted and breaks the promise: {oracle}"
    if request.recipient == ICO and passes != should_pass(oracle):
        return f"request {number} should{'' if should_pass(oracle) else ' not'} pass: {oracle}"
    return ""


def wrong_requests(first: int, count: int) -> list[str]:
    """Return what is wrong with the decisions on these requests."""
    return [wrong for number in range(first, first + count) if (wrong := fault(number))]


def wrong_histories(first: int, count: int) -> list[str]:
    """Return the stories of the histories that went wrong."""
    return [
        play.story(play.shrunk(each))
        for start in range(first, first + count, play.FAMILY)
        for each in play.family(start)
        if each.faults
    ]


def wrong_rounds(trial: str, first: int, count: int) -> list[str]:
    """Return what was lost, doubled or broken in rounds in which nodes were killed."""
    with tempfile.TemporaryDirectory(prefix="comity-soak-") as folder:
        found = TRIALS[trial](count, first, Path(folder))
    lost, doubled, broken = found.failures()
    words = [f"{lost} lost"] * bool(lost) + [f"{doubled} doubled"] * bool(doubled) + list(broken)
    return [f"{trial} {first}: {each}" for each in words]


class Part(NamedTuple):
    """One kind of trial: how many there are, how many in one go, and what finds what is wrong.

    `together` says whether batches may run side by side.
    """

    total: int
    batch: int
    wrong: Callable[[int, int], list[str]]
    together: bool = True


PARTS = {
    "histories": Part(1_000_000, 200, wrong_histories),
    "requests": Part(10_000_000, 10_000, wrong_requests),
    **{trial: Part(1_000, BATCH, partial(wrong_rounds, trial), together=False) for trial in TRIALS},
}


def batches(part: Part, first: int) -> Iterator[tuple[int, list[str]]]:
    """Yield how far a part has come, in order, and what was wrong in that batch."""
    starts = range(first, part.total, part.batch)
    if not part.together:
        yield from ((start + part.batch, part.wrong(start, part.batch)) for start in starts)
        return
    with ProcessPoolExecutor(max_workers=os.cpu_count()) as pool:
        waiting: deque[tuple[int, Future[list[str]]]] = deque()
        try:
            for start in starts:
                waiting.append((start, pool.submit(part.wrong, start, part.batch)))
                if len(waiting) > AHEAD:
                    begun, done = waiting.popleft()
                    yield begun + part.batch, done.result()
            for begun, done in waiting:
                yield begun + part.batch, done.result()
        finally:
            pool.shutdown(cancel_futures=True)


def soak(name: str, seconds: float) -> int:
    """Go on with a part where the last run ended; return how far it has come.

    Raises:
        click.ClickException: something was wrong.
    """
    part, place = PARTS[name], PLACE / name
    first = int(place.read_text()) if place.exists() else 0
    begun, done = monotonic(), first
    with click.progressbar(length=part.total, label=f"{name:<16}", show_pos=True) as bar:
        bar.update(first)
        for done, wrong in batches(part, first):
            if wrong:
                raise click.ClickException("\n".join(wrong))
            PLACE.mkdir(exist_ok=True)
            place.write_text(str(done))
            bar.update(done - bar.pos)
            if monotonic() - begun >= seconds:
                break
    return done


@click.command()
@click.option(
    "--part", "names", multiple=True, type=click.Choice(list(PARTS)), help="Only this; else all."
)
@click.option("--seconds", default=86_400.0, help="How long to go on with each part.")
@click.option("--request", type=int, help="Ask this one request and say what it is.")
@click.option("--history", type=int, help="Play this one history and tell it.")
def main(names: tuple[str, ...], seconds: float, request: int | None, history: int | None) -> None:
    """Try what must never be for as long as one likes."""
    if request is not None:
        click.echo(
            fault(request) or f"request {request} is decided as it should be: {point(request)[0]}"
        )
        return
    if history is not None:
        click.echo(play.story(play.played(play.history(history))))
        return
    click.echo("Ctrl-C stops; the next run goes on from there. To begin anew remove .soak")
    for name in names or PARTS:
        done = soak(name, seconds)
        click.echo(f"{name}: {done:,} of {PARTS[name].total:,}, nothing wrong")


if __name__ == "__main__":
    main()
