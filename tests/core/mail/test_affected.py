"""While an incident is open nobody writes to a domain that is affected, or may be."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.core.identification import DomainName
from comity.core.mail import Known, MailAddress, domains_in, may_write
from comity.shipped import suffixes
from comity.wire.domains import NoDomains
from tests.core.identification.test_domains import DOMAINS

ACME = DomainName("acme.example")
OPEN = Known(
    is_open=True,
    said_since=True,
    own=frozenset({ACME}),
    written=frozenset({"harbour.co.uk"}),
)


def written_to(address: str, known: Known = OPEN) -> bool:
    return may_write(MailAddress(address), known, suffixes())


def test_an_address_outside_is_written_to() -> None:
    assert written_to("anna@outside.example")
    assert written_to("anna@other.co.uk")


@pytest.mark.parametrize(
    "address",
    [
        "anna@acme.example", "ANNA@acme.example", "anna@mail.acme.example",
        "anna@a.b.c.acme.example", "acme@harbour.co.uk", "anna@post.harbour.co.uk",
    ],
)  # fmt: skip  # a list to read down
def test_an_affected_domain_and_what_is_below_it_is_not_written_to(address: str) -> None:
    assert not written_to(address)


def test_what_is_beside_or_above_an_affected_name_is_not_written_to() -> None:
    below = replace(OPEN, own=frozenset({DomainName("mail.acme.co.uk")}))
    assert not written_to("anna@hr.acme.co.uk", below)
    assert not written_to("anna@acme.co.uk", below)
    assert written_to("anna@other.co.uk", below)


def test_a_name_that_only_ends_alike_is_outside() -> None:
    assert written_to("anna@notacme.example")
    assert written_to("anna@acme.example.org")


def test_a_domain_with_letters_beyond_ascii_is_not_written_to() -> None:
    assert not written_to("anna@xn--cme-7cd.example")
    assert not written_to("anna@mail.xn--80ak6aa92e.example")


def test_nobody_is_written_to_as_long_as_no_domain_of_the_organisation_is_known() -> None:
    assert not written_to("anna@outside.example", replace(OPEN, own=frozenset()))


def test_an_address_of_before_the_incident_is_not_written_to() -> None:
    assert not written_to("anna@outside.example", replace(OPEN, said_since=False))


def test_in_peace_any_address_is_written_to() -> None:
    assert written_to("anna@acme.example", replace(OPEN, is_open=False))


# ------------------------------------------------------------------ what a report says


@pytest.mark.parametrize(
    "text",
    [
        "The mail server mail.acme.example was encrypted.",
        "Write to anna@acme.example.Thanks",
        "see https://ACME.Example/login and readme.txt",
        "_dmarc.acme.example",
        "backup.acme.example.zip",
        "\uff41\uff43\uff4d\uff45\u3002\uff45\uff58\uff41\uff4d\uff50\uff4c\uff45",
    ],
)
def test_a_domain_that_stands_in_a_report_is_not_written_to(text: str) -> None:
    found = domains_in([text], NoDomains().as_asked)
    known = replace(OPEN, own=frozenset({DomainName("other.example")}), written=found)
    assert not written_to("anna@acme.example", known)
    assert written_to("anna@outside.example", known)


@given(DOMAINS, DOMAINS, st.text(alphabet=" ,;<>()\n\"'", min_size=1, max_size=3), st.text())
def test_whatever_stands_around_a_domain_it_is_found(
    domain: str, other: str, between: str, text: str
) -> None:
    said = f"{text}{between}anna@{domain}{between}{other}"
    found = domains_in([said], NoDomains().as_asked)
    known = replace(OPEN, own=frozenset({DomainName("own.example")}), written=found)
    assert not may_write(MailAddress("a@" + domain), known, suffixes())


BELOW = st.just("") | st.from_regex(r"[a-z0-9]{1,9}\.", fullmatch=True)


@given(DOMAINS, BELOW, BELOW)
def test_no_own_domain_and_nothing_under_it_is_ever_written_to(
    domain: str, own: str, other: str
) -> None:
    known = replace(OPEN, own=frozenset({DomainName(f"{own}{domain}")}))
    if domain not in suffixes():
        assert not written_to(f"a@{other}{domain}", known)


@given(DOMAINS, st.sampled_from([{"own": frozenset()}, {"said_since": False}]))
def test_doubt_writes_to_nobody(domain: str, doubt: dict[str, Any]) -> None:
    assert not written_to(f"a@{domain}", replace(OPEN, **doubt))


def test_what_cannot_be_asked_for_is_no_domain() -> None:
    assert domains_in(["\u0661\u0662.example and acme.example"], NoDomains().as_asked) == {ACME}
