"""`make soak`: random requests around the promise for a long time, against the oracle.

Every request has a number, and the number alone decides what is asked: a failure names it, and
`--only NUMBER` asks it again. Stopped at any time, the next run goes on where this one ended.
"""

from dataclasses import replace
from datetime import timedelta
from itertools import count
from pathlib import Path
from random import Random  # noqa: TID251 - seeded by the request number, so nothing is left to chance
from time import monotonic

import click

from comity.core.consent import Answer, Assurance, Consents, Status
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
from tests.spec.promise import Told, keeps_the_promise, should_pass

PLACE = Path(".soak")
BATCH = 1_000
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
        NOW + end, assurance, NOW + shown_from, lifetime, gateway_shown=True,
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


@click.command()
@click.option("--seconds", default=600, help="How long to go on.")
@click.option("--only", type=int, help="Ask this one request and say what it is.")
def main(seconds: int, only: int | None) -> None:
    """Ask random requests around the promise and compare each answer with the oracle."""
    if only is not None:
        click.echo(fault(only) or f"request {only} is decided as it should be: {point(only)[0]}")
        return
    begun, first = monotonic(), int(PLACE.read_text()) if PLACE.exists() else 0
    click.echo(f"from request {first} on; Ctrl-C stops, and the next run goes on from there")
    with click.progressbar(length=seconds, label="soak") as bar:
        for batch in count(first, BATCH):
            for number in range(batch, batch + BATCH):
                if wrong := fault(number):
                    raise click.ClickException(wrong)
            PLACE.write_text(str(batch + BATCH))
            bar.update(int(monotonic() - begun) - bar.pos)
            if monotonic() - begun >= seconds:
                break
    click.echo(f"{batch + BATCH - first} requests, all decided as they should be")


if __name__ == "__main__":
    main()
