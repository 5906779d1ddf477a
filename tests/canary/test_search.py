"""The search finds a token in every form in which it could leak, and nothing else."""

import gzip
import zlib
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.cli.scenario.traces import MOST_NESTED, Token, token, traces

CANARY = token("incident", "NCA")
OTHER = token("ransom", "NCA")
TEXT = CANARY.text.encode()

FORMS: dict[str, Callable[[bytes], bytes]] = {
    "plain": bytes,
    "upper": bytes.upper,
    "hex": lambda data: data.hex().encode(),
    "HEX": lambda data: data.hex().upper().encode(),
    "url": lambda data: quote(data, safe="").encode(),
    "every byte escaped": lambda data: "".join(f"%{byte:02X}" for byte in data).encode(),
    "base64": b64encode,
    "url base64": urlsafe_b64encode,
    "utf-16": lambda data: data.decode("latin-1").encode("utf-16"),
    "gzip": gzip.compress,
    "zlib": zlib.compress,
    "zlib, quick": lambda data: zlib.compress(data, 1),
    "base64 in gzip": lambda data: gzip.compress(b64encode(data)),
    "gzip in gzip": lambda data: gzip.compress(gzip.compress(data)),
}

surroundings = st.binary(max_size=40)


@pytest.mark.parametrize("form", FORMS)
@given(before=surroundings, within=surroundings, after=surroundings)
def test_a_token_is_found_in_every_form_whatever_stands_around_it(
    form: str, before: bytes, within: bytes, after: bytes
) -> None:
    data = before + FORMS[form](within + TEXT + within) + after
    assert CANARY in {trace.token for trace in traces([CANARY, OTHER], data, "somewhere")}


@given(st.binary(max_size=2_000))
def test_nothing_is_found_where_there_is_nothing(data: bytes) -> None:
    assert traces([CANARY], data, "somewhere") == []


def test_a_trace_says_which_token_where_and_in_which_form() -> None:
    (found,) = traces([CANARY, OTHER], b"row 7: " + TEXT, "the store")
    assert found == (CANARY, "the store", "plain", 7)
    (packed,) = traces([CANARY, OTHER], b"log " + gzip.compress(TEXT.hex().encode()), "the log")
    assert packed.place == "the log, packed at 4"
    assert packed.form == "hex"


def test_what_was_cut_off_is_searched_as_far_as_it_goes() -> None:
    noise = bytes(range(256)) * 40
    whole = zlib.compress(TEXT + noise)
    assert traces([CANARY], whole[: len(whole) - 8], "a torn page")


def test_a_packed_bomb_does_not_fill_memory() -> None:
    bomb = b"\0" * 1_000_000
    for _ in range(MOST_NESTED + 2):
        bomb = gzip.compress(bomb)
    assert traces([CANARY], bomb, "a bomb") == []


def test_tokens_differ_by_section_body_and_seed_and_stay_the_same() -> None:
    several = {
        token(section, body, seed)
        for section in ("incident", "ransom")
        for body in ("NCA", "ICO")
        for seed in ("", "again")
    }
    assert len({each.text for each in several}) == 8
    assert token("incident", "NCA") == CANARY == Token("incident", "NCA", CANARY.text)
