"""A hostile front door signs yeses by passkey that no passkey signed: no content moves by them.

It has the consent key, and so can sign any document. Honest bodies refuse what it signs; a body
that goes along with it is found out by the recipient's own gate and by the auditor.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from comity.core.audit import Check, Expected, Report, read_bundle, verify
from comity.core.consent import (
    Answer,
    Assurance,
    Said,
    Status,
    challenge_of,
    read_own_said,
    sign_said,
    sign_status,
    with_assertion,
)
from comity.core.exchange import Done
from comity.core.gate import Permit, Refusal
from comity.core.terms import PartyId
from comity.node import deciding
from comity.node import take_control as taking
from comity.node.export_audit import audit_file
from comity.node.take_control import take_control
from comity.node.withdraw_consent import withdraw_consent
from comity.shipped import shipped_texts
from comity.store.records import InState
from comity.wire.signing import Ed25519Verifier
from tests.board import record
from tests.node import watched as w
from tests.node.test_passkeys import PHONE, STOLEN, seen, touched
from tests.node.test_speakers import door
from tests.node.test_trust import control, forged_yes, newest, outcome
from tests.node.world import ICO, NCA, World
from tests.passkeys import PRESENT

LATER = 10**6
Attack = Callable[[World], Said]


def claimed(world: World, *names: str) -> Said:
    """Return a yes to a question that nobody has answered, as a front door would write it."""
    said = forged_yes(world, world.seek(*names))
    return replace(said, assurance=Assurance.PASSKEY, counter=_next(world))


def _next(world: World) -> int:
    return int(world.clock.now().timestamp() * 1000) + LATER


def true(world: World, *names: str) -> Said:
    """Return what the speaker really said by passkey."""
    return newest(world, touched(world, *names))


def without(world: World) -> Said:
    return claimed(world, "incident")


def of_another_answer(world: World) -> Said:
    assertion = true(world, "technical").assertion
    return with_assertion(claimed(world, "incident"), assertion)


def for_another_site(world: World) -> Said:
    said = claimed(world, "incident")
    return with_assertion(said, PHONE.touched(challenge_of(said), signed_for="evil.example"))


def renamed_site(world: World) -> Said:
    said = claimed(world, "incident")
    assertion = PHONE.touched(challenge_of(said))
    return with_assertion(said, replace(assertion, rp="evil.example"))


def nobody_verified(world: World) -> Said:
    said = claimed(world, "incident")
    return with_assertion(said, PHONE.touched(challenge_of(said), flags=PRESENT))


def more_contents(world: World) -> Said:
    """The speaker agreed to pass the technical part on; the front door adds the incident."""
    said = true(world, "technical")
    more = claimed(world, "incident").items
    return replace(said, items=said.items | more, counter=_next(world))


def again(world: World) -> Said:
    """The speaker took a yes back; the front door signs it again under a new number."""
    said = true(world, "incident")
    withdraw_consent(door(world), said.consent, Assurance.MAIL)
    world.settle()
    return replace(said, counter=_next(world))


def longer(world: World) -> Said:
    said = true(world, "incident")
    withdraw_consent(door(world), said.consent, Assurance.MAIL)
    world.settle()
    return replace(said, counter=_next(world), end=said.end + timedelta(days=300))


def by_another_key(world: World) -> Said:
    """The key that the speaker is known by is named; another signed."""
    said = claimed(world, "incident")
    assertion = STOLEN.touched(challenge_of(said))
    return with_assertion(said, replace(assertion, passkey=PHONE.passkey))


def by_code_with_a_touch(world: World) -> Said:
    """A true touch for one answer stands in another that claims a one-time code."""
    said = true(world, "technical")
    return replace(claimed(world, "incident"), assurance=Assurance.TOTP, assertion=said.assertion)


ATTACKS: list[Attack] = [
    without, of_another_answer, for_another_site, renamed_site, nobody_verified, more_contents,
    again, longer, by_another_key, by_code_with_a_touch,
]  # fmt: skip


def sent(world: World, said: Said) -> Done:
    """Let the front door send what it signed, with a status that says it stands."""
    key, nca, now = door(world).keys.consent, world.nodes[NCA], world.clock.now()
    assert key is not None
    status = Status(
        consent=said.consent, counter=said.counter + 1, newest_answer=said.counter, start=now,
        end=now + timedelta(minutes=10),
    )  # fmt: skip
    done = outcome(take_control(nca, control(door(world), NCA, statement=sign_said(said, key))))
    take_control(nca, control(door(world), NCA, status=sign_status(status, key)))
    return done


def passed_on(world: World) -> list[bytes]:
    """Return the contents of the incident that the ICO holds."""
    world.settle()
    return [each.content for each in w.at(world, ICO) if each.item.section == "incident"]


def audited(world: World, party: PartyId) -> Report:
    """Return what the auditor's verifier says about a node."""
    data = audit_file(world.nodes[party], shipped_texts())
    return verify(read_bundle(data, "b"), [], Expected(None), Ed25519Verifier())


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda each: each.__name__)
def test_no_content_moves_by_a_yes_that_no_passkey_signed(attack: Attack) -> None:
    world, _ = w.watched()
    said = attack(world)
    assert sent(world, said) is Done.REFUSED
    _, decision = world.ask("incident")
    moved = passed_on(world)
    record("P3", what="yeses by passkey that no passkey signed", tried=1, broken=len(moved))
    assert isinstance(decision, Refusal)
    assert moved == []
    assert "statement-not-verified" in w.alarms(world, NCA)


def goes_along(patch: pytest.MonkeyPatch) -> None:
    """Let the discloser believe whatever the front door signed."""
    patch.setattr(taking, "read_said", read_own_said)
    patch.setattr(deciding, "read_said", read_own_said)


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda each: each.__name__)
def test_a_body_that_goes_along_is_found_out_by_the_recipient_and_by_the_auditor(
    attack: Attack, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, _ = w.watched()
    said = attack(world)
    goes_along(monkeypatch)
    assert sent(world, said) is Done.ACCEPTED
    _, decision = world.ask("incident")
    assert isinstance(decision, Permit), "the discloser is deceived, or deceives"
    moved = passed_on(world)
    report = audited(world, NCA)
    found = [each.what for each in report.findings if each.check is Check.CONSENT]
    record("P3", what="yeses by passkey that no passkey signed, passed on all the same", tried=1,
           broken=len(moved))  # fmt: skip
    assert moved == []
    with world.nodes[ICO].store.reading() as records:
        states = [each.state for each in records.inbox.find(from_=NCA)]
    assert states == [InState.QUARANTINED]
    assert any("does not verify" in each for each in found)
    assert any(f"the answer {said.counter} of {said.consent}" in each for each in found)


def test_the_same_path_lets_a_true_yes_through_and_the_auditor_finds_nothing() -> None:
    """What the attacks are compared with: only the touch is different."""
    world, _ = w.watched()
    said = PHONE.says(claimed(world, "incident"))
    assert sent(world, said) is Done.ACCEPTED
    _, decision = world.ask("incident")
    assert isinstance(decision, Permit)
    assert len(passed_on(world)) == 1
    world.wait(timedelta(minutes=21))
    assert [audited(world, each).findings for each in (NCA, ICO)] == [(), ()]


def test_a_key_that_the_front_door_made_up_is_seen_to_be_new() -> None:
    """What remains: it makes a key in the speaker's name. Nothing but its newness shows it."""
    world, _ = w.watched()
    known = touched(world, "technical")
    world.wait(timedelta(minutes=20))
    forged = STOLEN.says(claimed(world, "incident"))
    assert sent(world, forged) is Done.ACCEPTED
    shown = seen(world)
    assert shown[forged.consent].is_new
    assert shown[forged.consent].digest != shown[known].digest


def test_a_withdrawal_by_passkey_binds_without_a_touch() -> None:
    world, _ = w.watched()
    said = true(world, "incident")
    back = with_assertion(replace(said, answer=Answer.WITHDRAWN, counter=_next(world)), None)
    assert sent(world, back) is Done.ACCEPTED
    assert isinstance(world.ask("incident")[1], Refusal)
