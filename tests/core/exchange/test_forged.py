"""What was changed, swapped, forged or meant for another is refused, opened or not."""

from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.core.exchange import (
    HEADER_TYPE,
    Envelope,
    Header,
    WrongContentError,
    open_envelope,
    read_envelope,
    read_header,
)
from comity.core.terms import (
    Digest,
    InputError,
    ItemId,
    ReleaseId,
    SealError,
    SignatureError,
    encode,
    signed,
)
from comity.wire.sealing import HpkeOpener, new_reading_key
from tests.core.exchange.small import (
    CONTENT,
    DIGEST,
    ICO_KEY,
    NCA_KEY,
    OPENER,
    PART,
    PAYLOAD,
    SALT,
    THEIRS,
    VERIFIER,
    header,
    item,
    opened,
    resigned,
    sealed,
    several,
    with_payload,
)
from tests.core.world import FRONT_DOOR, NCA, NOW, digest

# --- attacks -----------------------------------------------------------------------------


def test_an_envelope_for_another_node_does_not_open() -> None:
    with pytest.raises(SealError):
        open_envelope(sealed(), header(), HpkeOpener([new_reading_key()]))


def test_a_header_does_not_go_with_another_content() -> None:
    one, other = several([item(1, b"a", SALT)]), several([item(1, b"a", SALT)])
    assert one.header.payload != other.header.payload
    swapped = replace(one, sealed=other.sealed)
    with pytest.raises(SealError):
        opened(swapped)


def test_a_header_signed_anew_for_another_content_does_not_open_it() -> None:
    other = several([item(1, b"a", SALT)])
    moved = header(ciphertext=Digest(sha256(other.sealed).hexdigest()))
    with pytest.raises(SealError):
        opened(resigned(moved, other.sealed))


CHANGES: list[dict[str, Any]] = [
    {"v": 2},
    {"type": "aggregate"},
    {"id": ReleaseId("rel-2")},
    {"from_": FRONT_DOOR},
    {"to": NCA},
    {"seq": 2},
    {"prev": DIGEST},
    {"created": NOW.replace(hour=8)},
    {"expires": NOW.replace(day=30)},
    {"agreements": ()},
    {"markings": replace(header().markings, facts={})},
    {"markings": replace(header().markings, addressee=THEIRS)},
    {"consent": ()},
    {"content": digest("other")},
    {"ciphertext": digest("other")},
    {"ciphertext": None},
]


def test_every_field_of_a_header_is_tried() -> None:
    assert {name for change in CHANGES for name in change} == set(Header.__dataclass_fields__)


@pytest.mark.parametrize("change", CHANGES)
def test_a_header_with_a_changed_field_is_refused_and_opens_nothing(change: dict[str, Any]) -> None:
    changed = header(**change)
    kept = replace(sealed(), header=replace(sealed().header, payload=encode(changed)))
    with pytest.raises(SignatureError):
        read_header(kept, NCA_KEY.public, VERIFIER)
    with pytest.raises(SealError):
        open_envelope(resigned(changed), changed, OPENER)


def test_a_header_that_another_node_signed_is_refused() -> None:
    forged = replace(sealed(), header=signed(HEADER_TYPE, sealed().header.payload, ICO_KEY))
    with pytest.raises(SignatureError):
        read_header(forged, NCA_KEY.public, VERIFIER)
    other_type = replace(sealed(), header=signed("text/plain", sealed().header.payload, NCA_KEY))
    with pytest.raises(SignatureError):
        read_header(other_type, NCA_KEY.public, VERIFIER)


def test_what_is_signed_but_no_header_is_refused() -> None:
    for payload in (b"{}", b"hello", sealed().header.payload + b" "):
        with pytest.raises(InputError):
            read_header(
                replace(sealed(), header=signed(HEADER_TYPE, payload, NCA_KEY)),
                NCA_KEY.public,
                VERIFIER,
            )


@pytest.mark.parametrize(
    "attack",
    [
        lambda: with_payload(replace(PAYLOAD, parts=())),
        lambda: with_payload(replace(PAYLOAD, release=ReleaseId("rel-2"))),
        lambda: with_payload(replace(PAYLOAD, parts=(replace(PART, salt=b"\0" * 32),))),
        lambda: with_payload(replace(PAYLOAD, parts=(replace(PART, salt=SALT[:-1]),))),
        lambda: with_payload(
            replace(PAYLOAD, parts=(replace(PART, salt=SALT + CONTENT[:1], content=CONTENT[1:]),))
        ),
        lambda: with_payload(replace(PAYLOAD, parts=(replace(PART, content=b"other"),))),
        lambda: with_payload(replace(PAYLOAD, parts=(replace(PART, id=ItemId("new-9")),))),
        lambda: with_payload(
            replace(PAYLOAD, parts=(PART, replace(PART, id=ItemId("new-2"), content=b"more")))
        ),
        lambda: with_payload(replace(PAYLOAD, parts=(replace(PART, content=b"smuggled"), PART))),
        lambda: with_payload(PAYLOAD, content=digest("other")),
        lambda: with_payload(
            PAYLOAD,
            markings=replace(header().markings, items=header().markings.items * 2),
        ),
    ],
)
def test_what_is_inside_is_exactly_what_the_header_names(attack: Callable[[], Envelope]) -> None:
    assert opened(with_payload(PAYLOAD)).parts == {PART.id: PART}
    with pytest.raises(WrongContentError):
        opened(attack())


@pytest.mark.parametrize("content", [b"{}", b"hello", encode(PAYLOAD) + b" "])
def test_what_is_inside_is_written_as_a_payload(content: bytes) -> None:
    with pytest.raises(InputError):
        opened(with_payload(content))


@given(st.integers(0, 10_000), st.integers(1, 255))
def test_a_changed_byte_of_what_is_sealed_is_refused(place: int, by: int) -> None:
    body = bytearray(sealed().sealed)
    body[place % len(body)] ^= by
    changed = replace(sealed(), sealed=bytes(body))
    with pytest.raises(SealError):
        opened(changed)
    named = header(ciphertext=Digest(sha256(bytes(body)).hexdigest()))
    with pytest.raises(SealError):
        opened(resigned(named, bytes(body)))


@given(st.binary(max_size=80))
def test_any_other_bytes_are_no_envelope(data: bytes) -> None:
    with pytest.raises(InputError):
        read_envelope(data)
