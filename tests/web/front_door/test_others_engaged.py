"""The pages on which one says what others may know, and tells bodies that others are engaged."""

import html
import re
from typing import Any

import pytest
from django.test import Client

from comity.core.intake import MemberRole, contents_for
from comity.core.terms import PersonId
from comity.node.draft import open_draft
from comity.node.members import Offer, let_in
from comity.node.return_to_report import return_to_report
from comity.node.take_up import take_up
from comity.shipped import recipients, report_form
from comity.web.front_door import reporting, visiting
from comity.web.front_door.fields import in_
from comity.web.front_door.pages import PREFIX
from comity.web.front_door.visiting import BY_ACCOUNT
from comity.web.front_door.words import said
from comity.words.catalogue import Language
from tests.node.test_first_notice import everything, kept
from tests.node.test_tell_others import heard, kept_by
from tests.node.world import CANARY, FRONT_DOOR, ICO, NCA, NCSC, World
from tests.web.front_door.test_drafting import choose, do, incident, over_on, say
from tests.web.front_door.test_drafting import code as code  # noqa: PLC0414 - a fixture
from tests.web.front_door.test_reporting import (
    HOSTILE,
    Page,
    Parts,
    back,
    code_on,
    fields_of,
    send,
    text_of,
)
from tests.web.front_door.test_reporting import browser as browser  # noqa: PLC0414 - a fixture
from tests.web.front_door.test_reporting import world as world  # noqa: PLC0414 - a fixture

SHARING = report_form().sections["sharing"]
PLAN = f"Phone Jo, and nobody else. {CANARY}"
NAMED = "engagement-engaged"


def others(browser: Client, code: str, step: str, prefix: str = "/", **more: Any) -> Page:  # noqa: ANN401 - fields of any form
    return browser.post(f"{prefix}others-engaged", {"code": code, "step": step, **more})


def ticked(to: list[str], named: list[str], **texts: str) -> dict[str, Any]:
    """Return the fields of the form, as somebody ticks and writes."""
    found: dict[str, Any] = {"to": to, NAMED: named, "engagement-contact_plan": PLAN}
    return found | {f"engagement-{name}": text for name, text in texts.items()}


def tell(browser: Client, code: str, prefix: str = "/", **fields: Any) -> Page:  # noqa: ANN401 - fields of any form
    """Press the button, tick, check and send, as the pages lead."""
    over = over_on(others(browser, code, "others", prefix))
    checked = others(browser, code, "check", prefix, over=over, **fields)
    return browser.post(f"{prefix}others-engaged", {**fields_of(checked), "step": "send"})


@pytest.fixture
def sent(world: World, browser: Client) -> str:
    """Return the code of a report that the NCA and the NCSC got."""
    found = code_on(send(browser, "NCA", "NCSC"))
    world.settle()
    return found


# ------------------------------------------------------------------ one button


@pytest.mark.parametrize("language", Language)
def test_with_one_button_the_bodies_that_are_ticked_hear_of_the_others(
    world: World, browser: Client, sent: str, language: Language
) -> None:
    prefix, before = PREFIX[language], kept_by(world.nodes[ICO])
    shown = browser.post(f"{prefix}come-back", {"code": sent, "step": "show"})
    assert said("others.button", language) in text_of(shown)
    done = tell(browser, sent, prefix, **ticked(["NCA"], ["NCA", "NCSC"]))
    assert said("others.told", language) in text_of(done)
    world.settle()
    assert heard(world, NCA) == [{"engaged": ["NCSC"], "contact_plan": PLAN}]
    assert heard(world, NCSC) == []
    assert kept_by(world.nodes[ICO]) == before


@pytest.mark.parametrize("language", Language)
def test_nobody_is_ticked_beforehand_and_under_each_body_stands_what_it_means(
    browser: Client, sent: str, language: Language
) -> None:
    page = others(browser, sent, "others", PREFIX[language])
    assert " checked" not in page.content.decode()
    for each in recipients():
        assert in_(each.others, language) in text_of(page)
    assert said("others.nobody_else", language) in text_of(page)
    for after in (PLAN, "NCA"):
        assert " checked" not in others(browser, sent, after).content.decode()


def test_only_bodies_that_were_told_can_be_named(browser: Client, sent: str) -> None:
    page = others(browser, sent, "others").content.decode()
    assert re.findall(rf'name="{NAMED}"[^>]*value="(\w+)"', page) == ["NCSC", "NCA"]
    assert re.findall(r'name="to"[^>]*value="(\w+)"', page) == ["NCSC", "NCA", "ICO"]


def test_what_the_report_says_already_is_filled_in(browser: Client, sent: str) -> None:
    say(browser, sent, "contact.quiet_hours", "from 22 to 6")
    page = others(browser, sent, "others").content.decode()
    assert re.search(r'name="engagement-quiet_hours"[^>]*value="from 22 to 6"', page)
    tell(browser, sent, **ticked(["NCA"], ["NCSC"], quiet_hours="never at night"))
    again = others(browser, sent, "others").content.decode()
    assert re.search(r'name="engagement-quiet_hours"[^>]*value="never at night"', again)
    assert PLAN in html.unescape(again)
    assert " checked" not in again, "but nobody is ticked"


def test_what_each_body_would_get_is_read_from_the_bytes_that_are_sealed(
    browser: Client, sent: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = contents_for

    def wrong(report: Any, body: Any) -> Any:  # noqa: ANN401 - whatever is sealed
        return {key: data.replace(b"Jo", b"Sam") for key, data in right(report, body).items()}

    fields = ticked(["NCA", "ICO"], ["NCA", "NCSC"])
    page = text_of(others(browser, sent, "check", **fields))
    ncas, _, icos = page.partition("The Information Commissioner (ICO) will see this")
    ncas = ncas.partition("The National Crime Agency (NCA) will see this")[2]
    assert "the National Cyber Security Centre (NCSC)" in ncas
    assert "the National Crime Agency (NCA)" not in ncas, "it is not told of itself"
    assert "the National Cyber Security Centre (NCSC)" in icos
    assert "the National Crime Agency (NCA)" in icos
    assert "This tells the ICO that the bodies you name are engaged." in icos
    monkeypatch.setattr(reporting, "contents_for", wrong)
    assert "Phone Sam" in text_of(others(browser, sent, "check", **fields))


def test_who_got_an_earlier_word_and_is_not_ticked_now_is_named_and_gets_nothing_new(
    world: World, browser: Client, sent: str
) -> None:
    tell(browser, sent, **ticked(["NCA", "ICO"], ["NCSC"]))
    world.settle()
    before, over = kept_by(world.nodes[ICO]), over_on(others(browser, sent, "others"))
    fields = ticked(["NCA"], ["NCSC"], not_to_touch="the backups")
    page = others(browser, sent, "check", over=over, **fields)
    earlier = text_of(page).partition("These got an earlier word of it")[2]
    assert "The Information Commissioner (ICO)" in earlier
    assert "National Crime Agency" not in earlier.partition("Send it now")[0]
    browser.post("/others-engaged", {**fields_of(page), "step": "send"})
    world.settle()
    assert kept_by(world.nodes[ICO]) == before
    assert len(heard(world, NCA)) == 2


def test_a_page_that_is_sent_twice_tells_once(world: World, browser: Client, sent: str) -> None:
    over = over_on(others(browser, sent, "others"))
    fields = fields_of(others(browser, sent, "check", over=over, **ticked(["NCA"], ["NCSC"])))
    pages = [browser.post("/others-engaged", {**fields, "step": "send"}) for _ in range(2)]
    assert "It is on its way to the bodies that you ticked" in text_of(pages[0])
    assert "Nothing was sent: it says what you said before." in text_of(pages[1])
    world.settle()
    assert len(heard(world, NCA)) == 1


def test_going_back_and_another_language_lose_nothing(browser: Client, sent: str) -> None:
    over = over_on(others(browser, sent, "others"))
    fields = fields_of(others(browser, sent, "check", over=over, **ticked(["NCA"], ["NCSC"])))
    for prefix in PREFIX.values():
        page = browser.post(f"{prefix}others-engaged", {**fields, "step": "change"})
        assert PLAN in html.unescape(page.content.decode())
        assert re.findall(r'value="(\w+)" checked', page.content.decode()) == ["NCA", "NCSC"]
        assert over_on(page) == over


# ------------------------------------------------------------------ forged, wrong, or meanwhile


@pytest.mark.parametrize(
    "wrong",
    [
        (ticked([], ["NCA"]), "Choose at least one of these bodies"),
        (ticked(["NCA"], []), "Choose at least one body that they should know of"),
        (ticked(["NCA"], ["NCA"]), "would hear of nobody but itself"),
        (ticked(["NCSC"], ["ICO"]), "Choose at least one body that they should know of"),
        (ticked(["NCSC"], ["NCA", "ICO"]), "Choose at least one body that they should know of"),
        (ticked(["MI5"], ["NCA"]), "Choose at least one of these bodies"),
        (ticked(["NCSC", "MI5"], ["NCA"]), "Choose at least one of these bodies"),
        (ticked(["FRONT_DOOR"], ["NCA"]), "Choose at least one of these bodies"),
        (ticked(["NCSC"], ["<b>"]), "Choose at least one body that they should know of"),
        (ticked(["NCSC"], ["NCA"], contact_plan="x" * 20_001), "This is too long"),
        (ticked(["NCSC"], ["NCA"], quiet_hours="a\x07b"), "cannot be shown"),
    ],
)
@pytest.mark.parametrize("step", ["check", "send"])
def test_what_cannot_be_told_is_asked_again_and_nobody_hears_anything(
    world: World, browser: Client, sent: str, step: str, wrong: tuple[dict[str, Any], str]
) -> None:
    fields, words = wrong
    over, before = over_on(others(browser, sent, "others")), everything(world.nodes[FRONT_DOOR])
    page = others(browser, sent, step, over=over, **fields)
    written = page.content.decode()
    assert written.index("govuk-error-summary") < written.index("<h1")
    assert words in text_of(page)
    for field in re.findall(r'href="#([\w-]+)"', written):
        assert f'id="{field}"' in written
    assert everything(world.nodes[FRONT_DOOR]) == before
    world.settle()
    assert all(heard(world, body) == [] for body in (NCA, ICO, NCSC))


def test_what_a_colleague_wrote_meanwhile_is_shown_beside_ones_own_and_nothing_is_sent(
    world: World, browser: Client, sent: str
) -> None:
    over = over_on(others(browser, sent, "others"))
    say(browser, sent, "engagement.not_to_touch", "the payroll server")
    page = others(browser, sent, "send", over=over, **ticked(["NCA"], ["NCSC"]))
    assert "Somebody else changed this meanwhile." in text_of(page)
    assert "the payroll server" in text_of(page)
    assert PLAN in html.unescape(page.content.decode())
    world.settle()
    assert heard(world, NCA) == []
    again = others(browser, sent, "send", over=over_on(page), **ticked(["NCA"], ["NCSC"]))
    assert "It is on its way" in text_of(again)


def test_a_code_that_opens_nothing_tells_nobody(world: World, browser: Client, sent: str) -> None:
    before = everything(world.nodes[FRONT_DOOR])
    for wrong in ("", "7K2M-9QXD-C4TR-0ZHB-M1WN", sent[:-1]):
        for step in ("", "others", "check", "change", "send"):
            page = others(browser, wrong, step, **ticked(["NCA"], ["NCSC"]))
            assert page.status_code == 403
            assert f"Harbour {CANARY}" not in page.content.decode()
    assert everything(world.nodes[FRONT_DOOR]) == before
    assert "Come back with your return code" in text_of(browser.get("/others-engaged"))


@pytest.mark.parametrize("role", [MemberRole.DELEGATE, MemberRole.READER])
def test_a_delegate_or_a_reader_who_presses_the_button_is_refused(
    world: World,
    browser: Client,
    sent: str,
    role: MemberRole,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    door, ben = world.nodes[FRONT_DOOR], PersonId("ben")
    organisation = take_up(door, PersonId("anna"), "Anna", sent).organisation
    let_in(door, organisation, ben, Offer(role, "Ben"))
    monkeypatch.setattr(visiting, "person_of", lambda _: ben)
    monkeypatch.setattr(visiting, "is_from_here", lambda _: True)
    key, before = f"{BY_ACCOUNT}{return_to_report(door, sent).report}", everything(door)
    for step in ("others", "check", "change", "send"):
        page = others(browser, key, step, **ticked(["NCA"], ["NCSC"]))
        assert page.status_code == 403
        assert said("not_allowed.title", Language.ENGLISH) in text_of(page)
    assert everything(door) == before


def test_before_anything_was_sent_there_is_no_button_and_nobody_to_name(
    world: World, browser: Client, code: str
) -> None:
    assert "Tell the bodies that I tick" not in text_of(back(browser, code))
    page = others(browser, code, "send", **ticked(["NCA"], ["NCSC"]))
    assert "Choose at least one body that they should know of" in text_of(page)
    world.settle()
    assert kept(world.nodes[NCA], "items") == []


@pytest.mark.parametrize("text", HOSTILE)
def test_what_is_written_stays_text_on_every_page(browser: Client, sent: str, text: str) -> None:
    fields = ticked(["NCA"], ["NCSC"], contact_plan=text, quiet_hours=text, not_to_touch=text)
    pages = [others(browser, sent, step, **fields) for step in ("check", "change", "send")]
    pages += [tell(browser, sent, **fields), others(browser, sent, "others"), back(browser, sent)]
    for page in pages:
        parts = Parts()
        parts.feed(page.content.decode())
        assert not parts.tags & {"script", "img", "svg", "iframe", "b"}
        assert not [each for each in parts.attributes if each.startswith("on")]
        assert not page.cookies
    assert all("49" not in text_of(each) for each in pages)


def test_what_it_means_is_said_also_where_the_whole_report_names_bodies(
    browser: Client, code: str
) -> None:
    incident(browser, code)
    choose(browser, code, incident=["ICO"])
    means = "This tells the ICO that the bodies you name are engaged."
    assert means not in text_of(do(browser, code, "check"))
    say(browser, code, "engagement.engaged", "NCA")
    choose(browser, code, incident=["ICO"], engagement=["ICO"])
    assert means in text_of(do(browser, code, "check"))


# ------------------------------------------------------------------ two wishes


@pytest.mark.parametrize("language", Language)
def test_the_two_wishes_stand_apart_from_the_choices_and_are_a_no_beforehand(
    browser: Client, code: str, language: Language
) -> None:
    incident(browser, code)
    page = do(browser, code, "choose", PREFIX[language])
    written = page.content.decode()
    grid, _, apart = written.partition('<h2 class="govuk-heading-l">')
    assert "sharing" not in grid
    for question in SHARING.questions.values():
        asked, means = (
            (question.asks, question.help)
            if language is Language.ENGLISH
            else (question.asks_cy, question.help_cy)
        )
        assert asked in text_of(page)
        assert means in text_of(page)
        answers = re.findall(rf'name="sharing-{question.name}"[^>]*value="(\w+)"( checked)?', apart)
        assert answers == [("no", " checked"), ("yes", "")]
    assert not re.search(r'name="to-sharing"[^>]* checked', written)
    assert said("wishes.text", language) in text_of(page)
    assert "sharing" not in [
        each.partition(":")[2]
        for each in re.findall(
            r'value="(section:\w+)"', do(browser, code, "tasks").content.decode()
        )
    ]


def wish(browser: Client, code: str, *to: str, **yes: str) -> Page:
    """Tell the NCA of the incident, and answer the two questions."""
    fields: dict[str, Any] = {f"sharing-{name}": answer for name, answer in yes.items()}
    over = over_on(do(browser, code, "choose"))
    return do(browser, code, "save_choices", over=over, **{
        "to-incident": "NCA", "confidence-incident": "yes", "to-sharing": list(to), **fields
    })  # fmt: skip


def test_a_wish_goes_to_whom_was_ticked_in_confidence_and_what_is_unsaid_is_a_no(
    world: World, browser: Client, code: str
) -> None:
    incident(browser, code)
    wish(browser, code, "NCA", warnings_may_use="yes")
    checked = text_of(do(browser, code, "check"))
    wishes = checked.partition("Two more questions")[2]
    assert list(re.findall(r"\? (Yes|No) ", wishes)) == ["No", "Yes"]
    do(browser, code, "send")
    world.settle()
    held = {each.item.section: each.item for each in kept(world.nodes[NCA], "items")}
    assert set(held) == {"incident", "sharing"}
    assert [source.in_confidence for source in held["sharing"].label.sources] == [True]
    assert kept(world.nodes[ICO], "items") == kept(world.nodes[NCSC], "items") == []


@pytest.mark.parametrize("answer", ["", "no", "unknown", "Yes", "true", "1", "<b>"])
def test_whatever_is_not_plainly_a_yes_is_a_no(
    world: World, browser: Client, code: str, answer: str
) -> None:
    incident(browser, code)
    wish(browser, code, "NCA", engagement_may_be_known=answer, warnings_may_use=answer)
    assert open_draft(world.nodes[FRONT_DOOR], code).answers["sharing"] == {
        "engagement_may_be_known": False,
        "warnings_may_use": False,
    }


def test_who_says_no_and_ticks_nobody_has_said_nothing_more(
    world: World, browser: Client, code: str
) -> None:
    incident(browser, code)
    wish(browser, code, engagement_may_be_known="no")
    draft = open_draft(world.nodes[FRONT_DOOR], code)
    assert "sharing" not in draft.answers
    assert draft.choices == {"incident": (NCA,)}


def test_a_wish_for_which_nobody_is_ticked_stays_and_is_said_to_stay(
    world: World, browser: Client, code: str
) -> None:
    incident(browser, code)
    wish(browser, code, warnings_may_use="yes")
    checked = text_of(do(browser, code, "check"))
    unsent = checked.partition("Nobody was chosen for these parts")[2]
    assert "Two more questions: what may others know?" in unsent
    do(browser, code, "send")
    world.settle()
    assert [each.item.section for each in kept(world.nodes[NCA], "items")] == ["incident"]


def test_a_yes_can_be_taken_back_as_long_as_somebody_can_write(
    world: World, browser: Client, code: str
) -> None:
    incident(browser, code)
    wish(browser, code, "NCA", warnings_may_use="yes")
    page = do(browser, code, "choose").content.decode()
    assert re.search(r'name="sharing-warnings_may_use"[^>]*value="yes" checked', page)
    assert re.search(r'name="to-sharing"[^>]*value="NCA" checked', page)
    wish(browser, code, "NCA", warnings_may_use="no")
    stands = open_draft(world.nodes[FRONT_DOOR], code).answers["sharing"]
    assert stands["warnings_may_use"] is False


def test_two_colleagues_who_wish_at_once_are_told(world: World, browser: Client, code: str) -> None:
    incident(browser, code)
    choose(browser, code, incident=["NCA"])
    over = over_on(do(browser, code, "choose"))
    wish(browser, code, warnings_may_use="yes")
    page = do(browser, code, "save_choices", over=over, **{
        "to-incident": "NCA", "confidence-incident": "yes", "to-sharing": "ICO",
    })  # fmt: skip
    assert "Somebody else chose otherwise meanwhile" in text_of(page)
    draft = open_draft(world.nodes[FRONT_DOOR], code)
    assert draft.answers["sharing"]["warnings_may_use"] is True
    assert not draft.choices["sharing"]


def test_wishes_are_offered_to_those_who_keep_everything_and_never_to_the_regulator(
    browser: Client,
) -> None:
    code = code_on(send(browser, "NCA", "ICO"))
    page = do(browser, code, "choose").content.decode()
    assert re.findall(r'name="to-sharing"[^>]*value="(\w+)" checked', page) == ["NCA"]
