"""Settings: what a node reads from its environment, and Django's settings made of it.

Nothing else is read. Django imports this module, so it can be imported with no environment at
all; what a node cannot do without is asked for by `node`.
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Final
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from comity.core.terms import Code, InputError, PartyId, suggestion
from comity.faces import ACCOUNTS, PEOPLES_FACE, Directory, by_directory, cookies
from comity.files import read_bytes
from comity.mail_settings import MailSettings, mail
from comity.setting import LAST_PORT, bad, host_and_port
from comity.shipped import USUAL, shipped_agreements
from comity.store.records import Role

FRONT_DOOR: Final = PartyId("FRONT_DOOR")
SECRET: Final = "pages.secret"  # noqa: S105 - the name of the file, not what is in it
"""A file of this name in a node's home signs the sessions of those who sign in."""
MOST_SECRET: Final = 4_096
"""How many bytes the secret of a directory may have."""
LONGEST_STATUS: Final = 600
"""Seconds for which a consent status speaks: a new one has to come before."""
EXERCISE: Final = "EXERCISE"
"""A file of this name in a node's home makes everything there an exercise."""

ONE_DAY: Final = 86_400
ORIGIN: Final = re.compile(
    r"(?:https://[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?|http://localhost)(?::(?P<port>[0-9]{1,5}))?"
)
"""Where people can sign in: a name, encrypted; on the machine itself it need not be."""

SQLITE_OPTIONS: Final = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": ("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON"),
}
POSTGRES_SESSION: Final = (
    "-c synchronous_commit=on -c statement_timeout=10s "
    "-c idle_in_transaction_session_timeout=30s "
    r"-c default_transaction_isolation=read\ committed"
)
POSTGRES_QUERY: Final = frozenset({"host", "sslcert", "sslkey", "sslmode", "sslrootcert"})


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeSettings:
    """What a node is told about itself."""

    role: Role
    party: PartyId
    home: Path
    host: str
    port: int
    heartbeat_seconds: int
    status_seconds: int
    agreements: tuple[str, ...]
    commissioned_by: str
    resolver: tuple[str, int] | None
    is_exercise: bool
    mail: MailSettings | None
    """How people are told by mail; None at a body, and in an exercise: nobody is."""
    database: Mapping[str, Any] = field(repr=False)


def node(environ: Mapping[str, str] = os.environ) -> NodeSettings:
    """Return a node's settings.

    Raises:
        InputError: one is missing or cannot be used.
    """
    its_role, folder = role(environ), home(environ)
    host, port = host_and_port(environ.get("COMITY_ADDRESS") or "127.0.0.1:8000", "COMITY_ADDRESS")
    return NodeSettings(
        role=its_role,
        party=_party(environ, its_role),
        home=folder,
        host=host,
        port=port,
        heartbeat_seconds=_seconds(environ, "COMITY_HEARTBEAT_SECONDS", 600, ONE_DAY),
        status_seconds=_seconds(environ, "COMITY_STATUS_SECONDS", 300, LONGEST_STATUS),
        agreements=agreements(environ),
        commissioned_by=environ.get("COMITY_COMMISSIONED_BY", "").strip(),
        resolver=resolver(environ),
        is_exercise=is_exercise(environ),
        mail=mail(environ) if its_role is Role.FRONT_DOOR and not is_exercise(environ) else None,
        database=database(environ.get("COMITY_DATABASE", ""), folder),
    )


def role(environ: Mapping[str, str] = os.environ) -> Role:
    """Return whose side this installation is on: an organisation's, or a body's.

    Raises:
        InputError: it is not said.
    """
    written, advice = environ.get("COMITY_ROLE", ""), f"set it to {' or '.join(Role)}"
    if not written:
        raise bad("COMITY_ROLE", "it is not set", advice, Code.MISSING_KEY)
    if written not in set(Role):
        raise bad("COMITY_ROLE", f"unknown role {written[:40]}", advice)
    return Role(written)


def is_body(environ: Mapping[str, str] = os.environ) -> bool:
    """Return whether this installation is said to be a body's; one that says nothing is not."""
    return environ.get("COMITY_ROLE") == Role.BODY


def agreements(environ: Mapping[str, str] = os.environ) -> tuple[str, ...]:
    """Return the names or files of the agreements that the node holds, in alphabetical order.

    Raises:
        InputError: one is neither shipped nor a Markdown file.
    """
    named = sorted({each.strip() for each in environ.get("COMITY_AGREEMENTS", "").split(",")})
    found, shipped = [each for each in named if each], shipped_agreements()
    for each in found:
        if each not in shipped and not (each.endswith(".md") and Path(each).is_file()):
            raise bad(
                "COMITY_AGREEMENTS",
                f"{each[:60]} is no agreement that is shipped{suggestion(each, shipped)}, and no "
                "Markdown file",
                f"list any of {', '.join(shipped)}, or paths of files whose names end with .md; "
                f"or leave it out for {', '.join(USUAL)}",
            )
    return tuple(found) or USUAL


def operator(environ: Mapping[str, str] = os.environ) -> str:
    """Return who runs a front door, as its pages say; nothing if nobody has said."""
    return " ".join(environ.get("COMITY_OPERATOR", "").split())


def origin(environ: Mapping[str, str] = os.environ) -> str:
    """Return the address under which people reach a front door's pages, without a path.

    Raises:
        InputError: it is no such address.
    """
    written = environ.get("COMITY_ORIGIN") or f"http://localhost:{pages(environ)[1]}"
    found = ORIGIN.fullmatch(written)
    if found is None or not 0 < int(found["port"] or LAST_PORT) <= LAST_PORT:
        raise bad(
            "COMITY_ORIGIN",
            f"{written[:60]} is not where people can sign in",
            "write https:// and a name in small letters, for example https://reports.example.org",
        )
    return written


def pages(environ: Mapping[str, str] = os.environ) -> tuple[str, int]:
    """Return where a front door's pages for people are served.

    Raises:
        InputError: it is not the address of a host and a port.
    """
    return host_and_port(environ.get("COMITY_PAGES") or "127.0.0.1:8080", "COMITY_PAGES")


def resolver(environ: Mapping[str, str] = os.environ) -> tuple[str, int] | None:
    """Return which resolver is asked whether somebody controls a domain; None for the system's.

    Raises:
        InputError: it is not the number of a machine's address and a port.
    """
    written = environ.get("COMITY_RESOLVER", "").strip()
    if not written:
        return None
    host, port = host_and_port(written, "COMITY_RESOLVER")
    try:
        ip_address(host)
    except ValueError:
        raise bad(
            "COMITY_RESOLVER",
            f"{host[:60]} is not the number of a machine's address",
            "write for example 127.0.0.1:53 or [::1]:53, or leave it out",
        ) from None
    return host, port


def home(environ: Mapping[str, str] = os.environ) -> Path:
    """Return the folder that holds the node's keys and, if nothing else is said, its database.

    A home that begins with the name of nobody here is a folder of that name.
    """
    written = environ.get("COMITY_HOME") or "~/.comity"
    return Path(os.path.expanduser(written)).absolute()  # noqa: PTH111 - pathlib's fails if nobody has the name


def is_exercise(environ: Mapping[str, str] = os.environ) -> bool:
    """Return whether the node is there for an exercise: its home says so, for good."""
    return (home(environ) / EXERCISE).exists()


def database(url: str, folder: Path) -> dict[str, Any]:
    """Return Django's settings for the database at an address; for none, a file in the folder.

    Raises:
        InputError: it is not the address of a database. The address is not repeated: it may hold
            a password.
    """
    if not url:
        return _sqlite(folder / "node.sqlite3")
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise _bad_database("not an address") from None
    if parts.scheme == "sqlite":
        if parts.netloc or parts.query or parts.fragment or len(parts.path) < len("/x"):
            raise _bad_database("not the address of a file")
        path = unquote(parts.path)
        if "\0" in path:
            raise _bad_database("not the address of a file")
        return _sqlite(Path(path))
    if parts.scheme in {"postgresql", "postgres"}:
        return _postgres(parts)
    raise _bad_database("neither SQLite nor PostgreSQL")


def _sqlite(path: Path) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "OPTIONS": dict(SQLITE_OPTIONS),
        "CONN_MAX_AGE": 600,
    }


def _postgres(parts: SplitResult) -> dict[str, Any]:
    name = unquote(parts.path.removeprefix("/"))
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    if not name or "/" in name:
        raise _bad_database("an address without the name of one database")
    if query.keys() - POSTGRES_QUERY:
        raise _bad_database(f"an address that says more than {', '.join(sorted(POSTGRES_QUERY))}")
    host = query.pop("host", "") or unquote(parts.hostname or "")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or ""),
        "OPTIONS": {"options": POSTGRES_SESSION, "connect_timeout": 10, **query},
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "DISABLE_SERVER_SIDE_CURSORS": True,
    }


def _bad_database(what: str) -> InputError:
    return bad(
        "COMITY_DATABASE",
        what,
        "leave it empty, or write sqlite:///PATH or postgresql://USER@HOST/NAME or "
        "postgresql://USER@/NAME?host=SOCKET_FOLDER",
    )


def _party(environ: Mapping[str, str], role: Role) -> PartyId:
    written = environ.get("COMITY_BODY", "")
    if not written and role is Role.FRONT_DOOR:
        return FRONT_DOOR
    advice = f"set it to the body's id, {PartyId.wanted}, for example ICO"
    if not written:
        raise bad("COMITY_BODY", "it is not set", advice, Code.MISSING_KEY)
    try:
        return PartyId(written)
    except InputError:
        raise bad("COMITY_BODY", f"{written[:40]} is not a party", advice, Code.BAD_ID) from None


def _seconds(environ: Mapping[str, str], name: str, usual: int, most: int) -> int:
    written = environ.get(name) or str(usual)
    digits = written.isascii() and written.isdecimal() and len(written) <= len(str(most))
    if not digits or not 1 <= int(written) <= most:
        raise bad(
            name,
            f"{written[:20]} is not a number of seconds from 1 to {most}",
            f"write whole seconds, or leave it out for {usual}",
            Code.BAD_NUMBER,
        )
    return int(written)


# --- what Django reads ---------------------------------------------------------------------

SECRET_KEY = os.urandom(32).hex()
"""New for each process: nothing that leaves a process rests on it."""

DEBUG = False
USE_TZ = True
TIME_ZONE = "UTC"
ALLOWED_HOSTS: list[str] = ["*"]
"""What a node answers rests on signatures, never on the name by which it was called."""

INSTALLED_APPS = ["comity.store"]
MIDDLEWARE: list[str] = []
ROOT_URLCONF = "comity.api.urls"
DATABASES = {"default": database(os.environ.get("COMITY_DATABASE", ""), home())}

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"place": {"()": "comity.logs.PlaceFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "place"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        "django.server": {"handlers": [], "level": "INFO", "propagate": True},
    },
}


# --- a front door's pages for people ----------------------------------------------------------


def face_people() -> None:
    """Let Django, which has not read these settings yet, serve the pages for people."""
    globals().update(PEOPLES_FACE)
    if role() is Role.FRONT_DOOR and (home() / "keys").exists():
        know_accounts()
        globals().update(cookies(origin()), **by_directory(directory()), SECRET_KEY=secret())


def know_accounts() -> None:
    """Let Django, which has not read these settings yet, know the tables of accounts as well."""
    globals().update(ACCOUNTS)


def has_accounts() -> bool:
    """Return whether people can sign in here."""
    return "comity.web.accounts" in INSTALLED_APPS


def directory(environ: Mapping[str, str] = os.environ) -> Directory | None:
    """Return the directory by which people can sign in; None if none is named.

    Raises:
        InputError: its address is not encrypted, or something beside it is missing.
    """
    names = ("COMITY_OIDC_ISSUER", "COMITY_OIDC_CLIENT", "COMITY_OIDC_SECRET")
    issuer, client, file = (environ.get(each, "").strip() for each in names)
    if not issuer:
        return None
    if not issuer.startswith("https://") and not issuer.startswith("http://localhost:"):
        raise bad(names[0], f"{issuer[:60]} is not encrypted", "write an address with https://")
    for name, found in ((names[1], client), (names[2], file)):
        if not found:
            raise bad(name, "it is not set", f"set it beside {names[0]}", Code.MISSING_KEY)
    try:
        key = read_bytes(file, MOST_SECRET).decode().strip()
    except (InputError, UnicodeError, ValueError):
        raise bad(names[2], "no such file can be read", "name the file with the secret") from None
    name = " ".join(environ.get("COMITY_OIDC_NAME", "").split()) or issuer.split("/")[2]
    return Directory(issuer=issuer.rstrip("/"), client=client, secret=key, name=name)


def secret() -> str:
    """Return what signs the pages' sessions: what `comity pages` keeps, else new for a process."""
    try:
        return (home() / SECRET).read_text("ascii")
    except FileNotFoundError:
        return SECRET_KEY
