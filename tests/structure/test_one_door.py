"""One door: a single use case makes releases and seals them, and content travels no other way."""

import ast
from collections.abc import Iterator
from pathlib import PurePosixPath

import pytest

from tests.structure.source import Check, Finding, findings

DOOR = PurePosixPath("src/comity/node/disclose.py")
ROOMS = ("src/comity/core/exchange", "src/comity/core/ledger")
GUARDED = {"seal", "release", "Envelope"}
FROM = ("comity.core.exchange", "comity.core.ledger")
"""Who may take these names: the one use case that sends, and the rooms that make them."""


def only_the_door_seals(path: PurePosixPath, text: str) -> Iterator[Finding]:
    """Find a module other than the door that takes `seal` or `release` from the core."""
    if path == DOOR or str(path).startswith(ROOMS):
        return
    for node in ast.walk(ast.parse(text)):
        match node:
            case ast.ImportFrom(module=str(module), names=names) if module.startswith(FROM):
                for alias in names:
                    if alias.name in {"seal", "release", "*"}:
                        yield f"line {node.lineno}: takes `{alias.name}`"
            case ast.Import(names=names):
                for alias in names:
                    if alias.name.startswith(FROM):
                        yield f"line {node.lineno}: imports the whole of `{alias.name}`"
            case ast.Call(func=ast.Name(id="Envelope") | ast.Attribute(attr="Envelope")):
                yield f"line {node.lineno}: makes an envelope"
            case _:
                pass


def faces_read_no_domain_table(path: PurePosixPath, text: str) -> Iterator[Finding]:
    """Find a handler of the node face that names a table of cases, items, wishes or people.

    The rooms of `comity.web` may not even import what holds one: an import contract says so.
    """
    if path.name not in FACE or path.is_relative_to("src/comity/web"):
        return
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Attribute) and node.attr in DOMAIN:
            yield f"line {node.lineno}: reads `{node.attr}`"


FACE = {"accept_envelope.py", "take_control.py", "witness.py", "views.py", "page.py"}
DOMAIN = {
    *("cases", "items", "wishes", "decisions", "permits", "data_keys", "seekings", "asked"),
    *("choices", "pseudonyms", "accounts", "told", "reports", "answers", "notices", "recalls"),
}

CHECKS: list[Check] = [only_the_door_seals, faces_read_no_domain_table]


@pytest.mark.parametrize("check", CHECKS)
def test_the_rule_is_kept(check: Check) -> None:
    assert findings(check, "src") == []


PLANTS = [
    (only_the_door_seals, "from comity.core.exchange import seal"),
    (only_the_door_seals, "from comity.core.exchange.envelope import seal as s"),
    (only_the_door_seals, "from comity.core.ledger import release"),
    (only_the_door_seals, "from comity.core.ledger import *"),
    (only_the_door_seals, "import comity.core.exchange"),
    (only_the_door_seals, "Envelope(header=1, sealed=2)"),
    (faces_read_no_domain_table, "records.items.find(case=1)"),
    (faces_read_no_domain_table, "count = len(records.wishes.find())"),
]


@pytest.mark.parametrize(("check", "plant"), PLANTS)
def test_a_planted_way_round_is_found(check: Check, plant: str) -> None:
    where = "take_control.py" if check is faces_read_no_domain_table else "planted.py"
    assert list(check(PurePosixPath("src/comity/node", where), plant))


def test_the_door_itself_is_let_through() -> None:
    assert list(only_the_door_seals(DOOR, "from comity.core.exchange import seal")) == []
