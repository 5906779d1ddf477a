"""A report over the telephone: read back to the caller, and sent once the caller agreed."""

import re

import pytest
from django.test import Client

from comity.node.return_codes import LETTERS, read_code
from comity.web.front_door.pages import PREFIX
from comity.web.front_door.reporting import SPOKEN, spoken
from comity.web.front_door.words import said
from comity.words.catalogue import Language
from tests.node.test_first_notice import kept
from tests.node.world import CANARY, NCA, World
from tests.web.front_door import test_reporting
from tests.web.front_door.test_reporting import (
    ANSWERS,
    Page,
    code_on,
    fields_of,
    send,
    text_of,
)

world, browser = test_reporting.world, test_reporting.browser


def checked(browser: Client, prefix: str = "/") -> Page:
    fields = {**ANSWERS, "to": ["NCA"], "step": "check", "by": "phone"}
    return browser.post(f"{prefix}first-notice", fields)


@pytest.mark.parametrize("language", Language)
def test_it_is_read_back_and_sent_once_the_caller_said_that_it_is_right(
    world: World, browser: Client, language: Language
) -> None:
    prefix = PREFIX[language]
    asked = browser.get(f"{prefix}first-notice?by=phone")
    assert said("phone.title", language) in text_of(asked)
    page = checked(browser, prefix)
    assert said("phone.read", language) in text_of(page)
    assert f"Harbour {CANARY}" in text_of(page)
    fields = fields_of(page)
    refused = browser.post(f"{prefix}first-notice", {**fields, "step": "send"})
    assert said("phone.missing", language) in text_of(refused)
    world.settle()
    assert kept(world.nodes[NCA], "items") == []
    again = {**fields_of(refused), "step": "send", "read_back": "yes"}
    sent = browser.post(f"{prefix}first-notice", again)
    code = code_on(sent)
    assert spoken(code) in text_of(sent)
    world.settle()
    assert len(kept(world.nodes[NCA], "items")) == 2


def test_changing_something_keeps_that_it_is_over_the_telephone(browser: Client) -> None:
    page = checked(browser)
    changed = browser.post("/first-notice", {**fields_of(page), "step": "change"})
    assert 'name="by" value="phone"' in changed.content.decode()
    assert said("phone.title", Language.ENGLISH) in text_of(changed)


def test_who_writes_for_themselves_is_read_nothing_back(browser: Client) -> None:
    page = send(browser, "NCA")
    assert "Alfa" not in text_of(page)
    assert said("phone.spoken", Language.ENGLISH) not in text_of(page)


def test_a_code_is_said_letter_by_letter_and_no_two_letters_alike() -> None:
    assert set(SPOKEN) | set("0123456789") == set(LETTERS)
    assert len(set(SPOKEN.values())) == len(SPOKEN)
    assert all(word.upper().startswith(letter) for letter, word in SPOKEN.items())
    code = read_code("7K2M9QXDC4TR0ZHBM1WN")
    assert code is not None
    assert spoken(code).startswith("7, Kilo, 2, Mike; 9, Quebec, X-ray, Delta; ")
    assert len(re.findall(r"[^,;]+", spoken(code))) == 20
