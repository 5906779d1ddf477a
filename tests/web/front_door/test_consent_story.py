"""The whole story in a browser: help, report, account, a yes by passkey, who has what, and back."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from comity.cli.scenario.nodes import eventually
from comity.cli.scenario.plot import SAMPLE, read_plot
from comity.cli.scenario.stage import Stage
from comity.cli.scenario.story import Story
from comity.cli.scenario.told import Cast
from tests.store.django import set_up
from tests.web.front_door.test_browser_story import CHOSEN, WRITTEN

set_up()

pytestmark = pytest.mark.slow

PASSWORD = "three odd words together"  # noqa: S105 - of nobody
TOUCHED = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
"""An authenticator that its owner touches, and shows a finger to, whenever it asks."""


@pytest.fixture
def jo(browser: Browser) -> Iterator[Page]:
    """Return a browser of somebody who has a passkey at hand, on a small screen."""
    context = browser.new_context(viewport={"width": 320, "height": 640})
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": TOUCHED})
    yield page
    context.close()


def press(page: Page, step: str) -> None:
    with page.expect_navigation():
        page.locator(f"main button[name=step][value='{step}']").first.click()


def words(page: Page) -> str:
    return page.locator("main").inner_text()


def at(page: Page, address: str) -> str:
    """Return what a page says."""
    page.goto(address)
    return words(page)


def look(page: Page) -> None:
    """See that a page breaks no rule of accessibility, and fits a small screen."""
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def report_first(page: Page, door: str) -> str:
    """Go from help to a first notice that the NCA gets, and return its code."""
    page.goto(door)
    page.locator("a[href$=first-notice]").first.click()
    for name, text in WRITTEN.items():
        page.fill(f"[name={name}]", text)
    for name, value in CHOSEN.items():
        page.check(f"[name={name}][value={value}]")
    press(page, "check")
    press(page, "send")
    return page.locator(".comity-code").inner_text()


def account_with_passkey(page: Page, door: str, name: str) -> str:
    """Make an account with a passkey, and return the person's number."""
    page.goto(f"{door}account/sign-up")
    look(page)
    page.fill("[name=username]", name)
    page.fill("[name=password1]", PASSWORD)
    page.locator("main button").click()
    look(page)
    page.goto(f"{door}account/safety/passkeys/add")
    look(page)
    page.fill("[name=name]", "My telephone")
    with page.expect_navigation():
        page.locator("main button").click()
    assert "10 are left" in words(page)
    look(page)
    page.goto(f"{door}account/")
    return words(page).partition("Your number here is ")[2].partition(".")[0]


def asked_by_the_nca(cast: Cast) -> str:
    """Let the NCA ask whether it may pass the incident on to the ICO."""
    [case] = cast.nca.data("case", "list")
    cast.case = str(case["case"])
    return cast.seek(cast.nca, cast.case, ["incident"], "ICO", "regulation", "To spare you a call.")


def answers(cast: Cast) -> list[str]:
    """Return what the NCA has of what was answered."""
    shown = cast.nca.data("case", "show", cast.case)
    return [str(each["answer"]) for item in shown for each in item["answers"]]


def test_a_person_who_has_read_nothing_goes_from_help_to_who_has_what(
    jo: Page, door: str, stage: Stage
) -> None:
    cast = Cast(stage=stage, story=Story(say=print), plot=read_plot(str(SAMPLE)))
    code = report_first(jo, door)
    person = account_with_passkey(jo, door, f"jo-{stage.server is None}".lower())
    jo.fill("[name=code]", code)
    jo.fill("[name=called]", "Jo Smith")
    press(jo, "take_up")
    look(jo)
    organisation = jo.locator("main h2").first.inner_text().split()[-1]
    eventually("the report arrives", lambda: bool(cast.nca.data("case", "list")))
    consent = asked_by_the_nca(cast)
    question = f"{door}account/questions/{consent}"

    eventually("the question arrives", lambda: "asks you" in at(jo, question))
    look(jo)
    assert "You may not say yes for this organisation" in words(jo)
    until = (datetime.now(UTC) + timedelta(days=30)).isoformat()  # noqa: TID251 - the nodes' clock is the machine's
    cast.door.run(
        *("speaker", "called-back", organisation, person, "--until", until, "--body", "NCA"),
        *("--number-from", "companies-house/01234567"),
    )
    jo.goto(question)
    said = words(jo)
    assert "A yes does not notify the ICO for you." in said
    assert "I-1" in said
    assert WRITTEN["incident-summary"] in said
    assert "Nobody tells the Information Commissioner (ICO) that you were asked." in said
    press(jo, "yes")
    assert "Choose at least one part" in words(jo)
    look(jo)
    jo.check("[name=section][value=incident]")
    press(jo, "yes")
    look(jo)
    with jo.expect_navigation():
        jo.locator("#touch button").click()
    assert "Answered: yes, by passkey." in words(jo)
    look(jo)

    eventually("the answer arrives", lambda: "given" in answers(cast))
    assert "passkey" in cast.nca.run("case", "show", cast.case)
    passed = cast.ask(cast.nca, cast.case, "ICO", "regulation", sections=["incident"])
    assert passed["outcome"] == "permitted"
    eventually("the ICO has it", lambda: bool(cast.ico.data("case", "list")))

    def told() -> bool:
        jo.goto(f"{door}account/")
        with jo.expect_navigation():
            jo.locator("main button[name=code]").first.click()
        return "passed something on to" in words(jo)

    eventually("the notice arrives", told)
    look(jo)
    jo.goto(question)
    press(jo, "withdraw")
    assert "a yes that was taken back" in words(jo)
    eventually("the NCA knows", lambda: "withdrawn" in answers(cast))
    refused = cast.ask(cast.nca, cast.case, "ICO", "regulation", sections=["incident"])
    assert refused["outcome"] == "refused"
