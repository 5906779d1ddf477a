"""A worker, in a process of its own, hands mails over as its settings say."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from comity.cli.scenario.nodes import COMITY, RunningNode, eventually, free_ports
from comity.core.terms import ConsentId, OrganisationId, PartyId, PersonId, Purpose
from comity.node.ask_for_domain import ask_for_domain
from comity.node.contents import account_key
from comity.node.mail_address import leave_address
from comity.node.members import register
from comity.node.node import Node
from comity.node.occasions import asked_something
from comity.store.records import Asked
from tests.node.mail import Letterbox
from tests.node.test_first_notice import kept
from tests.store.django import set_up
from tests.wire.mail_servers import smtp_server

set_up()

ANNA, ADDRESS = PersonId("anna"), "anna@outside.example"
NCA, ICO = PartyId("NCA"), PartyId("ICO")


@pytest.fixture
def door(tmp_path: Path) -> RunningNode:
    """Return a front door at which nothing runs yet."""
    [port] = free_ports(1)
    found = RunningNode(
        party=PartyId("FRONT_DOOR"), role="front-door", home=tmp_path / "door", port=port,
        database="",
    )  # fmt: skip  # one call
    found.run("init")
    return found


def asked(node: Node, organisation: OrganisationId, now: datetime) -> Asked:
    """Return a question that still can be answered for half an hour."""
    return Asked(
        consent=ConsentId("consent-1"), organisation=organisation, case=None, items=frozenset(),
        sections=(), discloser=NCA, recipient=ICO, purpose=Purpose("regulation"),
        until=now + timedelta(minutes=30), asked_at=now, data_key=account_key(organisation),
        why=node.chance(8),
    )  # fmt: skip  # one record


def asked_of_anna(node: Node) -> None:
    """Let a body have asked something two hours ago, of which Anna, who can be told, was not."""
    organisation = register(node, ANNA, "Anna").organisation
    ask_for_domain(node, organisation, "acme.example")
    leave_address(node, ANNA, organisation, ADDRESS)
    then = node.now() - timedelta(hours=2)
    able = replace(node, notifier=Letterbox(node.now), now=lambda: then)
    with node.store.writing() as records:
        question = asked(node, organisation, node.now())
        records.asked.add(question)
        asked_something(records, able, question, [])


def waiting(door: RunningNode) -> list[str]:
    """Return what people are still to be told of: a reminder may be due at the next hour."""
    return [each.id for each in kept(door.seen(), "occasions")]


@contextmanager
def working(door: RunningNode, **settings: str) -> Iterator[None]:
    """Let the front door's worker run."""
    env = {**door.environment(), **settings}
    with (
        door.log.open("ab") as log,
        subprocess.Popen([*COMITY, "worker"], env=env, stdout=log, stderr=log) as process,
    ):
        try:
            yield
        finally:
            process.terminate()


def test_a_worker_tells_people_by_the_mail_server_that_its_settings_name(
    door: RunningNode,
) -> None:
    asked_of_anna(door.seen())
    with smtp_server() as box:
        how = {"COMITY_MAIL": "smtp", "COMITY_MAIL_FROM": "reports@door.example"}
        server = {"COMITY_MAIL_SERVER": f"127.0.0.1:{box.port}", "COMITY_OPERATOR": "Harbour Law"}
        with working(door, **how, **server):
            eventually("a mail came", lambda: box.mails or None)
    assert box.recipients == [ADDRESS]
    assert b"There is something to read at Harbour Law" in box.mails[0]
    assert b"emonstration: nothing here reaches a real body" in box.mails[0]
    assert ADDRESS not in door.log.read_text()


def test_a_worker_says_on_its_console_that_a_mail_would_go_out_and_not_to_whom(
    door: RunningNode,
) -> None:
    asked_of_anna(door.seen())
    with working(door):
        eventually("it is said", lambda: "something to read" in door.log.read_text() or None)
        eventually("it is kept", lambda: "consent-1/0" not in waiting(door) or None)
    assert "anna" not in door.log.read_text().lower()
