"""A drill marks everything EXERCISE, and nothing of it leaves its node."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest
from click.testing import CliRunner
from django.test import Client, override_settings

from comity import settings
from comity.bootstrap import EXERCISE_MARK, NoTransport, PinnedTransport, build
from comity.cli.main import main
from comity.core.exchange import UnreachableError
from comity.faces import PEOPLES_FACE
from comity.node.node import Node
from comity.store.records import OutState
from comity.web.front_door import visiting
from comity.web.front_door.urls import PAGES
from comity.wire.domains import DnsDomains, NoDomains
from tests.node.world import FRONT_DOOR, NCA, World, new_world
from tests.store.django import set_up
from tests.web.front_door.test_reporting import ANSWERS, back, code_on, send, text_of

set_up()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the home of an exercise."""
    (tmp_path / settings.EXERCISE).touch()
    monkeypatch.setenv("COMITY_HOME", str(tmp_path))
    return tmp_path


# ------------------------------------------------------------------ nothing leaves


def made(home: Path) -> Node:
    """Return the front door of a home, as every command and process has it."""
    env = {"COMITY_ROLE": "front-door", "COMITY_HOME": str(home)}
    subprocess.run(
        [sys.executable, "-m", "comity", "init"], env={**os.environ, **env}, check=True,
        capture_output=True,
    )  # fmt: skip
    return build(settings.node(env))


@pytest.mark.slow
def test_a_home_that_says_so_makes_a_node_that_reaches_nobody(tmp_path: Path) -> None:
    usual = made(tmp_path)
    assert isinstance(usual.transport, PinnedTransport)
    assert usual.marks == ""
    (tmp_path / settings.EXERCISE).touch()
    drill = build(settings.node({"COMITY_ROLE": "front-door", "COMITY_HOME": str(tmp_path)}))
    assert isinstance(drill.transport, NoTransport)
    assert drill.marks == EXERCISE_MARK
    assert (type(usual.domains), type(drill.domains)) == (DnsDomains, NoDomains)
    with pytest.raises(UnreachableError):
        drill.transport.post("http://127.0.0.1:1", "/node/envelopes", b"anything")


@pytest.fixture
def world() -> World:
    """Return a world whose front door is there for an exercise."""
    found = new_world()
    door = found.nodes[FRONT_DOOR]
    fields = {name: getattr(door, name) for name in Node.__dataclass_fields__}
    found.nodes[FRONT_DOOR] = Node(**{**fields, "transport": NoTransport(), "marks": EXERCISE_MARK})
    found.workers[FRONT_DOOR].node = found.nodes[FRONT_DOOR]
    return found


@pytest.fixture
def browser(world: World, home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    """Return a client of the pages of an exercise."""
    assert (home / settings.EXERCISE).exists()
    monkeypatch.setattr(visiting, "node_here", lambda: world.nodes[FRONT_DOOR])
    monkeypatch.setattr(visiting, "now", world.clock.now)
    with override_settings(**PEOPLES_FACE):
        yield Client(raise_request_exception=False)


def test_what_is_sent_stays_on_its_way_whatever_the_worker_does(
    world: World, browser: Client
) -> None:
    passed: list[str] = []
    world.transport.seen = lambda path, _body: passed.append(path)
    code = code_on(send(browser, "NCA"))
    for _ in range(3):
        world.workers[FRONT_DOOR].round()
    assert "on its way; no receipt yet" in text_of(back(browser, code))
    with world.nodes[NCA].store.reading() as records:
        assert not records.items.find()
        assert not records.inbox.find()
    with world.nodes[FRONT_DOOR].store.reading() as records:
        assert {each.state for each in records.outbox.find()} <= {OutState.QUEUED, OutState.SENDING}
        assert all(EXERCISE_MARK in each.id for each in records.reports.find())
        assert all(EXERCISE_MARK in each.organisation for each in records.accounts.find())
    assert passed == []


# ------------------------------------------------------------------ everything says so


@pytest.mark.parametrize("pattern", [str(each.pattern) for each in PAGES if each.default_args])
def test_every_page_says_exercise(browser: Client, pattern: str) -> None:
    answer = browser.get(f"/{pattern}")
    word = "YMARFER" if pattern.startswith("cy/") else "EXERCISE"
    if answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
        assert f"<title>{word}: " in answer.content.decode()
        assert f"<p>{word}</p>" in answer.content.decode()
    if "Content-Disposition" in answer:
        assert 'filename="exercise-' in answer["Content-Disposition"]


def test_what_is_taken_away_says_exercise(world: World, browser: Client) -> None:
    form = browser.post("/own-forms", {**ANSWERS, "step": "file:ncsc"})
    assert "EXERCISE: nothing here is real" in form.content.decode()
    assert 'filename="exercise-ncsc.txt"' in form["Content-Disposition"]
    code = code_on(send(browser, "NCA"))
    taken = back(browser, code, "all")
    assert taken.json()["exercise"] is True
    assert taken.json()["report"].startswith("report-exercise-")
    assert world.nodes[FRONT_DOOR].marks


def test_nothing_says_exercise_where_there_is_none(browser: Client, home: Path) -> None:
    (home / settings.EXERCISE).unlink()
    assert "EXERCISE" not in browser.get("/").content.decode()
    assert b"EXERCISE" not in browser.post("/own-forms", {**ANSWERS, "step": "file:ncsc"}).content


# ------------------------------------------------------------------ the command


def test_a_body_holds_no_exercise() -> None:
    result = CliRunner().invoke(main, ["exercise"], env={"COMITY_ROLE": "body"})
    assert result.exit_code == 2
    assert "a body's node holds no exercise of an organisation" in result.output


def fetched(address: str, **fields: Any) -> str:  # noqa: ANN401 - fields of any form
    """Return a page, or the answer to a form."""
    data = urlencode(fields, doseq=True).encode() if fields else None
    with urlopen(Request(address, data), timeout=30) as answer:  # noqa: S310 - an address of ours
        return str(answer.read().decode())


@pytest.mark.slow
def test_an_exercise_is_served_played_and_gone(tmp_path: Path) -> None:
    env = {**os.environ, "TMPDIR": str(tmp_path)}
    with subprocess.Popen(
        [sys.executable, "-m", "comity", "exercise"], env=env, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, text=True,
    ) as process:  # fmt: skip
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            address = line.removeprefix("EXERCISE: ").strip()
            assert "EXERCISE" in fetched(address)
            assert "<p>EXERCISE</p>" in fetched(f"{address}first-notice")
            page = fetched(f"{address}first-notice", **ANSWERS, to=["NCA"], step="check")
            hidden = re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page)
            sent = fetched(f"{address}first-notice", **dict(hidden), step="send")
            assert "on its way; no receipt yet" in sent
            assert "report-exercise-" in sent
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=30)
    assert list(tmp_path.iterdir()) == []
