"""An address is plain: nothing in it can be taken for a header or a command of a mail server."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.core.mail import MailAddress, read_address
from comity.core.terms import InputError
from comity.wire.domains import NoDomains

as_asked = NoDomains().as_asked


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        (" anna@mail.example ", "anna@mail.example"),
        ("Anna.B+read@MAIL.Example.", "Anna.B+read@mail.example"),
        ("o'neil@m\u00fcller.example", "o'neil@xn--mller-kva.example"),
        ("anna@\uff41cme.example", "anna@acme.example"),
    ],
)
def test_an_address_is_kept_with_its_domain_as_it_is_asked_for(written: str, kept: str) -> None:
    assert read_address(written, as_asked) == kept


@pytest.mark.parametrize(
    "written",
    [
        "", "anna", "@mail.example", "anna@", "anna@mail", "a b@mail.example", "a@b@mail.example",
        "anna@mail.example\nBcc: all@mail.example", "anna\r\n.@mail.example", "anna@[192.0.2.1]",
        '"anna"@mail.example', "<anna@mail.example>", "anna@mail.example>", "a,b@mail.example",
        ".anna@mail.example", "anna.@mail.example", "an..na@mail.example", "anna(x)@mail.example",
        "\u0101nna@mail.example", f"{'a' * 65}@mail.example", f"a@{'b.' * 130}example",
        "anna@mail.example NOTIFY=SUCCESS", "anna;b@mail.example", "anna@127.0.0.1",
        "=?utf-8?q?anna=0D=0ABcc=3Aall?=@mail.example", "=?utf-8?q?a=40b?=@mail.example",
        "anna\x00@mail.example", "anna\u2028@mail.example",
    ],
)  # fmt: skip  # a list to read down
def test_what_is_no_plain_address_is_refused(written: str) -> None:
    with pytest.raises(InputError):
        read_address(written, as_asked)


def test_an_address_knows_its_domain() -> None:
    assert MailAddress("anna@mail.acme.example").domain == "mail.acme.example"


@given(st.text(max_size=80) | st.from_regex(r"[ -~]{1,20}@[ -~]{1,20}\.example"))
def test_whatever_is_written_an_address_has_no_room_for_anything_else(written: str) -> None:
    with suppress(InputError):
        found = read_address(written, as_asked)
        assert found.isascii()
        assert found.isprintable()
        assert found.count("@") == 1
        assert not set(found) & set(' \t\r\n\0<>()[]:;,?\\"')
