"""After sending: a receipt to file, and the deadlines that run on whatever is said here."""

from datetime import timedelta

import pypdfium2
import pytest
from django.test import Client

from comity.web.front_door import pdf_files
from comity.web.front_door.pages import PREFIX
from comity.web.front_door.telling import clocks_told
from comity.web.front_door.words import said
from comity.words.catalogue import Language
from comity.words.pdf import NoPangoError
from tests.node.world import CANARY, World
from tests.web.front_door import test_reporting
from tests.web.front_door.test_reporting import Page, back, code_on, send, text_of

world, browser = test_reporting.world, test_reporting.browser


def receipt(browser: Client, code: str, language: Language = Language.ENGLISH) -> Page:
    path = f"{PREFIX[language]}come-back"
    return browser.post(path, {"code": code, "step": "receipt"})


@pytest.mark.usefixtures("pango")
@pytest.mark.parametrize("language", Language)
def test_the_receipt_says_who_had_what_when_and_every_answer(
    world: World, browser: Client, language: Language
) -> None:
    code = code_on(send(browser, "NCA", "NCSC"))
    world.settle()
    made = receipt(browser, code, language)
    assert made["Content-Type"] == "application/pdf"
    assert made["Content-Disposition"] == 'attachment; filename="receipt.pdf"'
    document = pypdfium2.PdfDocument(made.content)
    words = " ".join(page.get_textpage().get_text_range() for page in document)
    told = "".join(words.split())
    assert "".join(said("receipt.title", language).split()) in told
    assert f"Harbour{CANARY}" in told
    assert told.count("1.1") == told.count("1.2") == 1
    assert code not in words
    assert "(NCA)" in told
    assert "(ICO)" not in told


def test_where_no_pdf_can_be_made_the_report_is_shown_to_be_printed(
    browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_: object) -> bytes:
        raise NoPangoError("none")

    monkeypatch.setattr(pdf_files, "form_pdf", fails)
    page = receipt(browser, code_on(send(browser, "NCA")))
    assert "Print this page instead." in text_of(page)
    assert f"Harbour {CANARY}" in text_of(page)


def test_a_wrong_code_gets_no_receipt(browser: Client) -> None:
    send(browser, "NCA")
    assert receipt(browser, "7K2M-9QXD-C4TR-0ZHB-M1WN").status_code == 403


def test_the_report_says_how_long_ones_own_duty_runs_whoever_was_told(browser: Client) -> None:
    code = code_on(send(browser, "NCA"))
    assert "Your own deadlines" in text_of(back(browser, code))
    assert "you have 72 hours from when you became aware" in text_of(back(browser, code))


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize(
    ("hours", "key", "left"), [(0, "runs", 72), (71, "runs", 1), (72, "runs", 0), (80, "over", 8)]
)
def test_seventy_two_hours_run_from_when_one_became_aware(
    world: World, language: Language, hours: int, key: str, left: int
) -> None:
    now = world.clock.now()
    aware = (now - timedelta(hours=hours)).isoformat()
    [clock] = clocks_told({"incident": {"aware_at": aware}}, now, language)  # type: ignore[dict-item]  # a section is its text
    whom, when = "{whom}", "{when}"
    stem = said(f"deadline.{key}", language, whom=whom, when=when, left=left)
    assert all(part in clock for part in stem.replace(whom, "|").replace(when, "|").split("|"))
