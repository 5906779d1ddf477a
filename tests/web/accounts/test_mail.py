"""On their page people leave an address and take it away: after a second step, and for nothing."""

from pathlib import Path

import pytest

from comity.cli.scenario.nodes import RunningNode, free_ports
from comity.cli.scenario.people import served_pages
from comity.core.terms import PartyId
from comity.settings import EXERCISE
from comity.words.catalogue import Language
from tests.web.accounts.door import Door
from tests.web.accounts.organisation import (
    PLACE,
    Organisation,
    Who,
    founded,
    invited,
    join,
    places_of,
)
from tests.web.accounts.visitor import Answer, Visitor

ADDRESS = "quokka-7713@outside.example"


@pytest.fixture(scope="module")
def place(quick_door: Door) -> Organisation:
    """Return an organisation with people in each part."""
    return founded(quick_door, Language.ENGLISH)


@pytest.fixture
def manager(place: Organisation) -> Visitor:
    """Return its manager, who has just taken their second step."""
    return place.people[Who.MANAGER]


def path(place: Organisation, prefix: str = "") -> str:
    return f"{prefix}{PLACE}{place.place}/mail"


def leave(
    who: Visitor, place: Organisation, address: str = ADDRESS, outside: str = "yes"
) -> Answer:
    return who.fill(path(place), step="tell", address=address, outside=outside)


def name_domain(who: Visitor, place: Organisation) -> None:
    """Name a domain as the organisation's own."""
    who.fill(f"{PLACE}{place.place}/identity", step="domain", domain="acme.example")


def test_somebody_leaves_an_address_sees_that_it_is_used_and_takes_it_away(
    manager: Visitor, place: Organisation
) -> None:
    assert "You are not told by mail" in manager.get(path(place)).words
    name_domain(manager, place)
    assert leave(manager, place).leads_to == path(place)
    page = manager.get(path(place))
    assert ADDRESS in page.words
    assert "You are told at this address" in page.words
    manager.fill(path(place), step="stop")
    assert "You are not told by mail" in manager.get(path(place)).words


@pytest.mark.parametrize("address", ["a@acme.example", "a@mail.ACME.example", "a@xn--80ak.example"])
def test_an_address_that_may_be_affected_is_kept_and_said_not_to_be_used(
    manager: Visitor, place: Organisation, address: str
) -> None:
    name_domain(manager, place)
    leave(manager, place, address)
    assert "This address is not used now" in manager.get(path(place)).words


def test_the_page_speaks_welsh_as_well(manager: Visitor, place: Organisation) -> None:
    leave(manager, place)
    page = manager.get(path(place, "cy/"))
    assert "Cael gwybod drwy e-bost" in page.words
    assert ADDRESS in page.words
    wrong = manager.fill(path(place, "cy/"), step="tell", address="x", outside="yes")
    assert "Ysgrifennwch gyfeiriad e-bost" in wrong.words


@pytest.mark.parametrize(
    ("address", "outside", "said"),
    [
        ("quokka", "yes", "Write a mail address"),
        ("a@outside.example\r\nBcc: b@outside.example", "yes", "Write a mail address"),
        (ADDRESS, "", "Tick the box"),
        (ADDRESS, "on", "Tick the box"),
    ],
)
def test_what_is_wrong_is_said_once_and_nothing_is_kept(  # noqa: PLR0913, PLR0917 - one case
    manager: Visitor, place: Organisation, quick_door: Door, address: str, outside: str, said: str
) -> None:
    manager.fill(path(place), step="stop")
    before = quick_door.digest()
    page = leave(manager, place, address, outside)
    assert page.status == 422
    assert page.words.count(said) == 2
    assert "You are not told by mail" in page.words
    assert quick_door.digest() == before


def test_an_address_changes_only_after_the_second_step_was_taken_once_more(
    place: Organisation, quick_door: Door, manager: Visitor
) -> None:
    stale = Visitor(quick_door.place, "stale").with_account()
    join(stale, invited(manager, place.place, called="S", role="reader"))
    before = quick_door.digest()
    for fields in ({"step": "stop"}, {"step": "tell", "address": ADDRESS, "outside": "yes"}):
        assert stale.fill(path(place), **fields).leads_to == "account/confirm/code"
    assert quick_door.digest() == before


def test_nobody_sees_anybody_elses_address_not_even_a_manager_or_whoever_has_the_database(
    manager: Visitor, place: Organisation, quick_door: Door
) -> None:
    reader = place.people[Who.READER]
    assert leave(reader, place, "wombat-4408@outside.example").status == 302
    for page in (path(place), f"{PLACE}{place.place}", "account/"):
        assert "wombat" not in manager.get(page).text
    assert "wombat" not in quick_door.everything()
    assert "wombat" not in quick_door.log


def test_an_address_gets_no_mail_for_being_left(
    manager: Visitor, place: Organisation, quick_door: Door
) -> None:
    leave(manager, place)
    assert "a mail would go out" not in quick_door.log
    assert quick_door.rows("SELECT COUNT(*) FROM store_mails") == [(0,)]


def test_what_is_written_is_shown_as_it_was_written(manager: Visitor, place: Organisation) -> None:
    page = leave(manager, place, '"><script>x</script>')
    assert "<script>x" not in page.text
    assert page.status == 422


def test_where_nobody_is_told_by_mail_the_page_says_so(tmp_path: Path) -> None:
    [port] = free_ports(1)
    node = RunningNode(
        party=PartyId("FRONT_DOOR"), role="front-door", home=tmp_path / "door", port=port,
        database="",
    )  # fmt: skip  # one call
    node.run("init")
    (node.home / EXERCISE).touch()
    with served_pages(node) as at:
        anna = Visitor(at, "anna").with_account()
        anna.fill("account/confirm/code", code=anna.fresh_code())
        anna.fill("account/", step="register", own_called="Anna")
        [place] = places_of(anna)
        anna.fill(f"{PLACE}{place}/mail", step="tell", address=ADDRESS, outside="yes")
        assert "This service tells nobody by mail now" in anna.get(f"{PLACE}{place}/mail").words
