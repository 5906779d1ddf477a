"""Only what a node itself signed, and does not have, shows it that it was put back."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.core.exchange import (
    CONTROL_TYPE,
    HEADER_TYPE,
    Header,
    Own,
    Restored,
    Shown,
    header_alone,
    header_digest,
    lost_envelope,
    lost_head,
    lost_receipt,
    sign_control,
)
from comity.core.ledger import Hash, Head, sign_head
from comity.core.ledger.tree import EMPTY
from comity.core.terms import Digest, InputError, Signed, encode, signed
from tests.core.exchange.small import (
    BODIES,
    ICO_KEY,
    NCA_KEY,
    NOTE,
    SAID,
    VERIFIER,
    WITNESS,
    control,
    header,
    sealed,
)
from tests.core.world import ICO, NCA, NCSC
from tests.spec.slow_tree import tree_hash

FORMER = WITNESS
OWN = Own(NCA, ICO, (NCA_KEY.public, FORMER.public), VERIFIER)
NAME = "comity/NCA/pair-ICO"
LEDGER = [b"entry %d" % number for number in range(6)]
SIZES = st.integers(0, 12)


def root_at(size: int) -> Hash:
    return tree_hash(LEDGER[:size]) if size else EMPTY


def head(size: int, *, other: bool = False) -> Head:
    """Return the head of a ledger that goes on beyond what is left of it, or of another one."""
    whole = [*LEDGER, *(b"lost %d" % number for number in range(12))]
    entries = [b"other", *whole] if other else whole
    return Head(origin=NAME, size=size, root=tree_hash(entries[:size]) if size else EMPTY)


def not_known(_digest: Digest) -> bool:
    return False


def signed_header(found: Header, key: object = NCA_KEY) -> Signed:
    return signed(HEADER_TYPE, encode(found), key)  # type: ignore[arg-type] # a signer of the tests


# --- heads --------------------------------------------------------------------------------


def test_a_newer_head_of_its_own_shows_a_node_that_it_was_put_back() -> None:
    found = head(9)
    assert lost_head(OWN, sign_head(found, NCA_KEY), NAME, len(LEDGER), root_at) == found


def test_so_does_one_that_a_former_key_signed() -> None:
    found = head(9)
    assert lost_head(OWN, sign_head(found, FORMER), NAME, len(LEDGER), root_at) == found


def test_so_does_a_head_of_another_history_of_the_same_size() -> None:
    found = head(4, other=True)
    assert lost_head(OWN, sign_head(found, NCA_KEY), NAME, len(LEDGER), root_at) == found


@given(size=SIZES, other=st.booleans())
def test_a_head_counts_exactly_if_the_ledger_does_not_have_it(*, size: int, other: bool) -> None:
    shown = head(size, other=other)
    has = size <= len(LEDGER) and root_at(size) == shown.root
    found = lost_head(OWN, sign_head(shown, NCA_KEY), NAME, len(LEDGER), root_at)
    assert found == (None if has else shown)


@given(size=SIZES, other=st.booleans())
def test_no_head_counts_that_somebody_else_signed(*, size: int, other: bool) -> None:
    note = sign_head(head(size, other=other), ICO_KEY)
    assert lost_head(OWN, note, NAME, len(LEDGER), root_at) is None


def test_a_head_of_another_ledger_says_nothing_of_this_one() -> None:
    note = sign_head(replace(head(9), origin="comity/NCA/pair-NCSC"), NCA_KEY)
    assert lost_head(OWN, note, NAME, len(LEDGER), root_at) is None


def test_a_peer_that_shows_no_head_shows_nothing() -> None:
    assert lost_head(OWN, "", NAME, len(LEDGER), root_at) is None


# --- envelopes ----------------------------------------------------------------------------


def test_an_envelope_of_its_own_that_it_does_not_know_shows_a_node_that_it_was_put_back() -> None:
    found = lost_envelope(OWN, sealed().header, 0, not_known)
    assert found == (1, header_digest(sealed()))


def test_an_envelope_that_it_knows_shows_nothing_whatever_became_of_it() -> None:
    known = header_digest(sealed())
    assert lost_envelope(OWN, sealed().header, 0, lambda digest: digest == known) is None


@given(st.integers(1, 9), st.integers(0, 9))
def test_an_envelope_counts_only_beyond_what_has_a_receipt(seq: int, sent: int) -> None:
    found = lost_envelope(OWN, signed_header(header(seq=seq)), sent, not_known)
    assert (found is not None) == (seq > sent)


@pytest.mark.parametrize(
    "document",
    [
        None,
        signed_header(header(), ICO_KEY),
        signed_header(header(from_=ICO)),
        signed_header(header(to=NCSC)),
        signed(CONTROL_TYPE, encode(header()), NCA_KEY),
        signed(HEADER_TYPE, encode(SAID), NCA_KEY),
    ],
)
def test_a_forged_envelope_shows_nothing(document: Signed | None) -> None:
    assert lost_envelope(OWN, document, 0, not_known) is None


# --- receipts -----------------------------------------------------------------------------


def test_a_receipt_of_its_own_that_it_does_not_know_shows_a_node_that_it_was_put_back() -> None:
    receipt = BODIES["receipt"]
    document = sign_control(control(receipt=receipt), NCA_KEY)
    assert lost_receipt(OWN, document, 0) == (1, receipt.header)


@given(st.integers(1, 9), st.integers(0, 9))
def test_a_receipt_counts_only_beyond_what_is_held(seq: int, received: int) -> None:
    receipt = replace(BODIES["receipt"], seq=seq)
    found = lost_receipt(OWN, sign_control(control(receipt=receipt), NCA_KEY), received)
    assert (found is not None) == (seq > received)


@pytest.mark.parametrize(
    "document",
    [
        None,
        sign_control(control(receipt=BODIES["receipt"]), ICO_KEY),
        sign_control(replace(control(receipt=BODIES["receipt"]), to=NCSC), NCA_KEY),
        sign_control(replace(control(receipt=BODIES["receipt"]), from_=ICO), NCA_KEY),
        sign_control(control(recall=BODIES["recall"]), NCA_KEY),
        signed(CONTROL_TYPE, encode(SAID), NCA_KEY),
        signed(HEADER_TYPE, encode(control(receipt=BODIES["receipt"])), NCA_KEY),
    ],
)
def test_a_forged_receipt_shows_nothing(document: Signed | None) -> None:
    assert lost_receipt(OWN, document, 0) is None


# --- forms --------------------------------------------------------------------------------


@pytest.mark.parametrize("form", [Shown, Restored])
def test_a_head_that_is_shown_is_a_signed_head_or_none(form: type[Shown | Restored]) -> None:
    assert (form().head, form(head=NOTE).head) == ("", NOTE)
    with pytest.raises(InputError):
        form(head="Acme was hacked on Monday")


def test_a_header_is_still_signed_when_the_content_is_given_up() -> None:
    left = header_alone(sealed())
    assert (left.sealed, header_digest(left)) == (b"", header_digest(sealed()))
    assert lost_envelope(OWN, left.header, 0, not_known) == (1, header_digest(sealed()))
