"""Signing in by an organisation's directory: it stands for the password, and for nothing else."""

import http.client
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar
from urllib.parse import urlsplit

import pytest

from comity import settings
from comity.cli.scenario.nodes import RunningNode, free_ports
from comity.cli.scenario.people import served_pages
from comity.core.terms import InputError, PartyId
from comity.faces import by_directory
from tests.web.accounts.door import Door
from tests.web.accounts.idp import CLIENT, SECRET, Idp, directory
from tests.web.accounts.visitor import HOME, Answer, Visitor

PAGE, LOGIN = "account/directory", "account/directory/directory/login"


@pytest.fixture(scope="module")
def idp() -> Iterator[Idp]:
    """Return a directory."""
    with directory() as found:
        yield found


class WithDirectory(RunningNode):
    """A front door's node that is told of a directory."""

    told: ClassVar[dict[str, str]] = {}

    def environment(self) -> dict[str, str]:
        """Return what its processes are told."""
        return {**super().environment(), **self.told}


@pytest.fixture(scope="module")
def door(idp: Idp, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    """Return a front door that knows the directory."""
    folder = tmp_path_factory.mktemp("directory")
    (folder / "secret").write_text(SECRET)
    WithDirectory.told = {
        "COMITY_OIDC_ISSUER": idp.issuer,
        "COMITY_OIDC_CLIENT": CLIENT,
        "COMITY_OIDC_SECRET": str(folder / "secret"),
        "COMITY_OIDC_NAME": "Harbour directory",
    }
    [port] = free_ports(1)
    party, home = PartyId("FRONT_DOOR"), folder / "front_door"
    node = WithDirectory(party=party, role="front-door", home=home, port=port, database="")
    node.run("init")
    with served_pages(node) as place:
        yield Door(node, place)


@pytest.fixture(autouse=True)
def honest(idp: Idp) -> None:
    """Let the directory be itself again."""
    idp.refuses = idp.lies = False
    idp.subject = "jo-at-harbour"
    idp.asked.clear()


def there_and_back(visitor: Visitor, process: str) -> Answer:
    """Press the button, go to the directory, and come back with what it says."""
    page = visitor.get(PAGE)
    fields = {"csrfmiddlewaretoken": page.token, "process": process, "next": f"/{HOME}"}
    sent = visitor.post(LOGIN, fields)
    assert sent.status == 302, sent.words
    parts = urlsplit(sent.headers["Location"])
    connection = http.client.HTTPConnection("localhost", parts.port or 80, timeout=10)
    connection.request("GET", f"{parts.path}?{parts.query}")
    back = urlsplit(connection.getresponse().headers["Location"])
    connection.close()
    return visitor.get(f"{back.path}?{back.query}")


def connected(door: Door, name: str) -> Visitor:
    """Return somebody with an account who has connected the directory."""
    found = Visitor(door.place, name).with_account()
    found.fill("account/confirm/code", code=found.fresh_code())
    there_and_back(found, "connect")
    assert "You have connected Harbour directory." in found.get(PAGE).words
    return found


def test_a_directory_stands_for_the_password_and_the_second_step_stays(
    door: Door, idp: Idp
) -> None:
    idp.subject = "anna-at-harbour"
    anna = connected(door, "anna")
    anna.sign_out()
    assert "Sign in with Harbour directory" in anna.get("account/sign-in").words
    there_and_back(anna, "login")
    assert anna.get(HOME).leads_to == "account/sign-in"
    anna.fill("account/sign-in/second-step", code=anna.fresh_code())
    assert "Your reports" in anna.get(HOME).words


def test_whoever_controls_the_directory_and_has_no_second_step_opens_nothing(
    door: Door, idp: Idp
) -> None:
    idp.subject = "ben-at-harbour"
    connected(door, "ben")
    intruder = Visitor(door.place, "intruder")
    there_and_back(intruder, "login")
    for wrong in ("", "000000", "12345678"):
        intruder.fill("account/sign-in/second-step", code=wrong)
        assert intruder.get(HOME).leads_to == "account/sign-in"


def test_a_directory_makes_no_account_and_opens_none_that_did_not_connect_it(
    door: Door, idp: Idp
) -> None:
    idp.subject = "stranger-at-harbour"
    before = door.digest()
    stranger = Visitor(door.place, "stranger")
    answer = there_and_back(stranger, "login")
    assert answer.leads_to == "account/directory/unknown"
    assert "No account here is connected to it" in stranger.get(answer.leads_to).words
    assert stranger.get(HOME).leads_to == "account/sign-in"
    assert door.digest() == before


def test_a_token_for_somebody_else_or_a_refusal_signs_nobody_in(door: Door, idp: Idp) -> None:
    idp.subject = "carol-at-harbour"
    connected(door, "carol").sign_out()
    visitor = Visitor(door.place, "visitor")
    idp.lies = True
    assert there_and_back(visitor, "login").leads_to == "account/directory/failed"
    idp.lies, idp.refuses = False, True
    answer = there_and_back(visitor, "login")
    assert answer.leads_to == "account/directory/failed"
    assert "Nothing came of it" in visitor.get(answer.leads_to).words
    assert visitor.get("account/sign-in/second-step").leads_to == "account/sign-in"


def test_the_directory_is_asked_who_somebody_is_and_nothing_else(door: Door, idp: Idp) -> None:
    there_and_back(Visitor(door.place, "visitor"), "login")
    asked = idp.asked[0]
    assert asked["scope"] == "openid"
    assert asked["code_challenge_method"] == "S256"
    assert asked["redirect_uri"] == f"{door.place}account/directory/directory/back"


def test_nobody_is_sent_to_the_directory_but_from_the_page_that_says_so(door: Door) -> None:
    visitor = Visitor(door.place, "visitor")
    assert visitor.get(LOGIN).leads_to == PAGE
    assert visitor.post(LOGIN, {"process": "login"}).status == 403
    forged = visitor.post("account/directory/another/login", {"csrfmiddlewaretoken": "x"})
    assert forged.status in {403, 404}


def test_what_comes_back_without_having_been_sent_signs_nobody_in(door: Door) -> None:
    visitor = Visitor(door.place, "visitor")
    answer = visitor.get("account/directory/directory/back?code=the-code&state=made-up")
    assert answer.leads_to == "account/directory/failed"
    assert visitor.get(HOME).leads_to == "account/sign-in"


def test_who_disconnects_the_directory_is_not_signed_in_by_it_any_more(
    door: Door, idp: Idp
) -> None:
    idp.subject = "dan-at-harbour"
    dan = connected(door, "dan")
    dan.fill(PAGE)
    dan.sign_out()
    assert there_and_back(dan, "login").leads_to == "account/directory/unknown"


# ------------------------------------------------------------------ settings

ENVIRON = {"COMITY_OIDC_ISSUER": "https://login.example", "COMITY_OIDC_CLIENT": "c"}


def test_without_an_issuer_there_is_no_directory() -> None:
    assert settings.directory({"COMITY_OIDC_CLIENT": "c"}) is None
    assert by_directory(None)["SOCIALACCOUNT_PROVIDERS"]["openid_connect"]["APPS"] == []


def test_the_secret_is_read_from_a_file_and_shown_nowhere(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(f"{SECRET}\n")
    found = settings.directory({**ENVIRON, "COMITY_OIDC_SECRET": str(tmp_path / "secret")})
    assert found is not None
    assert (found.secret, found.name) == (SECRET, "login.example")
    assert SECRET not in repr(found)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"COMITY_OIDC_ISSUER": "http://login.example"}, "not encrypted"),
        ({"COMITY_OIDC_CLIENT": ""}, "COMITY_OIDC_CLIENT"),
        ({"COMITY_OIDC_SECRET": ""}, "COMITY_OIDC_SECRET"),
        ({"COMITY_OIDC_SECRET": "/nowhere/at/all"}, "no such file"),
    ],
)
def test_a_directory_that_cannot_be_relied_on_is_one_clear_error(
    change: dict[str, str], says: str, tmp_path: Path
) -> None:
    (tmp_path / "secret").write_text(SECRET)
    whole = {**ENVIRON, "COMITY_OIDC_SECRET": str(tmp_path / "secret"), **change}
    with pytest.raises(InputError, match=says):
        settings.directory(whole)
