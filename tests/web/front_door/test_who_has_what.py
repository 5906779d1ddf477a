"""Who has what: what was passed on, compelled and refused is shown, and no withheld notice."""

import json
import re
from datetime import timedelta

import pytest
from django.test import Client
from markupsafe import escape

from comity.core.gate import Refusal
from comity.core.ledger import Entry, EntryType, read_proof
from comity.core.notices import Kind, Outside
from comity.core.terms import decode
from comity.node.record_outside import Passed, record_outside
from comity.web.front_door.pages import PREFIX
from comity.web.front_door.words import said
from comity.words.catalogue import Language
from tests.node import telling as t
from tests.node.telling import SECOND
from tests.node.world import CANARY, ICO, NCA, OFFICER, World
from tests.web.front_door.test_reporting import HOSTILE, Page, back, code_on, send, text_of
from tests.web.front_door.test_reporting import browser as browser  # noqa: PLC0414 - a fixture
from tests.web.front_door.test_reporting import world as world  # noqa: PLC0414 - a fixture

HOUR = timedelta(hours=1)


@pytest.fixture
def code(world: World, browser: Client) -> str:
    """Return the code of a first word that the NCA got."""
    found = code_on(send(browser, "NCA"))
    world.settle()
    return found


def shown(browser: Client, code: str, language: Language = Language.ENGLISH) -> Page:
    return browser.post(f"{PREFIX[language]}come-back", {"code": code, "step": "show"})


def outside(world: World, ground: Outside, recipient: str = "Crown Court at Leeds") -> None:
    """Let the NCA record that something passed outside."""
    node = world.nodes[NCA]
    with node.store.reading() as records:
        case = records.cases.find()[0].id
    record_outside(
        node,
        Passed(
            case=case, items=world.items(NCA, "incident"), recipient=recipient,
            at=world.clock.now() - HOUR, ground=ground, shown_by=f"order 77, {CANARY}",
            officer=OFFICER, confirmed_by=SECOND,
        ),
    )  # fmt: skip
    world.settle()


@pytest.mark.parametrize("language", Language)
def test_a_refusal_is_shown_with_who_asked_for_whom_for_what_and_the_clause(
    world: World, browser: Client, code: str, language: Language
) -> None:
    before = text_of(shown(browser, code, language))
    assert said("back.not_refused", language) in before
    _, decision = t.ask(world, "incident")
    assert isinstance(decision, Refusal)
    world.settle()
    page = text_of(shown(browser, code, language))
    assert said("back.not_refused", language) not in page
    assert said("means.refused", language) in page
    assert said("back.not_passed", language) in page
    assert said("purpose.regulation", language) in page
    assert "I-1" in page
    for key in ("back.passed", "back.refused", "back.delayed", "back.passed_proof"):
        assert said(key, language) in page


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("ground", Outside)
def test_what_passed_outside_is_shown_as_that_and_says_whether_it_was_compelled(
    world: World, browser: Client, code: str, language: Language, ground: Outside
) -> None:
    outside(world, ground)
    page = text_of(shown(browser, code, language))
    assert said(f"ground.{ground}", language) in page
    assert (said("means.compelled", language) in page) is ground.is_compelled
    assert (said("means.outside", language) in page) is not ground.is_compelled
    assert "Crown Court at Leeds" in page
    assert "order 77" not in page


@pytest.mark.parametrize("text", [each for each in HOSTILE if len(each) < 100])
def test_what_somebody_outside_is_called_is_only_ever_text(
    world: World, browser: Client, code: str, text: str
) -> None:
    outside(world, Outside.MEETING, text)
    assert str(escape(text)) in shown(browser, code).content.decode()


@pytest.mark.parametrize("language", Language)
def test_the_page_says_the_same_while_a_notice_is_withheld_and_says_so_when_it_comes(
    world: World, browser: Client, code: str, language: Language
) -> None:
    before = text_of(shown(browser, code, language))
    t.ask(world, "incident", delay=t.later(world, 3))
    world.settle()
    assert text_of(shown(browser, code, language)) == before
    assert said("back.delayed", language) in before
    t.pass_days(world, 3)
    page = text_of(shown(browser, code, language))
    assert said("back.late", language) in page
    assert said("back.delayed", language) in page
    assert "suspect" not in page


def test_the_file_holds_what_was_passed_on_and_what_was_refused(
    world: World, browser: Client, code: str
) -> None:
    t.ask(world, "incident")
    outside(world, Outside.COURT_ORDER)
    data = json.loads(back(browser, code, "all").content)
    (refused,) = data["refused"]
    (passed,) = data["passed_on"]
    assert (refused["what"], refused["by"], refused["to"]) == (Kind.REFUSED, NCA, ICO)
    assert (refused["sections"], refused["clauses"]) == (["incident"], ["I-1"])
    assert (passed["what"], passed["ground"]) == (Kind.OUTSIDE, Outside.COURT_ORDER)
    assert passed["to"] == "Crown Court at Leeds"


def test_a_colleagues_code_for_another_report_shows_nothing_of_this_one(
    world: World, browser: Client, code: str
) -> None:
    other = code_on(send(browser, "NCA"))
    world.settle()
    t.ask(world, items=world.items(NCA, "incident")[:1])
    world.settle()
    pages = [text_of(shown(browser, each)) for each in (code, other)]
    assert sum(said("means.refused", Language.ENGLISH) in each for each in pages) == 1


def test_each_notice_has_a_proof_for_its_own_report_once_the_body_has_cosigned_it(
    world: World, browser: Client, code: str
) -> None:
    other = code_on(send(browser, "NCSC"))
    t.ask(world, "incident")
    world.settle()
    found = re.search(
        r'value="(proof:[^"]+)">The proof that', shown(browser, code).content.decode()
    )
    assert found is not None
    step = found.group(1)
    early = browser.post("/come-back", {"code": code, "step": step})
    assert said("back.no_proof", Language.ENGLISH) in text_of(early)
    world.wait()
    proof = read_proof(browser.post("/come-back", {"code": code, "step": step}).content.decode())
    entry = decode(Entry, proof.entry, "an entry")
    assert entry.type is EntryType.RECEIVED
    assert entry.ids["release"] == step.removeprefix("proof:")
    theirs = browser.post("/come-back", {"code": other, "step": step})
    assert said("back.no_proof", Language.ENGLISH) in text_of(theirs)
