"""The core is pure: no outside, no clock, no chance, and no body's name.

The same facts give the same decision, whoever runs it and whenever; an agreement is data.
"""

import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import PurePosixPath

import pytest

from tests.structure.source import ROOT, Check, Finding, dotted, findings, imported_modules

CORE = "src/comity/core"
AGREEMENTS = ROOT / "src/comity/agreements"

# Parts of the standard library that only compute. A room that needs another one adds it here.
ALLOWED = frozenset(
    {"__future__", "abc", "base64", "binascii", "bisect", "collections", "comity", "dataclasses"}
    | {"datetime", "decimal", "difflib", "enum", "fractions", "functools", "graphlib", "hashlib"}
    | {"heapq", "hmac", "itertools", "json", "math", "operator", "re", "string", "struct"}
    | {"textwrap", "tomllib", "types", "typing", "unicodedata"}
)
BANNED_BUILTINS = frozenset(
    {"__import__", "breakpoint", "compile", "eval", "exec", "globals", "input", "locals", "open"}
    | {"print", "vars"}
)
CLOCK = frozenset({"now", "today", "utcnow"})
CHANCE = frozenset({"uuid1", "uuid4", "urandom", "getrandbits", "token_bytes", "token_hex"})
BODIES = frozenset(
    {"ico", "nca", "ncsc", "gchq", "fca", "pra", "ofcom", "ofgem", "ofwat", "mhra", "dsit"}
    | {"hmrc", "cqc", "nis", "cabinet office", "information commissioner"}
    | {"national crime agency", "national cyber security centre", "action fraud", "police"}
)


def allowed_imports(_path: PurePosixPath, text: str) -> Iterator[Finding]:
    """Find imports of anything but the core itself and the computing standard library."""
    for line, module in imported_modules(ast.parse(text)):
        inside = module.startswith("comity.core") if module.startswith("comity") else True
        if module.startswith(".") or module.split(".")[0] not in ALLOWED or not inside:
            yield f"line {line}: imports `{module}`"


def no_outside(_path: PurePosixPath, text: str) -> Iterator[Finding]:
    """Find the builtins that reach outside or run text as code, called or passed on."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Name) and node.id in BANNED_BUILTINS:
            yield f"line {node.lineno}: uses `{node.id}`"


def no_clock_no_chance(_path: PurePosixPath, text: str) -> Iterator[Finding]:
    """Find readings of the clock and of chance, called or passed on."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            name, of = node.func.attr, ""
        elif isinstance(node, ast.Attribute):
            name, of = node.attr, dotted(node.value).rpartition(".")[2]
        else:
            continue
        called = isinstance(node, ast.Call)
        if (name in CLOCK and (called or of in {"datetime", "date"})) or name in CHANCE:
            yield f"line {node.lineno}: reads `{name}`"


def parties_in(vocabulary: str) -> set[str]:
    """Return the bodies that a vocabulary lists; a word in small letters is a role, not a name."""
    parties = tomllib.loads(vocabulary).get("values", {}).get("parties", {}).get("meaning", {})
    return {name.lower() for name in parties if name not in {name.lower(), "ORG"}}


@cache
def body_names() -> re.Pattern[str]:
    """Return a pattern for the names of bodies: known ones and the vocabularies' parties."""
    files = [path.read_text(encoding="utf-8") for path in AGREEMENTS.rglob("*.toml")]
    names = BODIES.union(*map(parties_in, files))
    longest_first = sorted(names, key=len, reverse=True)
    return re.compile(rf"(?<![a-z0-9])({'|'.join(map(re.escape, longest_first))})(?![a-z0-9])")


def test_the_parties_of_a_vocabulary_are_names() -> None:
    text = '[values.parties.meaning]\nFCA = "a regulator"\norganisation = "whoever reports"\n'
    assert parties_in(text) == {"fca"}


def docstrings(tree: ast.AST) -> set[ast.AST]:
    """Return every string that stands alone as a statement: it explains and does nothing."""
    return {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }


def words(node: ast.AST) -> Iterator[str]:
    """Return the strings and identifiers of one node."""
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.Constant(value=bytes(data)):
            yield data.decode("latin-1")
        case ast.Name(id=name) | ast.Attribute(attr=name) | ast.keyword(arg=str(name)):
            yield name
        case ast.arg(arg=name) | ast.alias(name=name):
            yield name
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case _:
            return


def no_body_names(_path: PurePosixPath, text: str) -> Iterator[Finding]:
    """Find names of bodies in strings and identifiers, outside docstrings and comments."""
    tree = ast.parse(text)
    explaining = docstrings(tree)
    for node in ast.walk(tree):
        if node in explaining:
            continue
        for word in words(node):
            apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", word).lower()
            found = body_names().search(apart)
            if found:
                yield f"line {getattr(node, 'lineno', '?')}: names `{found[0]}`"


CHECKS: list[Check] = [allowed_imports, no_outside, no_clock_no_chance, no_body_names]


@pytest.mark.parametrize("check", CHECKS)
def test_the_core_is_pure(check: Check) -> None:
    assert findings(check, CORE) == []


PLANTS = [
    (allowed_imports, "import os"),
    (allowed_imports, "import os.path as p"),
    (allowed_imports, "from pathlib import Path"),
    (allowed_imports, "from random import random"),
    (allowed_imports, "from time import time"),
    (allowed_imports, "import django"),
    (allowed_imports, "import click"),
    (allowed_imports, "from comity.cli import main"),
    (allowed_imports, "from comity import cli"),
    (allowed_imports, "from . import gate"),
    (allowed_imports, "def f():\n    import sqlite3"),
    *((no_outside, f"{name}('x')") for name in sorted(BANNED_BUILTINS)),
    (no_outside, "say = print"),
    (no_clock_no_chance, "datetime.now(UTC)"),
    (no_clock_no_chance, "import datetime as d\nd.datetime.utcnow()"),
    (no_clock_no_chance, "from datetime import datetime as d\nd.now()"),
    (no_clock_no_chance, "date.today()"),
    (no_clock_no_chance, "clock = datetime.now"),
    (no_clock_no_chance, "field(default_factory=datetime.datetime.utcnow)"),
    (no_clock_no_chance, "uuid.uuid4()"),
    (no_clock_no_chance, "field(default_factory=uuid.uuid4)"),
    (no_body_names, "if recipient == 'ico': pass"),
    (no_body_names, "text = 'ask the NCA first'"),
    (no_body_names, "text = f'{x} of the National Crime Agency'"),
    (no_body_names, "NCSC = 1"),
    (no_body_names, "to_ico = 1"),
    (no_body_names, "class IcoRule: pass"),
    (no_body_names, "def to_gchq(): pass"),
    (no_body_names, "def f(fca): pass"),
    (no_body_names, "f(nca=1)"),
    (no_body_names, "x.ico"),
    (no_body_names, "x = b'ico'"),
]


@pytest.mark.parametrize(("check", "plant"), PLANTS)
def test_a_planted_violation_is_found(check: Check, plant: str) -> None:
    assert list(check(PurePosixPath(CORE, "planted.py"), plant))


INNOCENT = '''"""The ICO, in a docstring."""
from datetime import datetime, time, timedelta
from comity.core.terms import PartyId

def stands_at(now: datetime, request: object) -> datetime:
    """Return what the NCA, in a docstring, asked for."""
    # The ICO, in a comment.
    icon = request.now  # an attribute of ours, not the clock
    return now + timedelta(minutes=10) if icon else now
'''


@pytest.mark.parametrize("check", CHECKS)
def test_innocent_code_is_let_through(check: Check) -> None:
    assert list(check(PurePosixPath(CORE, "innocent.py"), INNOCENT)) == []
