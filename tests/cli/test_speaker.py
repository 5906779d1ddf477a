"""`comity speaker`: who may speak for an organisation, and what a body sees of it."""

import json
from pathlib import Path

import pytest

from comity.core.ledger import EntryType
from tests.cli.world import Desk, well, wrong
from tests.node.test_duties import entries
from tests.node.test_passkeys import PHONE, touched
from tests.node.world import FRONT_DOOR, NCA, SPEAKER, new_world

UNTIL = ("--until", "2026-12-31T00:00:00Z")
CALL = ("--body", "NCA", "--number-from", "companies-house/01234567")


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Desk:
    """Return a desk at nodes after Acme's report."""
    world = new_world()
    world.settle()
    world.report()
    return Desk(world, monkeypatch, tmp_path)


def speaker(desk: Desk, *words: str) -> str:
    return well(desk.run(FRONT_DOOR, "speaker", *words))


def test_a_speaker_is_registered_in_peace_and_listed(told: Desk) -> None:
    assert "Nobody." in speaker(told, "list", "bolt")
    said = speaker(told, "register", "bolt", "anna", *UNTIL, "--shown-by", "board-minutes-1")
    assert "anna may speak for bolt (registered) until 31 December 2026 00:00." in said
    listed = speaker(told, "list", "bolt")
    assert "until 31 December 2026 00:00: in force" in listed
    assert "shown by board-minutes-1" in listed
    (data,) = json.loads(speaker(told, "list", "bolt", "--json"))
    assert (data["person"], data["how"], data["state"]) == ("anna", "registered", "in force")


def test_a_speaker_vouches_and_a_body_calls_back(told: Desk) -> None:
    vouch = ("vouch", "acme", "anna", *UNTIL, "--voucher", SPEAKER, "--assurance", "totp", "--json")
    assert json.loads(speaker(told, *vouch))["how"] == "colleague"
    back = json.loads(speaker(told, "called-back", "acme", "ben", *UNTIL, *CALL, "--json"))
    assert (back["how"], back["called_by"]) == ("called_back", "NCA/officer-1")
    listed = speaker(told, "list", "acme")
    assert "  rests on mandate-" in listed
    assert "  officer-1 of NCA called a number from companies-house/01234567" in listed


def test_who_is_ended_goes_with_all_they_vouched_for_and_their_yeses_are_named(told: Desk) -> None:
    speaker(told, "vouch", "acme", "anna", *UNTIL, "--voucher", SPEAKER, "--assurance", "totp")
    consent = told.world.seek("incident")
    give = ("consent", "give", consent, "--section", "incident", "--assurance", "totp")
    given = json.loads(well(told.run(FRONT_DOOR, *give, "--speaker", "anna", "--json")))
    assert given["entitlement"] == "colleague"
    said = speaker(told, "end", "acme", SPEAKER)
    assert "person-1 may speak for acme (registered) until" in said
    assert "anna may speak for acme (colleague) until" in said
    assert f"{consent}: they said yes, and it stands." in said
    assert "had no mandate in force" in speaker(told, "end", "acme", "anna")
    again = json.loads(speaker(told, "end", "acme", SPEAKER, "--json"))
    assert again == {"ended": [], "consents_that_stand": [consent]}
    assert {each["state"] for each in json.loads(speaker(told, "list", "acme", "--json"))} == {
        "ended"
    }
    assert len(entries(told.world, EntryType.MANDATE_ENDED, FRONT_DOOR)) == 2


def test_a_body_sees_in_the_case_who_chose_and_who_answered(told: Desk) -> None:
    consent = told.world.seek("incident")
    give = ("consent", "give", consent, "--section", "incident", "--assurance", "totp")
    well(told.run(FRONT_DOOR, *give, "--speaker", SPEAKER))
    told.world.settle()
    case = json.loads(well(told.run(NCA, "case", "list", "--json")))[0]["case"]
    shown = well(told.run(NCA, "case", "show", case))
    assert shown.count("  chosen by a speaker registered in peace") == 3
    assert f"{consent}: given, for ICO, by a speaker registered in peace (totp)" in shown
    data = json.loads(well(told.run(NCA, "case", "show", case, "--json")))
    (answered,) = [each for each in data if each["answers"]]
    assert answered["chosen_by"] == "registered"
    assert answered["answers"] == [
        {
            "consent": consent, "answer": "given", "recipient": "ICO", "purpose": "regulation",
            "assurance": "totp", "entitlement": "registered", "passkey": None,
        }
    ]  # fmt: skip  # a list to read down


def test_a_body_sees_in_the_case_which_passkey_signed_and_whether_it_is_new(told: Desk) -> None:
    consents = [touched(told.world, each) for each in ("incident", "technical")]
    case = json.loads(well(told.run(NCA, "case", "list", "--json")))[0]["case"]
    shown = well(told.run(NCA, "case", "show", case))
    digest = PHONE.touched(b"").digest
    name = " ".join(digest[each : each + 4] for each in range(0, 20, 4))
    signed = f"    signed by the passkey {name}, made for door.example, "
    new, known = (line for line in shown.splitlines() if line.startswith(signed))
    assert new.endswith("never seen here before this answer: compare it in a call-back")
    assert "seen here for this organisation since 23 November 2026 09:00" in known
    data = json.loads(well(told.run(NCA, "case", "show", case, "--json")))
    found = {each["consent"]: each["passkey"] for item in data for each in item["answers"]}
    assert [found[each]["is_new"] for each in consents] == [True, False]
    assert found[consents[0]] == {
        "digest": digest, "site": "door.example", "first_seen": "2026-11-23T09:00:00+00:00",
        "is_new": True,
    }  # fmt: skip  # a list to read down


def test_a_report_by_nobody_who_was_verified_is_sent_and_shown_as_such(told: Desk) -> None:
    report = '[choices]\nincident = ["NCA"]\n[incident]\nsummary = "x"\n'
    report += "discovered_at = 2026-11-23T02:10:00Z\n"
    well(told.run(FRONT_DOOR, "report", "send", "-", given=f'organisation = "bolt"\n{report}'))
    told.world.settle()
    cases = json.loads(well(told.run(NCA, "case", "list", "--json")))
    case = next(each["case"] for each in cases if each["items"] == 1)
    shown = well(told.run(NCA, "case", "show", case))
    assert "  chosen by nobody who was verified as entitled to speak for it" in shown


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("register", "acme", "mallory", *UNTIL, "--shown-by", "mail-1"), "acme has reported"),
        (("register", "bolt", "anna", "--until", "soon", "--shown-by", "x-1"), "is no instant"),
        (("register", "bolt", "two words", *UNTIL, "--shown-by", "x-1"), "is not a person"),
        (
            ("register", "bolt", "anna", "--until", "2029-01-01T00:00:00Z", "--shown-by", "x-1"),
            "a year at most",
        ),
        (
            ("vouch", "acme", "anna", *UNTIL, "--voucher", "eve", "--assurance", "totp"),
            "eve is not entitled to speak for acme",
        ),
        (
            ("vouch", "acme", "anna", *UNTIL, "--voucher", SPEAKER, "--assurance", "mail"),
            "nobody can vouch by mail",
        ),
        (
            ("called-back", "acme", "anna", *UNTIL, "--body", "HMRC", "--number-from", "x-1"),
            "HMRC is no body that this front door knows",
        ),
        (("end", "acme", "nobody"), "nobody never spoke for acme"),
    ],
)
def test_what_cannot_be_done_is_said_with_what_to_do(
    told: Desk, words: tuple[str, ...], says: str
) -> None:
    wrong(told.run(FRONT_DOOR, "speaker", *words), says)


@pytest.mark.parametrize(
    "words",
    [
        ("list", "acme"),
        ("register", "bolt", "anna", *UNTIL, "--shown-by", "x-1"),
        ("vouch", "acme", "anna", *UNTIL, "--voucher", SPEAKER, "--assurance", "totp"),
        ("called-back", "acme", "anna", *UNTIL, *CALL),
        ("end", "acme", SPEAKER),
    ],
)
def test_only_a_front_door_keeps_speakers(told: Desk, words: tuple[str, ...]) -> None:
    wrong(told.run(NCA, "speaker", *words), "only a front door")
