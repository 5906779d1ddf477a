"""An envelope holds exactly what was permitted, and opens only for whom it was sealed."""

from base64 import b64encode
from dataclasses import fields, replace
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.core.consent import Consents, statement
from comity.core.exchange import (
    Envelope,
    Marking,
    Part,
    Route,
    Travelling,
    WrongContentError,
    header_digest,
    marking,
    read_envelope,
    seal,
)
from comity.core.exchange.envelope import BUCKET
from comity.core.gate import Evidenced, Permit, decide
from comity.core.ledger import Recorded, decision_entry, release
from comity.core.markings import Item, Source, Tlp
from comity.core.terms import (
    Digest,
    ItemId,
    OrganisationId,
    RequestId,
    SealError,
    encode,
    salted_digest,
)
from comity.wire.sealing import public_of
from tests.core import strategies
from tests.core.exchange.small import (
    ASKED,
    CONTENT,
    DIGEST,
    EVIDENCE,
    NCA_KEY,
    PART,
    PAYLOAD,
    READING,
    RELEASE,
    ROUTE,
    SAID,
    SALT,
    SEALER,
    STATUS,
    THEIRS,
    TOLD,
    again,
    finished,
    header,
    item,
    opened,
    permit,
    released,
    sealed,
    several,
)
from tests.core.world import ACME, BOLT, FRONT_DOOR, NCA, NOW, agreements

salts = st.binary(min_size=32, max_size=32)
contents = st.lists(st.tuples(st.binary(max_size=200), salts), min_size=1, max_size=4)


def travelling(parts: dict[ItemId, Part]) -> Travelling:
    return Travelling(parts, {ACME: THEIRS}, EVIDENCE)


def put(parts: dict[ItemId, Part]) -> Envelope:
    """Try to seal other parts than the permit names."""
    return seal(released(), travelling(parts), ROUTE, NCA_KEY, SEALER, public_of(READING))


# --- there and back ----------------------------------------------------------------------


def test_what_was_permitted_arrives_under_new_ids_and_names() -> None:
    found = opened(sealed())
    assert found.parts == {PART.id: PART}
    assert found.clauses == permit().clauses
    (shown,) = found.header.markings.items
    assert (shown.id, shown.digest) == (PART.id, DIGEST)
    assert {source.origin for source in shown.label.sources} == {THEIRS}
    assert (found.header.from_, found.header.to, found.header.id) == ("NCA", "ICO", RELEASE)


@given(contents)
def test_any_contents_arrive_as_they_were(found: list[tuple[bytes, bytes]]) -> None:
    made = [item(n, content, salt) for n, (content, salt) in enumerate(found)]
    arrived = opened(several(made))
    assert arrived.parts == {part.id: part for _, part in made}
    named = [each.digest for each in arrived.header.markings.items]
    assert named == [each.digest for each, _ in made]


@given(
    st.sampled_from(Tlp),
    strategies.maybe,
    st.dictionaries(st.sampled_from(["staff", "sites"]), st.integers(0, 9).map(Evidenced)),
)
def test_the_recipient_can_ask_what_the_discloser_asked(
    tlp: Tlp,
    people: bool | None,  # noqa: FBT001 - a fact, no switch
    facts: dict[str, Evidenced],
) -> None:
    told = replace(TOLD, label=replace(TOLD.label, tlp=tlp, identifies_people=people))
    asked = replace(ASKED, items=(told,), facts={**ASKED.facts, **facts})
    consents = Consents(statements=(statement(SAID, THEIRS, NOW),), statuses=(STATUS,))
    theirs = replace(
        asked,
        items=(
            Item(
                id=PART.id,
                section=told.section,
                digest=told.digest,
                label=marking(told, PART.id, {ACME: THEIRS}).label,
            ),
        ),
    )
    decision = decide(agreements(), theirs, consents, NOW)
    if isinstance(decision, Permit):
        out = release(Recorded(decision_entry(decision, RequestId("r-1")), 0), decision, RELEASE)
        parts = Travelling({PART.id: PART}, {}, EVIDENCE)
        envelope = seal(out, parts, ROUTE, NCA_KEY, SEALER, public_of(READING))
        assert opened(envelope).header.request() == theirs


def test_the_whole_header_is_signed_as_it_is() -> None:
    envelope = again(sealed())
    assert envelope == sealed()
    assert read_envelope(encode(envelope)) == envelope
    assert header_digest(envelope) == sha256(envelope.header.payload).hexdigest()
    assert header().ciphertext == sha256(envelope.sealed).hexdigest()


def test_a_header_repeats_nothing_by_which_the_discloser_knows_an_item() -> None:
    payload = sealed().header.payload
    for own in (TOLD.id, ACME, CONTENT[:20].decode(), SALT.hex(), b64encode(SALT).decode()):
        assert f'"{own}"'.encode() not in payload


def test_an_organisation_at_a_front_door_is_named_as_the_front_door_knows_it() -> None:
    own = replace(TOLD, label=replace(TOLD.label, sources=frozenset({Source(origin=NCA)})))
    asked = replace(
        ASKED, items=(own,), recipient=FRONT_DOOR, kind="message", addressee=ACME, facts={}
    )
    decision = decide(agreements(), asked, Consents(), NOW)
    assert isinstance(decision, Permit), decision.reasons
    out = release(Recorded(decision_entry(decision, RequestId("r-1")), 0), decision, RELEASE)
    for called, name in (({ACME: THEIRS}, THEIRS), ({}, ACME)):
        envelope = seal(
            out, Travelling({TOLD.id: PART}, called, ()), ROUTE, NCA_KEY, SEALER, public_of(READING)
        )
        assert header(envelope).markings.addressee == name


@given(strategies.items, st.sampled_from([{}, {ACME: THEIRS}, {ACME: THEIRS, BOLT: ACME}]))
def test_a_marking_says_of_an_item_all_but_its_own_names(
    told: Item, called: dict[OrganisationId, OrganisationId]
) -> None:
    under = frozenset({DIGEST})
    told = replace(told, label=replace(told.label, agreements=under))
    shown = marking(told, PART.id, called)
    assert isinstance(shown, Marking)
    assert (shown.section, shown.digest) == (told.section, told.digest)
    for each in fields(told.label):
        if each.name != "sources":
            assert getattr(shown.label, each.name) == getattr(told.label, each.name)
    assert shown.label.sources == {
        replace(
            each,
            origin=called.get(each.origin, each.origin)
            if isinstance(each.origin, OrganisationId)
            else each.origin,
        )
        for each in told.label.sources
    }


# --- size --------------------------------------------------------------------------------


def test_contents_of_one_bucket_have_one_size_and_the_next_begins_after_4096_bytes() -> None:
    assert BUCKET == 4096
    sizes = {len(several([item(1, b"x" * n, SALT)]).sealed) for n in (0, 1, 900, 2000)}
    assert len(sizes) == 1
    larger = len(several([item(1, b"x" * 4000, SALT)]).sealed)
    assert larger == sizes.pop() + BUCKET


@given(st.integers(0, 9000))
def test_the_size_tells_the_number_of_buckets_only(size: int) -> None:
    envelope = several([item(1, b"x" * size, SALT)])
    overhead = len(sealed().sealed) - BUCKET
    assert (len(envelope.sealed) - overhead) % BUCKET == 0
    assert opened(envelope).parts[ItemId("new-1")].content == b"x" * size


@pytest.mark.parametrize("size", range(3785, 3800))
def test_a_bucket_that_is_exactly_full_opens(size: int) -> None:
    content = b"x" * (size - size % 3)
    assert opened(several([item(1, content, SALT)])).parts[ItemId("new-1")].content == content


FRAMED = len(encode(PAYLOAD)).to_bytes(4, "big") + encode(PAYLOAD)


@pytest.mark.parametrize(
    "framed",
    [
        b"",
        b"\0\0",
        FRAMED,
        FRAMED + bytes(-len(FRAMED) % BUCKET + BUCKET),
        FRAMED + bytes(-len(FRAMED) % BUCKET - 1) + b"\1",
        FRAMED + b"smuggled".ljust(-len(FRAMED) % BUCKET, b"\0"),
        b"\xff\xff\xff\xff" + bytes(BUCKET - 4),
        (BUCKET - 3).to_bytes(4, "big") + bytes(BUCKET - 4),
    ],
)
def test_padding_has_one_form_and_no_room_for_anything(framed: bytes) -> None:
    content = Digest(sha256(encode(PAYLOAD)).hexdigest())
    whole = header(ciphertext=None, content=content)
    with pytest.raises((SealError, WrongContentError)):
        opened(finished(whole, framed))


# --- sealing -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "parts",
    [
        {},
        {ItemId("item-2"): PART},
        {TOLD.id: PART, ItemId("item-2"): replace(PART, id=ItemId("new-2"))},
        {TOLD.id: replace(PART, content=CONTENT + b" ")},
        {TOLD.id: replace(PART, content=b"")},
        {TOLD.id: replace(PART, salt=b"\0" * 32)},
        {TOLD.id: replace(PART, salt=SALT + CONTENT[:1], content=CONTENT[1:])},
        {TOLD.id: replace(PART, salt=b"")},
    ],
)
def test_nothing_is_sealed_but_the_very_contents_that_were_permitted(
    parts: dict[ItemId, Part],
) -> None:
    with pytest.raises(WrongContentError):
        put(parts)


def test_two_items_do_not_travel_under_one_id() -> None:
    one, part = item(1, b"a", SALT)
    two, other = item(2, b"b", SALT)
    with pytest.raises(WrongContentError):
        several([(one, part), (two, replace(other, id=part.id))])


def test_nothing_is_sealed_for_what_is_no_key() -> None:
    with pytest.raises(SealError):
        seal(released(), travelling({TOLD.id: PART}), ROUTE, NCA_KEY, SEALER, b"no key")


# --- chains ------------------------------------------------------------------------------


def test_an_envelope_continues_the_one_before() -> None:
    route = Route(seq=2, prev=header_digest(sealed()), created=NOW, expires=ROUTE.expires)
    parts = travelling({TOLD.id: PART})
    second = seal(released(), parts, route, NCA_KEY, SEALER, public_of(READING))
    assert (header(second).seq, header(second).prev) == (2, header_digest(sealed()))


def test_the_digest_in_a_marking_is_of_salt_and_content() -> None:
    assert header().markings.items[0].digest == salted_digest(SALT, CONTENT)
