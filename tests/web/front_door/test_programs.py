"""Programs report by the same checks and with the same rights as people, with their own key."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from comity.core.consent import Assurance
from comity.core.intake import MemberRole
from comity.core.terms import OrganisationId, PersonId
from comity.node.mandates import Speaker
from comity.node.members import Offer, invite, leave, register
from comity.node.node import NotPossibleError
from comity.node.programs import PERSONS, is_program
from comity.node.return_codes import Ticket
from comity.node.show_case import list_cases, show_case, take_item
from comity.node.vouch_for import vouch_for
from comity.web.front_door import programs
from tests.node.test_first_notice import everything, kept
from tests.node.world import CANARY, FRONT_DOOR, ICO, NCA, OFFICER, World
from tests.structure.source import ROOT
from tests.web.front_door.test_reporting import Page
from tests.web.front_door.test_reporting import browser as browser  # noqa: PLC0414 - a fixture
from tests.web.front_door.test_reporting import world as world  # noqa: PLC0414 - a fixture

ANNA = PersonId("person-anna")
REPORT: dict[str, Any] = {
    "contact": {"name": f"Jo {CANARY}", "organisation_name": "Harbour", "safe_telephone": "1"},
    "incident": {"summary": f"Files are locked. {CANARY}", "discovered_at": "2026-11-23T02:10:00Z"},
    "choices": {"contact": ["NCA"], "incident": ["NCA"]},
}
CODE = "7K2M-9QXD-C4TR-0ZHB-M1WN"


@pytest.fixture(autouse=True)
def _at_this_node(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programs, "node_here", lambda: world.nodes[FRONT_DOOR])


def once(number: int = 1) -> str:
    return f"{number:064x}"


def call(
    browser: Client, method: str, at: str, body: object = None, key: str = "", **headers: str
) -> Page:
    """Call an address as a program does."""
    found: dict[str, Any] = {f"HTTP_{name.upper()}": value for name, value in headers.items()}
    if key:
        found["HTTP_AUTHORIZATION"] = f"Bearer {key}"
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return browser.generic(method, f"/api/v1/{at}", data, "application/json", **found)


def said(page: Page) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(page.content)
    return found


def harbour(world: World) -> OrganisationId:
    return register(world.nodes[FRONT_DOOR], ANNA, "Anna").organisation


def invited(world: World, role: MemberRole = MemberRole.WRITER, number: int = 50) -> str:
    """Return an invitation for a program of a new organisation."""
    door, organisation = world.nodes[FRONT_DOOR], harbour(world)
    return invite(door, ANNA, organisation, Offer(role, "a monitor"), Ticket(once(number)))


def joined(world: World, browser: Client, role: MemberRole = MemberRole.WRITER) -> str:
    invitation = invited(world, role)
    return str(said(call(browser, "POST", "join", key=invitation, idempotency_key=once()))["key"])


def test_a_program_without_an_account_reports_once_and_comes_back_with_the_code(
    world: World, browser: Client
) -> None:
    first = call(browser, "POST", "reports", REPORT, idempotency_key=once())
    again = call(browser, "POST", "reports", REPORT, idempotency_key=once())
    assert (first.status_code, said(first)["code"]) == (201, said(again)["code"])
    world.settle()
    assert len(kept(world.nodes[FRONT_DOOR], "reports")) == 1
    assert len(list_cases(world.nodes[NCA])) == 1
    assert list_cases(world.nodes[ICO]) == []
    shown = said(call(browser, "GET", "report", key=said(first)["code"]))
    assert CANARY in shown["said"]["incident"]["summary"]
    assert [each["received_at"] is not None for each in shown["copies"]] == [True]


def test_an_invited_program_takes_a_key_reports_for_its_organisation_and_is_let_go(
    world: World, browser: Client
) -> None:
    door, key = world.nodes[FRONT_DOOR], joined(world, browser)
    sent = said(call(browser, "POST", "reports", REPORT, key, idempotency_key=once(2)))
    again = said(call(browser, "POST", "reports", REPORT, key, idempotency_key=once(2)))
    assert sent == again
    assert said(call(browser, "GET", "reports", key=key))["reports"] == [sent["report"]]
    [member] = [each for each in kept(door, "members") if is_program(each.person)]
    assert kept(door, "reports")[0].organisation == member.organisation
    leave(door, ANNA, member.organisation, member.person)
    for method, at in (("GET", "reports"), ("GET", f"reports/{sent['report']}")):
        assert call(browser, method, at, key=key).status_code == 401
    refused = call(browser, "POST", "reports", REPORT, key, idempotency_key=once(3))
    assert refused.status_code == 401


def test_an_invitation_is_one_key_and_no_key_is_kept(world: World, browser: Client) -> None:
    invitation = invited(world)
    keys = [
        call(browser, "POST", "join", key=invitation, idempotency_key=once(each))
        for each in (1, 1, 2)
    ]
    assert [each.status_code for each in keys] == [201, 201, 409]
    assert said(keys[0])["key"] == said(keys[1])["key"]
    assert said(keys[0])["key"].encode() not in everything(world.nodes[FRONT_DOOR])


@pytest.mark.parametrize("role", sorted(PERSONS))
def test_a_program_is_no_manager_and_no_counsel_and_its_invitation_stays(
    world: World, browser: Client, role: MemberRole
) -> None:
    before = everything(world.nodes[FRONT_DOOR]), invited(world, role)
    page = call(browser, "POST", "join", key=before[1], idempotency_key=once())
    assert (page.status_code, said(page)["error"]["code"]) == (409, "not-possible")
    assert not [
        each for each in kept(world.nodes[FRONT_DOOR], "members") if is_program(each.person)
    ]


def test_a_new_version_sends_what_is_new_and_the_same_again_sends_nothing(
    world: World, browser: Client
) -> None:
    key = joined(world, browser)
    sent = said(call(browser, "POST", "reports", REPORT, key, idempotency_key=once()))
    at = f"reports/{sent['report']}"
    assert said(call(browser, "PUT", at, REPORT, key))["changed"] is False
    more = {**REPORT, "ransom": {"demanded": True}}
    more["choices"] = {**REPORT["choices"], "ransom": ["ICO"]}
    changed = said(call(browser, "PUT", at, more, key))
    assert (changed["changed"], changed["version"]) == (True, 2)
    world.settle()
    assert len(list_cases(world.nodes[ICO])) == 1
    assert CANARY.encode() not in everything(world.nodes[ICO])


def test_a_file_is_put_to_a_report_and_taken_and_goes_with_the_version_that_names_it(
    world: World, browser: Client
) -> None:
    code = said(call(browser, "POST", "reports", REPORT, idempotency_key=once()))["code"]
    auth: dict[str, Any] = {"HTTP_AUTHORIZATION": f"Bearer {code}"}
    upload = SimpleUploadedFile("note.txt", b"Pay. \x00\xff")
    files = said(browser.post("/api/v1/report/files", {"file": upload}, **auth))["files"]
    more = {**REPORT, "attachments": {"files": files}}
    more["choices"] = {**REPORT["choices"], "attachments": ["NCA"]}
    shown = said(call(browser, "PUT", "report", more, code))
    world.settle()
    nca = world.nodes[NCA]
    found = show_case(nca, list_cases(nca)[0][0].id, OFFICER)
    assert [take_item(nca, each.item.id, OFFICER) for each in found if each.file] == [
        b"Pay. \x00\xff"
    ]
    at = f"report/files/{shown['report']}/{files[0]['sha256']}"
    taken = call(browser, "GET", at, key=code)
    assert taken.content == b"Pay. \x00\xff"
    assert taken["Content-Disposition"].startswith("attachment")


def test_a_program_writes_to_a_body_that_was_told(world: World, browser: Client) -> None:
    code = said(call(browser, "POST", "reports", REPORT, idempotency_key=once()))["code"]
    auth: dict[str, Any] = {"HTTP_AUTHORIZATION": f"Bearer {code}", "HTTP_IDEMPOTENCY_KEY": once(7)}
    for to, status in (("NCA", 201), ("ICO", 409)):
        again = auth if to == "NCA" else {**auth, "HTTP_IDEMPOTENCY_KEY": once(8)}
        page = browser.post("/api/v1/report/messages", {"to": to, "text": "More soon."}, **again)
        assert page.status_code == status
    world.settle()
    nca = world.nodes[NCA]
    letters = [each.letter for each in show_case(nca, list_cases(nca)[0][0].id, OFFICER)]
    assert [each.text for each in letters if each] == ["More soon."]


REPORTS: tuple[tuple[str, object, str], ...] = (
    ("not JSON", b"{", "not-json"),
    ("no section", {"choices": {}}, "empty-report"),
    ("a section that is none", {**REPORT, "incidnt": {}}, "unknown-section"),
    ("a body that is none", {**REPORT, "choices": {"incident": ["MI5"]}}, "unknown-choice"),
    ("a required answer missing", {**REPORT, "incident": {"still_going_on": True}}, "missing-key"),
    ("a list", [], "not-json"),
    ("no body chosen", {**REPORT, "choices": {}}, "not-possible"),
)


@pytest.mark.parametrize(("_", "body", "code"), REPORTS)
def test_what_a_file_may_not_say_a_program_may_not_and_nothing_changes(
    world: World, browser: Client, _: str, body: object, code: str
) -> None:
    before = everything(world.nodes[FRONT_DOOR])
    page = call(browser, "POST", "reports", body, idempotency_key=once())
    error = said(page)["error"]
    assert page.status_code in {400, 409}
    assert set(error) == {"code", "message", "where", "advice"}
    assert error["code"] == code
    assert everything(world.nodes[FRONT_DOOR]) == before


@pytest.mark.parametrize("key", ["", "x", CODE, "Bearer", "<script>"])
@pytest.mark.parametrize(
    ("method", "at"),
    [
        ("GET", "report"), ("PUT", "report"), ("POST", "report/files"), ("POST", "report/messages"),
        ("GET", f"report/files/report-1/{'0' * 64}"), ("GET", "reports"),
        ("GET", "reports/report-1"),
        ("PUT", "reports/report-1"), ("POST", "reports/report-1/files"), ("POST", "join"),
        ("POST", "reports/report-1/messages"),
        ("GET", f"reports/report-1/files/report-1/{'0' * 64}"),
    ],
)  # fmt: skip
def test_a_key_that_is_none_opens_nothing_and_changes_nothing(
    world: World, browser: Client, method: str, at: str, key: str
) -> None:
    call(browser, "POST", "reports", REPORT, idempotency_key=once(9))
    before = everything(world.nodes[FRONT_DOOR])
    page = call(browser, method, at, REPORT, key, idempotency_key=once())
    assert page.status_code in {401, 404, 409}
    assert CANARY not in page.content.decode()
    assert everything(world.nodes[FRONT_DOOR]) == before


def test_a_program_opens_no_report_of_another_organisation(world: World, browser: Client) -> None:
    key = joined(world, browser)
    other = said(call(browser, "POST", "reports", REPORT, idempotency_key=once(4)))["report"]
    for method, at in (("GET", ""), ("PUT", ""), ("POST", "/files"), ("POST", "/messages")):
        page = call(browser, method, f"reports/{other}{at}", REPORT, key, idempotency_key=once(5))
        assert page.status_code == 404
        assert CANARY not in page.content.decode()


@pytest.mark.parametrize("role", [MemberRole.READER, MemberRole.DELEGATE])
def test_a_program_may_no_more_than_its_part(
    world: World, browser: Client, role: MemberRole
) -> None:
    key = joined(world, browser, role)
    page = call(browser, "POST", "reports", REPORT, key, idempotency_key=once(2))
    assert (page.status_code, said(page)["error"]["code"]) == (403, "not-allowed")


def test_without_a_header_that_makes_it_happen_once_nothing_happens(
    world: World, browser: Client
) -> None:
    for value in ("", "1", "g" * 64):
        page = call(browser, "POST", "reports", REPORT, idempotency_key=value)
        assert (page.status_code, said(page)["error"]["where"]) == (400, "Idempotency-Key")
    assert kept(world.nodes[FRONT_DOOR], "reports") == []


def test_a_wrong_method_and_a_body_that_is_too_large_are_told_so(browser: Client) -> None:
    page = call(browser, "DELETE", "reports")
    assert (page.status_code, page["Allow"]) == (405, "GET, POST")
    page = call(browser, "POST", "reports", b"x" * (300 << 10), idempotency_key=once())
    assert (page.status_code, said(page)["error"]["code"]) == (413, "too-large")


def test_a_file_that_is_too_large_or_missing_is_told_so_and_not_passed_over(
    world: World, browser: Client
) -> None:
    code = said(call(browser, "POST", "reports", REPORT, idempotency_key=once()))["code"]
    auth: dict[str, Any] = {"HTTP_AUTHORIZATION": f"Bearer {code}"}
    for size, status in ((3 << 20, 400), (5 << 20, 413), (0, 400)):
        upload = SimpleUploadedFile("big", bytes(size)) if size else ""
        page = browser.post("/api/v1/report/files", {"file": upload}, **auth)
        assert page.status_code == status
    assert kept(world.nodes[FRONT_DOOR], "own_files") == []


def test_every_answer_says_that_it_is_a_demonstration_and_sets_no_cookie(browser: Client) -> None:
    for page in (call(browser, "GET", "form"), call(browser, "GET", "report", key=CODE)):
        assert "Demonstration" in said(page)["notice"]
        assert page["Cache-Control"] == "no-store"
        assert not page.cookies
    questions = said(call(browser, "GET", "form"))["sections"]["incident"]["questions"]
    assert questions["summary"]["required"]


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=200))
def test_whatever_a_program_sends_there_is_one_clear_error(browser: Client, data: bytes) -> None:
    page = call(browser, "POST", "reports", data, idempotency_key=once())
    assert page.status_code in {400, 409}
    assert "error" in said(page)


def test_nobody_vouches_for_a_program(world: World, browser: Client) -> None:
    joined(world, browser)
    door = world.nodes[FRONT_DOOR]
    [member] = [each for each in kept(door, "members") if is_program(each.person)]
    speaker = Speaker(member.organisation, member.person, door.now() + timedelta(days=1))
    with pytest.raises(NotPossibleError, match="a program speaks for nobody"):
        vouch_for(door, speaker, ANNA, Assurance.PASSKEY)


def test_the_reference_lists_every_address_and_every_kind_of_refusal() -> None:
    page = (ROOT / "docs/reference/programs.md").read_text(encoding="utf-8")
    for each in programs.urlpatterns:
        address = re.sub(r"<str:(\w+)>", lambda found: found.group(1).upper(), str(each.pattern))
        methods = {f"{method} /{address}`" for method in ("GET", "POST", "PUT")}
        assert any(each in page for each in methods), address
    codes = {code for _, _, code in programs.STATUS} | {"method", programs.NO_NODE[0]}
    assert set(re.findall(r"^\| `([a-z-]+)` \| \d", page, re.MULTILINE)) == codes
