"""The first notice on its pages: five answers, what is sealed shown, nothing lost, no trace."""

import html
import json
import logging
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client, override_settings

from comity.core.casework import read_engagement
from comity.core.consent import Answer
from comity.core.intake import contents_for
from comity.core.ledger import Entry, Known, check_proof, origin, read_proof
from comity.core.terms import Signed, decode
from comity.faces import MOST_FORM_BYTES, PEOPLES_FACE
from comity.logs import PlaceFormatter
from comity.node.deliver import ENVELOPES
from comity.node.node import NotPossibleError, StoppedError, pair_ledger
from comity.node.return_codes import read_code
from comity.web.front_door import reporting, visiting
from comity.web.front_door.pages import PREFIX
from comity.web.front_door.words import said
from comity.words.catalogue import Language
from tests.node.test_first_notice import answer_of, asked, everything, kept
from tests.node.world import CANARY, FRONT_DOOR, ICO, NCA, NCSC, World, new_world
from tests.store.django import set_up

set_up()

ANSWERS = {
    "contact-organisation_name": f"Harbour {CANARY}",
    "contact-name": "Jo Smith",
    "incident-summary": "Two servers.\r\nA note asks for money.",
    "incident-discovered_at": "now",
    "incident-still_going_on": "yes",
    "contact-safe_telephone": "07700 900123",
    "contact-safe_mail": "",
}
Page = Any
HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7*7 }}{% raw %}",
    "</textarea><svg/onload=alert(1)>",
    "javascript:alert(1)",
    "' onfocus='alert(1)' autofocus='",
    "&lt;b&gt;",
    "<!--",
)


@pytest.fixture
def world() -> World:
    return new_world()


@pytest.fixture
def browser(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    """Return a client of the pages of the world's front door."""
    monkeypatch.setattr(visiting, "node_here", lambda: world.nodes[FRONT_DOOR])
    monkeypatch.setattr(visiting, "now", world.clock.now)
    with override_settings(**PEOPLES_FACE):
        yield Client(raise_request_exception=False)


def text_of(page: Page) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page.content.decode())).split())


def fields_of(page: Page) -> dict[str, list[str]]:
    """Return the hidden fields of the form that a page would send."""
    form = page.content.decode().partition('id="answers"')[2].partition("</form>")[0]
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form, re.DOTALL):
        found.setdefault(name, []).append(html.unescape(value))
    return found


def check(browser: Client, *to: str, path: str = "/first-notice", **changes: str) -> Page:
    """Send the answers to be checked."""
    return browser.post(path, {**ANSWERS, **changes, "to": list(to), "step": "check"})


def send(browser: Client, *to: str, path: str = "/first-notice", **changes: str) -> Page:
    """Send the answers, as they come out of the page on which they are checked."""
    page = check(browser, *to, path=path, **changes)
    return browser.post(path, {**fields_of(page), "step": "send"})


def code_on(page: Page) -> str:
    [code] = re.findall(r'comity-code">([^<]+)<', page.content.decode())
    assert read_code(code) == code
    return str(code)


def back(browser: Client, code: str, step: str = "show", **more: str) -> Page:
    return browser.post("/come-back", {"code": code, "step": step, **more})


# ------------------------------------------------------------------ the story


@pytest.mark.parametrize("language", Language)
def test_five_answers_are_checked_sent_and_receipted(
    world: World, browser: Client, language: Language
) -> None:
    path = f"{PREFIX[language]}first-notice"
    assert said("notice.title", language) in text_of(browser.get(path))
    page = check(browser, "NCA", "NCSC", path=path)
    assert said("check.title", language) in text_of(page)
    sent = send(browser, "NCA", "NCSC", path=path)
    code = code_on(sent)
    assert text_of(sent).count(said("copy.on_its_way", language)) == 2
    world.settle()
    shown = browser.post(f"{PREFIX[language]}come-back", {"code": code, "step": "show"})
    assert said("copy.on_its_way", language) not in text_of(shown)
    assert CANARY in text_of(shown)
    assert len(kept(world.nodes[NCA], "items")) == len(kept(world.nodes[NCSC], "items")) == 2


def test_nothing_reaches_the_regulator_unless_it_is_ticked(world: World, browser: Client) -> None:
    page = browser.get("/first-notice").content.decode()
    assert not re.search(r"<input[^>]* checked", page), "nobody is ticked beforehand"
    send(browser, "NCA")
    world.settle()
    assert kept(world.nodes[ICO], "items") == kept(world.nodes[ICO], "inbox") == []
    assert CANARY.encode() not in everything(world.nodes[ICO])


def test_what_a_body_will_see_is_read_from_the_bytes_that_are_sealed(
    browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = contents_for

    def wrong(report: Any, body: Any) -> Any:  # noqa: ANN401 - whatever is sealed
        return {
            key: data.replace(b"Jo Smith", b"Jo Other") for key, data in right(report, body).items()
        }

    said_first = text_of(check(browser, "NCA"))
    assert "Jo Smith" in said_first
    monkeypatch.setattr(reporting, "contents_for", wrong)
    assert "Jo Other" in text_of(check(browser, "NCA"))


def test_when_it_was_found_is_not_asked_again_after_whom_to_tell(browser: Client) -> None:
    outcome = browser.get("/whom-to-tell/result?aware_at=2026-11-22T23:10Z").content.decode()
    [link] = re.findall(r'href="(/first-notice[^"]*)"', outcome)
    page = browser.get(html.unescape(link)).content.decode()
    for part, value in (("day", "22"), ("month", "11"), ("year", "2026"), ("time", "23:10")):
        assert re.search(rf'name="incident-discovered_at-{part}"[^>]*value="{value}"', page)
    for wrong in ("yesterday", "<b>", "9999-99-99T00:00Z"):
        assert browser.get("/first-notice", {"since": wrong}).status_code == 200


def test_each_body_sees_what_was_shown_for_it(world: World, browser: Client) -> None:
    seen = text_of(check(browser, "NCA"))
    send(browser, "NCA")
    world.settle()
    for told in (f"Harbour {CANARY}", "Jo Smith", "07700 900123"):
        assert told in seen
    assert "The Information Commissioner (ICO) will see" not in seen


def test_the_receipt_is_the_same_if_the_page_is_sent_again(world: World, browser: Client) -> None:
    fields = {**fields_of(check(browser, "NCA")), "step": "send"}
    first, second = browser.post("/first-notice", fields), browser.post("/first-notice", fields)
    welsh = browser.post("/cy/first-notice", fields)
    assert code_on(first) == code_on(second) == code_on(welsh)
    world.settle()
    assert len(kept(world.nodes[NCA], "items")) == 2


def test_just_now_stays_the_time_at_which_it_was_said(browser: Client) -> None:
    fields = fields_of(check(browser, "NCA"))
    assert fields["incident-discovered_at-time"] == ["09:00"]
    assert fields["incident-discovered_at"] == ["then"]


# ------------------------------------------------------------------ what is missing or wrong


def test_everything_that_is_missing_is_said_at_once_with_what_to_do(browser: Client) -> None:
    page = browser.post("/first-notice", {"step": "check"})
    written, words = page.content.decode(), text_of(page)
    assert written.index("govuk-error-summary") < written.index("<h1")
    assert words.startswith("Error: A first word")
    for name in ("contact-organisation_name", "contact-name", "incident-summary", "to",
                 "incident-discovered_at", "contact-safe_telephone"):  # fmt: skip
        assert f'href="#{name}"' in written
        assert f'id="{name}"' in written
    assert "incident-still_going_on-error" not in written, "nobody has to know"


def test_one_way_to_be_reached_is_enough(browser: Client) -> None:
    other = {"contact-safe_telephone": "", "contact-safe_mail": "jo@example.org"}
    assert "Check before you send" in text_of(check(browser, "NCA", **other))
    neither = {"contact-safe_telephone": " ", "contact-safe_mail": ""}
    assert "outside the affected systems" in text_of(check(browser, "NCA", **neither))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"incident-summary": "x" * 20_001}, "This is too long"),
        ({"contact-name": "x" * 501}, "This is too long"),
        ({"contact-name": "Jo\x07"}, "cannot be shown"),
        ({"contact-name": "Jo \u202e htimS"}, "cannot be shown"),
        ({"incident-discovered_at": "then"}, "Give a day and a time that there are"),
        ({"incident-discovered_at": "then", "incident-discovered_at-day": "30",
          "incident-discovered_at-month": "11", "incident-discovered_at-year": "2026",
          "incident-discovered_at-time": "10:00"}, "Give a time that has passed"),
        ({"incident-discovered_at": "whenever"}, "Choose when it was found"),
    ],
)  # fmt: skip
def test_a_wrong_answer_is_asked_for_again_and_no_other_is_lost(
    world: World, browser: Client, changes: dict[str, str], words: str
) -> None:
    before = everything(world.nodes[FRONT_DOOR])
    page = check(browser, "NCA", **changes)
    assert words in text_of(page)
    assert f"Harbour {CANARY}" in page.content.decode()
    assert re.search(r'value="NCA"[^>]*checked', page.content.decode())
    assert everything(world.nodes[FRONT_DOOR]) == before


@pytest.mark.parametrize("to", [(), ("FRONT_DOOR",), ("NCA", "MI5"), ("<b>",)])
def test_only_bodies_that_are_offered_can_be_chosen(
    world: World, browser: Client, to: tuple[str, ...]
) -> None:
    assert "Choose at least one of these bodies" in text_of(check(browser, *to))
    world.settle()
    assert kept(world.nodes[NCA], "items") == []


def test_going_back_and_changing_the_language_lose_nothing(browser: Client) -> None:
    fields = fields_of(check(browser, "NCA"))
    for path in ("/first-notice", "/cy/first-notice"):
        page = browser.post(path, {**fields, "step": "change"}).content.decode()
        assert f"Harbour {CANARY}" in page
        assert re.search(r'value="NCA"[^>]*checked', page)
        assert "govuk-error-summary" not in page
    page = check(browser, "NCA").content.decode()
    assert re.search(
        r'<button form="answers" formaction="/cy/first-notice"[^>]*value="check"', page
    )


def test_more_than_is_taken_is_one_clear_error(world: World, browser: Client) -> None:
    before = everything(world.nodes[FRONT_DOOR])
    page = check(browser, "NCA", **{"incident-summary": "x" * MOST_FORM_BYTES})
    assert page.status_code == 400
    assert "This is too much at once" in text_of(page)
    many = browser.post("/first-notice", {f"x{n}": "1" for n in range(300)})
    assert many.status_code == 400
    assert everything(world.nodes[FRONT_DOOR]) == before


@pytest.mark.parametrize("error", [StoppedError(), NotPossibleError("no", "wait")])
def test_what_cannot_be_sent_now_stays_in_the_page(
    browser: Client, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fails(*_: object) -> None:
        raise error

    fields = fields_of(check(browser, "NCA"))
    monkeypatch.setattr(reporting, "send_first_notice", fails)
    page = browser.post("/first-notice", {**fields, "step": "send"})
    assert page.status_code == 503
    assert "Nothing was sent or changed" in text_of(page)
    assert html.escape(f"Harbour {CANARY}") in page.content.decode()
    monkeypatch.undo()


def test_without_a_node_the_pages_say_that_nothing_can_be_sent(
    browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(visiting, "node_here", lambda: None)
    for path in ("/first-notice", "/come-back", "/report"):
        assert "Nothing can be sent from here" in text_of(browser.get(path))
        assert "Nothing can be sent from here" in text_of(browser.post(path, ANSWERS))


# ------------------------------------------------------------------ coming back


def test_a_wrong_code_opens_nothing_and_says_so_without_repeating_itself_in_a_log(
    world: World, browser: Client, caplog: pytest.LogCaptureFixture
) -> None:
    code = code_on(send(browser, "NCA"))
    before = everything(world.nodes[FRONT_DOOR])
    with caplog.at_level(logging.DEBUG):
        for wrong in (code[:-1], "7K2M-9QXD-C4TR-0ZHB-M1WN", "", "<b>"):
            for step in ("show", "no", "new_code"):
                page = back(browser, wrong, step, ticket="00" * 32, consent="consent-1")
                assert page.status_code == 403
                assert "No report has this code" in text_of(page)
                assert CANARY not in page.content.decode()
    assert everything(world.nodes[FRONT_DOOR]) == before
    written = "\n".join(PlaceFormatter().format(each) for each in caplog.records)
    assert "comity.web.front_door.visiting" in written
    assert "7K2M" not in written


def test_a_code_that_was_replaced_is_refused(browser: Client) -> None:
    old = code_on(send(browser, "NCA"))
    [ticket] = re.findall(r'name="ticket" value="(\w+)"', back(browser, old).content.decode())
    new = code_on(back(browser, old, "new_code", ticket=ticket))
    assert new != old
    assert back(browser, old).status_code == 403
    assert f"Harbour {CANARY}" in text_of(back(browser, new))


def test_a_question_is_shown_and_can_be_answered_with_no_and_never_with_yes(
    world: World, browser: Client
) -> None:
    code = code_on(send(browser, "NCA"))
    world.settle()
    consent = asked(world)
    page = back(browser, code)
    words = text_of(page)
    assert "asks whether it may pass something on to the Information Commissioner (ICO)" in words
    assert "The regulator has asked." in words
    assert "Under which clauses I-1" in words
    assert "Nobody can say yes with a return code" in words
    assert not re.search(r'value="(yes|give|given)"', page.content.decode())
    refused = back(browser, code, "no", consent=consent)
    assert "You said no." in text_of(refused)
    world.settle()
    assert answer_of(world, consent) is Answer.REFUSED
    assert kept(world.nodes[ICO], "items") == []


def test_the_proof_of_a_receipt_can_be_taken_and_holds_without_this_front_door(
    world: World, browser: Client
) -> None:
    code = code_on(send(browser, "NCA"))
    world.settle()
    page = back(browser, code)
    [release] = re.findall(r'value="proof:([^"]+)"', page.content.decode())
    assert "There is no proof of this receipt yet" in text_of(
        back(browser, code, f"proof:{release}")
    )
    world.wait()
    taken = back(browser, code, f"proof:{release}")
    assert taken["Content-Disposition"] == 'attachment; filename="receipt.txt"'
    assert taken["Cache-Control"] == "no-store"
    proof = read_proof(taken.content.decode())
    door, nca = world.nodes[FRONT_DOOR], world.nodes[NCA]
    known = Known(
        origin(FRONT_DOOR, pair_ledger(NCA)), door.keys.identity.public,
        NCA, nca.keys.witness.public,
    )  # fmt: skip
    check_proof(proof, known, nca.verifier)
    assert decode(Entry, proof.entry, "an entry").ids["release"] == release
    assert CANARY not in taken.content.decode()


def test_a_code_proves_no_receipt_of_another_report(world: World, browser: Client) -> None:
    code = code_on(send(browser, "NCA"))
    world.settle()
    [release] = re.findall(r'value="proof:([^"]+)"', back(browser, code).content.decode())
    world.wait()
    other = code_on(send(browser, "NCSC"))
    for about in (release, "", "release-1", "<b>"):
        assert "There is no proof" in text_of(back(browser, other, f"proof:{about}"))


def test_everything_that_is_kept_about_a_report_can_be_taken_away(
    world: World, browser: Client
) -> None:
    code = code_on(send(browser, "NCA"))
    world.settle()
    asked(world)
    taken = back(browser, code, "all")
    data = json.loads(taken.content)
    assert data["said"]["contact"]["organisation_name"] == f"Harbour {CANARY}"
    assert [(each["body"], each["sections"]) for each in data["copies"]] == [
        ("NCA", ["contact", "incident"])
    ]
    assert data["asked"][0]["by"] == "NCA"
    assert data["passed_on"] == []
    assert code.encode() not in taken.content
    assert back(browser, code[:-1], "all").status_code == 403


# ------------------------------------------------------------------ the record of engagement


@pytest.mark.parametrize("language", Language)
def test_a_record_of_whom_one_told_names_the_bodies_that_are_ticked_and_no_other(
    world: World, browser: Client, language: Language
) -> None:
    code = code_on(send(browser, "NCA", "NCSC"))
    world.settle()
    path = f"{PREFIX[language]}come-back"
    fields = {"code": code, "to": "NCSC", "advice": "We kept the logs.", "step": "engagement"}
    page = browser.post(path, fields)
    words = text_of(page)
    assert said("engagement.facts", language) in words
    assert "(NCSC)" in words
    assert "(NCA)" not in words
    assert "We kept the logs." in words
    taken = browser.post(path, {**fields, "step": "engagement_file"})
    document = decode(Signed, taken.content, "a record")
    door = world.nodes[FRONT_DOOR]
    record = read_engagement(document, door.keys.identity.public, door.verifier)
    assert [(each.body, each.sections) for each in record.told] == [(NCSC, ("contact", "incident"))]
    assert record.told[0].received_at == world.clock.now()
    assert b"NCA" not in taken.content
    assert CANARY.encode() not in taken.content


def test_a_record_says_nothing_of_questions_and_answers(world: World, browser: Client) -> None:
    code = code_on(send(browser, "NCA"))
    world.settle()
    consent = asked(world)
    back(browser, code, "no", consent=consent)
    for step in ("engagement", "engagement_file"):
        page = back(browser, code, step, to="NCA")
        assert consent.encode() not in page.content
        assert b"refused" not in page.content


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "tick at least one body"),
        ({"to": "NCA", "advice": "x" * 20_001}, "too long"),
        ({"to": "NCA", "advice": "a\x07"}, "cannot be shown"),
        ({"to": "<b>"}, "cannot be shown"),
    ],
)
def test_a_record_that_cannot_be_made_says_why(
    world: World, browser: Client, fields: dict[str, str], words: str
) -> None:
    code = code_on(send(browser, "NCA"))
    world.settle()
    assert words in text_of(back(browser, code, "engagement", **fields))


def test_no_step_that_somebody_makes_up_is_a_yes(world: World, browser: Client) -> None:
    code = code_on(send(browser, "NCA"))
    world.settle()
    consent = asked(world)
    for step in ("yes", "give", "given", "consent", "SHOW", "no ", ""):
        back(browser, code, step, consent=consent, sections="incident", assurance="passkey")
    world.settle()
    assert answer_of(world, consent) is None
    assert kept(world.nodes[ICO], "items") == []


# ------------------------------------------------------------------ traces


def test_no_page_sets_a_cookie_and_no_code_or_answer_stands_in_an_address(
    browser: Client,
) -> None:
    sent = send(browser, "NCA")
    pages = [check(browser, "NCA"), sent, back(browser, code_on(sent)),
             back(browser, code_on(sent), "new_code", ticket="0d" * 32)]  # fmt: skip
    for page in pages:
        assert not page.cookies
        assert page["Cache-Control"] == "no-store"
        for address in re.findall(
            r'(?:href|action|formaction|src)="([^"]*)"', page.content.decode()
        ):
            assert code_on(sent) not in address
            assert CANARY not in address
    got = browser.get("/come-back", {"code": code_on(sent), "step": "show"})
    assert CANARY not in got.content.decode(), "a code in an address opens nothing"


@pytest.mark.parametrize("text", HOSTILE)
def test_what_is_written_stays_text_on_every_page(world: World, browser: Client, text: str) -> None:
    words = {"contact-organisation_name": text, "contact-name": text, "incident-summary": text,
             "contact-safe_telephone": text, "contact-safe_mail": text}  # fmt: skip
    sent = send(browser, "NCA", **words)
    code = code_on(sent)
    world.settle()
    pages = [check(browser, "NCA", **words), check(browser, **words), sent, back(browser, code),
             back(browser, text)]  # fmt: skip
    for page in pages:
        parts = Parts()
        parts.feed(page.content.decode())
        assert not parts.tags & {"script", "img", "svg", "iframe", "b"}
        assert not [each for each in parts.attributes if each.startswith("on")]
        assert "autofocus" not in parts.attributes
    assert all("49" not in text_of(each) for each in pages)
    assert text in html.unescape(back(browser, code).content.decode())


class Parts(HTMLParser):
    """What a browser makes of a page: its elements and their attributes."""

    def __init__(self) -> None:
        """Begin with none."""
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep an element's name, and those of its attributes."""
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}


def test_what_was_written_stands_in_no_log(
    browser: Client, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise ValueError(CANARY)

    with caplog.at_level(logging.DEBUG):
        send(browser, "NCA")
        monkeypatch.setattr(reporting, "send_first_notice", fails)
        assert send(browser, "NCA").status_code == 500
    written = "\n".join(PlaceFormatter().format(each) for each in caplog.records)
    assert "ERROR" in written
    assert CANARY not in written


def test_what_travels_is_sealed(world: World, browser: Client) -> None:
    passed: list[tuple[str, bytes]] = []
    world.transport.seen = lambda path, body: passed.append((path, body))
    send(browser, "NCA")
    world.settle()
    assert [path for path, _ in passed].count(ENVELOPES) == 2, "an envelope, and its receipt"
    assert all(CANARY.encode() not in body for _, body in passed)
