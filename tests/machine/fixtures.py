"""Fixtures that give a test the machine's server, browser or compiler, or skip (see `needs`)."""

import os
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from comity.cli.scenario.cluster import Postgres, find_programs, running_server
from tests.machine.browser import NAMES, find_browser
from tests.machine.compiler import COMPILERS, find_compiler
from tests.machine.needs import Need, report_missing


@pytest.fixture(scope="session")
def postgres_programs() -> Path:
    """Return the folder of PostgreSQL's programs."""
    programs = find_programs()
    if programs is None:
        report_missing(Need.POSTGRES, "this machine has no PostgreSQL server", os.environ)
    return programs


@pytest.fixture(scope="session")
def postgres(postgres_programs: Path) -> Iterator[Postgres]:
    """Return a server that lives as long as the test run."""
    with running_server(postgres_programs) as server:
        yield server


@pytest.fixture(scope="session")
def chromium() -> Path:
    """Return the path of the browser."""
    browser = find_browser()
    if browser is None:
        report_missing(Need.BROWSER, f"this machine has none of {', '.join(NAMES)}", os.environ)
    return browser


@pytest.fixture(scope="session")
def compiler() -> str:
    """Return the path of the C compiler."""
    found = find_compiler()
    if found is None:
        report_missing(
            Need.COMPILER, f"this machine has none of {', '.join(COMPILERS)}", os.environ
        )
    return found


@pytest.fixture(scope="session")
def pango() -> None:
    """Return if the machine has what lays out PDF files."""
    try:
        import_module("weasyprint")
    except OSError:
        report_missing(Need.PANGO, "this machine has no Pango", os.environ)
