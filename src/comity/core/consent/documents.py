"""Documents: what a front door signs about consent, with its consent key.

An answer names the organisation by the pseudonym that the *recipient* of the disclosure knows it
by. The discloser, which asked, knows by the consent's id whom it asked. So one document serves
both, and tells neither what the other calls the organisation beyond that.

A yes by passkey holds what the passkey signed over the digest of the rest of it: a front door that
has not got it cannot say that there was one. It stands inside what the front door signs, so it
travels and is kept with the answer.

Source: DSSE 1.0, for the form of the signature.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256

from comity.core.consent.answers import (
    Answer,
    Assurance,
    Choice,
    Entitlement,
    Statement,
    Status,
)
from comity.core.consent.passkey import Assertion, check_assertion
from comity.core.terms import (
    ConsentId,
    Digest,
    OrganisationId,
    PartyId,
    Purpose,
    SignatureError,
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
    entitlement was answered by nobody who was verified. `assertion` is what a passkey signed, in a
    yes by passkey and nowhere else.
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
    assertion: Assertion | None = None

    def is_by_passkey(self) -> bool:
        """Return whether it is a yes by passkey, which needs what the passkey signed."""
        return self.answer is Answer.GIVEN and self.assurance is Assurance.PASSKEY


def with_assertion(said: Said, assertion: Assertion | None) -> Said:
    """Return an answer with what a passkey signed, or without it."""
    return replace(said, assertion=assertion)


def challenge_of(said: Said) -> bytes:
    """Return what a passkey has to sign to say exactly this: the SHA-256 of all the rest of it.

    Source: Web Authentication Level 2, section 13.4.3, which asks for a challenge that nobody can
    foretell; the consent's id and the pseudonym in it are random.
    """
    return sha256(encode(with_assertion(said, None))).digest()


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
    """Return the answer in a document that this consent key signed, and the passkey if it says so.

    Raises:
        SignatureError: one of them did not, or what a passkey signed stands where it has no place.
        InputError: it is not written as an answer.
    """
    said = read_own_said(document, key, verifier)
    if said.is_by_passkey() != (said.assertion is not None):
        raise SignatureError("a yes by passkey has what the passkey signed, and no other answer")
    if said.assertion is not None:
        check_assertion(said.assertion, challenge_of(said), verifier)
    return said


def read_own_said(document: Signed, key: bytes, verifier: Verifier) -> Said:
    """Return the answer in a document that a front door signed itself, with this consent key.

    It checked the passkey before it signed. What it signed before passkeys were asked for must
    still be read there, or nobody could take it back.

    Raises:
        SignatureError: the key did not sign it.
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
