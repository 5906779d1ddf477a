"""Delays: why an organisation is told later, until when, and who answers for it.

A delay is stated with the request, never after the organisation was told. It ends by itself at its
review date: then the worker tells the organisation. Nothing about a running delay leaves the node.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from comity.core.ledger import EntryType
from comity.core.notices import Delay, DelayError, begin_delay, end_delay, renew_delay
from comity.core.terms import CaseId, EvidenceId, OfficerId, OrganisationId
from comity.node.agreements import at_hand
from comity.node.evidence_texts import REASON, keep_text
from comity.node.node import Node, NotPossibleError, note
from comity.node.notify_organisation import THE_NODE, can_be_told, tell_late
from comity.store.change import changed
from comity.store.port import Records
from comity.store.records import HeldDelay, OwedNotice

SHOWS = "delay"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A delay as an officer states it: the clause, what telling now would prejudice, until when."""

    clause: str
    prejudice: str
    review: datetime


class About(NamedTuple):
    """What a delay is of: a request or a disclosure outside, in whose case, about whom."""

    of: str
    case: CaseId
    organisation: OrganisationId


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A delay that runs, and whether there is something to tell yet."""

    delay: Delay
    waits: bool


def delay_notice(
    records: Records, node: Node, about: About, wanted: Wanted, officer: OfficerId
) -> None:
    """Let the organisation be told later of what is about to be asked, or was passed outside.

    Raises:
        NotPossibleError: nothing says what telling it would prejudice, no such clause binds this
            body, or the review date is past or too far away.
    """
    prejudice = _prejudice(records, node, about, wanted.prejudice, officer)
    delay = Delay(
        about=about.of,
        clause=wanted.clause,
        prejudice=prejudice,
        officer=officer,
        since=node.now(),
        review=wanted.review,
    )
    try:
        held = begin_delay(delay, _clauses(records, node))
    except DelayError as error:
        raise _not_possible(error) from None
    records.delays.add(HeldDelay(delay=held, running=True))
    _noted(records, node, EntryType.NOTICE_DELAYED, held)


def renew(  # noqa: PLR0913, PLR0917 - of what, why, until when, and the two officers
    node: Node,
    of: str,
    prejudice: str,
    review: datetime,
    officer: OfficerId,
    confirmed_by: OfficerId,
) -> Delay:
    """Let a delay go on, on new grounds that a second officer confirms, and return it.

    Raises:
        NotPossibleError: no such delay runs, one officer alone wants it, nothing says what telling
            would prejudice, or the review date is past or too far away.
    """
    with node.store.writing() as records:
        held = _running(records, node, of)
        about = _about(records, held.delay)
        text = _prejudice(records, node, about, prejudice, officer)
        try:
            delay = renew_delay(
                held.delay,
                prejudice=text,
                review=review,
                officer=officer,
                confirmed_by=confirmed_by,
                now=node.now(),
            )
        except DelayError as error:
            raise _not_possible(error) from None
        records.delays.put(changed(held, delay=delay))
        _noted(records, node, EntryType.DELAY_RENEWED, delay)
    return delay


def end(node: Node, of: str, officer: OfficerId) -> None:
    """End a delay before its review date, and tell the organisation now what it is owed.

    Raises:
        NotPossibleError: no such delay runs.
    """
    with node.store.writing() as records:
        _end(records, node, _running(records, node, of), officer)
        _tell_waiting(records, node)


def running_delays(node: Node) -> list[Running]:
    """Return the delays that run, the one that is reviewed first at the head."""
    now = node.now()
    with node.store.reading() as records:
        waiting = {each.about for each in records.owed_notices.find(waiting=True)}
        held = [each.delay for each in records.delays.find(running=True)]
    found = sorted(
        (each for each in held if each.runs_at(now)), key=lambda each: (each.review, each.about)
    )
    return [Running(delay=each, waits=each.about in waiting) for each in found]


def look_at_delays(node: Node) -> int:
    """End the delays whose review date has come, tell who waits for nothing; return how many."""
    with node.store.reading() as records:
        over = any(_is_over(each, node) for each in records.delays.find(running=True))
        due = any(can_be_told(records, node, each) for each in _waiting(records))
    if not over and not due:
        return 0
    with node.store.writing() as records:
        ended = [each for each in records.delays.find(running=True) if _is_over(each, node)]
        for each in ended:
            _end(records, node, each, THE_NODE)
        return len(ended) + _tell_waiting(records, node)


def _tell_waiting(records: Records, node: Node) -> int:
    due = [each for each in _waiting(records) if can_be_told(records, node, each)]
    for each in due:
        tell_late(records, node, each)
    return len(due)


def _waiting(records: Records) -> list[OwedNotice]:
    return records.owed_notices.find(waiting=True)


def _is_over(held: HeldDelay, node: Node) -> bool:
    return not held.delay.runs_at(node.now())


def _end(records: Records, node: Node, held: HeldDelay, officer: OfficerId) -> None:
    delay = end_delay(held.delay, node.now())
    records.delays.put(changed(held, delay=delay, running=False))
    note(records, node, EntryType.DELAY_ENDED, about=delay.about, officer=officer)


def _running(records: Records, node: Node, of: str) -> HeldDelay:
    held = records.delays.get(of)
    if held is None or not held.delay.runs_at(node.now()):
        raise NotPossibleError(
            "no delay of that runs: the organisation was told, or is told now",
            "list those that run: disclose delays",
        )
    return held


def _noted(records: Records, node: Node, kind: EntryType, delay: Delay) -> None:
    note(
        records,
        node,
        kind,
        about=delay.about,
        clause=delay.clause,
        prejudice=delay.prejudice,
        officer=delay.officer,
        review=delay.review.strftime("%Y-%m-%dT%H:%M:%SZ"),
        **({"confirmed_by": delay.confirmed_by} if delay.confirmed_by else {}),
    )


def _clauses(records: Records, node: Node) -> frozenset[str]:
    """Return the clauses of the agreements that bind this body as one that signs them."""
    held, now = at_hand(records, node), node.now()
    return frozenset(
        clause.id
        for each in held.all
        if node.party in each.signatories and not held.is_over(each, now)
        for clause in each.clauses
    )


def _prejudice(
    records: Records, node: Node, about: About, text: str, officer: OfficerId
) -> EvidenceId:
    if not text.strip():
        raise NotPossibleError(
            "nothing says what telling the organisation now would prejudice", "say it: --prejudice"
        )
    return keep_text(records, node, SHOWS, text, officer, about.organisation, about.case, REASON)


def _about(records: Records, delay: Delay) -> About:
    """Return what a delay is of, from where the text that shows it was kept."""
    held = records.items.get(delay.prejudice)
    if held is None or held.case is None or held.organisation is None:
        raise NotPossibleError("the grounds of the delay are lost", "end it: disclose end")
    return About(delay.about, held.case, held.organisation)


def _not_possible(error: DelayError) -> NotPossibleError:
    return NotPossibleError(
        str(error), "see which clauses bind this body, and how long: docs/reference/commands.md"
    )
