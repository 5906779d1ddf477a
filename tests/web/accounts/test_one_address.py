"""An account is at one address: the one that its passkeys and cookies are made for."""

import pytest

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
