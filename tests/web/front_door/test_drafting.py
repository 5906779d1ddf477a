"""The whole report, one question a page: saved as one goes, shown as it is sealed, never lost."""

import html
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client, override_settings

from comity.core.intake import AnswerKind, Question
from comity.faces import PEOPLES_FACE
from comity.node.draft import open_draft
from comity.node.first_notice import begin_report
from comity.node.node import StoppedError
from comity.node.return_codes import Ticket
from comity.shipped import report_form
from comity.web.front_door import drafting, visiting
from comity.web.front_door.fields import in_, report_asks
from comity.web.front_door.pages import PREFIX
from comity.web.front_door.words import said
from comity.words.catalogue import Language
from tests.node.test_first_notice import everything, kept
from tests.node.world import CANARY, FRONT_DOOR, ICO, NCA, NCSC, World, new_world
from tests.store.django import set_up
from tests.web.front_door.test_reporting import HOSTILE, Page, Parts, code_on, text_of
from tests.web.front_door.test_reporting import send as send_notice

set_up()

QUESTIONS = [
    (section.name, question)
    for section in report_form().sections.values()
    for question in section.questions.values()
    if question.kind is not AnswerKind.FILES
]
ANSWER: dict[AnswerKind, dict[str, str]] = {
    AnswerKind.TEXT: {"": f"words {CANARY}"},
    AnswerKind.LONG_TEXT: {"": f"many words {CANARY}"},
    AnswerKind.FLAG: {"": "yes"},
    AnswerKind.NUMBER: {"": "2,500"},
    AnswerKind.INSTANT: {
        "": "then",
        "-day": "23",
        "-month": "11",
        "-year": "2026",
        "-time": "8:00",
    },
}


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


@pytest.fixture
def code(world: World) -> str:
    """Return the code of a report that was begun."""
    return begin_report(world.nodes[FRONT_DOOR], Ticket("0a" * 32)).code


def do(browser: Client, code: str, step: str, prefix: str = "/", **more: Any) -> Page:  # noqa: ANN401 - fields of any form
    return browser.post(f"{prefix}report", {"code": code, "step": step, **more})


def over_on(page: Page) -> str:
    [over] = re.findall(r'name="over" value="(\w+)"', page.content.decode())
    return str(over)


def say(browser: Client, code: str, at: str, value: str) -> Page:
    name = at.replace(".", "-")
    over = over_on(do(browser, code, f"ask:{at}"))
    return do(browser, code, f"save:{at}", over=over, **{name: value})


def incident(browser: Client, code: str) -> None:
    """Say what happened."""
    say(browser, code, "incident.summary", f"Two servers. {CANARY}")
    say(browser, code, "incident.discovered_at", "now")


def choose(browser: Client, code: str, **to: list[str]) -> Page:
    page = do(browser, code, "choose")
    fields: dict[str, Any] = {f"to-{section}": bodies for section, bodies in to.items()}
    fields |= {f"confidence-{section}": "yes" for section in to}
    return do(browser, code, "save_choices", over=over_on(page), **fields)


# ------------------------------------------------------------------ the story


@pytest.mark.parametrize("language", Language)
def test_a_report_is_begun_written_checked_and_sent(
    world: World, browser: Client, language: Language
) -> None:
    path = f"{PREFIX[language]}report"
    page = browser.get(path)
    [ticket] = re.findall(r'name="ticket" value="(\w+)"', page.content.decode())
    begun = browser.post(path, {"ticket": ticket, "step": "begin"})
    code = code_on(begun)
    assert said("sent.begun", language) in text_of(begun)
    assert code_on(browser.post(path, {"ticket": ticket, "step": "begin"})) == code
    incident(browser, code)
    choose(browser, code, incident=["NCA"])
    checked = do(browser, code, "check", PREFIX[language])
    assert said("check.title", language) in text_of(checked)
    assert f"Two servers. {CANARY}" in text_of(checked)
    sent = do(browser, code, "send", PREFIX[language])
    assert said("back.added", language) in text_of(sent)
    world.settle()
    assert [each.item.section for each in kept(world.nodes[NCA], "items")] == ["incident"]
    assert kept(world.nodes[ICO], "items") == kept(world.nodes[NCSC], "items") == []


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("asked", QUESTIONS, ids=lambda each: f"{each[0]}.{each[1].name}")
def test_every_question_is_a_page_whose_answer_is_kept_and_shown_again(
    world: World,
    browser: Client,
    code: str,
    asked: tuple[str, Question],
    language: Language,
) -> None:
    section, question = asked
    at, name, prefix = f"{section}.{question.name}", f"{section}-{question.name}", PREFIX[language]
    label = report_asks(report_form().sections[section], question).label
    page = do(browser, code, f"ask:{at}", prefix)
    words = page.content.decode()
    assert words.count("<h1") == 1
    assert in_(label, language) in text_of(page)
    written = ANSWER.get(question.kind) or {"": question.values[0]}
    fields = {f"{name}{part}": value for part, value in written.items()}
    do(browser, code, f"save:{at}", prefix, over=over_on(page), **fields)
    stands = open_draft(world.nodes[FRONT_DOOR], code).answer(section, question.name)
    assert stands is not None
    again = do(browser, code, f"ask:{at}", prefix).content.decode()
    for part, value in written.items():
        shown = value.replace(",", "") if question.kind is AnswerKind.NUMBER else value
        shown = "08:00" if part == "-time" else shown
        assert re.search(rf'(value="{shown}"|>{shown}<)', again), (part, shown)
    assert over_on(do(browser, code, f"ask:{at}", prefix)) != over_on(page)


def test_after_an_answer_comes_the_next_question_that_nobody_has_answered(
    browser: Client, code: str
) -> None:
    page = say(browser, code, "contact.organisation_name", "Acme")
    assert "On which telephone outside the affected systems" in text_of(page)
    last = say(browser, code, "contact.sector", "health")
    assert "Answer the next question" in text_of(last), "after the last one, the section"


def test_what_was_said_in_a_first_notice_is_not_asked_again(world: World, browser: Client) -> None:
    code = code_on(send_notice(browser, "NCA"))
    world.settle()
    tasks = text_of(do(browser, code, "tasks"))
    assert "3 of 8 answered" in tasks
    assert "Nothing has changed since it was last sent." in tasks
    choices = do(browser, code, "choose").content.decode()
    assert re.search(r'id="to-incident-2"[^>]*value="NCA"[^>]*checked', choices)
    assert "Nothing was sent" in text_of(do(browser, code, "send"))


# ------------------------------------------------------------------ what is missing or wrong


@pytest.mark.parametrize(
    "wrong",
    [
        ("contact.name", "", "This has to be answered"),
        ("contact.name", "x" * 501, "This is too long"),
        ("contact.role", "a\x07b", "cannot be shown"),
        ("incident.summary", "", "This has to be answered"),
        ("incident.type", "piracy", "cannot be taken as an answer"),
        ("incident.discovered_at", "then", "Give a day and a time that there are"),
        ("personal_data.records", "many", "Enter a whole number"),
        ("personal_data.records", "-1", "Enter a whole number"),
        ("personal_data.records", "9" * 13, "Enter a whole number"),
        ("personal_data.categories", "secrets", "cannot be taken as an answer"),
    ],
)
def test_an_answer_that_cannot_be_taken_is_asked_for_again_and_changes_nothing(
    world: World, browser: Client, code: str, wrong: tuple[str, str, str]
) -> None:
    at, written, words = wrong
    page = say(browser, code, at, written)
    assert page.content.decode().index("govuk-error-summary") < page.content.decode().index("<h1")
    assert words in text_of(page)
    assert not any(open_draft(world.nodes[FRONT_DOOR], code).answers.values())


def test_an_answer_that_nobody_needs_can_be_left_out_and_taken_away(
    world: World, browser: Client, code: str
) -> None:
    say(browser, code, "contact.role", "director")
    say(browser, code, "contact.role", "")
    say(browser, code, "incident.type", "ransomware")
    say(browser, code, "incident.type", "")
    assert not any(open_draft(world.nodes[FRONT_DOOR], code).answers.values())


def test_before_it_can_be_sent_everything_that_is_missing_is_listed(
    world: World, browser: Client, code: str
) -> None:
    assert "Answer at least one question" in text_of(do(browser, code, "check"))
    say(browser, code, "incident.found_by", "an officer")
    page = do(browser, code, "check")
    assert 'value="ask:incident.summary"' in page.content.decode()
    assert 'value="ask:incident.discovered_at"' in page.content.decode()
    assert "Choose who gets which part" in text_of(page)
    assert "This is still missing" in text_of(do(browser, code, "send"))
    world.settle()
    assert kept(world.nodes[NCA], "items") == []


def test_the_check_names_the_parts_that_reach_nobody(browser: Client, code: str) -> None:
    incident(browser, code)
    say(browser, code, "technical.malware", "a locker")
    choose(browser, code, incident=["NCA"])
    page = text_of(do(browser, code, "check"))
    assert "Nobody was chosen for these parts, so they stay here: Technical findings" in page
    assert "a locker" not in page


@pytest.mark.parametrize("step", ["", "tasks:x", "section:x", "section:attachments", "ask:x",
                                  "ask:contact", "save:contact.x", "give", "begin.x"])  # fmt: skip
def test_a_step_that_there_is_not_leads_to_the_list(browser: Client, code: str, step: str) -> None:
    assert "Your report" in text_of(do(browser, code, step))


def test_a_code_that_opens_nothing_opens_no_step(world: World, browser: Client, code: str) -> None:
    say(browser, code, "contact.role", f"director {CANARY}")
    before = everything(world.nodes[FRONT_DOOR])
    steps = ("tasks", "section:contact", "ask:contact.role", "save:contact.role", "choose",
             "save_choices", "check", "send")  # fmt: skip
    for step in steps:
        for wrong in ("", "7K2M-9QXD-C4TR-0ZHB-M1WN", code[:-1]):
            page = do(browser, wrong, step, **{"contact-role": "thief"})
            assert page.status_code == 403
            assert CANARY not in page.content.decode()
    assert everything(world.nodes[FRONT_DOOR]) == before


def test_what_cannot_be_sent_now_stays_as_a_draft(
    world: World, browser: Client, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_: object) -> None:
        raise StoppedError

    incident(browser, code)
    choose(browser, code, incident=["NCA"])
    monkeypatch.setattr(drafting, "send_draft", stopped)
    page = do(browser, code, "send")
    assert page.status_code == 503
    assert open_draft(world.nodes[FRONT_DOOR], code).is_changed


# ------------------------------------------------------------------ several people


def test_two_colleagues_who_answer_one_question_see_both_answers_and_choose(
    world: World, browser: Client, code: str
) -> None:
    at = "incident.summary"
    jo, sam = (over_on(do(browser, code, f"ask:{at}")) for _ in range(2))
    do(browser, code, f"save:{at}", over=jo, **{"incident-summary": "Jo's words"})
    page = do(browser, code, f"save:{at}", over=sam, **{"incident-summary": "Sam's words"})
    assert page.status_code == 409
    assert "Somebody else answered this meanwhile" in text_of(page)
    assert "Jo's words" in text_of(page)
    assert "Sam's words" in text_of(page)
    door = world.nodes[FRONT_DOOR]
    assert open_draft(door, code).answer("incident", "summary") == "Jo's words"
    edited = do(
        browser, code, f"ask:{at}", over=over_on(page), **{"incident-summary": "Sam's words"}
    )
    assert "Sam&#39;s words" in edited.content.decode()
    do(browser, code, f"save:{at}", over=over_on(page), **{"incident-summary": "Sam's words"})
    assert open_draft(door, code).answer("incident", "summary") == "Sam's words"


def test_two_colleagues_who_choose_at_once_are_told(
    world: World, browser: Client, code: str
) -> None:
    incident(browser, code)
    over = over_on(do(browser, code, "choose"))
    choose(browser, code, incident=["NCA"])
    page = do(browser, code, "save_choices", over=over, **{"to-incident": "ICO"})
    assert "Somebody else chose otherwise meanwhile" in text_of(page)
    assert open_draft(world.nodes[FRONT_DOOR], code).choices == {"incident": (NCA,)}


# ------------------------------------------------------------------ who gets what


def test_nobody_is_ticked_beforehand_in_a_new_report(browser: Client, code: str) -> None:
    incident(browser, code)
    page = do(browser, code, "choose").content.decode()
    assert not re.search(r'name="to-[^>]* checked', page)
    assert re.search(r'name="confidence-incident"[^>]* checked', page)


def test_a_new_part_is_offered_to_those_who_keep_it_and_never_to_the_regulator(
    browser: Client, code: str
) -> None:
    incident(browser, code)
    choose(browser, code, incident=["NCA", "ICO"])
    say(browser, code, "technical.malware", "a locker")
    page = do(browser, code, "choose").content.decode()
    offered = re.findall(r'name="to-technical"[^>]*value="(\w+)"[^>]* checked', page)
    assert offered == ["NCA"]
    checked = text_of(do(browser, code, "check"))
    assert "a locker" not in checked, "what is offered counts only once somebody has saved it"


def test_a_body_that_is_not_offered_is_never_chosen(
    world: World, browser: Client, code: str
) -> None:
    incident(browser, code)
    choose(browser, code, incident=["MI5", "FRONT_DOOR", "NCA"])
    assert open_draft(world.nodes[FRONT_DOOR], code).choices == {"incident": (NCA,)}


def test_a_part_can_be_told_openly(world: World, browser: Client, code: str) -> None:
    incident(browser, code)
    over = over_on(do(browser, code, "choose"))
    do(browser, code, "save_choices", over=over, **{"to-incident": "NCA"})
    do(browser, code, "send")
    world.settle()
    [held] = kept(world.nodes[NCA], "items")
    assert [source.in_confidence for source in held.item.label.sources] == [False]


# ------------------------------------------------------------------ traces


@pytest.mark.parametrize("text", HOSTILE)
def test_what_is_written_stays_text_on_every_page(browser: Client, code: str, text: str) -> None:
    for section, question in QUESTIONS:
        if question.kind in {AnswerKind.TEXT, AnswerKind.LONG_TEXT}:
            say(browser, code, f"{section}.{question.name}", text)
    say(browser, code, "incident.discovered_at", "now")
    say(browser, code, "personal_data.affected", "yes")
    choose(browser, code, **{each: ["NCA"] for each in ("contact", "incident", "people")})
    steps = [
        "tasks",
        "choose",
        "check",
        "section:contact",
        "section:people",
        "ask:incident.summary",
    ]
    pages = [do(browser, code, step) for step in steps]
    pages += [
        do(browser, code, "save:incident.summary", over="0" * 64, **{"incident-summary": "x"})
    ]
    for page in pages:
        parts = Parts()
        parts.feed(page.content.decode())
        assert not parts.tags & {"script", "img", "svg", "iframe", "b"}
        assert not [each for each in parts.attributes if each.startswith("on")]
        assert not page.cookies
        assert "49" not in text_of(page)
    assert html.escape(text, quote=False)[:9] in html.escape(text_of(pages[3]), quote=False)
