"""A version counts once all have signed it who have to, and until the next one begins."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from comity.core.agreement import (
    Agreement,
    Agreements,
    check_timeline,
    in_force,
    not_a_successor,
    read_signing,
    sign_version,
)
from comity.core.agreement.versions import SIGNING_TYPE
from comity.core.terms import (
    Code,
    Digest,
    InputError,
    PartyId,
    SignatureError,
    Signed,
    digest_of,
    signed,
)
from comity.wire.signing import Ed25519Signer, Ed25519Verifier
from tests.core.agreement.small import TEXT, altered, load
from tests.core.world import ICO, NCA, NCSC, NOW, agreement

MEMORANDUM, TERMS = agreement("ico-nca-2024"), agreement("front-door-terms")
VERIFIER = Ed25519Verifier()
KEYS = {party: Ed25519Signer(party.encode().ljust(32, b"-")) for party in (ICO, NCA)}
everybody = st.sampled_from([ICO, NCA, NCSC, PartyId("FRONT_DOOR")])


def version(number: int, begins: date) -> Agreement:
    """Return a version of the memorandum."""
    return replace(
        MEMORANDUM,
        version=f"{number}.0.0",
        in_force_from=begins,
        digest=digest_of(f"version {number}"),
    )


def test_a_signature_is_of_one_digest_by_one_party_and_reads_back() -> None:
    document = sign_version(MEMORANDUM, NCA, NOW, KEYS[NCA])
    found = read_signing(document, KEYS[NCA].public, VERIFIER)
    assert (found.agreement, found.party) == (MEMORANDUM.digest, NCA)
    assert (found.title, found.version, found.at) == (MEMORANDUM.title, "0.1.0", NOW)


def test_another_key_another_type_and_other_words_are_no_signature() -> None:
    document = sign_version(MEMORANDUM, NCA, NOW, KEYS[NCA])
    with pytest.raises(SignatureError):
        read_signing(document, KEYS[ICO].public, VERIFIER)
    other = signed("application/x-other", document.payload, KEYS[NCA])
    with pytest.raises(SignatureError):
        read_signing(other, KEYS[NCA].public, VERIFIER)
    changed = Signed(
        payloadType=SIGNING_TYPE,
        payload=document.payload.replace(b"0.1.0", b"0.2.0"),
        signatures=document.signatures,
    )
    with pytest.raises(SignatureError):
        read_signing(changed, KEYS[NCA].public, VERIFIER)
    with pytest.raises(InputError):
        read_signing(signed(SIGNING_TYPE, b"{}", KEYS[NCA]), KEYS[NCA].public, VERIFIER)


def test_all_parties_sign_unless_the_text_says_who() -> None:
    assert MEMORANDUM.signatories == {ICO, NCA}
    assert TERMS.signatories == {PartyId("FRONT_DOOR")}
    assert load(TEXT).signatories == {PartyId("NORTH"), PartyId("SOUTH")}
    one = altered("status: a test", "signed by: SOUTH\nstatus: a test")
    assert load(one).signatories == {PartyId("SOUTH")}


@pytest.mark.parametrize("named", ["EAST", "ORG", "", "NORTH, "])
def test_who_is_no_party_cannot_be_asked_to_sign(named: str) -> None:
    with pytest.raises(InputError, match="is to sign and is no party") as caught:
        load(altered("status: a test", f"signed by: {named}\nstatus: a test"))
    assert (caught.value.code, caught.value.at.line) == (Code.UNKNOWN_PARTY, 5)


@given(st.lists(st.tuples(st.sampled_from([MEMORANDUM, TERMS]), everybody)))
def test_no_version_is_in_force_before_everybody_has_signed_it_in_whatever_order(
    signings: list[tuple[Agreement, PartyId]],
) -> None:
    found = {(held.digest, party) for held, party in signings}
    for held in (MEMORANDUM, TERMS):
        whole = all((held.digest, party) in found for party in held.signatories)
        assert (held.digest in set(in_force([MEMORANDUM, TERMS], found))) is whole


def test_a_signature_of_another_version_does_not_count_for_this_one() -> None:
    other = version(2, MEMORANDUM.in_force_from)
    assert set(in_force([MEMORANDUM], {(other.digest, ICO), (MEMORANDUM.digest, NCA)})) == set()


YEARS = [version(n, date(2020 + n, 1, 1)) for n in range(4)]
digests = st.sampled_from([each.digest for each in YEARS])


@given(
    st.permutations(YEARS),
    st.frozensets(st.tuples(digests, st.sampled_from([ICO, NCA]))),
    st.dictionaries(digests, digests),
)
@example(YEARS, frozenset(), {YEARS[1].digest: YEARS[1].digest})
@example(YEARS, frozenset(), {YEARS[1].digest: YEARS[2].digest, YEARS[2].digest: YEARS[1].digest})
@example(
    YEARS,
    frozenset({(YEARS[0].digest, ICO), (YEARS[0].digest, NCA)}),
    {YEARS[2].digest: YEARS[1].digest, YEARS[1].digest: YEARS[0].digest},
)
def test_what_is_applied_alone_counts_only_in_a_chain_from_what_all_have_signed(
    held: list[Agreement],
    signatures: frozenset[tuple[Digest, PartyId]],
    tightened: dict[Digest, Digest],
) -> None:
    found = in_force(held, signatures, tightened)
    both = {each.digest: {(each.digest, ICO), (each.digest, NCA)} for each in YEARS}
    signed_by_all = {digest for digest, needed in both.items() if needed <= signatures}
    begins = {each.digest: each.in_force_from for each in YEARS}
    assert signed_by_all <= found
    for digest in found - signed_by_all:
        assert tightened[digest] in found
        assert begins[tightened[digest]] < begins[digest]
    for digest in begins.keys() - found:
        old = tightened.get(digest)
        assert old not in found or begins[old] >= begins[digest]


def test_a_successor_is_a_later_version_of_the_same_agreement_in_the_same_words() -> None:
    one, other = YEARS[:2]
    assert list(not_a_successor(one, other)) == []
    assert list(not_a_successor(other, one)) == [f"it does not begin after {other.in_force_from}"]
    assert list(not_a_successor(one, one)) == [f"it does not begin after {one.in_force_from}"]
    different = replace(
        other,
        title="Another",
        parties=frozenset({NCA, NCSC}),
        signatories=frozenset({NCA}),
        vocabulary=replace(other.vocabulary, digest=digest_of("other words")),
    )
    what = ("title", "parties", "signatories", "vocabulary")
    assert list(not_a_successor(one, different)) == [f"its {each} is not the same" for each in what]


def test_a_version_lasts_until_the_next_one_of_its_title_begins() -> None:
    first, second = version(1, date(2026, 1, 1)), version(2, date(2026, 7, 1))
    third = version(3, date(2027, 1, 1))
    held = Agreements([third, first, second, TERMS])
    before = datetime(2026, 6, 30, 23, 59, 59, tzinfo=UTC)
    after = before + timedelta(seconds=1)
    assert [held.in_force(each, before) for each in (first, second, third)] == [True, False, False]
    assert [held.in_force(each, after) for each in (first, second, third)] == [False, True, False]
    assert [held.is_over(each, after) for each in (first, second, third)] == [True, False, False]
    assert held.in_force(TERMS, after)


@given(st.lists(st.integers(0, 60), min_size=1, max_size=4, unique=True), st.integers(0, 70))
def test_on_every_day_from_the_first_one_exactly_one_version_is_in_force(
    starts: list[int], today: int
) -> None:
    first = date(2026, 1, 1)
    versions = [version(n, first + timedelta(days=day)) for n, day in enumerate(starts)]
    now = datetime(2026, 1, 1, 12, tzinfo=UTC) + timedelta(days=today)
    held = Agreements(versions)
    in_force_now = [each for each in versions if held.in_force(each, now)]
    assert len(in_force_now) == int(today >= min(starts))
    check_timeline(versions)


def test_two_versions_that_begin_on_one_day_are_refused_by_name() -> None:
    with pytest.raises(InputError, match=r"versions 1\.0\.0 and 2\.0\.0 both begin on 2026-01-01"):
        check_timeline([version(1, date(2026, 1, 1)), version(2, date(2026, 1, 1))])
    check_timeline([MEMORANDUM, MEMORANDUM, TERMS])


def test_some_of_the_versions_at_hand_are_prepared_once() -> None:
    held = Agreements([MEMORANDUM, TERMS])
    one = held.only(frozenset({TERMS.digest}))
    assert one.all == (TERMS,)
    assert held.only(frozenset({TERMS.digest})) is one
    assert held.only(held.digests) is held
