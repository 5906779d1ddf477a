"""A record of whom an organisation told holds only as the front door signed it."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from comity.core.casework import EngagedWith, Engagement, read_engagement, sign_engagement
from comity.core.terms import (
    InputError,
    PartyId,
    ReleaseId,
    Section,
    SignatureError,
    encode,
    signed,
)
from comity.wire.signing import Ed25519Signer, Ed25519Verifier

AT = datetime(2026, 11, 23, 9, tzinfo=UTC)
DOOR, OTHER = Ed25519Signer(b"d" * 32), Ed25519Signer(b"o" * 32)
VERIFIER = Ed25519Verifier()
RECORD = Engagement(
    report="report-1",
    signed_by=PartyId("FRONT_DOOR"),
    made_at=AT,
    told=(
        EngagedWith(
            body=PartyId("NCA"),
            sections=(Section("incident"),),
            told_at=AT,
            received_at=None,
            release=ReleaseId("rel-1"),
        ),
    ),
    advice="We disconnected the backups.",
)


def test_a_record_is_read_as_it_was_signed() -> None:
    document = sign_engagement(RECORD, DOOR)
    assert read_engagement(document, DOOR.public, VERIFIER) == RECORD


def test_a_record_that_somebody_else_signed_or_changed_is_none() -> None:
    document = sign_engagement(RECORD, DOOR)
    changed = replace(document, payload=document.payload.replace(b"NCA", b"ICO"))
    for wrong in (sign_engagement(RECORD, OTHER), changed):
        with pytest.raises(SignatureError):
            read_engagement(wrong, DOOR.public, VERIFIER)


def test_a_document_of_another_type_is_no_record() -> None:
    with pytest.raises(SignatureError):
        read_engagement(signed("another/type", encode(RECORD), DOOR), DOOR.public, VERIFIER)
    nothing = signed("application/vnd.comity.engagement+json", b"{}", DOOR)
    with pytest.raises(InputError):
        read_engagement(nothing, DOOR.public, VERIFIER)
