"""The pages in a real browser: for those who see little, use no mouse, or have a small screen."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from comity.web.front_door.urls import PAGES
from tests.store.django import set_up

set_up()

pytestmark = pytest.mark.slow

RESULT = (
    "whom-to-tell/result?personal_data=yes&for_another=no&risk_to_people=high&roles=charity"
    "&nations=wales&nations=scotland&serious_for_charity=yes&aware_at=2026-11-28T02:10Z"
)
PLACES = [
    *(str(each.pattern) for each in PAGES if "language" in each.default_args
      and "result." not in str(each.pattern)),
    *(f"{prefix}{RESULT}" for prefix in ("", "cy/")),
    *(f"{prefix}{RESULT}&told=gdpr_33~2026-11-28T02:10Z~ICO/42" for prefix in ("", "cy/")),
    *(f"{prefix}whom-to-tell/told?about=gdpr_33{sent}" for prefix in ("", "cy/")
      for sent in ("", "&told-at-sent=yes")),
    *(f"{prefix}whom-to-tell?change={name}" for prefix in ("", "cy/")
      for name in ("roles", "nations", "risk_to_people", "aware_at")),
    *(f"{prefix}whom-to-tell?question={name}" for prefix in ("", "cy/")
      for name in ("roles", "danger_to_life", "aware_at")),
    *(f"{prefix}whom-to-tell?bogus=1" for prefix in ("", "cy/")),
    "nowhere",
    "cy/nowhere",
]  # fmt: skip


@pytest.mark.parametrize("path", PLACES)
def test_a_page_breaks_no_rule_of_accessibility_and_fits_a_small_screen(
    page: Page, place: str, path: str
) -> None:
    page.goto(place + path)
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert page.title()


def test_what_breaks_a_rule_is_noticed(page: Page, place: str) -> None:
    page.goto(place)
    page.evaluate("document.querySelector('h1').outerHTML = '<img src=x><h4>deep</h4>'")
    found = {each["id"] for each in Axe().run(page).response["violations"]}
    assert "image-alt" in found


def test_without_scripts_and_by_keyboard_alone_one_finds_out_whom_to_tell(
    browser: Browser, place: str
) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 320, "height": 640})
    page = context.new_page()
    page.goto(place)
    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text() == "Skip to main content"
    _tab_to(page, "Start")
    _go(page)
    for _ in range(12):
        if "/result" in page.url:
            break
        _answer(page)
    assert "/result" in page.url
    said = page.locator("main").inner_text()
    assert "Whom to tell, and by when" in said
    assert "The Information Commissioner (ICO)" in said
    context.close()


ANSWERS = {"roles": "none_of_these", "personal_data": "yes", "risk_to_people": "high",
           "aware_at": "now", "nations": "england"}  # fmt: skip


def _answer(page: Page) -> None:
    """Answer the question that is there by keyboard, and send it."""
    name = page.locator("input[name=question]").get_attribute("value") or ""
    value = ANSWERS.get(name, "no")
    _tab_to_field(page, name)
    is_one_of_several = page.locator(":focus").get_attribute("type") == "checkbox"
    page.keyboard.press("Tab" if is_one_of_several else "Space")
    for _ in range(30):
        if page.locator(":focus").get_attribute("value") == value:
            break
        page.keyboard.press("Tab" if is_one_of_several else "ArrowDown")
    assert page.locator(":focus").get_attribute("value") == value
    if is_one_of_several:
        page.keyboard.press("Space")
    assert page.locator(f"input[name={name}][value={value}]").is_checked()
    _tab_to(page, "Go on")
    _go(page)


def _go(page: Page) -> None:
    with page.expect_navigation():
        page.keyboard.press("Enter")


def _tab_to_field(page: Page, name: str) -> None:
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.locator(":focus").get_attribute("name") == name:
            return
    pytest.fail(f"the keyboard does not reach {name}")


def _tab_to(page: Page, text: str) -> None:
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.locator(":focus").inner_text().strip() == text:
            return
    pytest.fail(f"the keyboard does not reach `{text}`")


def test_the_link_of_an_error_leads_to_its_field(page: Page, place: str) -> None:
    page.goto(f"{place}whom-to-tell?question=personal_data")
    page.get_by_role("link", name="Choose an answer").click()
    assert page.evaluate("document.activeElement.name") == "personal_data"


def test_the_first_page_is_light(page: Page, place: str) -> None:
    sizes: list[int] = []
    page.on("response", lambda each: sizes.append(len(each.body())))
    page.goto(place, wait_until="networkidle")
    assert len(sizes) >= 3
    assert sum(sizes) <= 200_000
