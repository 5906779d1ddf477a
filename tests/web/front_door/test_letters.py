"""The pages on which an organisation writes to bodies, reads what they wrote, and sends files."""

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from markupsafe import escape

from comity.core.intake import MOST_FILE, CaseStatus
from comity.node.attach_file import TakenFile
from comity.node.show_case import list_cases, show_case, take_item
from comity.node.write_to_organisation import Writing, write_to_organisation
from comity.web.front_door.pages import PREFIX
from comity.web.front_door.words import said
from comity.words.catalogue import Language
from tests.node.test_first_notice import everything, kept
from tests.node.world import FRONT_DOOR, ICO, NCA, OFFICER, World
from tests.web.front_door.test_drafting import code as code  # noqa: PLC0414 - a fixture
from tests.web.front_door.test_drafting import do
from tests.web.front_door.test_others_engaged import sent as sent  # noqa: PLC0414 - a fixture
from tests.web.front_door.test_reporting import HOSTILE, Page, back, fields_of, text_of
from tests.web.front_door.test_reporting import browser as browser  # noqa: PLC0414 - a fixture
from tests.web.front_door.test_reporting import world as world  # noqa: PLC0414 - a fixture

WORDS = "They have written again. Potoroo-6120"
DATA = b"Numbat-5541 \x00\xff"


def on_page(browser: Client, code: str, step: str, prefix: str = "/", **more: Any) -> Page:  # noqa: ANN401 - fields of any form
    return browser.post(f"{prefix}messages", {"code": code, "step": step, **more})


def file(name: str = "note.txt", data: bytes = DATA) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


LARGE = file("large", bytes(MOST_FILE + 1))


def ticket_on(page: Page) -> str:
    return fields_of(page)["ticket"][0]


def write(browser: Client, code: str, prefix: str = "/", **fields: Any) -> Page:  # noqa: ANN401 - fields of any form
    """Begin, check and send, as the pages lead."""
    ticket = ticket_on(on_page(browser, code, "write", prefix))
    checked = on_page(browser, code, "check", prefix, ticket=ticket, **fields)
    return browser.post(f"{prefix}messages", {**fields_of(checked), "step": "send"})


@pytest.mark.parametrize("language", Language)
def test_what_is_written_on_the_page_reaches_the_body_that_was_ticked(
    world: World, browser: Client, sent: str, language: Language
) -> None:
    prefix = PREFIX[language]
    page = write(browser, sent, prefix, to="NCA", text=WORDS, file=file())
    assert said("letter.sent", language) in text_of(page)
    world.settle()
    shown = text_of(back(browser, sent) if prefix == "/" else browser.post(
        f"{prefix}come-back", {"code": sent, "step": "show"}))  # fmt: skip
    assert WORDS in shown
    assert "note.txt" in shown
    nca = world.nodes[NCA]
    found = show_case(nca, list_cases(nca)[0][0].id, OFFICER)
    assert [each.letter.text for each in found if each.letter] == [WORDS]
    assert [take_item(nca, each.item.id, OFFICER) for each in found if each.file] == [DATA]
    assert b"Potoroo" not in everything(world.nodes[ICO])


def test_before_it_is_sent_the_page_shows_for_each_body_what_it_gets(
    browser: Client, sent: str
) -> None:
    page = on_page(browser, sent, "check", to=["NCA", "NCSC"], text=WORDS, file=file())
    shown = text_of(page)
    assert shown.count(WORDS) == 2
    assert shown.count("note.txt, 14 bytes") == 2


def test_what_was_written_stays_while_files_come_and_go(browser: Client, sent: str) -> None:
    page = on_page(browser, sent, "attach", to="NCA", text=WORDS, file=file())
    assert WORDS in page.content.decode()
    digest = re.search(r"detach:([0-9a-f]{64})", page.content.decode())
    assert digest is not None
    page = on_page(browser, sent, digest.group(), ticket=ticket_on(page), to="NCA", text=WORDS)
    assert WORDS in page.content.decode()
    assert "note.txt" not in text_of(page)


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"text": WORDS}, "error.to"),
        ({"to": "ICO", "text": WORDS}, "error.to"),
        ({"to": "NCA"}, "error.letter"),
        ({"to": "NCA", "text": "x" * 20_001}, "error.too_long"),
        ({"to": "NCA", "text": "a\x07b"}, "error.bad_text"),
        ({"to": "NCA", "text": WORDS, "file": LARGE}, "error.file_large"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("step", ["check", "send"])
def test_what_cannot_be_sent_is_said_beside_its_field_and_nothing_is_lost(  # noqa: PLR0913, PLR0917 - fixtures, and a case
    world: World, browser: Client, sent: str, fields: dict[str, Any], wrong: str, step: str
) -> None:
    upload = fields.get("file")
    if upload is not None:
        upload.seek(0)
    page = on_page(browser, sent, step, **fields)
    assert said(wrong, Language.ENGLISH) in text_of(page)
    assert fields.get("text", "")[:1] in page.content.decode()
    assert not [each for each in kept(world.nodes[FRONT_DOOR], "letters") if each.to]


def test_a_file_that_is_not_there_and_one_of_another_report_is_not_given(
    browser: Client, sent: str
) -> None:
    for about in ("", "x", f"report-1/{'0' * 64}", "../../etc/passwd", "a/b/c"):
        page = browser.post("/come-back", {"code": sent, "step": f"file:{about}"})
        assert said("letter.no_file", Language.ENGLISH) in text_of(page)


@pytest.mark.parametrize("words", HOSTILE)
def test_a_body_s_words_and_files_are_shown_and_its_file_is_never_shown_in_the_page(
    world: World, browser: Client, sent: str, words: str
) -> None:
    nca = world.nodes[NCA]
    evil = b"<html><script>alert(1)</script></html>"
    writing = Writing(
        case=list_cases(nca)[0][0].id,
        text=words,
        files=(TakenFile('a";x=".html', evil),),
        status=CaseStatus.LOOKING,
        officer=OFFICER,
    )
    write_to_organisation(nca, writing)
    world.settle()
    page = back(browser, sent)
    assert escape(words) in page.content.decode()
    assert said("letter.looking", Language.ENGLISH) in text_of(page)
    step = re.search(r'value="(file:[^"]+)"', page.content.decode())
    assert step is not None
    answer = browser.post("/come-back", {"code": sent, "step": step.group(1)})
    assert answer.content == evil
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "no-store"


# ------------------------------------------------------------------ files of a report


def test_a_file_is_put_to_a_report_on_its_page_taken_away_and_shown_before_it_is_sent(
    browser: Client, code: str
) -> None:
    page = do(browser, code, "attach", file=file("../a/note.txt"))
    assert "note.txt, 14 bytes" in text_of(page)
    digest = re.search(r"detach:([0-9a-f]{64})", page.content.decode())
    assert digest is not None
    assert "note.txt, 14 bytes" in text_of(do(browser, code, "section:attachments"))
    assert "No file yet" in text_of(do(browser, code, digest.group()))


@pytest.mark.parametrize(
    ("upload", "wrong"),
    [
        (None, "error.file"),
        (file("empty", b""), "error.file"),
        (file("large", bytes(MOST_FILE + 1)), "error.file_large"),
    ],
)
def test_a_file_that_cannot_be_taken_is_said_so_and_changes_nothing(
    world: World, browser: Client, code: str, upload: SimpleUploadedFile | None, wrong: str
) -> None:
    if upload is not None:
        upload.seek(0)
    page = browser.post("/report", {"code": code, "step": "attach", "file": upload or ""})
    assert said(wrong, Language.ENGLISH) in text_of(page)
    assert kept(world.nodes[FRONT_DOOR], "own_files") == []


def test_a_form_that_is_too_large_altogether_is_refused_as_a_whole(
    world: World, browser: Client, code: str
) -> None:
    page = browser.post(
        "/report", {"code": code, "step": "attach", "file": file("huge", bytes(5 << 20))}
    )
    assert page.status_code == 413
    assert said("too_large.title", Language.ENGLISH) in text_of(page)
    assert kept(world.nodes[FRONT_DOOR], "own_files") == []
