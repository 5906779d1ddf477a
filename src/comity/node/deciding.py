"""Deciding: a wish put to the gate with all that is held about consent, and what is recorded."""

from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

from comity.core.consent import (
    Choice,
    Consents,
    Statement,
    read_choice,
    read_said,
    read_status,
    statement,
)
from comity.core.gate import DisclosureRequest, Permit, Refusal, decide
from comity.core.ledger import Recorded, decision_entry
from comity.core.terms import (
    ConsentId,
    Digest,
    OrganisationId,
    Signed,
    Verifier,
    decode,
)
from comity.node.agreements import at_hand
from comity.node.contents import organisations_of
from comity.node.node import (
    NODE_LEDGER,
    Node,
    alarm,
    consent_keys,
    read_by_any,
    record,
    replaced_consent_keys,
)
from comity.store.port import Records
from comity.store.records import Decided, HeldStatement, Wish

T = TypeVar("T")

ASKED_AGAIN_AFTER = timedelta(seconds=60)


def decided(records: Records, node: Node, wish: Wish) -> tuple[Permit | Refusal, Recorded]:
    """Ask the gate, now, and record what it says before anything is done about it."""
    consents = history(records, node, organisations(wish.request))
    held = at_hand(records, node)
    decision = decide(held, wish.request, consents, node.now())
    entry = decision_entry(decision, wish.id)
    recorded = record(records, NODE_LEDGER, entry)
    records.decisions.put(
        Decided(
            id=Digest(entry.ids["question"]),
            request=wish.id,
            asked=wish.request,
            consents=consents,
            agreements=tuple(sorted(held.digests)),
            now=decision.question.now,
            permitted=isinstance(decision, Permit),
            clauses=decision.clauses,
            entry=recorded.place,
        )
    )
    return decision, recorded


def is_refused_still(records: Records, node: Node, wish: Wish) -> bool:
    """Return whether this was refused a moment ago, and nothing that it rested on has changed.

    Asking again would only fill the ledger with the same refusal.
    """
    asked = records.decisions.find(request=wish.id)
    if not asked or asked[-1].permitted:
        return False
    last, now = asked[-1], node.now()
    return (
        last.now <= now < last.now + ASKED_AGAIN_AFTER
        and last.agreements == tuple(sorted(at_hand(records, node).digests))
        and last.consents == history(records, node, organisations(wish.request))
    )


def organisations(request: DisclosureRequest) -> frozenset[OrganisationId]:
    """Return the organisations that a request is about."""
    return frozenset(one for item in request.items for one in organisations_of(item))


def history(records: Records, node: Node, about: frozenset[OrganisationId]) -> Consents:
    """Return what is held about these organisations' answers, every signature checked again.

    A row whose document does not verify was put there behind the node's back. It raises an alarm,
    and nothing of that consent counts.
    """
    keys = consent_keys(records, node)
    ever = [*keys, *replaced_consent_keys(records, node)]
    statements, statuses, seen = [], [], {}
    for asked in (
        each for one in sorted(about) for each in records.seekings.find(organisation=one)
    ):
        held = records.statements.find(consent=asked.consent)
        answers = [_answer(records, node, each, asked.organisation, ever) for each in held]
        statements += answers if None not in answers else []
        status = records.statuses.get(asked.consent)
        if status is not None:
            seen[asked.consent] = status.counter
            statuses.append(_verified(read_status, status.document, keys, node))
    return Consents(
        statements=tuple(each for each in statements if each is not None),
        seekings=tuple(
            each for one in sorted(about) for each in records.seekings.find(organisation=one)
        ),
        statuses=tuple(each for each in statuses if each is not None),
        choices=tuple(_choices(records, node, about, ever)),
        status_seen=seen,
    )


def documents(
    records: Records, consents: Consents, request: DisclosureRequest
) -> tuple[Signed, ...]:
    """Return the signed documents behind a disclosure: what its recipient gets as evidence.

    Only answers to this very question travel, about something that is sent, and of each consent
    only the newest answer and the newest status: what was answered about others is not the
    recipient's business.
    """
    found = []
    newest: dict[ConsentId, Statement] = {}
    sent = {item.digest for item in request.items}
    for each in consents.statements:
        about_this = (
            each.discloser == request.discloser
            and each.recipient == request.recipient
            and each.purpose == request.purpose
        )
        if not about_this or sent.isdisjoint(each.items):
            continue
        held = newest.get(each.consent)
        if held is None or each.counter > held.counter:
            newest[each.consent] = each
    for consent, answer in sorted(newest.items()):
        row = records.statements.get(f"{consent}/{answer.counter}")
        status = records.statuses.get(consent)
        found += [row.document] if row else []
        found += [status.document] if status else []
    return tuple(found)


def chosen(records: Records, consents: Consents, request: DisclosureRequest) -> tuple[Signed, ...]:
    """Return the signed choices behind a copy of a report: those that name something in it."""
    sent = {item.digest for item in request.items}
    held = [
        row.document
        for one in sorted({each.organisation for each in consents.choices})
        for row in records.choices.find(organisation=one)
    ]
    return tuple(
        each
        for each in held
        if not sent.isdisjoint(decode(Choice, each.payload, "a choice that was held").items)
    )


def _answer(
    records: Records,
    node: Node,
    held: HeldStatement,
    organisation: OrganisationId,
    keys: list[bytes],
) -> Statement | None:
    said = _verified(read_said, held.document, keys, node)
    if said is None or said.consent != held.consent:
        alarm(records, node, "statement-not-verified", held.id)
        return None
    return statement(said, organisation, held.received_at)


def _choices(
    records: Records, node: Node, about: frozenset[OrganisationId], keys: list[bytes]
) -> list[Choice]:
    held = [each for one in sorted(about) for each in records.choices.find(organisation=one)]
    found = [_verified(read_choice, each.document, keys, node) for each in held]
    return [each for each in found if each is not None]


def _verified(
    read: Callable[[Signed, bytes, Verifier], T], document: Signed, keys: list[bytes], node: Node
) -> T | None:
    """Return what a document says if one of these keys signed it."""
    return read_by_any(keys, lambda key: read(document, key, node.verifier))
