"""Every mail says the same: who runs the front door, that it is a demonstration, and no more."""

import re

from comity.shipped import notice
from comity.words import Language
from comity.words.mail import mail_words
from tests.structure.source import ROOT

NOTICES = {Language.ENGLISH: notice(), Language.WELSH: notice("text_cy")}


def test_a_mail_says_in_both_languages_that_there_is_something_to_read_and_where() -> None:
    mail = mail_words("Harbour Law LLP", NOTICES)
    assert "There is something to read at Harbour Law LLP" in mail.text
    assert "rhywbeth i'w ddarllen yn Harbour Law LLP" in mail.text
    assert mail.subject == "There is something to read / Mae rhywbeth i'w ddarllen"


def test_a_mail_says_that_it_is_a_demonstration_and_where_to_report_a_real_incident() -> None:
    text = mail_words("", NOTICES).text
    for lines in NOTICES.values():
        assert all(each[1:] in text for each in lines.splitlines())


def test_a_mail_has_no_link_but_the_one_for_a_real_incident() -> None:
    text = mail_words("Harbour Law LLP", NOTICES).text
    [allowed] = set(re.findall(r"https?://\S+?(?=\.?\s)", notice() + "\n"))
    assert re.findall(r"\w+://|www\.|@", text.replace(allowed, "")) == []


def test_whoever_runs_it_can_put_nothing_else_in() -> None:
    assert "{notice}" in mail_words("{notice}", NOTICES).text


def test_the_how_to_has_the_words_for_the_template_as_they_are() -> None:
    mail = mail_words("Harbour Law LLP", NOTICES)
    text = (ROOT / "docs/how-to/run-nodes.md").read_text("utf-8")
    assert f"```text\n{mail.text}```" in text
    assert f"`{mail.subject}`" in text
