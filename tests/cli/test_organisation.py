"""`comity organisation`: which organisation it is, and what a body sees of it."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from dns.message import Message

from comity import settings
from comity.core.identification import DomainName
from comity.core.terms import InputError
from comity.wire.domains import DnsDomains
from tests.cli.world import Desk, well, wrong
from tests.node.world import FRONT_DOOR, NCA, new_world
from tests.wire.resolver import answered, name_server

COMPANY = ("companies-house", "1234567")


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Desk:
    """Return a desk at nodes before any report."""
    world = new_world()
    world.settle()
    return Desk(world, monkeypatch, tmp_path)


def organisation(desk: Desk, *words: str) -> str:
    return well(desk.run(FRONT_DOOR, "organisation", *words))


def shown(desk: Desk) -> str:
    case = json.loads(well(desk.run(NCA, "case", "list", "--json")))[0]["case"]
    return well(desk.run(NCA, "case", "show", case))


def test_a_number_is_stated_and_looked_up(desk: Desk) -> None:
    assert "companies-house/01234567: stated on" in organisation(desk, "state", "acme", *COMPANY)
    said = organisation(desk, "looked-up", "acme", *COMPANY, "--officer", "op-1")
    assert "looked up by op-1 on 23 November 2026" in said
    data = json.loads(organisation(desk, "show", "acme", "--json"))
    (number,) = data["numbers"]
    assert (data["identified"], number["entry"]) == ("looked_up", "companies-house/01234567")
    assert number["looked_up_by"] == "op-1"


def test_a_domain_is_asked_for_checked_and_shown(desk: Desk) -> None:
    said = organisation(desk, "domain", "acme", "Acme.example")
    assert "Publish this record: _comity.acme.example. TXT" in said
    assert "organisation check acme acme.example" in said
    new = json.loads(organisation(desk, "domain", "acme", "acme.example", "--json"))
    assert new["text"] in said
    missed = desk.run(FRONT_DOOR, "organisation", "check", "acme", "acme.example")
    assert missed.exit_code == 1
    assert "acme.example: the record is not there" in missed.stdout
    assert "asked for; can be checked until 30 November" in organisation(desk, "show", "acme")
    desk.world.zone.publish(DomainName("acme.example"), new["text"])
    said = organisation(desk, "check", "acme", "acme.example")
    assert "it showed, before it reported anything, that it controls a domain" in said
    assert "acme.example: shown before any report, on" in organisation(desk, "show", "acme")


def test_what_came_of_looking_is_told_to_programs(desk: Desk) -> None:
    new = json.loads(organisation(desk, "domain", "acme", "acme.example", "--json"))
    desk.world.zone.silent = True
    unheard = desk.run(FRONT_DOOR, "organisation", "check", "acme", "acme.example", "--json")
    assert unheard.exit_code == 1
    assert json.loads(unheard.stdout)["found"] == "no_answer"
    desk.world.zone.silent = False
    desk.world.zone.publish(DomainName("acme.example"), new["text"])
    found = json.loads(organisation(desk, "check", "acme", "acme.example", "--json"))
    assert found == {"domain": "acme.example", "found": "found", "shows": "domain"}
    (domain,) = json.loads(organisation(desk, "show", "acme", "--json"))["domains"]
    assert (domain["domain"], domain["shows"]) == ("acme.example", "domain")


def test_a_body_sees_in_the_case_how_the_organisation_was_identified(desk: Desk) -> None:
    desk.world.report()
    assert shown(desk).count("  which organisation it is: nobody has shown it") == 3


def test_a_body_is_warned_of_a_domain_that_was_shown_in_an_incident(desk: Desk) -> None:
    sent = desk.world.report()
    new = json.loads(organisation(desk, "domain", "acme", "acme.example", "--json"))
    desk.world.zone.publish(DomainName("acme.example"), new["text"])
    assert "whoever attacks it could have done so" in organisation(
        desk, "check", "acme", "acme.example"
    )
    assert "shown during an incident" in organisation(desk, "show", "acme")
    report = '[choices]\nincident = ["NCA"]\n[incident]\nsummary = "more"\n'
    report = f'organisation = "acme"\n{report}discovered_at = 2026-11-23T02:10:00Z\n'
    again = ("report", "send", "-", "--update", sent.id)
    well(desk.run(FRONT_DOOR, *again, given=report))
    desk.world.settle()
    assert "only after it had reported: whoever attacks it could have done so" in shown(desk)
    case = json.loads(well(desk.run(NCA, "case", "list", "--json")))[0]["case"]
    data = json.loads(well(desk.run(NCA, "case", "show", case, "--json")))
    assert {each["identified"] for each in data} == {"not", "domain_in_incident"}


def test_a_record_on_a_real_name_server_is_found(desk: Desk) -> None:
    texts = ["v=spf1 -all"]

    def answers(asked: Message, _: str) -> list[bytes]:
        lines = [f'_comity.acme.example. TXT "{each}"' for each in texts]
        return [answered(asked, *lines).to_wire()]

    with name_server(answers) as served:
        node = desk.world.nodes[FRONT_DOOR]
        desk.world.nodes[FRONT_DOOR] = replace(node, domains=DnsDomains(served.address))
        new = json.loads(organisation(desk, "domain", "acme", "ACME.example.", "--json"))
        missed = desk.run(FRONT_DOOR, "organisation", "check", "acme", "acme.example")
        assert missed.exit_code == 1
        texts.append(new["text"])
        organisation(desk, "check", "acme", "acme.example")
    assert json.loads(organisation(desk, "show", "acme", "--json"))["identified"] == "domain"


def test_the_resolver_is_set_by_its_number_and_port() -> None:
    assert settings.resolver({}) is None
    assert settings.resolver({"COMITY_RESOLVER": " 127.0.0.1:5353 "}) == ("127.0.0.1", 5353)
    assert settings.resolver({"COMITY_RESOLVER": "[::1]:53"}) == ("::1", 53)
    for wrong_ in ("127.0.0.1", "dns.example:53", "127.0.0.1:0", "::1:53", "localhost:53", "1:2:3"):
        with pytest.raises(InputError, match="COMITY_RESOLVER"):
            settings.resolver({"COMITY_RESOLVER": wrong_})


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("state", "acme", "companies-house", "1"), "is no company number"),
        (("state", "acme", "companieshouse", "01234567"), "did you mean companies-house"),
        (("looked-up", "acme", *COMPANY, "--officer", "op-1"), "acme has not stated"),
        (("looked-up", "acme", *COMPANY, "--officer", ""), "nobody is named who does this"),
        (("domain", "acme", "co.uk"), "many organisations end with co.uk"),
        (("domain", "acme", "192.0.2.1"), "is not a domain"),
        (("check", "acme", "acme.example"), "there is no record of acme.example to look for"),
        (("show", "two words"), "is not an organisation"),
    ],
)
def test_what_cannot_be_done_is_said_with_what_to_do(
    desk: Desk, words: tuple[str, ...], says: str
) -> None:
    wrong(desk.run(FRONT_DOOR, "organisation", *words), says)


@pytest.mark.parametrize(
    "words",
    [
        ("state", "acme", *COMPANY),
        ("looked-up", "acme", *COMPANY, "--officer", "op-1"),
        ("domain", "acme", "acme.example"),
        ("check", "acme", "acme.example"),
        ("show", "acme"),
    ],
)
def test_only_a_front_door_keeps_which_organisation_it_is(
    desk: Desk, words: tuple[str, ...]
) -> None:
    wrong(desk.run(NCA, "organisation", *words), "only a front door")
