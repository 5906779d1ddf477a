"""Settings come from the environment; a bad one says which, what is wrong, and what to do."""

import logging
import subprocess
import sys
from pathlib import Path

import pytest

from comity import settings
from comity.core.terms import Code, InputError
from comity.logs import PlaceFormatter
from comity.shipped import USUAL
from comity.store.records import Role

HOME = Path("/var/lib/comity")
BODY = {"COMITY_ROLE": "body", "COMITY_BODY": "ICO", "COMITY_HOME": str(HOME)}


def test_a_body_needs_its_role_and_its_name() -> None:
    found = settings.node(BODY)
    assert (found.role, found.party, found.home) == (Role.BODY, "ICO", HOME)
    assert (found.host, found.port) == ("127.0.0.1", 8000)
    assert (found.heartbeat_seconds, found.status_seconds) == (600, 300)
    assert found.commissioned_by == ""
    assert found.agreements == USUAL
    assert found.database["NAME"] == str(HOME / "node.sqlite3")


def test_a_front_door_has_a_name_already() -> None:
    assert settings.node({"COMITY_ROLE": "front-door"}).party == "FRONT_DOOR"
    assert settings.node({**BODY, "COMITY_ROLE": "front-door"}).party == "ICO"


def test_everything_can_be_set() -> None:
    more = {
        "COMITY_ADDRESS": "[::1]:8443",
        "COMITY_HEARTBEAT_SECONDS": "2",
        "COMITY_STATUS_SECONDS": "1",
        "COMITY_AGREEMENTS": " nca-ncsc-demo,au-limited-use-2024, nca-ncsc-demo,",
        "COMITY_COMMISSIONED_BY": "A. Officer",
        "COMITY_DATABASE": "sqlite:///srv/other%20place/node.sqlite3",
    }
    found = settings.node({**BODY, **more})
    assert (found.host, found.port) == ("::1", 8443)
    assert (found.heartbeat_seconds, found.status_seconds) == (2, 1)
    assert found.agreements == ("au-limited-use-2024", "nca-ncsc-demo")
    assert found.commissioned_by == "A. Officer"
    assert found.database["NAME"] == "/srv/other place/node.sqlite3"


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("COMITY_ROLE", "", Code.MISSING_KEY),
        ("COMITY_ROLE", "Body", Code.UNKNOWN_VALUE),
        ("COMITY_BODY", "", Code.MISSING_KEY),
        ("COMITY_BODY", "ico", Code.BAD_ID),
        ("COMITY_ADDRESS", "8000", Code.UNKNOWN_VALUE),
        ("COMITY_ADDRESS", "localhost:", Code.UNKNOWN_VALUE),
        ("COMITY_ADDRESS", "localhost:0", Code.UNKNOWN_VALUE),
        ("COMITY_ADDRESS", "localhost:65536", Code.UNKNOWN_VALUE),
        ("COMITY_ADDRESS", "::1:8000", Code.UNKNOWN_VALUE),
        ("COMITY_HEARTBEAT_SECONDS", "0", Code.BAD_NUMBER),
        ("COMITY_HEARTBEAT_SECONDS", "1.5", Code.BAD_NUMBER),
        ("COMITY_STATUS_SECONDS", "601", Code.BAD_NUMBER),
        ("COMITY_AGREEMENTS", "ico-nca-2023", Code.UNKNOWN_VALUE),
        ("COMITY_AGREEMENTS", "/nowhere/ours.md", Code.UNKNOWN_VALUE),
        ("COMITY_AGREEMENTS", __file__, Code.UNKNOWN_VALUE),
        ("COMITY_AGREEMENTS", "ico-nca-2024 nca-ncsc-demo", Code.UNKNOWN_VALUE),
        ("COMITY_DATABASE", "mysql://localhost/x", Code.UNKNOWN_VALUE),
        ("COMITY_DATABASE", "sqlite://relative", Code.UNKNOWN_VALUE),
        ("COMITY_DATABASE", "sqlite:///", Code.UNKNOWN_VALUE),
        ("COMITY_DATABASE", "sqlite:////tmp/a%00b", Code.UNKNOWN_VALUE),
        ("COMITY_DATABASE", "postgresql://localhost", Code.UNKNOWN_VALUE),
        ("COMITY_DATABASE", "postgresql://localhost/a/b", Code.UNKNOWN_VALUE),
        ("COMITY_DATABASE", "postgresql://localhost:port/a", Code.UNKNOWN_VALUE),
        ("COMITY_DATABASE", "postgresql://localhost/a?options=-csomething", Code.UNKNOWN_VALUE),
    ],
)
def test_a_bad_setting_is_named(name: str, value: str, code: Code) -> None:
    with pytest.raises(InputError) as caught:
        settings.node({**BODY, name: value})
    assert (caught.value.at.name, caught.value.code) == (name, code)
    assert caught.value.advice


def test_a_home_of_nobody_here_is_a_folder_of_that_name() -> None:
    home = settings.node({**BODY, "COMITY_HOME": "~nobody-of-this-name/node"}).home
    assert home == Path.cwd() / "~nobody-of-this-name/node"


def test_a_password_is_never_shown() -> None:
    for address in ("postgresql://me:Canary@h:x/a", "mysql://me:Canary@h/a", "Canary"):
        with pytest.raises(InputError) as caught:
            settings.database(address, HOME)
        assert "Canary" not in f"{caught.value} {caught.value.advice}"
    found = settings.node({**BODY, "COMITY_DATABASE": "postgresql://me:Canary@h/a"})
    assert "Canary" not in repr(found)


def test_the_address_of_a_server_is_read() -> None:
    found = settings.database("postgresql://me:a%2Fb@db.example:5433/node?sslmode=require", HOME)
    names = ("USER", "PASSWORD", "HOST", "PORT", "NAME")
    assert [found[name] for name in names] == ["me", "a/b", "db.example", "5433", "node"]
    assert found["OPTIONS"]["sslmode"] == "require"
    assert "synchronous_commit=on" in found["OPTIONS"]["options"]
    socket = settings.database("postgresql://me@/node?host=/run/postgresql", HOME)
    assert (socket["HOST"], socket["PORT"]) == ("/run/postgresql", "")


def test_django_can_read_them_with_no_environment() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import comity.settings as s; print(s.INSTALLED_APPS, s.DEBUG)"],
        env={"HOME": "/nonexistent"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "['comity.store'] False\n"


def test_a_log_line_names_place_and_type_alone() -> None:
    record = logging.LogRecord(
        "comity.node", logging.ERROR, "worker.py", 12, "Canary %s", ("Canary",), None
    )
    record.created = 0.0
    assert PlaceFormatter().format(record) == "1970-01-01T00:00:00Z ERROR comity.node:worker:12"
    record.exc_info = (ValueError, ValueError("Canary"), None)
    line = PlaceFormatter().format(record)
    assert line.endswith("comity.node:worker:12 ValueError at an unknown place")
    try:
        settings.node({"COMITY_ROLE": "Canary"})
    except InputError as error:
        record.exc_info = (InputError, error, error.__traceback__)
    line = PlaceFormatter().format(record)
    assert "InputError at comity.settings:" in line
    assert "Canary" not in line
