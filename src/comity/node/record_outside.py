"""Record outside: what a body passed on outside the software, because it had to or in words.

It is written down, and the organisation is told, with the same delays as of every disclosure. It
decides nothing and permits nothing: no request is made, and nothing that it names goes to anybody.
"""

from dataclasses import dataclass
from datetime import datetime

from comity.core.casework import Case
from comity.core.ledger import EntryType
from comity.core.markings import Item
from comity.core.notices import LONGEST_NAME, Kind, Notified, Outside, is_name
from comity.core.terms import (
    CaseId,
    InputError,
    ItemId,
    OfficerId,
    OrganisationId,
    PartyId,
    RequestId,
)
from comity.node.contents import organisations_of
from comity.node.delays import About, Wanted, delay_notice
from comity.node.evidence_texts import REASON, keep_text
from comity.node.node import Node, NotPossibleError, note
from comity.node.notify_organisation import Due, owe, told_by
from comity.node.open_case import held_case
from comity.node.request_disclosure import items_of
from comity.store.port import Records

SHOWS = "outside"
MOST_ITEMS = 20
"""A ledger entry names them all, and is short."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passed:
    """What passed outside: which items of a case, to whom, when, on what ground, and the proof.

    `recipient` is a party, or what somebody outside is called. Whoever records it answers for it;
    a court order, or another duty in law, a second officer confirms.
    """

    case: CaseId
    items: tuple[ItemId, ...]
    recipient: str
    at: datetime
    ground: Outside
    shown_by: str
    officer: OfficerId
    confirmed_by: OfficerId | None = None
    delay: Wanted | None = None


def record_outside(node: Node, passed: Passed) -> RequestId:
    """Record it and owe the organisation a notice; return the id of the record.

    Raises:
        NotPossibleError: it does not say what an outside disclosure must, there is no such case or
            item, or the organisation cannot be told later as it is stated.
    """
    with node.store.writing() as records:
        _check(node, passed)
        case = held_case(records, passed.case)
        items = items_of(records, case, passed.items)
        concerned = sorted({one for each in items for one in organisations_of(each)})
        if not concerned:
            raise NotPossibleError(
                "nothing of it comes from an organisation", "there is nobody to tell of it"
            )
        outside = node.new_id(RequestId, "outside")
        if passed.delay is not None:
            about = About(outside, case.id, case.organisation)
            delay_notice(records, node, about, passed.delay, passed.officer)
        _write_down(records, node, case, passed, outside)
        for organisation in concerned:
            about_it = tuple(each for each in items if organisation in organisations_of(each))
            notice = _notice(records, organisation, about_it, passed)
            owe(records, node, Due(organisation, notice, about_it), outside, case.id)
    return outside


def _write_down(
    records: Records, node: Node, case: Case, passed: Passed, outside: RequestId
) -> None:
    """Keep what shows it, and add the ledger entry."""
    text = f"{passed.recipient}: {passed.shown_by}"
    evidence = keep_text(
        records, node, SHOWS, text, passed.officer, case.organisation, case.id, REASON
    )
    party = _party(passed.recipient)
    note(
        records,
        node,
        EntryType.PASSED_OUTSIDE,
        outside=outside,
        ground=passed.ground,
        passed_at=passed.at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        items=",".join(sorted(passed.items)),
        shown_by=evidence,
        officer=passed.officer,
        **({"recipient": party} if party else {}),
        **({"confirmed_by": passed.confirmed_by} if passed.confirmed_by else {}),
    )


def _notice(
    records: Records, organisation: OrganisationId, items: tuple[Item, ...], passed: Passed
) -> Notified:
    """Return what an organisation is told: of its own items, and nothing of what shows it."""
    digests, more = told_by(records, organisation, items)
    party = _party(passed.recipient)
    return Notified(
        notice=Kind.OUTSIDE,
        recipient=party,
        named="" if party else passed.recipient,
        items=digests,
        more=more,
        clauses=(),
        ground=passed.ground,
        at=passed.at,
    )


def _check(node: Node, passed: Passed) -> None:
    """Refuse a record that does not say what it must.

    Raises:
        NotPossibleError: it does not.
    """
    if not 0 < len(passed.items) <= MOST_ITEMS:
        raise NotPossibleError(
            f"a record names from 1 to {MOST_ITEMS} items", "record the others with another"
        )
    if not passed.shown_by.strip():
        raise NotPossibleError("nothing shows that it passed", "say what does: --text")
    if not is_name(passed.recipient):
        raise NotPossibleError(
            f"a recipient has a name of at most {LONGEST_NAME} letters, in one line",
            "say to whom: --to",
        )
    if passed.at > node.now():
        raise NotPossibleError("it is dated in the future", "record it once it has passed: --at")
    if passed.ground.is_compelled and passed.confirmed_by in {None, passed.officer}:
        raise NotPossibleError(
            "what the law compelled needs a second officer who confirms it",
            "name one: --confirmed-by",
        )


def _party(recipient: str) -> PartyId | None:
    """Return the party that a recipient is, if it is written like one."""
    try:
        return PartyId(recipient)
    except InputError:
        return None
