"""What tests of the pages share: the pages as a person has them, in a browser."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from comity.cli.scenario.nodes import introduce
from comity.cli.scenario.people import served_pages
from comity.cli.scenario.stage import Stage, on_stage
from tests.machine.browser import FLAGS


@pytest.fixture(scope="module")
def place() -> Iterator[str]:
    """Return the address of the pages, served by the command that a person uses."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    env = {**os.environ, "COMITY_ROLE": "front-door", "COMITY_PAGES": f"127.0.0.1:{port}"}
    command = [sys.executable, "-m", "comity", "pages"]
    with subprocess.Popen(command, env=env, stderr=subprocess.DEVNULL) as served:
        _wait_for(port)
        yield f"http://127.0.0.1:{port}/"
        served.terminate()


def _wait_for(port: int) -> None:
    for _ in range(200):
        with closing(HTTPConnection("127.0.0.1", port, timeout=5)) as connection:
            try:
                connection.request("HEAD", "/")
                connection.getresponse().read()
            except OSError:
                time.sleep(0.1)
            else:
                return
    pytest.fail("the pages are not served")


@pytest.fixture(scope="module")
def browser(chromium: Path) -> Iterator[Browser]:
    with sync_playwright() as driver:
        flags = [each for each in FLAGS if each != "--headless"]
        made = driver.chromium.launch(executable_path=chromium, args=flags)
        yield made
        made.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Return a page of a small screen, in a browser that runs no scripts of ours."""
    context = browser.new_context(viewport={"width": 320, "height": 640})
    yield context.new_page()
    context.close()


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def stage(request: pytest.FixtureRequest) -> Iterator[Stage]:
    """Give four real nodes that know each other and work, on either kind of database."""
    if request.param == "postgres":
        request.getfixturevalue("postgres_programs")
    with on_stage(request.param, None) as found:
        found.set_up()
        introduce(found.nodes, found.folder)
        found.start()
        yield found


@pytest.fixture(scope="module")
def door(stage: Stage) -> Iterator[str]:
    """Return the address of the front door's pages."""
    with served_pages(stage.nodes["FRONT_DOOR"]) as address:
        yield address
