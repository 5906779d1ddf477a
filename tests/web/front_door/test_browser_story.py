"""Somebody under attack sends a first notice in a browser, and comes back, by keyboard alone."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from comity.cli.scenario.stage import Stage
from comity.web.front_door.pages import PREFIX
from comity.web.front_door.words import said
from comity.words.catalogue import Language
from tests.store.django import set_up

set_up()

pytestmark = pytest.mark.slow


@pytest.fixture
def plain(browser: Browser) -> Iterator[Page]:
    """Return a page of a small screen, in a browser that runs no scripts at all."""
    context = browser.new_context(java_script_enabled=False, viewport={"width": 320, "height": 640})
    yield context.new_page()
    context.close()


WRITTEN = {
    "contact-organisation_name": "Harbour Widgets (Western Isles and Northern Ireland) Limited",
    "contact-name": "Jo Smith",
    "incident-summary": "Files are encrypted. A note asks for money.",
    "contact-safe_telephone": "07700 900123",
}
CHOSEN = {"incident-discovered_at": "now", "incident-still_going_on": "yes", "to": "NCA"}


def tab_to(page: Page, found: str) -> None:
    """Press Tab until the element that has the focus is one of these."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.locator(f":focus:is({found})").count():
            return
    pytest.fail(f"the keyboard does not reach {found}")


def press(page: Page, step: str) -> None:
    """Reach the button of a step by keyboard, and press it."""
    tab_to(page, f"button[value='{step}']:not([formaction])")
    with page.expect_navigation():
        page.keyboard.press("Enter")


def answer(page: Page) -> None:
    """Answer the questions by keyboard alone, and go on."""
    for name in ("contact-organisation_name", "contact-name", "incident-summary"):
        tab_to(page, f"[name={name}]")
        page.keyboard.type(WRITTEN[name])
    for name in ("incident-discovered_at", "incident-still_going_on"):
        tab_to(page, f"[name={name}]")
        page.keyboard.press("Space")
        assert page.locator(f"[name={name}][value={CHOSEN[name]}]").is_checked()
    tab_to(page, "[name=contact-safe_telephone]")
    page.keyboard.type(WRITTEN["contact-safe_telephone"])
    tab_to(page, "[name=to][value=NCA]")
    page.keyboard.press("Space")
    press(page, "check")


def received(page: Page, copies: int = 1) -> str:
    """Look again until the receipts of so many copies have come, and return what the page says."""
    for _ in range(60):
        words = page.locator("main").inner_text()
        if words.count("with a signed receipt") >= copies:
            return words
        press(page, "show")
    pytest.fail("no receipt has come")


def test_by_keyboard_alone_and_without_scripts_one_reports_and_comes_back(
    plain: Page, door: str, stage: Stage
) -> None:
    plain.goto(door)
    tab_to(plain, "a[href$=first-notice]")
    with plain.expect_navigation():
        plain.keyboard.press("Enter")
    answer(plain)
    assert "The National Crime Agency (NCA) will see this" in plain.locator("main").inner_text()
    press(plain, "send")
    code = plain.locator(".comity-code").inner_text()
    plain.goto(f"{door}come-back")
    tab_to(plain, "[name=code]")
    plain.keyboard.type(code.lower())
    press(plain, "show")
    assert WRITTEN["contact-organisation_name"] in received(plain)
    assert "There is no case" in stage.nodes["ICO"].run("case", "list")
    assert "2 items" in stage.nodes["NCA"].run("case", "list")


@pytest.mark.parametrize("language", Language)
def test_every_page_on_the_way_breaks_no_rule_of_accessibility_and_fits_a_small_screen(
    page: Page, door: str, language: Language
) -> None:
    start = f"{door.rstrip('/')}{PREFIX[language]}"
    page.goto(f"{start}first-notice")
    look(page)
    page.locator("main button").click()
    look(page)
    for name, text in WRITTEN.items():
        page.fill(f"[name={name}]", text)
    for name, value in CHOSEN.items():
        page.check(f"[name={name}][value={value}]")
    page.locator("main button[value=check]").click()
    look(page)
    page.locator("main button[value=send]").click()
    look(page)
    code = page.locator(".comity-code").inner_text()
    page.goto(f"{start}come-back")
    look(page)
    page.fill("[name=code]", "7K2M")
    page.locator("main button").click()
    look(page)
    page.fill("[name=code]", code)
    page.locator("main button").click()
    look(page)
    page.check("[name=to][value=NCA]")
    page.fill("[name=advice]", "We disconnected the backups.")
    page.locator("main button[value=engagement]").click()
    look(page)
    page.locator("main button[value=show]").click()
    page.locator("main button[value=tasks]").click()
    look(page)
    other = next(each for each in Language if each is not language)
    page.get_by_role("button", name=said("language", other)).click()
    assert page.locator("html").get_attribute("lang") == other
    assert page.locator("[name=code]").first.input_value() == code
    assert code.replace("-", "") not in page.url


@pytest.mark.parametrize("language", Language)
def test_every_page_about_who_is_engaged_breaks_no_rule_and_fits_a_small_screen(
    page: Page, door: str, language: Language
) -> None:
    start = f"{door.rstrip('/')}{PREFIX[language]}"
    page.goto(f"{start}first-notice")
    for name, text in WRITTEN.items():
        page.fill(f"[name={name}]", text)
    for name, value in CHOSEN.items():
        page.check(f"[name={name}][value={value}]")
    page.check("[name=to][value=NCSC]")
    do(page, "check")
    do(page, "send")
    code = page.locator(".comity-code").inner_text()
    page.goto(f"{start}come-back")
    page.fill("[name=code]", code)
    do(page, "show")
    do(page, "others")
    look(page)
    do(page, "check")
    assert page.locator(".govuk-error-summary").count() == 1
    look(page)
    page.check("[name=to][value=ICO]")
    page.check("[name=engagement-engaged][value=NCA]")
    page.fill("[name=engagement-contact_plan]", "One call for all, to Jo Smith.")
    do(page, "check")
    look(page)
    do(page, "change")
    assert page.locator("[name=engagement-engaged][value=NCA]").is_checked()
    over = page.locator("[name=over]")
    seen = over.get_attribute("value")
    over.evaluate("field => field.value = '0'.repeat(64)")
    do(page, "check")
    do(page, "send")
    look(page)
    assert page.locator("[name=over]").get_attribute("value") == seen
    do(page, "check")
    do(page, "send")
    look(page)
    assert said("others.told", language) in page.locator("main").inner_text()


def test_by_keyboard_alone_and_without_scripts_one_tells_that_others_are_engaged(
    plain: Page, door: str, stage: Stage
) -> None:
    plain.goto(f"{door}first-notice")
    answer(plain)
    press(plain, "send")
    code = plain.locator(".comity-code").inner_text()
    plain.goto(f"{door}come-back")
    tab_to(plain, "[name=code]")
    plain.keyboard.type(code)
    press(plain, "show")
    before = stage.nodes["NCSC"].run("case", "list")
    press(plain, "others")
    tab_to(plain, "[name=to][value=NCSC]")
    plain.keyboard.press("Space")
    tab_to(plain, "[name=engagement-engaged][value=NCA]")
    plain.keyboard.press("Space")
    tab_to(plain, "[name=engagement-quiet_hours]")
    plain.keyboard.type("from 22 to 6")
    press(plain, "check")
    shown = plain.locator("main").inner_text()
    assert "The National Cyber Security Centre (NCSC) will see this" in shown
    assert "from 22 to 6" in shown
    press(plain, "send")
    assert said("others.told", Language.ENGLISH) in plain.locator("main").inner_text()
    received(plain, copies=2)
    assert stage.nodes["NCSC"].run("case", "list") != before


def look(page: Page) -> None:
    """See that a page breaks no rule, is no wider than a small screen, and is in one language."""
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def do(page: Page, step: str) -> None:
    """Press the button of a step."""
    page.locator(f"button[value='{step}']:not([formaction])").last.click()


@pytest.mark.parametrize("language", Language)
def test_every_page_of_a_report_breaks_no_rule_and_fits_a_small_screen(
    page: Page, door: str, language: Language
) -> None:
    start = f"{door.rstrip('/')}{PREFIX[language]}"
    page.goto(f"{start}report")
    look(page)
    do(page, "begin")
    look(page)
    code = page.locator(".comity-code").inner_text()
    do(page, "tasks")
    look(page)
    do(page, "check")
    look(page)
    do(page, "tasks")
    do(page, "section:incident")
    look(page)
    for at in ("summary", "type", "discovered_at", "still_going_on"):
        do(page, f"ask:incident.{at}")
        look(page)
        do(page, f"save:incident.{at}")
        look(page)
        do(page, "section:incident")
    answer_in_draft(page)
    do(page, "tasks")
    do(page, "choose")
    look(page)
    page.check("[name=to-incident][value=ICO]")
    page.check("[name=sharing-warnings_may_use][value=yes]")
    page.check("[name=to-sharing][value=NCA]")
    do(page, "save_choices")
    do(page, "check")
    look(page)
    do(page, "send")
    look(page)
    assert code not in page.url


def answer_in_draft(page: Page) -> None:
    """Answer what is needed, one of it after a colleague has."""
    do(page, "ask:incident.summary")
    over = page.locator("[name=over]").get_attribute("value")
    page.fill("textarea", "Files are encrypted.")
    do(page, "save:incident.summary")
    do(page, "section:incident")
    do(page, "ask:incident.summary")
    page.fill("textarea", "Many files are encrypted.")
    page.evaluate("over => document.querySelector('[name=over]').value = over", over)
    do(page, "save:incident.summary")
    look(page)
    do(page, "save:incident.summary")
    do(page, "section:incident")
    do(page, "ask:incident.discovered_at")
    page.check("[name=incident-discovered_at][value=now]")
    do(page, "save:incident.discovered_at")
    do(page, "section:incident")


def test_by_keyboard_alone_and_without_scripts_one_writes_and_sends_a_report(
    plain: Page, door: str, stage: Stage
) -> None:
    plain.goto(f"{door}report")
    press(plain, "begin")
    press(plain, "tasks")
    press(plain, "section:incident")
    press(plain, "ask:incident.summary")
    tab_to(plain, "textarea")
    plain.keyboard.type("A keyboard is enough.")
    press(plain, "save:incident.summary")
    press(plain, "section:incident")
    press(plain, "ask:incident.discovered_at")
    tab_to(plain, "[name=incident-discovered_at]")
    plain.keyboard.press("Space")
    press(plain, "save:incident.discovered_at")
    press(plain, "section:incident")
    press(plain, "tasks")
    press(plain, "choose")
    tab_to(plain, "[name=to-incident][value=NCSC]")
    plain.keyboard.press("Space")
    press(plain, "save_choices")
    press(plain, "check")
    assert "A keyboard is enough." in plain.locator("main").inner_text()
    press(plain, "send")
    received(plain)
    assert "1 item" in stage.nodes["NCSC"].run("case", "list")
