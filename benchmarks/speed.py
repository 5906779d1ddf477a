"""Speed: decisions in a second, ours in several settings and the peers', all in one run.

What is timed for the gate: making the `DisclosureRequest` from its parts and deciding it with all
reasons; consent is read from the organisations' answers within that time. What is timed for a
peer: from the plain facts, consent among them, to its answer. "Input ready" leaves out the peer's
own form of the facts, too, so nothing is left but its evaluation.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple

from benchmarks.answers import NOW
from benchmarks.figures import Figure, at_least
from benchmarks.peers import SLOW_REQUESTS, Peer, facts_for, slow
from benchmarks.peers.cedar import Cedar
from benchmarks.requests import Case, Plain
from benchmarks.timing import Contestant, Rates, ratio
from comity.core.agreement import Agreements
from comity.core.gate import DisclosureRequest, Evidenced, decide
from comity.core.markings import Item, Label, Source

LEAST_PER_SECOND = 60_000
LEAST_RATIO = 15
REPEATS = 4

OURS = {
    "both": "decisions, two agreements held",
    "alone": "decisions, one agreement held",
    "built": "decisions, labels and items made as well",
    "unknown": "decisions, one or two facts unknown",
}
READY = ", input ready"


class Pieces(NamedTuple):
    """What the objects of one request are made from: checked ids and plain values."""

    case: Case
    item: dict[str, Any]
    label: dict[str, Any]
    sources: list[dict[str, Any]]
    facts: list[tuple[str, Any, Any]]


def contestants(
    cases: Sequence[Case],
    unknown: Sequence[Case],
    alone: Agreements,
    both: Agreements,
    others: Sequence[Peer],
) -> dict[str, Contestant]:
    """Return all that run in turn."""

    def ours(run: Callable[[], object], some: Sequence[Case]) -> Contestant:
        return Contestant(run=run, requests=len(some), repeats=REPEATS)

    found = {
        "both": ours(partial(decide_all, both, cases), cases),
        "alone": ours(partial(decide_all, alone, cases), cases),
        "built": ours(partial(build_and_decide_all, both, list(map(_pieces, cases))), cases),
        "unknown": ours(partial(decide_all, both, unknown), unknown),
    }
    for peer in others:
        asked = cases[:SLOW_REQUESTS] if slow(peer) else cases
        plain = [facts_for(peer, case) for case in asked]
        ready = [peer.prepare(each) for each in plain]
        found[peer.name] = Contestant(run=partial(_from_facts, peer, plain), requests=len(plain))
        found[peer.name + READY] = Contestant(
            run=partial(_from_ready, peer, ready), requests=len(plain)
        )
        if isinstance(peer, Cedar):
            found[f"{peer.name}, one call for all{READY}"] = Contestant(
                run=partial(peer.allows_each, ready), requests=len(plain)
            )
    return found


def decide_all(held: Agreements, cases: Sequence[Case]) -> None:
    """Make each request from its parts, and decide it."""
    for case in cases:
        parts = case.request
        request = DisclosureRequest(
            items=parts.items,
            discloser=parts.discloser,
            recipient=parts.recipient,
            purpose=parts.purpose,
            kind=parts.kind,
            facts=parts.facts,
        )
        decide(held, request, case.consents, NOW)


def build_and_decide_all(held: Agreements, pieces: Sequence[Pieces]) -> None:
    """Make sources, label, item, evidence and request, and decide it."""
    for case, item, label, sources, facts in pieces:
        parts = case.request
        made = Label(sources=frozenset([Source(**each) for each in sources]), **label)
        request = DisclosureRequest(
            items=(Item(label=made, **item),),
            discloser=parts.discloser,
            recipient=parts.recipient,
            purpose=parts.purpose,
            kind=parts.kind,
            facts={name: Evidenced(value, evidence) for name, value, evidence in facts},
        )
        decide(held, request, case.consents, NOW)


def figures_of_speed(rates: dict[str, Rates]) -> list[Figure]:
    """Return a row for each setting and each peer; the first setting has the aims."""
    first = rates["both"]
    theirs = [name for name in rates if name not in OURS]
    best = max((n for n in theirs if not n.endswith(READY)), key=lambda n: rates[n].median)
    times = ratio(first, rates[best])
    settings = [
        Figure(name=text, ours=rates[key].median, unit="/s", against=f"best {rates[key].best:,.0f}")
        for key, text in OURS.items()
    ]
    aims = [
        Figure(
            name=OURS["both"],
            ours=first.median,
            unit="/s",
            against=f"best {first.best:,.0f}",
            aim=at_least(LEAST_PER_SECOND),
            reached=first.median >= LEAST_PER_SECOND,
        ),
        Figure(
            name=f"against the best peer, {best}",
            ours=first.median,
            unit="/s",
            against=_said(rates[best]),
            ratio=times,
            aim=f"{at_least(LEAST_RATIO)} times",
            reached=times >= LEAST_RATIO,
        ),
    ]
    each_peer = [
        Figure(
            name=f"against {name}",
            ours=first.median,
            unit="/s",
            against=_said(rates[name]),
            ratio=ratio(first, rates[name]),
        )
        for name in theirs
        if name != best
    ]
    return [*aims, *each_peer, *settings[1:]]


def _said(rates: Rates) -> str:
    return f"{rates.median:,.0f} /s (best {rates.best:,.0f})"


def _from_facts(peer: Peer, plain: Sequence[Plain]) -> None:
    for each in plain:
        peer.allows(peer.prepare(each))


def _from_ready(peer: Peer, ready: Sequence[object]) -> None:
    for each in ready:
        peer.allows(each)


def _pieces(case: Case) -> Pieces:
    item = case.request.items[0]
    return Pieces(
        case=case,
        item={name: getattr(item, name) for name in Item.__slots__ if name != "label"},
        label={name: getattr(item.label, name) for name in Label.__slots__ if name != "sources"},
        sources=[
            {name: getattr(source, name) for name in Source.__slots__}
            for source in item.label.sources
        ],
        facts=[(name, fact.value, fact.evidence) for name, fact in case.request.facts.items()],
    )
