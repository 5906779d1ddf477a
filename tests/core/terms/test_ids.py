"""An id is checked once, and no organisation passes for a body."""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.core.terms import (
    ORGANISATION,
    Code,
    ConsentId,
    Digest,
    EvidenceId,
    InputError,
    ItemId,
    OrganisationId,
    PartyId,
    Purpose,
    Section,
    instant,
    origin,
)
from comity.core.terms.ids import Id

KINDS = [PartyId, OrganisationId, ItemId, ConsentId, EvidenceId, Purpose, Section, Digest]


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (PartyId, "NCA"),
        (PartyId, "FRONT_DOOR"),
        (PartyId, "A1"),
        (PartyId, "ORGS"),
        (OrganisationId, "acme-2"),
        (OrganisationId, "0"),
        (ItemId, "report-1/incident@2+x_y.z"),
        (ConsentId, "a" * 128),
        (EvidenceId, "E"),
        (Purpose, "regulation"),
        (Section, "personal_data"),
        (Digest, "0f" * 32),
    ],
)
def test_an_id_is_the_text_that_was_checked(kind: type[Id], text: str) -> None:
    made = kind(text)
    assert made == text
    assert type(made) is kind


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (PartyId, ""),
        (PartyId, "N"),
        (PartyId, "nca"),
        (PartyId, "NCA\n"),
        (PartyId, "1A"),
        (PartyId, "A" * 25),
        (PartyId, ORGANISATION),
        (PartyId, "\u0130CO"),
        (PartyId, "\u0410BC"),
        (OrganisationId, "Acme"),
        (OrganisationId, "-a"),
        (OrganisationId, "a b"),
        (OrganisationId, "a" * 64),
        (OrganisationId, "acm\u0435"),
        (ItemId, ""),
        (ItemId, "../a"),
        (ItemId, "a\n"),
        (ItemId, "a" * 129),
        (Purpose, "Regulation"),
        (Section, "a-b"),
        (Digest, "0f" * 31),
        (Digest, "0F" * 32),
        (Digest, "0f" * 32 + "\n"),
    ],
)
def test_a_text_of_another_form_is_no_id(kind: type[Id], text: str) -> None:
    with pytest.raises(InputError) as caught:
        kind(text)
    assert caught.value.code is Code.BAD_ID
    assert str(caught.value) == f"{kind.noun}: {text[:60]!r} is not {kind.noun} [bad-id]"
    assert kind.wanted in caught.value.advice


def made(kind: Callable[[str], Id], text: str) -> Id | None:
    """Return the id, or nothing if the text is none of this kind."""
    with suppress(InputError):
        return kind(text)
    return None


@given(st.text(max_size=30) | st.from_regex(r"[A-Za-z0-9_-]{1,30}", fullmatch=True))
def test_no_text_names_both_a_body_and_an_organisation(text: str) -> None:
    body, organisation = made(PartyId, text), made(OrganisationId, text)
    assert body is None or organisation is None
    assert type(made(origin, text)) is type(body if organisation is None else organisation)


def test_an_origin_is_a_body_in_capitals_or_an_organisation_in_small_letters() -> None:
    assert type(origin("NCA")) is PartyId
    assert type(origin("nca")) is OrganisationId
    with pytest.raises(InputError, match="'ORG' is not a party"):
        origin(ORGANISATION)


@given(st.text(max_size=200))
def test_any_text_is_an_id_or_an_input_error(text: str) -> None:
    assert {made(kind, text) for kind in KINDS} <= {None, text}


NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def test_an_instant_is_in_utc() -> None:
    assert instant(NOON) is NOON
    there = NOON.astimezone(timezone(timedelta(hours=5)))
    assert instant(there) == NOON
    assert instant(there).tzinfo is UTC
    assert instant(NOON.replace(tzinfo=timezone(timedelta(0), "GMT"))).tzinfo is UTC


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(InputError, match="2026-11-23T12:00:00 has no time zone") as caught:
        instant(NOON.replace(tzinfo=None))
    assert caught.value.code is Code.BAD_INSTANT


@pytest.mark.parametrize(
    ("moment", "hours"),
    [(datetime.min, 14), (datetime.max, -14)],  # noqa: DTZ901 - made aware below
)
def test_an_instant_beyond_the_calendar_is_refused(moment: datetime, hours: int) -> None:
    with pytest.raises(InputError, match="lies outside the calendar in UTC") as caught:
        instant(moment.replace(tzinfo=timezone(timedelta(hours=hours))))
    assert caught.value.code is Code.BAD_INSTANT
