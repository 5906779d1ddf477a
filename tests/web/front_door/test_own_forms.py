"""Useful alone: each body's own form, filled with what was said, kept nowhere, sent to nobody."""

import re
from collections.abc import Iterator

import pypdfium2
import pytest
from django.test import Client, override_settings

from comity.faces import PEOPLES_FACE
from comity.node.draft import save_answer, seen
from comity.node.first_notice import begin_report
from comity.node.return_codes import Ticket
from comity.shipped import shipped_projection, shipped_projections
from comity.web.front_door import pdf_files, visiting
from comity.web.front_door.pages import PREFIX
from comity.web.front_door.words import said
from comity.words.catalogue import Language
from comity.words.pdf import NoPangoError
from tests.node.test_first_notice import everything
from tests.node.world import CANARY, FRONT_DOOR, World, new_world
from tests.store.django import set_up
from tests.web.front_door.test_reporting import ANSWERS, HOSTILE, Page, Parts, fields_of, text_of

set_up()

NAMES = shipped_projections()


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    """Return a client of pages beside which there is no node."""
    monkeypatch.setattr(visiting, "node_here", lambda: None)
    with override_settings(**PEOPLES_FACE):
        yield Client(raise_request_exception=False)


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


def ask(client: Client, step: str, prefix: str = "/", **changes: str) -> Page:
    return client.post(f"{prefix}own-forms", {**ANSWERS, **changes, "step": step})


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("name", NAMES)
def test_each_bodys_form_comes_out_filled_where_there_is_no_node(
    alone: Client, name: str, language: Language
) -> None:
    prefix = PREFIX[language]
    listed = ask(alone, "list", prefix)
    assert f'value="text:{name}"' in listed.content.decode()
    page = alone.post(f"{prefix}own-forms", {**fields_of(listed), "step": f"text:{name}"})
    title = shipped_projection(name).title
    assert (title.en if language is Language.ENGLISH else title.cy) in text_of(page)
    asks = shipped_projection(name).asks()
    assert ("Two servers." in text_of(page)) is ("incident.summary" in asks)
    assert (f"Harbour {CANARY}" in text_of(page)) is ("contact.organisation_name" in asks)


@pytest.mark.usefixtures("pango")
def test_a_form_is_a_text_file_and_a_pdf_file(alone: Client) -> None:
    text = ask(alone, "file:ncsc")
    assert text["Content-Disposition"] == 'attachment; filename="ncsc.txt"'
    assert "Two servers." in text.content.decode()
    made = ask(alone, "pdf:ncsc")
    assert made["Content-Type"] == "application/pdf"
    document = pypdfium2.PdfDocument(made.content)
    words = " ".join(page.get_textpage().get_text_range() for page in document)
    assert "Two servers." in words
    assert made["Cache-Control"] == text["Cache-Control"] == "no-store"


def test_where_no_pdf_can_be_made_the_form_is_shown_with_what_to_do(
    alone: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_: object) -> bytes:
        raise NoPangoError("none")

    monkeypatch.setattr(pdf_files, "form_pdf", fails)
    page = ask(alone, "pdf:ncsc")
    assert page.status_code == 503
    assert "A PDF file cannot be made here now." in text_of(page)
    assert "Two servers." in text_of(page)
    monkeypatch.setattr(pdf_files, "PATIENCE", 0.01)
    with pdf_files.ONE_PDF:
        assert ask(alone, "pdf:ncsc").status_code == 503
    assert not pdf_files.ONE_PDF.locked()


def test_what_is_missing_is_asked_for_and_nothing_is_lost(alone: Client) -> None:
    page = ask(alone, "list", **{"contact-name": ""})
    assert "Enter your name" in text_of(page)
    assert f"Harbour {CANARY}" in page.content.decode()
    listed = ask(alone, "list")
    back = alone.post("/own-forms", {**fields_of(listed), "step": "change"})
    assert f"Harbour {CANARY}" in back.content.decode()


def test_nothing_is_kept_and_nothing_is_sent(world: World, browser: Client) -> None:
    before = everything(world.nodes[FRONT_DOOR])
    for step in ("list", "text:ncsc", "file:ico-nis", "nonsense", "text:../ncsc", "pdf:"):
        page = ask(browser, step)
        assert page.status_code == 200
        assert not page.cookies
    assert everything(world.nodes[FRONT_DOOR]) == before


def test_with_a_code_the_report_so_far_is_filled_in(world: World, browser: Client) -> None:
    door = world.nodes[FRONT_DOOR]
    code = begin_report(door, Ticket("0a" * 32)).code
    save_answer(door, code, "incident", "summary", f"Only this. {CANARY}", seen(None))
    save_answer(door, code, "incident", "discovered_at", "2026-11-23T02:10:00Z", seen(None))
    page = browser.post("/own-forms", {"code": code, "step": "text:ncsc"})
    assert f"Only this. {CANARY}" in text_of(page)
    assert fields_of(page) == {"code": [code]}, "a code is all that brings it again"


@pytest.mark.parametrize("code", ["7K2M-9QXD-C4TR-0ZHB-M1WN", "<b>"])
def test_a_code_that_opens_nothing_fills_in_nothing(
    browser: Client, alone: Client, code: str
) -> None:
    for client in (browser, alone):
        page = client.post("/own-forms", {"code": code, "step": "text:ncsc"})
        assert page.status_code == 403
        assert "No report has this code" in text_of(page)


@pytest.mark.parametrize("text", HOSTILE)
def test_what_is_written_stays_text_in_every_form(alone: Client, text: str) -> None:
    words = dict.fromkeys(("contact-name", "incident-summary", "contact-safe_mail"), text)
    for step in ("list", *(f"text:{name}" for name in NAMES)):
        page = ask(alone, step, **words)
        parts = Parts()
        parts.feed(page.content.decode())
        assert not parts.tags & {"script", "img", "svg", "iframe", "b"}
        assert not [each for each in parts.attributes if each.startswith("on")]
        assert "49" not in re.sub(r"\d{3,}|\d+/\d+", "", text_of(page)) or "49" in text


def test_a_body_is_never_named_as_told(alone: Client) -> None:
    for language in Language:
        page = ask(alone, "list", PREFIX[language])
        assert said("own.list", language) in text_of(page)
