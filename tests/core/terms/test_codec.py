"""A core object and its bytes stand for each other, one to one, and nothing else is read."""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.core.consent import Choice, Consents, Said, Statement, Status
from comity.core.exchange import Control, Envelope, Header, Part
from comity.core.gate import DisclosureRequest, Evidenced
from comity.core.ledger import Entry, EntryType
from comity.core.markings import Item, Label
from comity.core.terms import (
    Code,
    EvidenceId,
    InputError,
    Limits,
    PartyId,
    Signed,
    canonical,
    decode,
    decode_own,
    encode,
    from_plain,
    plain,
)
from tests.core import strategies
from tests.core.exchange.small import CONTROLS, SAID, STATUS, header, sealed
from tests.core.world import CHOSE_NCA, ITEM, LABEL, NCA, NOW, REQUEST, SAID_YES


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """One field of each kind that no document of today has."""

    day: date
    data: bytes = b""
    often: tuple[int, ...] = ()


ENTRY = Entry(type=EntryType.READ, at=NOW, ids={"item": "item-1", "officer": "o-17"})
EXAMPLES: list[Any] = [
    ITEM,
    LABEL,
    REQUEST,
    SAID_YES,
    CHOSE_NCA,
    SAID,
    STATUS,
    ENTRY,
    Kept(day=date(2026, 11, 23), data=b"\x00\xff\xfe", often=(1, 1, 2)),
    header(),
    sealed(),
    *CONTROLS,
]
KINDS: list[Any] = [
    *(Choice, Consents, Control, DisclosureRequest, Entry, Envelope, Header, Item, Kept, Label),
    *(Part, Said, Signed, Statement, Status),
]

whole_numbers = st.integers(-(1 << 53) + 1, (1 << 53) - 1)
values = st.one_of(
    st.booleans(),
    whole_numbers,
    st.text(max_size=8),
    st.datetimes(timezones=st.just(UTC)),
    st.frozensets(st.text(max_size=3), max_size=3),
)
"""A value of every kind that a fact can have."""
facts = st.dictionaries(
    st.text(max_size=4),
    st.builds(Evidenced, values, st.sampled_from([None, EvidenceId("e-1")])),
    max_size=3,
)


def refused(kind: type[Any], data: bytes, limits: Limits = Limits()) -> Code:  # noqa: B008 - a frozen value
    with pytest.raises(InputError) as caught:
        decode(kind, data, "it", limits)
    return caught.value.code


def kept(**changes: object) -> bytes:
    return canonical({"day": "2026-11-23", "data": "", "often": [], **changes})


def same(kind: type[Any], value: Any) -> None:  # noqa: ANN401 - any core object
    data = encode(value)
    read = decode(kind, data, "it")
    assert read == value
    assert encode(read) == data


@pytest.mark.parametrize("value", EXAMPLES, ids=lambda value: type(value).__name__)
def test_what_is_encoded_is_decoded_again(value: object) -> None:
    same(type(value), value)
    assert decode_own(type(value), encode(value)) == value


@given(st.one_of(strategies.items, strategies.statements, strategies.statuses, strategies.choices))
def test_any_item_and_any_answer_keep_their_value(value: object) -> None:
    same(type(value), value)


@given(strategies.consents)
def test_any_history_of_consent_keeps_its_value(value: Consents) -> None:
    same(Consents, value)


@given(strategies.requests, facts)
def test_any_request_keeps_its_value_and_the_kinds_of_its_facts(
    request: DisclosureRequest, stated: dict[str, Evidenced]
) -> None:
    whole = DisclosureRequest(
        items=request.items,
        discloser=request.discloser,
        recipient=request.recipient,
        purpose=request.purpose,
        kind=request.kind,
        addressee=request.addressee,
        facts=stated,
    )
    same(DisclosureRequest, whole)
    read = decode(DisclosureRequest, encode(whole), "it")
    kinds = {name: type(each.value) for name, each in stated.items()}
    assert {name: type(each.value) for name, each in read.facts.items()} == kinds


@given(st.dates(), st.binary(max_size=9), st.lists(whole_numbers, max_size=3))
def test_days_bytes_and_lists_keep_their_value(day: date, data: bytes, often: list[int]) -> None:
    same(Kept, Kept(day=day, data=data, often=tuple(often)))


@given(st.sampled_from(EXAMPLES))
def test_the_plain_form_holds_nothing_but_what_json_knows(value: object) -> None:
    shown = plain(value)
    assert json.loads(canonical(value_of(shown))) == shown
    assert from_plain(type(value), shown, "it") == value


def value_of(shown: object) -> object:
    """Return the same, if it is made of exactly the types that JSON knows."""
    if isinstance(shown, dict):
        assert all(type(key) is str for key in shown)
        assert all(value_of(each) is each for each in shown.values())
    elif isinstance(shown, list):
        assert all(value_of(each) is each for each in shown)
    else:
        assert type(shown) in {str, int, bool, type(None)}
    return shown


def test_a_text_in_the_form_of_an_instant_is_one_where_either_may_stand() -> None:
    stated = Evidenced("2026-11-23T09:00:00Z")
    assert decode(Evidenced, encode(stated), "it").value == NOW
    assert encode(decode(Evidenced, encode(stated), "it")) == encode(stated)


def test_an_instant_is_written_in_utc_whatever_its_zone() -> None:
    moved = Evidenced(NOW.astimezone(timezone(timedelta(hours=5))))
    assert encode(moved) == encode(Evidenced(NOW))


def test_from_is_written_without_the_underscore_that_python_needs() -> None:
    assert json.loads(encode(header()))["from"] == "NCA"
    data = encode(header()).replace(b'"from":', b'"from_":')
    assert refused(Header, data) is Code.UNKNOWN_KEY


@pytest.mark.parametrize(
    "data",
    [
        kept(day="20261123"),
        kept(day="2026-W48-1"),
        kept(day="2026-11-31"),
        kept(day="2026-11-23T00:00:00Z"),
        kept(day=20261123),
        kept(data="AA"),
        kept(data="AB=="),
        kept(data="AA==\n"),
        kept(data="A A=="),
        kept(data="é"),
        kept(data=[0]),
        kept(often=[True]),
        kept(often=["1"]),
        kept(often=[None]),
        kept(often={"0": 1}),
        kept(often=7),
        kept().replace(b",", b", "),
        kept() + b"\n",
        b" " + kept(),
        kept(data="A").replace(b"A", b"\\u0041"),
        b'{"often":[],"day":"2026-11-23","data":""}',
        kept(often=[0]).replace(b"0]", b"-0]"),
    ],
)
def test_any_other_spelling_is_refused(data: bytes) -> None:
    assert refused(Kept, data) is Code.WRONG_TYPE


@pytest.mark.parametrize(
    "written",
    [
        "2026-11-23T09:00:00+00:00",
        "2026-11-23T09:00:00.000000Z",
        "2026-11-23T14:00:00+05:00",
        "2026-11-23 09:00:00Z",
        "2026-11-23T09:00Z",
        "20261123T090000Z",
        "2026-11-23T09:00:00",
        "0001-01-01T00:00:00+23:00",
        "2026-11-23",
        "soon",
        7,
        None,
    ],
)
def test_an_instant_has_one_spelling(written: object) -> None:
    data = canonical({**json.loads(encode(ENTRY)), "at": written})
    assert refused(Entry, data) is Code.WRONG_TYPE


def test_a_set_is_read_in_its_own_order_only_and_without_doubles() -> None:
    def choice(*bodies: str) -> bytes:
        return canonical({**json.loads(encode(CHOSE_NCA)), "bodies": bodies})

    assert decode(Choice, choice("ICO", "NCA"), "it").bodies == {"ICO", "NCA"}
    for other in (("NCA", "ICO"), ("NCA", "NCA"), ("ICO", "NCA", "NCA")):
        assert refused(Choice, choice(*other)) is Code.WRONG_TYPE


@pytest.mark.parametrize("value", EXAMPLES, ids=lambda value: type(value).__name__)
def test_an_unknown_key_is_refused_and_a_near_one_is_suggested(value: object) -> None:
    shown = json.loads(encode(value))
    assert refused(type(value), canonical({**shown, "zzz": 1})) is Code.UNKNOWN_KEY
    first = next(iter(shown))
    with pytest.raises(InputError, match=f"did you mean {first}"):
        from_plain(type(value), {**shown, f"{first}s": 1}, "it")


def test_a_missing_key_is_refused_unless_its_field_has_a_default() -> None:
    assert refused(Kept, b"{}") is Code.MISSING_KEY
    assert decode(Kept, b'{"day":"2026-11-23"}', "it") == Kept(day=date(2026, 11, 23))
    shown = json.loads(encode(Evidenced("a")))
    assert decode(Evidenced, canonical({"value": "a"}), "it") == Evidenced("a")
    assert refused(Evidenced, canonical({"evidence": None})) is Code.MISSING_KEY
    assert shown == {"value": "a", "evidence": None}


def test_none_stands_only_where_a_field_allows_it() -> None:
    shown = json.loads(encode(REQUEST))
    assert decode(DisclosureRequest, canonical({**shown, "addressee": None}), "it") == REQUEST
    assert refused(DisclosureRequest, canonical({**shown, "kind": None})) is Code.WRONG_TYPE


def test_a_truth_value_is_no_number_and_a_number_no_truth_value() -> None:
    shown = json.loads(encode(STATUS))
    assert refused(Status, canonical({**shown, "counter": True})) is Code.WRONG_TYPE
    label = json.loads(encode(LABEL))
    assert refused(Label, canonical({**label, "identifies_people": 0})) is Code.WRONG_TYPE


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("discloser", "acme"),
        ("discloser", ""),
        ("recipient", ["ICO"]),
        ("purpose", "Regulation!"),
        ("addressee", "ICO"),
        ("items", {}),
        ("items", [[]]),
        ("facts", []),
        ("facts", {"gateway": "bare"}),
        ("facts", {"gateway": {"value": {}}}),
        ("facts", {"gateway": {"value": ["b", "a"]}}),
    ],
)
def test_a_value_of_another_type_is_refused(field: str, wrong: object) -> None:
    data = canonical({**json.loads(encode(REQUEST)), field: wrong})
    assert refused(DisclosureRequest, data) is Code.WRONG_TYPE


def test_an_unlisted_word_is_refused_where_the_words_are_listed() -> None:
    data = canonical({**json.loads(encode(LABEL)), "tlp": "TLP:WHITE"})
    with pytest.raises(InputError, match="one of TLP:CLEAR"):
        decode(Label, data, "it")


def test_what_a_kind_itself_refuses_is_bad_input() -> None:
    empty = canonical({**json.loads(encode(LABEL)), "sources": []})
    assert refused(Label, empty) is Code.EMPTY_LABEL
    text = canonical({**json.loads(encode(ENTRY)), "ids": {"item": "Acme was hacked"}})
    assert refused(Entry, text) is Code.WRONG_TYPE


def test_a_key_of_a_mapping_has_its_declared_kind() -> None:
    shown = json.loads(encode(SAID_YES))
    bad = {**shown, "status_seen": {"not an id": 1}}
    assert refused(Consents, canonical(bad)) is Code.WRONG_TYPE


def test_what_is_too_large_or_too_deep_is_not_read() -> None:
    assert refused(Kept, kept(data="A" * 400), Limits(size=200)) is Code.TOO_LARGE
    assert refused(Kept, b'{"often":' + b"[" * 999 + b"]" * 999 + b"}") is Code.TOO_DEEP
    assert refused(Kept, kept(often=[1] * 300), Limits(values=200)) is Code.TOO_MANY
    assert refused(Kept, b'{"day":1,"day":1}') is Code.DUPLICATE_KEY


def test_what_has_no_canonical_form_is_not_encoded() -> None:
    with pytest.raises(TypeError):
        encode(Kept(day=date(2026, 1, 1), often=(0.5,)))  # type: ignore[arg-type] # on purpose


@given(st.sampled_from(KINDS), st.binary(max_size=60))
def test_any_bytes_are_an_object_or_bad_input(kind: type[Any], data: bytes) -> None:
    with pytest.raises(InputError):
        decode(kind, data, "it")


json_values = st.recursive(
    st.one_of(st.none(), st.booleans(), whole_numbers, st.text(max_size=5)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(st.sampled_from(EXAMPLES), st.data())
def test_any_other_value_in_any_field_is_an_object_or_bad_input(
    value: object, data: st.DataObject
) -> None:
    shown = json.loads(encode(value))
    field = data.draw(st.sampled_from(sorted(shown)))
    changed = canonical({**shown, field: data.draw(json_values)})
    try:
        read = decode(type(value), changed, "it")
    except InputError:
        return
    same(type(value), read)


@given(st.sampled_from([encode(each) for each in EXAMPLES]), st.sampled_from(KINDS), st.data())
def test_a_changed_byte_gives_bad_input_or_another_value_with_these_very_bytes(
    whole: bytes, kind: type[Any], data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(whole) - 1))
    changed = whole[:place] + data.draw(st.binary(max_size=2)) + whole[place + 1 :]
    try:
        read = decode(kind, changed, "it")
    except InputError:
        return
    assert encode(read) == changed


def test_equal_values_have_equal_bytes_in_whatever_order_they_were_made() -> None:
    one = Choice(
        organisation=CHOSE_NCA.organisation,
        items=CHOSE_NCA.items,
        bodies=frozenset(map(PartyId, ("ICO", "NCA", "NCSC", "P1", "P2", "P3"))),
        counter=1,
    )
    other = Choice(
        organisation=CHOSE_NCA.organisation,
        items=CHOSE_NCA.items,
        bodies=frozenset(map(PartyId, ("P3", "P2", "P1", "NCSC", "NCA", "ICO"))),
        counter=1,
    )
    assert encode(one) == encode(other)
    assert b'"bodies":["ICO","NCA","NCSC","P1","P2","P3"]' in encode(one)
    assert NCA in decode(Choice, encode(one), "it").bodies


def test_the_bytes_of_an_entry_are_these() -> None:
    at = datetime(2026, 11, 23, 9, tzinfo=UTC)
    entry = Entry(type=EntryType.READ, at=at, ids={"officer": "o-17", "item": "item-1"})
    assert encode(entry) == (
        b'{"at":"2026-11-23T09:00:00Z","ids":{"item":"item-1","officer":"o-17"},'
        b'"type":"read","v":1}'
    )
