"""The machine's server and browser do what later tests rely on."""

from pathlib import Path

import psycopg
import pytest

from comity.cli.scenario.cluster import Postgres, running_server
from tests.machine.browser import rendered

pytestmark = pytest.mark.slow

PAGE = """<!doctype html><title>Comity</title><p id="p">before</p>
<script>document.getElementById("p").textContent = "after " + (1 + 1)</script>"""


def test_the_server_answers_and_keeps_what_it_confirms(postgres: Postgres) -> None:
    with psycopg.connect(postgres.dsn) as connection:
        assert connection.execute("SELECT 41 + 1").fetchone() == (42,)
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            row = connection.execute("SELECT current_setting(%s)", [setting]).fetchone()
            assert row == ("on",), setting


def test_the_server_leaves_nothing_behind(postgres_programs: Path) -> None:
    with running_server(postgres_programs) as server:
        psycopg.connect(server.dsn).close()
    assert not server.folder.exists()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(server.dsn)


def test_the_browser_renders_a_page_and_runs_its_script(chromium: Path, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(PAGE, encoding="utf-8")
    document = rendered(chromium, page)
    assert '<p id="p">after 2</p>' in document
