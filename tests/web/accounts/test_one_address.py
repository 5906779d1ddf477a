"""An account is at one address: the one that its passkeys and cookies are made for."""

import pytest

from comity import settings
from comity.core.terms import InputError
from tests.web.accounts.door import Door
from tests.web.accounts.visitor import Visitor


@pytest.mark.parametrize("path", ["account/sign-in", "cy/account/sign-up?next=/account/"])
def test_whoever_asks_for_an_account_elsewhere_is_sent_to_its_address(
    quick_door: Door, path: str
) -> None:
    visitor = Visitor(quick_door.place)
    elsewhere = visitor.get(path, Host="127.0.0.1:1234")
    assert elsewhere.status == 302
    assert elsewhere.headers["Location"] == f"{quick_door.place}{path}"
    assert visitor.get(path).status == 200


def test_what_needs_no_account_is_shown_under_every_name(quick_door: Door) -> None:
    visitor = Visitor(quick_door.place)
    for path in ("", "first-notice", "come-back", "health"):
        assert visitor.get(path, Host="127.0.0.1:1234").status == 200


@pytest.mark.parametrize(
    "written",
    ["http://reports.example.org", "https://reports:1]:53", "https://[::1]", "https://a@b",
     "https://x:99999", "https://x/", "https://X.example", "reports.example.org"],
)  # fmt: skip
def test_an_address_at_which_nobody_can_sign_in_is_one_clear_error(written: str) -> None:
    with pytest.raises(InputError, match="is not where people can sign in"):
        settings.origin({"COMITY_ORIGIN": written})


def test_an_address_is_a_name_encrypted_or_on_this_machine() -> None:
    for each in ("https://reports.example.org", "https://a.b:8443", "http://localhost:8080"):
        assert settings.origin({"COMITY_ORIGIN": each}) == each
