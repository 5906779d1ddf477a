"""Whichever transaction fails or ends its process, the story ends as if nothing had happened."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from comity.core.consent import Assurance
from comity.core.terms import ConsentId, OfficerId
from comity.node.confirm_answer import confirm_answer
from comity.node.prepare_answer import prepare_answer
from comity.node.seek_consent import Seek, seek_consent
from comity.node.send_report import send_report
from comity.node.show_report import show_reports
from comity.node.withdraw_consent import withdraw_consent
from comity.store.records import OutState, Progress
from tests.faults.breaking import Kind, Plan, breaking_world, settle, until_done
from tests.node.world import (
    ACME,
    FRONT_DOOR,
    ICO,
    NCA,
    REGULATION,
    SPEAKER,
    World,
    acme_report,
    entitle,
    sections,
)
from tests.passkeys import eddsa

FEW = 8
"""How many transactions the quick test lets go wrong, spread over the story."""


def count(world: World, party: str, shelf: str, **columns: object) -> int:
    """Return how many rows a node has on a shelf."""
    with world.nodes[party].store.reading() as records:  # type: ignore[index] # a party's name is enough here
        return len(getattr(records, shelf).find(**columns))


def ask_for_consent(world: World) -> ConsentId:
    with world.nodes[NCA].store.reading() as records:
        case = records.cases.find()[0].id
    return seek_consent(
        world.nodes[NCA],
        Seek(
            case=case,
            items=world.items(NCA, "incident"),
            recipient=ICO,
            purpose=REGULATION,
            until=world.clock.now() + timedelta(days=30),
            why="so that you need not ring it",
            officer=OfficerId("officer-1"),
        ),
    )


def consent_of(world: World) -> ConsentId:
    with world.nodes[NCA].store.reading() as records:
        return records.seekings.find()[0].consent


def confirm(world: World) -> None:
    """Let the speaker's passkey sign what is prepared."""
    door = world.nodes[FRONT_DOOR]
    with door.store.reading() as records:
        (waiting,) = records.prepared.find()
    confirm_answer(door, waiting.id, eddsa().touched(waiting.challenge), SPEAKER)


def play(world: World) -> None:
    """Register, report, ask, consent, disclose, withdraw: each step tried until it is done."""
    door = world.nodes[FRONT_DOOR]
    until_done(world, lambda: entitle(door), lambda: count(world, FRONT_DOOR, "mandates") == 1)
    until_done(
        world,
        lambda: send_report(world.nodes[FRONT_DOOR], acme_report()),
        lambda: count(world, FRONT_DOOR, "reports") == 1,
    )
    until_done(world, lambda: ask_for_consent(world), lambda: count(world, NCA, "seekings") == 1)
    consent = consent_of(world)
    until_done(
        world,
        lambda: prepare_answer(door, consent, sections("incident"), SPEAKER),
        lambda: count(world, FRONT_DOOR, "prepared") == 1,
    )
    until_done(world, lambda: confirm(world), lambda: count(world, FRONT_DOOR, "answers") == 1)
    until_done(
        world,
        lambda: world.ask("incident"),
        lambda: (
            count(world, NCA, "wishes") - count(world, NCA, "wishes", progress=Progress.REFUSED)
            >= 2
        ),  # the question about consent is a wish as well
    )
    until_done(
        world,
        lambda: withdraw_consent(door, consent, Assurance.TOTP),
        lambda: count(world, FRONT_DOOR, "answers") == 2,
    )
    world.clock.pass_(timedelta(minutes=11))
    settle(world)
    world.clock.pass_(timedelta(minutes=2))
    settle(world)


def outcome(world: World) -> dict[str, Any]:
    """Return all that must come out the same: what is held, sent, received, said and pending."""
    found: dict[str, Any] = {
        "notices": [
            (each.kind, each.sections)
            for each in show_reports(world.nodes[FRONT_DOOR], ACME).notices
        ],
        "received": {each.received for each in show_reports(world.nodes[FRONT_DOOR], ACME).told},
    }
    for party, node in world.nodes.items():
        with node.store.reading() as records:
            sent = records.outbox.find()
            found[party] = {
                "items": Counter(
                    (each.item.section, bool(each.content)) for each in records.items.find()
                ),
                "inbox": sorted(
                    (each.from_, each.seq, each.state) for each in records.inbox.find()
                ),
                "sent": sorted((each.to, each.seq or 0, each.state) for each in sent),
                "receipts": {each.release for each in sent if each.state is OutState.RECEIPTED}
                == {each.release for each in records.receipts.find()},
                "waiting": [each.id for each in records.taken.find(waiting=True)],
                "messages": {each.state for each in records.messages.find()},
                "wishes": sorted(each.progress for each in records.wishes.find()),
                "recalls": len(records.recalls.find()),
                "statements": len(records.statements.find()),
                "cases": len(records.cases.find()),
                "alarms": [each.id for each in records.alarms.find()],
            }
    return found


def undisturbed() -> tuple[dict[str, Any], int]:
    """Return how the story ends if nothing goes wrong, and how many transactions it takes."""
    plan = Plan()
    world = breaking_world(plan)
    play(world)
    return outcome(world), plan.seen


def check(kind: Kind, places: range) -> None:
    expected, _ = undisturbed()
    for place in places:
        plan = Plan(kind, place)
        world = breaking_world(plan)
        play(world)
        assert plan.seen > place
        found = outcome(world)
        for node in (FRONT_DOOR, NCA, ICO):
            found[node]["alarms"] = [
                each for each in found[node]["alarms"] if not each.endswith("/unavailable")
            ]
        assert found == expected, f"{kind.name} at {place}"


def test_the_story_that_is_disturbed_is_the_whole_story() -> None:
    expected, total = undisturbed()
    assert total > 40
    assert expected["notices"] == [("disclosed", ("incident",))]
    assert expected["received"] == {True}
    assert expected[ICO]["items"] == {("incident", False): 1}
    assert expected[NCA]["wishes"] == ["recalled", "sent", "sent"]
    assert not any(expected[each]["alarms"] for each in (FRONT_DOOR, NCA, ICO))


QUICK = Kind.ENDED_AFTER
KINDS = [pytest.param(each, marks=() if each is QUICK else pytest.mark.slow) for each in Kind]


@pytest.mark.parametrize("kind", KINDS)
def test_no_transaction_that_goes_wrong_changes_how_the_story_ends(kind: Kind) -> None:
    _, total = undisturbed()
    check(kind, range(kind.value, total, total // FEW))


@pytest.mark.slow
@pytest.mark.parametrize("kind", [Kind.REFUSED, Kind.ENDED_AFTER])
def test_not_one_transaction_that_goes_wrong_changes_how_the_story_ends(kind: Kind) -> None:
    _, total = undisturbed()
    check(kind, range(total))
