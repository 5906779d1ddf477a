"""Other sites: what comes for an account from elsewhere, or too late, changes and loses nothing."""

import html
from itertools import count

import pytest

from comity.web.front_door.pages import PREFIX
from comity.web.front_door.words import said
from comity.words.catalogue import Language
from tests.web.accounts.door import Door
from tests.web.accounts.organisation import BY_ACCOUNT, places_of, reports_of
from tests.web.accounts.visitor import HOME, SIGN_OUT, Visitor

NUMBERS = count()
ELSEWHERE = ("", "null", "http://evil.example", "https://localhost", "http://localhost",
             "http://localhost:1", "http://127.0.0.1")  # fmt: skip
WRITTEN = 'Two servers & "a note" <b>'


@pytest.fixture(scope="module")
def anna(quick_door: Door) -> Visitor:
    """Return a manager with a report, who is signed in."""
    anna = Visitor(quick_door.place, f"anna-{next(NUMBERS)}").with_account()
    anna.fill(HOME, step="register", own_called="Anna")
    [place] = places_of(anna)
    anna.fill(HOME, step="begin", organisation=place)
    return anna


def answer_of(anna: Visitor) -> dict[str, str]:
    """Return the form with which an answer is saved."""
    [report] = reports_of(anna)
    return {
        "code": f"{BY_ACCOUNT}{report}",
        "step": "save:incident.summary",
        "incident-summary": WRITTEN,
    }


@pytest.mark.parametrize(
    ("origin", "language"),
    [*((each, Language.ENGLISH) for each in ELSEWHERE), ("null", Language.WELSH)],
)
def test_a_form_from_elsewhere_changes_nothing_and_is_not_kept_to_be_sent_again(
    quick_door: Door, anna: Visitor, origin: str, language: Language
) -> None:
    form, before = answer_of(anna), quick_door.digest()
    prefix = PREFIX[language]
    for path, step in (
        ("report", "save:incident.summary"), ("report", "send"), ("report", "save_choices"),
        ("come-back", "new_code"), ("come-back", "no"), ("come-back", "all"),
        ("own-forms", "list"),
    ):  # fmt: skip
        page = anna.post(f"{prefix}{path}", {**form, "step": step}, Origin=origin)
        assert page.status == 403
        assert "Two servers" not in page.text
        assert f'value="{step}"' not in page.text
        assert said("account.elsewhere.title", language) in page.words
    assert quick_door.digest() == before


def test_the_same_form_from_here_is_taken(quick_door: Door, anna: Visitor) -> None:
    before = quick_door.digest()
    assert anna.post("report", answer_of(anna)).status == 200
    assert quick_door.digest() != before


@pytest.mark.parametrize(
    "path",
    [HOME, "account/organisations/{place}", SIGN_OUT, "account/password", "account/sessions",
     "account/safety/code/remove", "account/safety/recovery/new", "account/safety/passkeys/add",
     "account/confirm"],
)  # fmt: skip
def test_a_page_of_an_account_takes_no_form_without_the_token_that_it_gave(
    quick_door: Door, anna: Visitor, path: str
) -> None:
    [place] = places_of(anna)
    whole, fields = path.format(place=place), {"step": "register", "own_called": "X"}
    token, before = anna.get(HOME).token, quick_door.digest()
    for wrong in ({}, {"csrfmiddlewaretoken": "x" * 64}, {"csrfmiddlewaretoken": ""}):
        page = anna.post(whole, {**fields, **wrong})
        assert page.status == 403
        assert "This was not sent" in page.words
    for origin in ("null", "http://evil.example"):
        page = anna.post(whole, {**fields, "csrfmiddlewaretoken": token}, Origin=origin)
        assert page.status == 403
    assert quick_door.digest() == before
    assert anna.get(HOME).status == 200


def test_another_site_signs_nobody_in_to_an_account_of_its_own(quick_door: Door) -> None:
    other = Visitor(quick_door.place, f"mallory-{next(NUMBERS)}").with_account()
    other.sign_out()
    victim = Visitor(quick_door.place, other.name)
    fields = {"login": other.name, "password": "x"}
    assert victim.post("account/sign-in", fields, Origin="http://evil.example").status == 403
    assert victim.post("account/sign-in/passkey", {"credential": "{}"}).status == 403


def test_a_session_that_ended_loses_no_answer(quick_door: Door) -> None:
    ben = Visitor(quick_door.place, f"ben-{next(NUMBERS)}").with_account()
    ben.fill(HOME, step="register", own_called="Ben")
    ben.fill(HOME, step="begin", organisation=places_of(ben)[0])
    form = answer_of(ben)
    key = ben.cookies[f"{ben.port}-session"]
    quick_door.rows("DELETE FROM django_session WHERE session_key = ?", key)
    kept = ben.post("report", form)
    assert kept.status == 403
    assert "What you wrote is here" in kept.words
    assert html.unescape(kept.text).count(f'name="incident-summary" value="{WRITTEN}"') == 1
    ben.sign_in()
    again = {each: kept.hidden(each) for each in ("code", "incident-summary")}
    assert ben.post("report", {**again, "step": form["step"]}).status == 200
    shown = ben.post("report", {"code": form["code"], "step": "section:incident"})
    assert WRITTEN in html.unescape(shown.text)


def test_a_return_address_leads_nowhere_else(quick_door: Door) -> None:
    for there in ("https://evil.example/", "//evil.example", "/\\evil.example", "javascript:x"):
        carol = Visitor(quick_door.place, f"carol-{next(NUMBERS)}")
        carol.with_account().sign_out()
        page = carol.get(f"account/sign-in?next={there}")
        fields = {"login": carol.name, "password": "three unrelated words stand here"}
        whole = {**fields, "csrfmiddlewaretoken": page.token, "next": there}
        carol.post(f"account/sign-in?next={there}", whole)
        done = carol.fill(f"account/sign-in/second-step?next={there}", code=carol.fresh_code())
        assert done.status == 302
        assert "evil" not in done.headers["Location"]
        assert "javascript" not in done.headers["Location"]


def test_after_signing_in_one_is_where_one_wanted_to_go(quick_door: Door) -> None:
    dora = Visitor(quick_door.place, f"dora-{next(NUMBERS)}").with_account()
    dora.fill(HOME, step="register", own_called="Dora")
    there = f"account/organisations/{places_of(dora)[0]}"
    dora.sign_out()
    first = dora.get(there).headers["Location"]
    page = dora.get(first)
    assert page.hidden("next") == f"/{there}"
    fields = {"login": dora.name, "password": "three unrelated words stand here"}
    sent = {**fields, "csrfmiddlewaretoken": page.token, "next": page.hidden("next")}
    assert dora.post("account/sign-in", sent).status == 302
    assert dora.fill("account/sign-in/second-step", code=dora.fresh_code()).leads_to == there
