"""Commands about what organisations are told: delays, their end, and what passed outside."""

import json
from collections.abc import Iterator

import pytest

from tests.cli.test_node_commands import GROUNDS, TO_ICO, case, given
from tests.cli.test_node_commands import desk as desk  # noqa: PLC0414 - a fixture
from tests.cli.test_node_commands import told as told  # noqa: PLC0414 - a fixture
from tests.cli.world import Desk, well, wrong
from tests.node.telling import DAY, pass_days
from tests.node.world import FRONT_DOOR, NCA

WHY = "it would warn a suspect"


def later(desk: Desk, days: int = 30) -> tuple[str, ...]:
    """Return the options of a delay."""
    return "--delay-under", "I-5", "--prejudice", WHY, "--review", until(desk, days)


def until(desk: Desk, days: int) -> str:
    return (desk.world.clock.now() + days * DAY).isoformat()


def asked(desk: Desk, section: str, *more: str) -> dict[str, object]:
    """Return what the command answers, as data."""
    words = ("disclose", "request", case(desk), "--section", section, *TO_ICO, *GROUNDS)
    return dict(json.loads(desk.run(NCA, *words, *more, "--json").stdout))


def outside(desk: Desk, *more: str, ground: str = "court-order", at: str = "") -> tuple[str, ...]:
    return (
        "disclose", "outside", case(desk), "--section", "incident", "--to", "Crown Court at Leeds",
        "--at", at or until(desk, -1), "--ground", ground, "--text", "order 77", *more,
    )  # fmt: skip


def notices(desk: Desk) -> list[dict[str, object]]:
    desk.world.settle()
    data = json.loads(well(desk.run(FRONT_DOOR, "report", "show", "acme", "--json")))
    return list(data["notices"])


def test_whoever_is_refused_reads_that_the_organisation_is_told(told: Desk) -> None:
    words = ("disclose", "request", case(told), "--section", "incident", *TO_ICO, *GROUNDS)
    found = told.run(NCA, *words)
    assert found.exit_code == 1
    assert "The organisation is told of this refusal." in found.stdout
    assert asked(told, "technical")["organisation_is_told"] is True
    shown = [each["sections"] for each in notices(told)]
    assert shown == [["incident"], ["technical"]]
    said = well(told.run(FRONT_DOOR, "report", "show", "acme"))
    assert "NCA was refused to pass incident to ICO for regulation (clause I-1)" in said


def test_a_request_that_no_organisation_is_told_of_does_not_say_so(told: Desk) -> None:
    given(told)
    words = ("disclose", "request", case(told), "--section", "incident", *TO_ICO)
    found = told.run(NCA, *words)
    assert found.exit_code == 1
    assert "The organisation is told" not in found.stdout
    assert notices(told) == []


def test_a_delay_is_stated_listed_renewed_and_ended_by_commands(told: Desk) -> None:
    given(told)
    request = str(asked(told, "incident", *later(told))["request"])
    assert notices(told) == []
    (listed,) = json.loads(well(told.run(NCA, "disclose", "delays", "--json")))
    assert (listed["about"], listed["clause"], listed["waits"]) == (request, "I-5", True)
    said = well(told.run(NCA, "disclose", "delays"))
    assert "a notice waits; officer-1; the reason: item " in said
    assert WHY not in said
    renewed = (
        "disclose", "renew", request, "--prejudice", "it still would", "--review", until(told, 60),
    )  # fmt: skip
    wrong(told.run(NCA, *renewed), "nobody is named who confirms this")
    wrong(told.run(NCA, *renewed, "--confirmed-by", "officer-1"), "a second officer must confirm")
    assert "not before" in well(told.run(NCA, *renewed, "--confirmed-by", "officer-2"))
    assert "officer-1, officer-2" in well(told.run(NCA, "disclose", "delays"))
    pass_days(told.world, 31)
    assert notices(told) == []
    assert "has ended" in well(told.run(NCA, "disclose", "end", request))
    (notice,) = notices(told)
    assert (notice["what"], notice["delayed_under"]) == ("disclosed", "I-5")
    assert "and delayed under clause I-5" in well(told.run(FRONT_DOOR, "report", "show", "acme"))
    assert well(told.run(NCA, "disclose", "delays")) == "No delay runs.\n"
    wrong(told.run(NCA, "disclose", "end", request), "no delay of that runs")


def test_the_words_about_a_request_say_until_when_its_notice_is_delayed(told: Desk) -> None:
    words = ("disclose", "request", case(told), "--section", "incident", *TO_ICO, *GROUNDS)
    found = told.run(NCA, *words, *later(told)).stdout
    assert (
        "The organisation is told of this refusal by 23 December 2026 09:00, not before." in found
    )


def test_what_passed_outside_is_recorded_and_told_by_commands(told: Desk) -> None:
    said = well(told.run(NCA, *outside(told, "--confirmed-by", "officer-2")))
    assert "The organisation is told now." in said
    (notice,) = notices(told)
    assert (notice["what"], notice["recipient"]) == ("outside", "Crown Court at Leeds")
    shown = well(told.run(FRONT_DOOR, "report", "show", "acme"))
    assert "NCA passed incident to Crown Court at Leeds" in shown
    assert "outside this software: court order" in shown
    later_ = told.run(NCA, *outside(told, *later(told), ground="meeting"))
    assert "The organisation is told later." in well(later_)
    assert len(notices(told)) == 1


def bad(desk: Desk) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield commands that cannot be done, and what is said of each."""
    request = ("disclose", "request", case(desk), "--section", "incident", *TO_ICO, *GROUNDS)
    yield (*request, "--delay-under", "I-5"), "stated in part"
    yield (*request, "--prejudice", WHY, "--review", until(desk, 3)), "stated in part"
    yield (*request, *later(desk, 91)), "90 days away"
    yield (*request, *later(desk, -1)), "is past"
    yield (*request, *later(desk)[:-1], "soon"), "soon is no instant"
    yield (*request, "--delay-under", "I-77", *later(desk)[2:]), "no agreement"
    yield (*request, *later(desk)[:2], *later(desk)[4:]), "nothing says"
    yield outside(desk), "second officer"
    yield outside(desk, ground="call", at=until(desk, 1)), "in the future"
    yield outside(desk, ground="call", at="once"), "once is no instant"
    yield ("disclose", "end", "req-x"), "no delay of that runs"


def test_what_cannot_be_done_is_said_and_tells_nobody(told: Desk) -> None:
    for words, message in bad(told):
        wrong(told.run(NCA, *words), message)
    assert notices(told) == []


@pytest.mark.parametrize(
    "words",
    [
        ("disclose", "delays"),
        ("disclose", "end", "req-x"),
        ("disclose", "renew", "req-x", "--review", "2026-12-31T00:00:00Z"),
    ],
)
def test_a_front_door_has_no_delays(told: Desk, words: tuple[str, ...]) -> None:
    wrong(told.run(FRONT_DOOR, *words), "this node is a front door")


@pytest.mark.parametrize(
    "words", [("disclose", "end", "req-x"), ("disclose", "outside")], ids=["end", "outside"]
)
def test_nobody_delays_ends_or_records_without_a_name(told: Desk, words: tuple[str, ...]) -> None:
    told.environment["COMITY_OFFICER"] = ""
    whole = outside(told, ground="call") if words[-1] == "outside" else words
    wrong(told.run(NCA, *whole), "nobody is named who does this")
