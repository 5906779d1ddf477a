"""Every receipt and every statement of consent is forged in turn: each is found, by its entry."""

import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

import pytest

from comity.core.audit import Bundle, Check
from comity.core.audit.bundle import ReceiptPart
from comity.core.consent import Said, sign_said
from comity.core.consent.documents import STATEMENT_TYPE
from comity.core.exchange import Control, sign_control
from comity.core.ledger import EntryType
from comity.core.terms import PartyId, Signed, decode, digest_of, encode
from tests.board import record
from tests.core.audit import small
from tests.node.world import keys

verify_module = sys.modules["comity.core.audit.verify"]
"""The package has a function of that name."""


class Forged(NamedTuple):
    """A bundle with one forged document, and where it must be found."""

    bundle: Bundle
    check: Check
    ledger: str
    place: int

    def is_named(self) -> bool:
        """Return whether a finding names the entry."""
        return any(
            (each.check, each.ledger, each.place) == (self.check, self.ledger, self.place)
            for each in small.findings(self.bundle)
        )


def receipts(bundle: Bundle) -> Iterator[Forged]:
    """Yield the bundle with each receipt that it holds of a peer forged, in every way."""
    for peer in (each for each in small.PARTIES if each != bundle.party):
        ledger = f"pair-{peer}"
        for place, entry in enumerate(small.entries(bundle, ledger)):
            if entry.type is EntryType.SENT:
                number = [str(each.release) for each in bundle.held].index(entry.ids["release"])
                for document in forgeries(bundle, peer, bundle.held[number]):
                    held = list(bundle.held)
                    held[number] = replace(held[number], document=encode(document))
                    other = replace(bundle, held=tuple(held))
                    yield Forged(other, Check.RECEIPTS, ledger, place)


def forgeries(bundle: Bundle, peer: PartyId, part: ReceiptPart) -> Iterator[Signed]:
    """Yield what else could stand for a receipt; the last ones are signed by the peer itself."""
    control = decode(Control, decode(Signed, part.document, "a receipt").payload, "a receipt")
    assert control.receipt
    own, theirs = (keys(each, consent=False).identity for each in (bundle.party, peer))
    for signer in (small.STRANGER, own, keys(peer, consent=False).witness):
        yield sign_control(control, signer)
    for other in (
        replace(control.receipt, seq=control.receipt.seq + 1),
        replace(control.receipt, header=digest_of("another")),
    ):
        yield sign_control(replace(control, receipt=other), theirs)


def statements(bundle: Bundle) -> Iterator[Forged]:
    """Yield the bundle with its statements signed by others, and where they were relied on."""
    place = small.permit_in(bundle)[1].entry
    for signer in (small.STRANGER, keys(bundle.party, consent=False).identity):
        documents = []
        for data in bundle.documents:
            document = decode(Signed, data, "a document")
            if document.payloadType == STATEMENT_TYPE:
                document = sign_said(decode(Said, document.payload, "a statement"), signer)
            documents.append(encode(document))
        other = replace(bundle, documents=tuple(documents))
        yield Forged(other, Check.CONSENT, "node", place)


def forged() -> list[Forged]:
    bundles = [small.late(party) for party in small.PARTIES]
    found = [each for bundle in bundles for each in receipts(bundle)]
    return [*found, *statements(small.late())]


def test_every_forged_receipt_and_statement_is_found_and_its_entry_named() -> None:
    all_ = forged()
    broken = [each for each in all_ if not each.is_named()]
    record("P6", what="forged receipts and statements", tried=len(all_), broken=len(broken))
    assert len(all_) > 30
    assert broken == []


@pytest.mark.parametrize("check", ["check_receipts", "check_consents"])
def test_a_verifier_without_the_check_finds_none(
    check: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verify_module, check, lambda *_: None)
    caught = any(small.findings(each.bundle) == () for each in forged())
    what = f"{check.replace('_', ' ')} is left out"
    record("P6", what=what, tried=0, broken=0, planted=1, caught=int(caught))
    assert caught
