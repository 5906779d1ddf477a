"""Somebody sends a file and writes to a body in a browser; an officer reads it and answers."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import FilePayload, Page

from comity.cli.scenario.stage import Stage
from comity.web.front_door.pages import PREFIX
from comity.web.front_door.words import said
from comity.words.catalogue import Language
from tests.store.django import set_up
from tests.web.front_door.test_browser_story import (
    CHOSEN,
    WRITTEN,
    answer,
    do,
    look,
    plain,
    press,
    received,
    tab_to,
)

set_up()

pytestmark = pytest.mark.slow
plain = plain  # noqa: PLW0127 - a fixture

NAME = "a ransom note with quite a long name, as it lay on the desktop of the file server.txt"
NOTE = FilePayload(name=NAME, mimeType="text/plain", buffer=b"Pay. \x00\xff")


def begun(page: Page, start: str) -> str:
    """Send a first word to the NCA, and come back to it."""
    page.goto(f"{start}first-notice")
    for name, text in WRITTEN.items():
        page.fill(f"[name={name}]", text)
    for name, value in CHOSEN.items():
        page.check(f"[name={name}][value={value}]")
    do(page, "check")
    do(page, "send")
    code = page.locator(".comity-code").inner_text()
    page.goto(f"{start}come-back")
    page.fill("[name=code]", code)
    do(page, "show")
    return code


@pytest.mark.parametrize("language", Language)
def test_every_page_of_files_and_messages_breaks_no_rule_and_fits_a_small_screen(
    page: Page, door: str, language: Language
) -> None:
    begun(page, f"{door.rstrip('/')}{PREFIX[language]}")
    do(page, "tasks")
    do(page, "section:attachments")
    do(page, "ask:attachments.files")
    look(page)
    do(page, "attach")
    look(page)
    page.set_input_files("[name=file]", NOTE)
    do(page, "attach")
    look(page)
    do(page, "section:attachments")
    look(page)
    do(page, "tasks")
    do(page, "show")
    do(page, "write")
    look(page)
    do(page, "check")
    look(page)
    page.fill("[name=text]", "They have written again.")
    page.check("[name=to][value=NCA]")
    page.set_input_files("[name=file]", NOTE)
    do(page, "attach")
    look(page)
    do(page, "check")
    look(page)
    do(page, "send")
    look(page)
    assert said("letter.sent", language) in page.locator("main").inner_text()


def test_an_organisation_and_an_officer_write_to_each_other_with_files(
    page: Page, door: str, stage: Stage, tmp_path: Path
) -> None:
    begun(page, door)
    do(page, "write")
    page.fill("[name=text]", "They have written again. Quoll-2290")
    page.check("[name=to][value=NCA]")
    page.set_input_files("[name=file]", NOTE)
    do(page, "check")
    do(page, "send")
    received(page, copies=2)
    nca, ico = stage.nodes["NCA"], stage.nodes["ICO"]
    case, items = _letter_at(stage, "Quoll-2290")
    [file] = [each for each in items if each["file"]]
    nca.run("case", "file", file["item"], str(tmp_path / "note"), "--officer", "officer-1")
    assert (tmp_path / "note").read_bytes() == NOTE["buffer"]
    words, reply = tmp_path / "words.txt", tmp_path / "list.csv"
    words.write_text("Keep the logs. Dunnart-8117")
    reply.write_bytes(b"1,2,3")
    nca.run(
        "case", "write", case, str(words), "--file", str(reply), "--status", "waiting",
        "--item", file["item"], "--officer", "officer-1",
    )  # fmt: skip
    for _ in range(60):
        if "Dunnart-8117" in page.locator("main").inner_text():
            break
        press(page, "show")
    assert said("letter.waiting", Language.ENGLISH) in page.locator("main").inner_text()
    with page.expect_download() as taken:
        page.get_by_role("button", name=re.compile("Take list.csv")).click()
    assert Path(taken.value.path()).read_bytes() == b"1,2,3"
    assert "Quoll" not in ico.run("case", "list")


def _letter_at(stage: Stage, words: str) -> tuple[str, list[dict[str, Any]]]:
    """Return the case at the NCA that holds a letter with these words, and its items."""
    nca = stage.nodes["NCA"]
    for each in json.loads(nca.run("case", "list", "--json")):
        items = json.loads(
            nca.run("case", "show", each["case"], "--contents", "--officer", "officer-1", "--json")
        )
        if any(item["letter"] and words in item["letter"]["text"] for item in items):
            return each["case"], items
    pytest.fail("the letter did not come")


def test_by_keyboard_alone_and_without_scripts_one_writes_to_a_body(plain: Page, door: str) -> None:
    plain.goto(f"{door}first-notice")
    answer(plain)
    press(plain, "send")
    code = plain.locator(".comity-code").inner_text()
    plain.goto(f"{door}come-back")
    tab_to(plain, "[name=code]")
    plain.keyboard.type(code)
    press(plain, "show")
    press(plain, "write")
    tab_to(plain, "[name=to][value=NCA]")
    plain.keyboard.press("Space")
    tab_to(plain, "textarea")
    plain.keyboard.type("A keyboard is enough.")
    press(plain, "check")
    assert "A keyboard is enough." in plain.locator("main").inner_text()
    press(plain, "send")
    received(plain, copies=2)


def test_the_key_enter_takes_no_file_away(page: Page, door: str) -> None:
    begun(page, door)
    do(page, "write")
    page.set_input_files("[name=file]", NOTE)
    do(page, "attach")
    page.locator("[name=to][value=NCA]").focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert NAME in page.locator("main").inner_text()
