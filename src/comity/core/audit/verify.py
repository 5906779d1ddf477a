"""Verify: a bundle checked from (a) to (f), with what was not checked.

It is pure: bytes in, a report out. Whoever runs it needs nothing of the node, and the same modules
make up the verifier in a single file.
"""

from collections.abc import Sequence
from typing import NamedTuple

from comity.core.audit.books import Tell, open_books
from comity.core.audit.bundle import Bundle, Sealed
from comity.core.audit.consents import check_consents
from comity.core.audit.decisions import check_decisions
from comity.core.audit.ledgers import check_ledgers
from comity.core.audit.notices import check_notices
from comity.core.audit.receipts import check_receipts
from comity.core.audit.report import Check, Notes, Report
from comity.core.audit.sides import check_sides
from comity.core.terms import PartyId, Verifier


class Expected(NamedTuple):
    """What the auditor knows from elsewhere."""

    identity: bytes | None = None


def verify(
    sealed: Sealed,
    peers: Sequence[Sealed],
    expected: Expected,
    verifier: Verifier,
    tell: Tell = lambda _: None,
) -> Report:
    """Return what the checks found in a bundle, together with bundles of its peers.

    Of a peer's bundle check (a) and the comparison (e) are carried out.
    """
    bundle = sealed.bundle
    notes = Notes(bundle.party)
    _check_expected(bundle, expected, notes)
    books = open_books(bundle, notes, tell)
    check_ledgers(sealed, books, verifier, notes, tell)
    judged = check_decisions(books, verifier, notes, tell)
    check_consents(books, judged.values(), verifier, notes, tell)
    check_receipts(books, verifier, notes, tell)
    seen: set[PartyId] = {bundle.party}
    for peer in peers:
        if peer.bundle.party in seen:
            notes.find(Check.BOTH_SIDES, f"two bundles of {peer.bundle.party} were given")
            continue
        seen.add(peer.bundle.party)
        of_peer = Notes(peer.bundle.party)
        there = open_books(peer.bundle, of_peer, tell)
        check_ledgers(peer, there, verifier, of_peer, tell)
        notes.findings += of_peer.findings
        notes.unchecked += [f"{peer.bundle.party}: {each}" for each in of_peer.unchecked]
        notes.not_checked(f"{peer.bundle.party}: its own decisions; verify its bundle by itself")
        check_sides(books, there, notes)
    check_notices(books, notes)
    for pin in bundle.pins:
        if pin.use == "consent" and pin.party not in seen:
            what = f"that consent key {pin.public.hex()} is {pin.party}'s is what this bundle says"
            notes.not_checked(what)
    for party in books.pairs:
        if party not in seen:
            notes.not_checked(f"no bundle of {party} was given: (e) was not carried out for it")
    return _report(bundle, notes)


def steps(sealed: Sealed, peers: Sequence[Sealed]) -> int:
    """Return how many steps `verify` will tell of, as near as can be said before."""
    bundle = sealed.bundle
    more = len(bundle.decisions) + len(bundle.documents) + len(bundle.held) + len(bundle.given)
    return more + sum(
        len(each.bundle.checkpoints) + sum(len(part.entries) for part in each.bundle.ledgers)
        for each in (sealed, *peers)
    )


def _check_expected(bundle: Bundle, expected: Expected, notes: Notes) -> None:
    key = expected.identity
    if key is None:
        notes.not_checked("whose the identity key is: it was taken from the bundle itself")
    elif key not in bundle.identity:
        notes.find(Check.LEDGERS, f"the bundle is not of the identity key {key.hex()}")


def _report(bundle: Bundle, notes: Notes) -> Report:
    return Report(
        party=bundle.party,
        identity=bundle.identity[0].hex() if bundle.identity else "none",
        made_at=bundle.made_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        lines=tuple(notes.lines),
        findings=tuple(notes.findings),
        unchecked=tuple(notes.unchecked),
    )
