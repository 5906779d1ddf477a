"""Equal values have equal bytes, today and in ten years."""

from datetime import UTC, date, datetime, timedelta, timezone
from enum import StrEnum
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.core.terms import Digest, PartyId, canonical, digest_of, read_json, salted_digest

SALT = bytes(range(32))
TOO_LARGE_FOR_A_FLOAT = (1 << 53) - 1


class Colour(StrEnum):
    """A text with a name."""

    RED = "red"


GOLDEN = [
    ({}, b"{}"),
    ({"b": 1, "a": [True, False, None]}, b'{"a":[true,false,null],"b":1}'),
    ({"é": "ü", "z": "\n\x1f\u2028"}, '{"z":"\\n\\u001f\u2028","é":"ü"}'.encode()),
    ({"a": '\\"/'}, b'{"a":"\\\\\\"/"}'),
    ([-0, -1, TOO_LARGE_FOR_A_FLOAT], b"[0,-1,9007199254740991]"),
    (datetime(2026, 11, 23, 9, tzinfo=UTC), b'"2026-11-23T09:00:00Z"'),
    (datetime(2026, 11, 23, 9, 0, 0, 5, tzinfo=UTC), b'"2026-11-23T09:00:00.000005Z"'),
    (date(2026, 11, 23), b'"2026-11-23"'),
    (frozenset({"b", "a"}), b'["a","b"]'),
    ({1, 10, 9}, b"[1,10,9]"),
    ((PartyId("NCA"), Colour.RED), b'["NCA","red"]'),
    ({PartyId("NCA"): {Colour.RED: 1}}, b'{"NCA":{"red":1}}'),
]


@pytest.mark.parametrize(("value", "written"), GOLDEN)
def test_these_bytes_never_change(value: object, written: bytes) -> None:
    assert canonical(value) == written
    assert digest_of(value) == Digest(sha256(written).hexdigest())


@pytest.mark.parametrize(
    "value", [1.0, float("nan"), b"bytes", object(), {1: "a"}, {"a": [{"b": 0.5}]}, {None: 1}]
)
def test_what_has_no_canonical_form_is_refused(value: object) -> None:
    with pytest.raises(TypeError, match=r"has no canonical form|a key is a text"):
        canonical(value)


def test_half_a_character_has_no_bytes() -> None:
    with pytest.raises(UnicodeEncodeError):
        canonical("\ud800")


texts = st.text(max_size=5)
plain = st.recursive(
    st.none() | st.booleans() | st.integers(-TOO_LARGE_FOR_A_FLOAT, TOO_LARGE_FOR_A_FLOAT) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=10,
)


@given(plain)
def test_a_strict_reader_reads_back_what_was_written(value: object) -> None:
    assert read_json(canonical({"value": value}), "f") == {"value": value}


@given(st.dictionaries(texts, plain, max_size=5), st.randoms(use_true_random=False))
def test_the_order_in_which_a_mapping_was_made_does_not_show(
    value: dict[str, object],
    shuffled: st.DataObject,
) -> None:
    keys = list(value)
    shuffled.shuffle(keys)  # type: ignore[attr-defined]  # hypothesis gives a random.Random
    assert canonical({key: value[key] for key in keys}) == canonical(value)


@given(st.frozensets(st.frozensets(texts, max_size=3), max_size=4))
def test_a_set_is_written_as_its_sorted_members(value: frozenset[frozenset[str]]) -> None:
    assert canonical(value) == canonical(set(value))
    written = [canonical(each) for each in value]
    assert canonical(value) == b"[" + b",".join(sorted(written)) + b"]"


@given(
    st.datetimes(datetime(1970, 1, 2), datetime(9000, 1, 1)),  # noqa: DTZ001 - hypothesis wants them bare
    st.integers(-23, 23),
)
def test_one_instant_has_one_form_in_every_zone(moment: datetime, hours: int) -> None:
    utc = moment.replace(tzinfo=UTC)
    there = utc.astimezone(timezone(timedelta(hours=hours)))
    assert canonical(there) == canonical(utc)


@given(plain, plain)
def test_different_values_have_different_bytes(a: object, b: object) -> None:
    assert canonical(a) != canonical(b) or a == b


def test_a_salted_digest_is_the_digest_of_salt_and_content() -> None:
    assert salted_digest(SALT, b"text") == Digest(sha256(SALT + b"text").hexdigest())


@given(st.binary(max_size=8), st.binary(min_size=32, max_size=32))
def test_another_salt_gives_another_digest(content: bytes, salt: bytes) -> None:
    assert (salted_digest(salt, content) == salted_digest(SALT, content)) == (salt == SALT)


@pytest.mark.parametrize("salt", [b"", SALT[:-1], SALT + b"\0"])
def test_a_salt_of_another_length_is_refused(salt: bytes) -> None:
    with pytest.raises(ValueError, match=f"a salt has 32 bytes, this one has {len(salt)}"):
        salted_digest(salt, b"")
