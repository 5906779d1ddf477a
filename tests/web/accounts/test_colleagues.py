"""Colleagues on their page: each invitation is for one, and nothing is done twice by chance."""

import pytest

from comity.words.catalogue import Language
from tests.web.accounts.door import Door
from tests.web.accounts.organisation import (
    BY_ACCOUNT,
    PLACE,
    Organisation,
    Who,
    founded,
    invited,
    reports_of,
)
from tests.web.accounts.visitor import HOME, Answer, Visitor


@pytest.fixture(scope="module")
def place(quick_door: Door) -> Organisation:
    """Return an organisation with people in each part."""
    return founded(quick_door, Language.ENGLISH)


@pytest.fixture
def manager(place: Organisation) -> Visitor:
    return place.people[Who.MANAGER]


def ask(who: Visitor, place: Organisation, **fields: str) -> Answer:
    """Send a form of the organisation's page."""
    return who.fill(f"{PLACE}{place.place}", **fields)


def test_each_invitation_has_a_code_of_its_own(manager: Visitor, place: Organisation) -> None:
    path = f"{PLACE}{place.place}"
    first = manager.get(path)
    fields = {"csrfmiddlewaretoken": first.token, "step": "invite", "role": "reader"}
    ben = manager.post(path, {**fields, "called": "Ben", "ticket": first.hidden("ticket")})
    carol = manager.post(path, {**fields, "called": "Carol", "ticket": ben.hidden("ticket")})
    assert ben.code != carol.code
    assert 'value="Ben"' not in ben.text
    again = manager.post(path, {**fields, "called": "Ben", "ticket": first.hidden("ticket")})
    assert again.code == ben.code


def test_what_is_wrong_with_an_invitation_is_said_and_nothing_is_lost(
    manager: Visitor, place: Organisation
) -> None:
    path = f"{PLACE}{place.place}"
    first = manager.get(path)
    fields = {"csrfmiddlewaretoken": first.token, "step": "invite", "called": "Ben"}
    page = manager.post(path, {**fields, "until": "1 1 2020", "ticket": first.hidden("ticket")})
    assert page.status == 422
    assert 'href="#role"' in page.text
    assert 'id="role"' in page.text
    assert 'value="Ben"' in page.text
    assert page.hidden("ticket") == first.hidden("ticket")


def test_whoever_is_let_go_opens_nothing_at_once_and_a_reload_asks_nothing_again(
    manager: Visitor, place: Organisation, quick_door: Door
) -> None:
    dora = Visitor(quick_door.place, "dora").with_account()
    dora.fill(
        HOME, step="join", invitation=invited(manager, place.place, called="D", role="reader")
    )
    [report, *_] = reports_of(dora)
    person = dora.get(HOME).words.partition("Your number here is ")[2].partition(".")[0]
    done = ask(manager, place, step="leave", person=person)
    assert (done.status, done.leads_to) == (302, f"{PLACE}{place.place}")
    assert person not in manager.get(done.leads_to).text
    assert dora.get(f"{PLACE}{place.place}").status == 404
    assert dora.post("report", {"code": f"{BY_ACCOUNT}{report}", "step": "tasks"}).status == 403
    assert reports_of(dora) == []


def test_the_last_manager_is_told_why_they_cannot_leave(
    manager: Visitor, place: Organisation
) -> None:
    page = ask(manager, place, step="leave", person=place.persons[Who.MANAGER])
    assert page.status == 422
    assert "Others would be left without a manager" in page.words
    assert 'href="#people"' in page.text
    assert 'id="people"' in page.text


def test_a_button_says_whom_it_is_about_and_shows_no_markup(
    manager: Visitor, place: Organisation
) -> None:
    page = manager.get(f"{PLACE}{place.place}")
    assert "Let go READER" in page.words
    assert "&lt;span" not in page.text


def test_whoever_vouches_takes_their_second_step_once_more(
    manager: Visitor, place: Organisation, quick_door: Door
) -> None:
    person = place.persons[Who.WRITER]
    manager.sign_out()
    manager.give_password()
    manager.fill("account/sign-in/second-step", code=manager.fresh_code())
    assert ask(manager, place, step="vouch", person=person).leads_to == f"{PLACE}{place.place}"
    stale = Visitor(quick_door.place, "stale").with_account()
    stale.fill(
        HOME, step="join", invitation=invited(manager, place.place, called="S", role="reader")
    )
    assert ask(stale, place, step="vouch", person=person).leads_to == "account/confirm/code"
