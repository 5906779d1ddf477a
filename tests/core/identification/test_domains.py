"""A domain is one organisation's own name, and never an address or a name that many share."""

from contextlib import suppress

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from comity.core.identification import (
    DomainName,
    read_domain,
    read_suffixes,
    record_name,
    record_text,
)
from comity.core.terms import InputError
from comity.shipped import suffixes

SOURCE = {"source": "made up", "source_seen_on": "2026-11-29", "grade": "M"}


@pytest.mark.parametrize(
    "asked", ["acme.example", "acme.co.uk", "a-b.c.example", "xn--mller-kva.example", "9.example"]
)
def test_a_domain_is_taken(asked: str) -> None:
    assert read_domain(asked, suffixes()) == asked


@pytest.mark.parametrize(
    "asked",
    [
        "", ".", "example", "uk", "acme.example.", ".acme.example", "acme..example", "Acme.example",
        "192.0.2.1", "1.2", "[::1]", "2001:db8::1", "-acme.example", "acme-.example",
        "_comity.acme.example", "acme.example/x", "acme example", "a@acme.example",
        "acme.example\n", "é.example", f"{'a' * 64}.example", f"{'a.' * 122}example",
    ],
)  # fmt: skip  # a list to read down
def test_what_is_no_domain_is_refused(asked: str) -> None:
    with pytest.raises(InputError, match="is not a domain"):
        read_domain(asked, suffixes())


def test_a_name_under_which_many_have_their_domains_is_nobodys_own() -> None:
    with pytest.raises(InputError, match="many organisations end with") as caught:
        read_domain("co.uk", suffixes())
    assert "acme.co.uk" in caught.value.advice


@given(st.text(max_size=300))
def test_whatever_is_asked_for_is_taken_as_it_is_or_refused_in_words(asked: str) -> None:
    with suppress(InputError):
        found = read_domain(asked, suffixes())
        assert found == asked
        assert found.isascii()


LABEL = st.from_regex("[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?", fullmatch=True)
SHORT = st.from_regex("[a-z0-9]{1,3}", fullmatch=True)
LAST = st.from_regex("[a-z](?:[a-z0-9-]{0,61}[a-z0-9])", fullmatch=True)
DOMAINS = st.builds(
    lambda labels, last: ".".join([*labels, last]),
    st.lists(LABEL, min_size=1, max_size=2) | st.lists(SHORT, min_size=1, max_size=40),
    LAST,
)
"""Domains of few long labels or of many short ones; none is longer than a domain may be."""


@given(DOMAINS)
@example("a." * 91 + "b" * 63)
def test_the_record_of_every_domain_has_a_name_that_can_be_asked_for(domain: str) -> None:
    name = record_name(DomainName(domain))
    assert len(name) <= 253
    assert all(0 < len(label) <= 63 for label in name.split("."))
    assert name == f"_comity.{domain}"


def test_the_record_says_what_it_is_for() -> None:
    assert record_text("0f") == "comity-domain=0f"


def test_the_names_that_many_share_are_read_and_checked() -> None:
    assert read_suffixes({**SOURCE, "suffixes": ["co.uk"]}, "names") == {"co.uk"}
    for wrong in ({"suffixes": ["uk"]}, {"suffixes": [], "colour": "red"}, {"grade": 3}):
        with pytest.raises(InputError):
            read_suffixes({**SOURCE, **wrong}, "names")
