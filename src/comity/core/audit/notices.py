"""Notices: check (f). Who is told of what, what delayed that, and what passed outside.

1. A delay ends at its review date. A renewal comes before that date, by two officers; no review
   date is further away than it may be.
2. Once a delay has ended, the organisation was told of what was sent meanwhile.
3. Of what is recorded as passed outside the software the organisation was told, or a delay runs.
   What the law compelled has a second officer.

What passed outside and was not recorded nobody can find here, nor what a notice says: it is sealed.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from comity.core.audit.books import Book, Books, Written, instant_in
from comity.core.audit.bundle import NODE
from comity.core.audit.report import Check, Notes
from comity.core.ledger import EntryType
from comity.core.notices import LONGEST, Outside

PATIENCE = timedelta(days=1)
"""How long after its review date a delay may end: a node that stood still is no finding yet."""
STEPS = (EntryType.NOTICE_DELAYED, EntryType.DELAY_RENEWED, EntryType.DELAY_ENDED)
COMPELLED = frozenset(each.value for each in Outside if each.is_compelled)


class Life(NamedTuple):
    """A delay as the ledger tells it: where its review date was last stated, and where it ended."""

    place: int
    review: datetime
    ended: int | None


def check_notices(books: Books, notes: Notes) -> None:
    """Carry out check (f), and write down what was done."""
    if books.bundle.role != "body":
        return
    delays = _delays(books, notes)
    told = Counter(entry.id("about") for _, entry in books.node.of(EntryType.NOTIFIED))
    sent = _sent(books.node)
    outside = dict(_outside(books.node, notes))
    for about, place in [*sent.items(), *outside.items()]:
        life = delays.get(about)
        is_due = about in outside if life is None else life.ended is not None
        if is_due and not told[about]:
            notes.find(Check.NOTICES, f"nobody was told of {about}", NODE, place)
    grounds = Counter(entry.id("ground") for _, entry in books.node.of(EntryType.PASSED_OUTSIDE))
    running = sum(each.ended is None for each in delays.values())
    notes.did(
        Check.NOTICES,
        f"{sum(told.values())} notices to organisations; {len(delays)} delays, {running} of them "
        f"running; {sum(grounds.values())} disclosures outside are recorded"
        + "".join(f", {count} as {ground}" for ground, count in sorted(grounds.items())),
    )
    if waiting := _without_receipt(books.node):
        notes.not_checked(f"{waiting} notices have no receipt of the front door yet")
    notes.not_checked("what passed outside the software and was not recorded")


def _delays(books: Books, notes: Notes) -> Mapping[str, Life]:
    """Return the delays by what they are of; one that is not as it must be is a finding."""
    found: dict[str, Life] = {}
    steps = sorted(books.node.of(*STEPS), key=lambda each: each[0])
    for place, entry in steps:
        about = entry.id("about")
        for what in _wrong(entry, found.get(about)):
            notes.find(Check.NOTICES, f"{what}: {about}", NODE, place)
        review, before = _instant(entry.id("review")), found.get(about)
        if entry.type is EntryType.DELAY_ENDED and before is not None:
            found[about] = before._replace(ended=place)
        elif review is not None:
            found[about] = Life(place, review, None)
    for about, life in found.items():
        if life.ended is None and books.bundle.made_at > life.review + PATIENCE:
            what = f"a delay went on past its review date: {about}"
            notes.find(Check.NOTICES, what, NODE, life.place)
    return found


def _wrong(entry: Written, before: Life | None) -> Iterator[str]:
    """Yield what is not as it must be about one step of a delay."""
    review = _instant(entry.id("review"))
    is_first = entry.type is EntryType.NOTICE_DELAYED
    if is_first == (before is not None) or (before and before.ended is not None):
        yield "a delay that is stated twice, or goes on though none runs"
    if entry.type is EntryType.DELAY_ENDED:
        if before is not None and entry.at > before.review + PATIENCE:
            yield "a delay went on past its review date"
        return
    if review is None or not entry.at < review <= entry.at + LONGEST:
        yield "a delay with a review date that it may not have"
    if entry.type is EntryType.DELAY_RENEWED:
        if entry.id("confirmed_by") in {"", entry.id("officer")}:
            yield "a delay that one officer alone let go on"
        if before is not None and entry.at >= before.review:
            yield "a delay that was renewed after its review date"


def _sent(node: Book) -> Mapping[str, int]:
    """Return the requests that were sent, each with the place of the entry that says so."""
    requests = {place: entry.id("request") for place, entry in node.of(EntryType.DECISION)}
    of_release = {
        entry.id("release"): requests.get(entry.number("decision"), "")
        for _, entry in node.of(EntryType.RELEASE)
    }
    return {of_release.get(e.id("release"), ""): place for place, e in node.of(EntryType.SENT)}


def _without_receipt(node: Book) -> int:
    """Return how many notices are on their way."""
    receipted = {entry.id("release") for _, entry in node.of(EntryType.SENT)}
    return sum(e.id("release") not in receipted for _, e in node.of(EntryType.NOTIFIED))


def _outside(node: Book, notes: Notes) -> Iterator[tuple[str, int]]:
    """Yield what passed outside; what the law compelled without a second officer is a finding."""
    for place, entry in node.of(EntryType.PASSED_OUTSIDE):
        second = entry.id("confirmed_by")
        if entry.id("ground") in COMPELLED and second in {"", entry.id("officer")}:
            what = f"one officer alone says that the law compelled it: {entry.id('outside')}"
            notes.find(Check.NOTICES, what, NODE, place)
        yield entry.id("outside"), place


def _instant(text: str) -> datetime | None:
    try:
        return instant_in(text)
    except ValueError:
        return None
