"""Consents: check (c). What a permit says about consent, the front door signed.

1. Each answer, status and choice that a permit rested on is in the bundle as a document, signed by
   a consent key that is pinned here (at a front door: its own) and was not revoked before; a yes
   by passkey has what the passkey signed over it.
2. The ledger says that each answer was held before the permit, and no newer answer to the same
   question that was held by then was left out.
3. Where deciding again refuses, statuses that were not fresh at that time are named.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from comity.core.audit.books import Books, Tell
from comity.core.audit.bundle import NODE
from comity.core.audit.decisions import PERMITTED, Judged
from comity.core.audit.report import Check, Notes
from comity.core.consent import (
    Choice,
    Said,
    Statement,
    Status,
    documents,
    read_choice,
    read_said,
    read_status,
    statement,
)
from comity.core.consent.answers import STATUS_LIFETIME
from comity.core.ledger import EntryType
from comity.core.terms import (
    ConsentId,
    InputError,
    SignatureError,
    Signed,
    Verifier,
    decode,
    object_digest,
)

READERS: Mapping[str, Callable[[Signed, bytes, Verifier], Said | Status | Choice]] = {
    documents.STATEMENT_TYPE: read_said,
    documents.STATUS_TYPE: read_status,
    documents.CHOICE_TYPE: read_choice,
}


class Shown(NamedTuple):
    """A document that verified: what it says, its digest, and until which entry its key counted."""

    says: Said | Status | Choice
    digest: str
    revoked_at: int | None


class Answered(NamedTuple):
    """An entry of the node ledger about an answer."""

    place: int
    counter: int
    digest: str


class Evidence(NamedTuple):
    """All that verified, and what the ledger says about answers."""

    said: Mapping[tuple[ConsentId, int], list[Shown]]
    others: Mapping[Status | Choice, list[Shown]]
    held: Mapping[str, list[Answered]]


def check_consents(
    books: Books, judged: Iterable[Judged], verifier: Verifier, notes: Notes, tell: Tell
) -> None:
    """Carry out check (c), and write down what was done."""
    evidence = _evidence(books, verifier, notes, tell)
    permits = [each for each in judged if each.entry.id("outcome") == PERMITTED]
    for each in permits:
        for what in (*_unsigned(each, evidence), *_left_out(each, evidence), *_stale(each)):
            notes.find(Check.CONSENT, what, NODE, each.place)
    answers = sum(len(each.basis.consents.statements) for each in permits)
    statuses = sum(len(each.basis.consents.statuses) for each in permits)
    notes.did(
        Check.CONSENT,
        f"{len(permits)} permits rested on {answers} answers and {statuses} statuses, compared "
        f"with {len(books.bundle.documents)} signed documents",
    )


def _evidence(books: Books, verifier: Verifier, notes: Notes, tell: Tell) -> Evidence:
    keys = _consent_keys(books)
    said: defaultdict[tuple[ConsentId, int], list[Shown]] = defaultdict(list)
    others: defaultdict[Status | Choice, list[Shown]] = defaultdict(list)
    for number, data in enumerate(books.bundle.documents):
        tell(1)
        try:
            found = _verified(data, keys, verifier)
        except (InputError, SignatureError) as error:
            notes.find(Check.CONSENT, f"document {number} does not verify: {error}")
            continue
        if isinstance(found.says, Said):
            said[found.says.consent, found.says.counter].append(found)
        else:
            others[found.says].append(found)
    return Evidence(said, others, _held(books))


def _consent_keys(books: Books) -> dict[str, tuple[bytes, int | None]]:
    """Return the consent keys by their hexadecimal form, and where the ledger revoked each."""
    revoked: dict[str, int] = {}
    for place, entry in books.node.of(EntryType.KEY_REVOKED):
        for name in (entry.id("old"), "" if entry.id("old") else entry.id("key")):
            revoked.setdefault(name, place)
    keys: dict[str, tuple[bytes, int | None]] = {
        each.hex(): (each, None) for each in books.bundle.consent
    }
    for pin in books.bundle.pins:
        if pin.use == "consent":
            keys[pin.public.hex()] = (pin.public, revoked.get(pin.id))
    return keys


def _verified(
    data: bytes, keys: Mapping[str, tuple[bytes, int | None]], verifier: Verifier
) -> Shown:
    """Return what a document says.

    Raises:
        InputError: it is no document, or says nothing of consent.
        SignatureError: no consent key that is known here signed it.
    """
    document = decode(Signed, data, "a document")
    for each in document.signatures:
        if each.keyid in keys:
            key, revoked_at = keys[each.keyid]
            read = READERS.get(document.payloadType, read_said)
            return Shown(read(document, key, verifier), object_digest(document), revoked_at)
    raise SignatureError("no consent key that is pinned here signed it")


def _held(books: Books) -> Mapping[str, list[Answered]]:
    held: defaultdict[str, list[Answered]] = defaultdict(list)
    for place, entry in books.node.of(EntryType.CONSENT_HELD, EntryType.CONSENT_ANSWERED):
        one = Answered(place, entry.number("counter"), entry.id("statement"))
        held[entry.id("consent")].append(one)
    return held


def _unsigned(each: Judged, evidence: Evidence) -> list[str]:
    """Return what a permit rested on that nobody is shown to have signed, or not by then."""
    found = []
    for answer in each.basis.consents.statements:
        shown = _same_answer(each, answer, evidence)
        if not shown:
            found.append(f"no signed document says the answer {answer.counter} of {answer.consent}")
        elif not any(
            one.place < each.place and one.counter == answer.counter and one.digest == shown.digest
            for one in evidence.held.get(answer.consent, ())
        ):
            found.append(
                f"no entry before it holds the answer {answer.counter} of {answer.consent}"
            )
    found += [
        f"no signed document says the status {status.counter} of {status.consent}"
        for status in each.basis.consents.statuses
        if not _by_then(each, evidence.others.get(status, ()))
    ]
    found += [
        f"no signed document says the choice {choice.counter}"
        for choice in each.basis.consents.choices
        if not _by_then(each, evidence.others.get(choice, ()))
    ]
    return found


def _same_answer(each: Judged, answer: Statement, evidence: Evidence) -> Shown | None:
    shown = [
        one
        for one in _by_then(each, evidence.said.get((answer.consent, answer.counter), ()))
        if isinstance(one.says, Said)
        and statement(one.says, answer.organisation, answer.received_at) == answer
    ]
    return shown[0] if shown else None


def _by_then(each: Judged, shown: Iterable[Shown]) -> list[Shown]:
    """Return the documents whose key had not been revoked when the decision was made."""
    return [one for one in shown if one.revoked_at is None or each.place < one.revoked_at]


def _left_out(each: Judged, evidence: Evidence) -> list[str]:
    """Return the answers that were held, and that the question leaves out."""
    heard: defaultdict[ConsentId, set[int]] = defaultdict(set)
    for answer in each.basis.consents.statements:
        heard[answer.consent].add(answer.counter)
    return [
        f"the answer {one.counter} of {consent} was held before it, and left out"
        for consent, counters in heard.items()
        for one in evidence.held.get(consent, ())
        if one.place < each.place and one.counter not in counters
    ]


def _stale(each: Judged) -> list[str]:
    if each.permitted_again:
        return []
    now = each.basis.now
    return [
        f"the status {one.counter} of {one.consent} was not fresh at that time"
        for one in each.basis.consents.statuses
        if not one.start <= now < one.end or now - one.start >= STATUS_LIFETIME
    ]
