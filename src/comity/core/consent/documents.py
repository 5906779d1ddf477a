"""Documents: what a front door signs about consent, with its consent key.

An answer names the organisation by the pseudonym that the *recipient* of the disclosure knows it
by. The discloser, which asked, knows by the consent's id whom it asked. So one document serves
both, and tells neither what the other calls the organisation beyond that.

Source: DSSE 1.0, for the form of the signature.
"""

from dataclasses import dataclass
from datetime import datetime

from comity.core.consent.answers import (
    Answer,
    Assurance,
    Choice,
    Entitlement,
    Statement,
    Status,
)
from comity.core.terms import (
    ConsentId,
    Digest,
    OrganisationId,
    PartyId,
    Purpose,
    Signed,
    Signer,
    Verifier,
    decode,
    encode,
    signed,
)

STATEMENT_TYPE = "application/vnd.comity.consent-statement+json"
STATUS_TYPE = "application/vnd.comity.consent-status+json"
CHOICE_TYPE = "application/vnd.comity.choice+json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """An answer as the front door signs it: for one recipient, naming only what was agreed to.

    `organisation` is the recipient's own pseudonym for it. A document that says nothing about
    entitlement was answered by nobody who was verified.
    """

    v: int = 1
    consent: ConsentId
    organisation: OrganisationId
    answer: Answer
    items: frozenset[Digest]
    discloser: PartyId
    recipient: PartyId
    purpose: Purpose
    start: datetime
    end: datetime
    counter: int
    assurance: Assurance
    stated_at: datetime
    entitlement: Entitlement = Entitlement.NONE


def sign_said(said: Said, signer: Signer) -> Signed:
    """Return an answer, signed."""
    return signed(STATEMENT_TYPE, encode(said), signer)


def sign_status(status: Status, signer: Signer) -> Signed:
    """Return a status, signed."""
    return signed(STATUS_TYPE, encode(status), signer)


def sign_choice(choice: Choice, signer: Signer) -> Signed:
    """Return a choice of bodies, signed."""
    return signed(CHOICE_TYPE, encode(choice), signer)


def read_said(document: Signed, key: bytes, verifier: Verifier) -> Said:
    """Return the answer in a document that this consent key signed.

    Raises:
        SignatureError: it did not.
        InputError: it is not written as an answer.
    """
    return decode(Said, document.check(STATEMENT_TYPE, key, verifier), "a consent statement")


def read_status(document: Signed, key: bytes, verifier: Verifier) -> Status:
    """Return the status in a document that this consent key signed.

    Raises:
        SignatureError: it did not.
        InputError: it is not written as a status.
    """
    return decode(Status, document.check(STATUS_TYPE, key, verifier), "a consent status")


def read_choice(document: Signed, key: bytes, verifier: Verifier) -> Choice:
    """Return the choice in a document that this consent key signed.

    Raises:
        SignatureError: it did not.
        InputError: it is not written as a choice.
    """
    return decode(Choice, document.check(CHOICE_TYPE, key, verifier), "a choice of bodies")


def statement(said: Said, organisation: OrganisationId, received_at: datetime) -> Statement:
    """Return an answer as a history holds it, about the organisation as this node calls it."""
    return Statement(
        consent=said.consent,
        organisation=organisation,
        answer=said.answer,
        items=said.items,
        discloser=said.discloser,
        recipient=said.recipient,
        purpose=said.purpose,
        start=said.start,
        end=said.end,
        counter=said.counter,
        assurance=said.assurance,
        stated_at=said.stated_at,
        received_at=received_at,
        entitlement=said.entitlement,
    )
