"""What was told to one body is found at no other, in any form, unless its organisation agreed."""

import logging
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from comity.cli.scenario.traces import Token
from comity.core.terms import PartyId
from tests.board import record
from tests.canary import stories as s
from tests.canary.stage import (
    ALL,
    FACTS,
    NAMES,
    PARTIES,
    TOLD,
    WRITTEN,
    Leak,
    Stage,
    at_rest,
    found,
    in_plain,
    leaks,
    on_stage,
    own,
    readable,
)
from tests.node.world import FRONT_DOOR, ICO, NCA, NCSC

CANARY = TOLD[s.SECTION, NCA]
WHY = {WRITTEN["why"]}
BY_OFFICERS = {WRITTEN[name] for name in (*FACTS, "note")}
QUESTIONS = {NCA: WHY | BY_OFFICERS, FRONT_DOOR: WHY}

NOTHING_PASSED: dict[str, Callable[[Stage], None]] = {
    "told only": s.told_only,
    "refused by the gate": s.refused_by_the_gate,
    "unanswered": s.unanswered,
    "refused by the organisation": s.refused_by_the_organisation,
    "withdrawn before sending": s.withdrawn_before_sending,
}


def searched(stage: Stage, allowed: dict[PartyId, set[Token]] | None = None) -> list[Leak]:
    """Return what is found where it must not be, of all texts at all places of all nodes."""
    found = leaks(stage, allowed)
    what = "texts searched for in all that nodes keep, send, answer, log and export"
    record("P4", what=what, tried=len(ALL), broken=len(found))
    kept = at_rest(stage) if found else []
    what = "texts searched for in what nodes keep, back up, log and export, without their keys"
    record("P10", what=what, tried=len(ALL), broken=len(kept))
    return found


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """Return four nodes to which everything has been told."""
    with on_stage(tmp_path) as made:
        yield made


def test_each_body_can_read_what_it_was_told_and_nothing_else(stage: Stage) -> None:
    assert {party: readable(stage, party) - set(NAMES) for party in PARTIES} == {
        party: own(party) for party in PARTIES
    }


QUICK = "refused by the gate"
STORIES = [
    pytest.param(each, marks=() if each == QUICK else pytest.mark.slow) for each in NOTHING_PASSED
]


@pytest.mark.parametrize("story", STORIES)
def test_without_consent_nothing_is_found_at_another_body(stage: Stage, story: str) -> None:
    NOTHING_PASSED[story](stage)
    assert searched(stage, QUESTIONS) == []
    assert readable(stage, ICO) == own(ICO)
    assert readable(stage, NCSC) == own(NCSC)


def test_after_consent_exactly_the_section_that_was_agreed_to_is_found(stage: Stage) -> None:
    s.passed_on(stage)
    assert readable(stage, ICO) == own(ICO) | {CANARY}
    assert searched(stage, {**QUESTIONS, ICO: {CANARY}}) == []


@pytest.mark.slow
def test_a_relay_carries_what_was_agreed_to_as_far_as_was_agreed_and_no_further(
    stage: Stage,
) -> None:
    s.relayed(stage)
    assert readable(stage, NCSC) == own(NCSC) | {CANARY, *(WRITTEN[name] for name in FACTS)}
    assert readable(stage, ICO) == own(ICO)
    assert searched(stage, {**QUESTIONS, NCSC: {CANARY, *BY_OFFICERS}}) == []


@pytest.mark.slow
def test_no_error_says_what_was_told_or_written(stage: Stage) -> None:
    s.mistaken(stage)
    assert searched(stage, QUESTIONS) == []


@pytest.mark.slow
def test_an_exception_with_a_text_in_it_leaves_no_trace_of_it_in_the_log(stage: Stage) -> None:
    with pytest.raises(ValueError, match=CANARY.text) as raised:
        int(CANARY.text)
    logging.getLogger("comity.test").error("%s", CANARY.text, exc_info=raised.value)
    log = (stage.folder / "log").read_text()
    assert "ValueError at " in log
    assert searched(stage) == []


@pytest.mark.slow
def test_only_a_front_door_has_the_names_of_organisations_in_its_files(stage: Stage) -> None:
    s.passed_on(stage)
    stage.back_up()
    for party in PARTIES:
        names = set(found(in_plain(stage, party))) & set(NAMES)
        assert bool(names) == (party == FRONT_DOOR)
