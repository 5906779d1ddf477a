"""Engagement record: what an organisation told which body, and when, for it to show if it likes.

It states facts, and never what a regulator will make of them. It names the bodies that the
organisation ticks and no other, says nothing of what was answered to anybody's question, and is
signed by the front door through which the organisation reported. What the organisation adds of
advice that it received and followed stands there as its own words.

Source: ICO-NCSC memorandum 2023, clause E-1, on recognising organisations that engage.
"""

from dataclasses import dataclass
from datetime import datetime

from comity.core.terms import (
    PartyId,
    ReleaseId,
    Section,
    Signed,
    Signer,
    Verifier,
    decode,
    encode,
    signed,
)

ENGAGEMENT_TYPE = "application/vnd.comity.engagement+json"


@dataclass(frozen=True, slots=True, kw_only=True)
class EngagedWith:
    """One body that was told of some sections, and when its signed receipt came, if it has."""

    body: PartyId
    sections: tuple[Section, ...]
    told_at: datetime
    received_at: datetime | None
    release: ReleaseId | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Engagement:
    """What an organisation shows of whom it told. `advice` is its own words."""

    v: int = 1
    report: str
    signed_by: PartyId
    made_at: datetime
    told: tuple[EngagedWith, ...]
    advice: str


def sign_engagement(record: Engagement, signer: Signer) -> Signed:
    """Return a record, signed by the front door."""
    return signed(ENGAGEMENT_TYPE, encode(record), signer)


def read_engagement(document: Signed, key: bytes, verifier: Verifier) -> Engagement:
    """Return the record in a document that this front door's identity key signed.

    Raises:
        SignatureError: it did not.
        InputError: it is not written as a record.
    """
    payload = document.check(ENGAGEMENT_TYPE, key, verifier)
    return decode(Engagement, payload, "an engagement record")
