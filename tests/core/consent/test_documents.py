"""What a front door signs about consent is read under its key and as what it is, and no other."""

import json
from collections.abc import Callable
from dataclasses import fields, replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.core.consent import (
    Assurance,
    Choice,
    Entitlement,
    Identified,
    Said,
    Statement,
    Status,
    read_choice,
    read_said,
    read_status,
    sign_choice,
    sign_said,
    sign_status,
    statement,
)
from comity.core.consent.documents import CHOICE_TYPE, STATEMENT_TYPE
from comity.core.terms import InputError, OrganisationId, SignatureError, Signed, canonical, signed
from comity.wire.signing import Ed25519Signer, Ed25519Verifier
from tests.core import strategies
from tests.core.world import ACME, CHOSE_NCA, FRESH, GIVEN, HOUR, NOW
from tests.passkeys import spoken

DOOR, NCA_KEY = Ed25519Signer(b"\3" * 32), Ed25519Signer(b"\1" * 32)
VERIFIER = Ed25519Verifier()
Reader = Callable[[Signed, bytes, Ed25519Verifier], Any]


def as_said(given_: Statement) -> Said:
    """Return what the front door signed for a statement to become this one."""
    taken = {each.name: getattr(given_, each.name) for each in fields(Statement)}
    return spoken(Said(**{name: each for name, each in taken.items() if name != "received_at"}))


SAID = as_said(GIVEN)
DOCUMENTS: list[tuple[Signed, Reader, object]] = [
    (sign_said(SAID, DOOR), read_said, SAID),
    (sign_status(FRESH, DOOR), read_status, FRESH),
    (sign_choice(CHOSE_NCA, DOOR), read_choice, CHOSE_NCA),
]


@pytest.mark.parametrize(("document", "read", "value"), DOCUMENTS)
def test_a_document_is_read_under_its_key_and_as_what_it_is(
    document: Signed, read: Reader, value: object
) -> None:
    assert read(document, DOOR.public, VERIFIER) == value
    for _, other, _ in DOCUMENTS:
        if other is not read:
            with pytest.raises(SignatureError):
                other(document, DOOR.public, VERIFIER)
    with pytest.raises(SignatureError):
        read(document, NCA_KEY.public, VERIFIER)


@pytest.mark.parametrize(("document", "read", "value"), DOCUMENTS)
def test_a_document_that_a_body_signed_is_refused(
    document: Signed, read: Reader, value: object
) -> None:
    assert value
    forged = signed(document.payloadType, document.payload, NCA_KEY)
    with pytest.raises(SignatureError):
        read(forged, DOOR.public, VERIFIER)
    (one,) = forged.signatures
    claimed = replace(forged, signatures=(replace(one, keyid=DOOR.public.hex()),))
    with pytest.raises(SignatureError):
        read(claimed, DOOR.public, VERIFIER)


@pytest.mark.parametrize(("document", "read", "value"), DOCUMENTS)
def test_what_is_signed_but_written_otherwise_is_refused(
    document: Signed, read: Reader, value: object
) -> None:
    assert value
    for payload in (b"", b"{}", b"yes", document.payload + b" "):
        with pytest.raises(InputError):
            read(signed(document.payloadType, payload, DOOR), DOOR.public, VERIFIER)


@given(strategies.statements)
def test_any_answer_survives_signing_and_reading(given_: Statement) -> None:
    said = as_said(given_)
    assert read_said(sign_said(said, DOOR), DOOR.public, VERIFIER) == said


@given(strategies.statuses, strategies.choices)
def test_any_status_and_choice_survives_signing_and_reading(status: Status, chose: Choice) -> None:
    assert read_status(sign_status(status, DOOR), DOOR.public, VERIFIER) == status
    assert read_choice(sign_choice(chose, DOOR), DOOR.public, VERIFIER) == chose


@given(strategies.statements, strategies.instants)
def test_a_history_holds_everything_that_was_said_and_when_it_came(
    given_: Statement,
    came: Any,  # noqa: ANN401 - an instant from a strategy
) -> None:
    held = statement(as_said(given_), given_.organisation, came)
    assert held == given_
    assert held.received_at == came


def test_a_history_is_about_the_organisation_as_this_node_calls_it() -> None:
    said = replace(SAID, organisation=OrganisationId("org-of-the-ico"))
    assert statement(said, ACME, NOW).organisation == ACME


def test_a_changed_byte_of_a_statement_is_refused() -> None:
    document = sign_said(SAID, DOOR)
    later = sign_said(replace(SAID, end=SAID.end + HOUR), NCA_KEY).payload
    with pytest.raises(SignatureError):
        read_said(replace(document, payload=later), DOOR.public, VERIFIER)


@given(st.timedeltas(timedelta(0), timedelta(days=9)))
def test_what_one_moment_signs_another_does_not(moved: timedelta) -> None:
    moved_said = replace(SAID, start=SAID.start + moved)
    same = sign_said(moved_said, DOOR).payload == sign_said(SAID, DOOR).payload
    assert same == (moved == timedelta(0))


def test_a_statement_says_of_which_form_it_is() -> None:
    document = sign_said(SAID, DOOR)
    assert document.payloadType == STATEMENT_TYPE
    assert b'"v":1' in document.payload


def test_a_document_that_does_not_say_was_answered_by_nobody_who_was_verified() -> None:
    """So what was signed before there was a word for it gives nothing."""
    written = json.loads(sign_said(SAID, DOOR).payload)
    assert written.pop("entitlement") == "registered"
    written |= {"assurance": "totp", "assertion": None}
    older = signed(STATEMENT_TYPE, canonical(written), DOOR)
    found = read_said(older, DOOR.public, VERIFIER)
    expected = replace(SAID, assurance=Assurance.TOTP, assertion=None)
    assert found == replace(expected, entitlement=Entitlement.NONE)


def test_a_choice_that_does_not_say_was_of_an_organisation_that_was_not_identified() -> None:
    chose = replace(CHOSE_NCA, identified=Identified.DOMAIN)
    written = json.loads(sign_choice(chose, DOOR).payload)
    assert written.pop("identified") == "domain"
    older = signed(CHOICE_TYPE, canonical(written), DOOR)
    assert read_choice(older, DOOR.public, VERIFIER) == replace(chose, identified=Identified.NOT)


def test_a_choice_says_how_an_organisation_was_identified_by_a_word_of_the_list_alone() -> None:
    written = json.loads(sign_choice(CHOSE_NCA, DOOR).payload)
    for other in ("companies-house/01234567", "acme.example", "", None, 1):
        document = signed(CHOICE_TYPE, canonical({**written, "identified": other}), DOOR)
        with pytest.raises(InputError):
            read_choice(document, DOOR.public, VERIFIER)
