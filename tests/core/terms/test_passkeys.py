"""A passkey is taken from its usual form (COSE) into the one form that it has here."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.core.terms import InputError, passkey_from_cose
from tests.passkeys import KINDS, Authenticator, cose, eddsa, es256, rs256

POINT, LINE, MODULUS = (cose(by().passkey) for by in (es256, eddsa, rs256))


@pytest.mark.parametrize("kind", KINDS)
def test_a_key_is_the_same_in_both_forms(kind: Callable[[], Authenticator]) -> None:
    passkey = kind().passkey
    assert passkey_from_cose(cose(passkey)) == passkey
    assert passkey_from_cose({**cose(passkey), 2: b"its id", 99: "else"}) == passkey


@pytest.mark.parametrize(
    "key",
    [
        {},
        {**POINT, 3: -35},
        {**POINT, -1: 2},
        {**POINT, -3: True},
        {**POINT, -2: b"\1" * 31, -3: b"\1" * 33},
        {**LINE, -1: 7},
        {**LINE, 3: -7},
        {**LINE, -2: bytes(31)},
        {**MODULUS, -2: b"\3"},
        {**MODULUS, -1: b"\0" + bytes(256)},
        {**MODULUS, 3: -37},
        {1: 3, 3: -257},
    ],
)
def test_a_key_of_another_kind_is_not_taken(key: dict[int, object]) -> None:
    with pytest.raises(InputError):
        passkey_from_cose(key)


parts = st.one_of(st.integers(-300, 10), st.binary(max_size=70), st.text(max_size=3), st.none())


@given(st.dictionaries(st.integers(-4, 4), parts), st.sampled_from([POINT, LINE, MODULUS]))
def test_any_key_is_taken_into_its_one_form_or_refused(
    changes: dict[int, object], key: dict[int, object]
) -> None:
    changed = {**key, **changes}
    try:
        found = passkey_from_cose(changed)
    except InputError:
        return
    assert {name: each for name, each in changed.items() if name in cose(found)} == cose(found)
