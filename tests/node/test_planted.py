"""The tests about withdrawals, keys and speakers can fail: each finds a mistake planted for it.

A mistake replaces a function of the product while one of those tests runs again.
"""

import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple

import pytest

from comity.core.consent import Entitlement, Identified, documents, passkey, strongest
from comity.core.exchange import Done, RefusedError
from comity.core.terms import SignatureError
from comity.node import (
    answer_consent,
    check_domain,
    confirm_answer,
    confirm_receipt,
    deciding,
    end_mandate,
    identification,
    keys,
    mandates,
    node,
    passkeys,
    prepare_answer,
    recall,
    register_speaker,
    take_control,
)
from comity.store.change import changed
from comity.store.records import OutState
from tests.board import record
from tests.node import (
    test_consent_keys,
    test_identification,
    test_passkey_attacks,
    test_passkeys,
    test_sending,
    test_speakers,
    test_trust,
)
from tests.node.world import ACME

Wrap = Callable[[Any], Any]


class Plant(NamedTuple):
    """A mistake in words, the function that has it, how, and the test that finds it."""

    what: str
    right: Any
    wrap: Wrap
    found_by: Callable[..., None]


def instead(patch: pytest.MonkeyPatch, right: Any, wrong: Any) -> None:  # noqa: ANN401 - any function
    """Replace a function wherever the product has it under its name."""
    name = right.__name__
    for where, module in list(sys.modules.items()):
        if where.startswith("comity.") and getattr(module, name, None) is right:
            patch.setattr(module, name, wrong)


def nothing(_right: object) -> Callable[..., None]:
    """Return a function that does nothing."""
    return lambda *_, **__: None


# --- withdrawals ----------------------------------------------------------------------------


def _answers_once(right: Any) -> Any:  # noqa: ANN401 - any function
    """Remember the first permit of a wish for ever."""
    given: dict[str, Any] = {}

    def wrong(records: Any, at: Any, wish: Any) -> Any:  # noqa: ANN401 - any argument
        found = given.get(wish.id) or right(records, at, wish)
        if type(found[0]).__name__ == "Permit":
            given[wish.id] = found
        return found

    return wrong


def _only_answered(right: Any) -> Any:  # noqa: ANN401 - any function
    """Take a late receipt for what was destroyed as if nothing had happened meanwhile."""

    def wrong(records: Any, at: Any, row: Any) -> None:  # noqa: ANN401 - any argument
        right(records, at, changed(row, state=OutState.SENDING))

    return wrong


def _any_content(right: Any) -> Any:  # noqa: ANN401 - any function
    """Let a yes for one content stand for every content that is held of the organisation."""

    def wrong(records: Any, at: Any, about: Any) -> Any:  # noqa: ANN401 - any argument
        found = right(records, at, about)
        held = frozenset(each.item.digest for each in records.items.find())
        said = tuple(replace(each, items=each.items | held) for each in found.statements)
        return replace(found, statements=said)

    return wrong


WITHDRAWALS = [
    Plant(
        "what was permitted once is sent whatever was said since",
        deciding.decided,
        _answers_once,
        test_sending.test_a_withdrawal_between_attempts_destroys_the_envelope,
    ),
    Plant(
        "what lies ready for a poll stays there when an answer comes",
        take_control._call_back,
        nothing,
        test_sending.test_a_withdrawal_takes_back_what_lies_ready_for_a_poll_the_moment_it_is_held,
    ),
    Plant(
        "what arrived before its withdrawal is not recalled",
        confirm_receipt._after,
        _only_answered,
        test_sending.test_what_arrived_before_its_withdrawal_is_recorded_as_sent_and_recalled,
    ),
    Plant(
        "nothing is recalled when a yes is taken back",
        recall.recall_withdrawn,
        nothing,
        test_sending.test_a_withdrawal_recalls_what_was_passed_on_and_says_nothing_of_why,
    ),
    Plant(
        "a recall is acknowledged, and the content stays",
        recall.recalled,
        nothing,
        test_sending.test_a_withdrawal_recalls_what_was_passed_on_and_says_nothing_of_why,
    ),
    Plant(
        "a yes stands for the content that came in the place of the one agreed to",
        deciding.history,
        _any_content,
        test_sending.test_an_edited_section_is_a_new_content_without_consent,
    ),
    Plant(
        "an answer is acknowledged and not kept",
        take_control._statement,
        lambda _: lambda *_: Done.ACCEPTED,
        test_trust.test_weak_assurance_can_withdraw_but_never_give,
    ),
]


# --- keys -----------------------------------------------------------------------------------


def _never_stolen(right: Any) -> Any:  # noqa: ANN401 - any function
    """Let a key that was revoked run out like one that was replaced."""
    return lambda records, old, **_: right(records, old, revoked=False)


def _all_of_them(_right: object) -> Any:  # noqa: ANN401 - any function
    """Count every key that was ever pinned."""
    return lambda records, peer, use: [
        each.public for each in reversed(records.keys.find(party=peer, use=use))
    ]


def _none_before(right: Any) -> Any:  # noqa: ANN401 - any function
    """End a replaced key at once."""

    def wrong(records: Any, old: Any, *, revoked: bool) -> bool:  # noqa: ANN401 - any argument
        done = bool(right(records, old, revoked=revoked))
        size = records.ledgers.size(node.pair_ledger(old.party))
        records.keys.put(changed(records.keys.get(old.id), until_entry=size))
        return done

    return wrong


KEYS = [
    Plant(
        "a stolen key counts for as long as one that was replaced",
        keys._ended,
        _never_stolen,
        test_trust.test_a_key_that_was_revoked_for_theft_counts_no_more,
    ),
    Plant(
        "what a stolen consent key signed still shows what was said",
        keys._ended,
        _never_stolen,
        test_consent_keys.test_what_a_stolen_key_signed_counts_for_nothing_once_it_is_revoked,
    ),
    Plant(
        "a consent key counts for ever",
        node.pinned,
        _all_of_them,
        test_consent_keys.test_no_status_counts_that_a_replaced_key_signed,
    ),
    Plant(
        "nothing that a replaced consent key signed counts",
        node.replaced_consent_keys,
        lambda _: lambda *_: [],
        test_consent_keys.test_a_yes_holds_when_the_key_that_signed_it_is_replaced,
    ),
    Plant(
        "a replaced key ends before what it signed has arrived",
        keys._ended,
        _none_before,
        test_trust.test_a_new_identity_key_is_announced_by_the_old_one_and_both_count_for_a_while,
    ),
    Plant(
        "a key that nobody shows to hold is pinned",
        keys._shown,
        lambda _: lambda *_: True,
        test_trust.test_a_key_change_has_to_show_that_the_new_key_is_held,
    ),
]


# --- speakers -------------------------------------------------------------------------------


def _whoever(_right: object) -> Any:  # noqa: ANN401 - any function
    """Take whoever is named for registered."""
    return lambda *_: Entitlement.REGISTERED


def _for_ever(_right: object) -> Any:  # noqa: ANN401 - any function
    """Let a mandate go on after its end."""

    def wrong(records: Any, _at: Any, organisation: Any, person: Any) -> Any:  # noqa: ANN401 - any argument
        held = records.mandates.find(organisation=organisation, person=person) if person else []
        return next((each for each in held if each.ended_at is None), None)

    return wrong


def _of_any(right: Any) -> Any:  # noqa: ANN401 - any function
    """Let a mandate count for whatever organisation."""

    def wrong(records: Any, at: Any, _organisation: Any, person: Any) -> Any:  # noqa: ANN401 - any argument
        held = [each for each in records.mandates.find() if each.person == person]
        return right(records, at, held[0].organisation, person) if held else None

    return wrong


def _by_who_it_is(right: Any) -> Any:  # noqa: ANN401 - any function
    """Let whoever speaks for an organisation that is identified be entitled."""

    def wrong(records: Any, at: Any, organisation: Any, person: Any) -> Any:  # noqa: ANN401 - any argument
        shown = identification.identified_as(records, at, organisation)
        known = shown is not Identified.NOT
        return Entitlement.REGISTERED if known else right(records, at, organisation, person)

    return wrong


SPEAKERS = [
    Plant(
        "whoever answers is taken for somebody who may speak",
        mandates.entitlement_of,
        _whoever,
        test_speakers.test_whoever_took_over_the_mailbox_consents_to_nothing,
    ),
    Plant(
        "a mandate goes on after its end",
        mandates.in_force,
        _for_ever,
        test_speakers.test_nobody_consents_or_vouches_on_a_mandate_that_is_over,
    ),
    Plant(
        "a mandate counts for every organisation",
        mandates.in_force,
        _of_any,
        test_speakers.test_a_forged_colleague_consents_to_nothing,
    ),
    Plant(
        "speakers are registered during an incident",
        register_speaker.has_reported,
        lambda _: lambda *_: False,
        test_speakers.test_whoever_took_over_the_mailbox_consents_to_nothing,
    ),
    Plant(
        "those for whom an ended speaker vouched speak on",
        end_mandate._resting_on,
        lambda _: lambda roots, _everybody: roots,
        test_speakers.test_whoever_was_let_in_by_somebody_compromised_goes_out_with_them,
    ),
    Plant(
        "an answer is signed for somebody entitled, whoever gave it",
        answer_consent.voice_of,
        lambda right: lambda *said: right(*said)._replace(entitlement=Entitlement.REGISTERED),
        test_speakers.test_anybody_can_say_no_and_take_a_yes_back,
    ),
    Plant(
        "whoever shows which organisation it is may speak for it",
        mandates.entitlement_of,
        _by_who_it_is,
        test_identification.test_identification_never_entitles_anybody_to_speak,
    ),
    Plant(
        "an intruder who controls the domain in an incident may speak",
        mandates.entitlement_of,
        _by_who_it_is,
        test_identification.test_an_intruder_who_controls_the_domain_in_an_incident_consents_to_nothing,
    ),
]


# --- which organisation it is ---------------------------------------------------------------


def _as_in_peace(_right: object) -> Any:  # noqa: ANN401 - any function
    """Forget that the organisation has reported."""
    return lambda *_: False


def _without_its_end(_right: object) -> Any:  # noqa: ANN401 - any function
    """Check a record whose time is over, or that was found before."""

    def wrong(records: Any, at: Any, organisation: Any, domain: Any) -> Any:  # noqa: ANN401 - any argument
        kept = identification.domains_of(records, at, organisation)
        return next(each for each in kept if each.asked.domain == domain)

    return wrong


def _weakest_first(_right: object) -> Any:  # noqa: ANN401 - any function
    """Tell what was shown last, not what shows most."""
    return lambda shown: [Identified.NOT, *shown][-1]


IDENTIFICATION = [
    Plant(
        "a domain that was shown in an incident passes for one shown in peace",
        register_speaker.has_reported,
        _as_in_peace,
        test_identification.test_a_domain_shown_after_the_first_report_is_kept_as_shown_in_an_incident,
    ),
    Plant(
        "a report that comes while a resolver is asked is overlooked",
        register_speaker.has_reported,
        _as_in_peace,
        test_identification.test_a_report_sent_while_a_resolver_is_asked_counts_as_before,
    ),
    Plant(
        "one organisation is identified by what another has shown",
        identification.identified_as,
        lambda right: lambda records, at, _: right(records, at, ACME),
        test_identification.test_an_organisation_holds_several_numbers_each_once,
    ),
    Plant(
        "a record is checked for ever",
        check_domain._open,
        _without_its_end,
        test_identification.test_asking_again_gives_the_same_record_until_its_time_is_over_or_it_was_found,
    ),
    Plant(
        "an intruder takes away what was shown in peace",
        strongest,
        _weakest_first,
        test_identification.test_an_intruder_cannot_take_away_what_was_shown_in_peace,
    ),
]


# --- yeses by passkey -----------------------------------------------------------------------


def _always_new(right: Wrap) -> Callable[..., object]:
    """Show every passkey as if it had never been seen before."""
    return lambda *given: {
        answer: seen._replace(is_new=True) for answer, seen in right(*given).items()
    }


def without_a_touch() -> None:
    """Run the attack of a front door that leaves the assertion out."""
    test_passkey_attacks.test_no_content_moves_by_a_yes_that_no_passkey_signed(
        test_passkey_attacks.without
    )


def played_again() -> None:
    """Run the attack of a front door that signs an old touch again."""
    test_passkey_attacks.test_no_content_moves_by_a_yes_that_no_passkey_signed(
        test_passkey_attacks.again
    )


PASSKEYS = [
    Plant(
        "a yes by passkey is read without what the passkey signed",
        documents.read_said,
        lambda _: documents.read_own_said,
        without_a_touch,
    ),
    Plant(
        "any touch is good for any answer",
        passkey.check_assertion,
        nothing,
        played_again,
    ),
    Plant(
        "what a passkey signed is not looked at before it is said",
        passkey.check_assertion,
        nothing,
        test_passkeys.test_the_passkey_signs_this_answer_there_and_then_or_nothing_is_said,
    ),
    Plant(
        "a prepared yes is said whatever was answered meanwhile",
        prepare_answer.newest_to,
        lambda _: lambda *_: 0,
        test_passkeys.test_whatever_was_answered_meanwhile_stands,
    ),
    Plant(
        "a prepared yes is said after the question is over",
        prepare_answer.check_open,
        nothing,
        test_passkeys.test_a_question_that_is_over_is_not_answered,
    ),
    Plant(
        "a prepared yes is said by somebody whose mandate has ended",
        confirm_answer._check,
        nothing,
        test_passkeys.test_a_mandate_that_ended_meanwhile_says_nothing,
    ),
    Plant(
        "an older yes that a new one narrows stands on",
        answer_consent.take_back,
        lambda _: lambda *_: (),
        test_passkeys.test_an_older_yes_that_a_new_one_narrows_is_taken_back_whole_and_named,
    ),
    Plant(
        "what was prepared before is not forgotten",
        prepare_answer._forget,
        nothing,
        test_passkeys.test_one_speaker_has_one_prepared_answer_to_a_question,
    ),
    Plant(
        "every passkey is shown as new",
        passkeys.passkeys_of,
        _always_new,
        test_passkeys.test_a_body_sees_which_passkey_signed_and_since_when_it_knows_it,
    ),
]


def is_found(plant: Plant, patch: pytest.MonkeyPatch) -> bool:
    """Return whether a test fails while a mistake is in the product."""
    instead(patch, plant.right, plant.wrap(plant.right))
    try:
        plant.found_by()
    except (AssertionError, RefusedError, SignatureError, pytest.fail.Exception):
        return True
    return False


PLANTS = [
    *(("P9", "mistakes about withdrawals", each) for each in WITHDRAWALS),
    *(("P11", "mistakes about keys", each) for each in KEYS),
]


@pytest.mark.parametrize(
    ("promise", "what", "plant"), PLANTS, ids=[each.what for _, _, each in PLANTS]
)
def test_a_planted_mistake_about_withdrawals_or_keys_is_found(
    promise: str, what: str, plant: Plant, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant.found_by()
    found = is_found(plant, monkeypatch)
    record(promise, what=what, tried=0, broken=0, planted=1, caught=int(found))
    assert found


@pytest.mark.parametrize("plant", IDENTIFICATION, ids=[each.what for each in IDENTIFICATION])
def test_a_planted_mistake_about_who_it_is_is_found(
    plant: Plant, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant.found_by()
    assert is_found(plant, monkeypatch)


@pytest.mark.parametrize("plant", SPEAKERS, ids=[each.what for each in SPEAKERS])
def test_a_planted_mistake_about_speakers_is_found(
    plant: Plant, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant.found_by()
    found = is_found(plant, monkeypatch)
    what = "mistakes about who may consent"
    record("P3", what=what, tried=0, broken=0, planted=1, caught=int(found))
    assert found


@pytest.mark.parametrize("plant", PASSKEYS, ids=[each.what for each in PASSKEYS])
def test_a_planted_mistake_about_passkeys_is_found(
    plant: Plant, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant.found_by()
    found = is_found(plant, monkeypatch)
    what = "mistakes about yeses by passkey"
    record("P3", what=what, tried=0, broken=0, planted=1, caught=int(found))
    assert found
