"""A yes by passkey holds only with what the passkey signed over it, on the front door's site."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.core.consent import (
    Answer,
    Assertion,
    Assurance,
    Said,
    Statement,
    challenge_of,
    read_own_said,
    read_said,
    sign_said,
    with_assertion,
)
from comity.core.consent.passkey import check_assertion
from comity.core.terms import (
    Algorithm,
    Digest,
    InputError,
    OrganisationId,
    Passkey,
    SignatureError,
    digest_of,
    encode,
)
from comity.wire.signing import Ed25519Verifier
from tests import board
from tests.core import strategies
from tests.core.consent.test_documents import DOOR, SAID, as_said
from tests.core.world import HOUR, ICO, NCA
from tests.passkeys import (
    BACKED_UP,
    BRINGS_KEY,
    HAS_EXTENSIONS,
    KINDS,
    PRESENT,
    VERIFIED,
    Authenticator,
    eddsa,
    es256,
    rs256,
)

VERIFIER = Ed25519Verifier()
ANNA, EVE = eddsa(1), eddsa(2)
CHALLENGE = challenge_of(SAID)
BOTH = PRESENT | VERIFIED


def read(said: Said) -> Said:
    return read_said(sign_said(said, DOOR), DOOR.public, VERIFIER)


def refused(said: Said) -> str:
    """See that a front door's signature alone does not make this an answer; return why."""
    assert read_own_said(sign_said(said, DOOR), DOOR.public, VERIFIER) == said
    with pytest.raises(SignatureError) as caught:
        read(said)
    return str(caught.value)


def signed(by: Authenticator = ANNA, **how: Any) -> Said:  # noqa: ANN401 - anything of an assertion
    return with_assertion(SAID, by.touched(CHALLENGE, **how))


# ------------------------------------------------------------------ what holds


@pytest.mark.parametrize("kind", KINDS)
def test_a_yes_by_passkey_is_read_whatever_the_passkey_signs_with(
    kind: Callable[[], Authenticator],
) -> None:
    said = kind().says(SAID)
    assert read(said) == said
    other = replace(said, end=said.end + HOUR)
    assert "something else" in refused(other)


@pytest.mark.parametrize(
    "how",
    [
        {"flags": BOTH | BACKED_UP},
        {"flags": BOTH | HAS_EXTENSIONS, "more": b"\xa0"},
        {"origin": "https://door.example:8443"},
        {"origin": "https://consent.door.example"},
        {"crossOrigin": None},
        {"other_keys_can_be_added_here": "do not compare clientDataJSON against a template"},
        {"tokenBinding": {"status": "supported"}},
    ],
    ids=str,
)
def test_what_browsers_and_authenticators_may_add_is_taken(how: dict[str, Any]) -> None:
    read(signed(**how))


@pytest.mark.parametrize("origin", ["http://localhost:8081", "https://localhost"])
def test_on_the_machine_itself_a_page_need_not_be_encrypted(origin: str) -> None:
    read(signed(ANNA.at("localhost"), origin=origin))


def test_the_challenge_is_the_digest_of_all_that_is_said_and_of_no_assertion() -> None:
    assert len(CHALLENGE) == 32
    assert challenge_of(with_assertion(SAID, None)) == challenge_of(signed(EVE)) == CHALLENGE


@given(strategies.statements, strategies.statements)
def test_different_answers_have_different_challenges(one: Statement, other: Statement) -> None:
    a, b = (with_assertion(as_said(each), None) for each in (one, other))
    assert (challenge_of(a) == challenge_of(b)) == (a == b)


# ------------------------------------------------------------------ what does not


def test_a_yes_by_passkey_without_what_the_passkey_signed_is_refused() -> None:
    assert "a yes by passkey has" in refused(with_assertion(SAID, None))


@pytest.mark.parametrize("assurance", [each for each in Assurance if each is not Assurance.PASSKEY])
def test_what_a_passkey_signed_stands_in_no_answer_by_other_means(assurance: Assurance) -> None:
    said = replace(SAID, assurance=assurance)
    refused(ANNA.says(said))
    read(with_assertion(said, None))


@pytest.mark.parametrize("answer", [Answer.REFUSED, Answer.WITHDRAWN])
def test_a_no_by_passkey_needs_no_assertion_and_has_none(answer: Answer) -> None:
    said = replace(SAID, answer=answer)
    read(with_assertion(said, None))
    refused(ANNA.says(said))


CHANGES: list[dict[str, Any]] = [
    {"items": SAID.items | {digest_of("another content")}},
    {"items": frozenset[Digest]()},
    {"counter": SAID.counter + 1},
    {"recipient": NCA},
    {"discloser": ICO},
    {"organisation": OrganisationId("org-other")},
    {"end": SAID.end + timedelta(microseconds=1)},
    {"start": SAID.start - HOUR},
    {"stated_at": SAID.stated_at + HOUR},
    {"entitlement": SAID.entitlement.CALLED_BACK},
]


@pytest.mark.parametrize("changes", CHANGES, ids=lambda each: next(iter(each)))
def test_an_assertion_is_for_one_answer_and_no_other(changes: dict[str, Any]) -> None:
    """The front door signs whatever it likes; the passkey signed this."""
    assert "something else" in refused(replace(signed(), **changes))


@given(strategies.statements, strategies.statements)
def test_no_assertion_is_carried_over_to_another_answer(one: Statement, other: Statement) -> None:
    touched, said = ANNA.says(as_said(one)), with_assertion(as_said(other), None)
    moved = with_assertion(said, touched.assertion)
    if with_assertion(touched, None) != said or not said.is_by_passkey():
        refused(moved)
        board.record("P3", what="a yes with what a passkey signed for another answer", tried=1,
                     broken=0)  # fmt: skip
    else:
        read(moved)


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "a registration": ({"type": "webauthn.create"}, "no assertion"),
    "no type": ({"type": None}, "no assertion"),
    "another challenge": ({"challenge": "AAAA"}, "something else"),
    "no challenge": ({"challenge": None}, "something else"),
    "another site's page": ({"origin": "https://evil.example"}, "page"),
    "a name that only ends alike": ({"origin": "https://evildoor.example"}, "page"),
    "a name that only begins alike": ({"origin": "https://door.example.evil.example"}, "page"),
    "a page above the site": ({"origin": "https://example"}, "page"),
    "a page that is not encrypted": ({"origin": "http://door.example"}, "page"),
    "a path after the site": ({"origin": "https://evil.example/.door.example"}, "page"),
    "a person before the site": ({"origin": "https://evil.example@door.example"}, "page"),
    "no origin": ({"origin": None}, "page"),
    "an origin that is a number": ({"origin": 7}, "page"),
    "a frame": ({"crossOrigin": True}, "within"),
    "a frame, as a text": ({"crossOrigin": "true"}, "within"),
    "nobody there": ({"flags": VERIFIED}, "without anybody"),
    "nobody who showed who they are": ({"flags": PRESENT}, "without anybody"),
    "a new key": ({"flags": BOTH | BRINGS_KEY, "more": bytes(40)}, "something else than"),
    "a new key of no bytes": ({"flags": BOTH | BRINGS_KEY}, "something else than"),
    "extensions of no bytes": ({"flags": BOTH | HAS_EXTENSIONS}, "something else than"),
    "bytes that nothing announces": ({"more": b"\xa0"}, "something else than"),
    "another site": ({"signed_for": "evil.example"}, "for another site"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_a_passkey_signed_otherwise_is_refused(name: str) -> None:
    how, why = WRONG[name]
    assert why in refused(signed(**how))


@pytest.mark.parametrize("data", [b"", bytes(36)])
def test_data_of_an_authenticator_that_are_too_short_are_refused(data: bytes) -> None:
    touched = ANNA.touched(CHALLENGE)
    found = ANNA.signing(touched.client_data, data)
    assert "too short" in refused(with_assertion(SAID, found))


@pytest.mark.parametrize("data", [b"", b"[]", b"\xff", b'{"type":"a","type":"webauthn.get"}', b"{"])
def test_client_data_that_are_no_object_are_refused(data: bytes) -> None:
    touched = ANNA.touched(CHALLENGE)
    found = ANNA.signing(data, touched.authenticator_data)
    assert "cannot be read" in refused(with_assertion(SAID, found))


def test_the_key_that_is_named_is_the_one_that_signed() -> None:
    touched = ANNA.touched(CHALLENGE)
    for other in (EVE, es256(), rs256()):
        refused(with_assertion(SAID, replace(touched, passkey=other.passkey)))


@given(st.sampled_from(["client_data", "authenticator_data", "signature"]), st.integers(0))
def test_no_bit_of_what_a_passkey_signed_can_change(what: str, bit: int) -> None:
    touched = ANNA.touched(CHALLENGE)
    data = bytearray(getattr(touched, what))
    data[bit // 8 % len(data)] ^= 1 << bit % 8
    changed: Any = {what: bytes(data)}
    refused(with_assertion(SAID, replace(touched, **changed)))


@given(st.binary(max_size=300), st.binary(max_size=80))
def test_any_bytes_are_refused_by_one_error(client_data: bytes, data: bytes) -> None:
    with pytest.raises(SignatureError):
        check_assertion(ANNA.signing(client_data, data), CHALLENGE, VERIFIER)


# ------------------------------------------------------------------ its form


def too_large(**parts: Any) -> Callable[[], Assertion]:  # noqa: ANN401 - any part
    return lambda: replace(ANNA.touched(CHALLENGE), **parts)


@pytest.mark.parametrize(
    "make",
    [
        too_large(client_data=bytes(2049)),
        too_large(authenticator_data=bytes(1025)),
        too_large(signature=bytes(513)),
        *(too_large(rp=each) for each in (
            "", "Door.example", "door example", "-door.example", "a..b", "door.example\n",
            ".".join(["a" * 60] * 5), f"{'a' * 64}.example", "127.0.0.1/x",
        )),
    ],
)  # fmt: skip
def test_a_part_that_is_too_large_or_no_name_is_refused(make: Callable[[], Assertion]) -> None:
    with pytest.raises(InputError):
        make()


@pytest.mark.parametrize(
    ("algorithm", "public"),
    [
        (Algorithm.ES256, bytes(63)),
        (Algorithm.ES256, bytes(65)),
        (Algorithm.EDDSA, bytes(33)),
        (Algorithm.RS256, b"\1" * 255),
        (Algorithm.RS256, b"\1" * 513),
        (Algorithm.RS256, b"\0" + b"\1" * 256),
    ],
)
def test_a_key_of_another_size_is_none(algorithm: Algorithm, public: bytes) -> None:
    with pytest.raises(InputError, match="not a public key"):
        Passkey(algorithm=algorithm, public=public)


def test_a_key_may_begin_with_zero_where_its_size_is_fixed() -> None:
    Passkey(algorithm=Algorithm.ES256, public=bytes(64))


def test_a_passkey_is_named_by_its_key_and_its_site() -> None:
    touched = ANNA.touched(CHALLENGE)
    assert touched.digest == ANNA.touched(b"another").digest
    others = {EVE.touched(CHALLENGE).digest, ANNA.at("evil.example").touched(CHALLENGE).digest}
    assert touched.digest not in others
    assert len(others) == 2


def test_the_largest_assertion_still_travels_in_an_answer() -> None:
    largest = replace(
        ANNA.touched(CHALLENGE), client_data=bytes(2048), authenticator_data=bytes(1024),
        signature=bytes(512), rp="a" * 60,
        passkey=Passkey(algorithm=Algorithm.RS256, public=b"\1" * 512),
    )  # fmt: skip
    assert len(encode(sign_said(with_assertion(SAID, largest), DOOR))) < 1 << 14
