"""Consent: only a yes that is newest, exact, in date, strong and shown to stand counts."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.core.consent import (
    NOTHING,
    STATUS_LIFETIME,
    Answer,
    Assurance,
    Choice,
    Consents,
    Entitlement,
    Identified,
    Scope,
    Seeking,
    Standing,
    Statement,
    Status,
    strongest,
)
from comity.core.terms import ConsentId, Digest, OrganisationId, PartyId, Purpose
from tests.core.strategies import choices, consents, digests, organisations, parties, statements
from tests.core.world import (
    ACME,
    BOLT,
    CHOSE_NCA,
    CONSENT,
    DAY,
    EDITED,
    FRESH,
    GIVEN,
    HOUR,
    ICO,
    INCIDENT,
    NCA,
    NCSC,
    NOW,
    REGULATION,
    SAID_YES,
    WITHDRAWN,
)
from tests.spec.slow_consent import covers

SCOPE = Scope(ACME, INCIDENT, NCA, ICO, REGULATION)
OTHER = ConsentId("consent-2")

scopes = st.builds(
    Scope,
    organisation=organisations,
    item=digests,
    discloser=st.sampled_from([NCA, NCSC]),
    recipient=st.sampled_from([ICO, NCSC]),
    purpose=st.sampled_from(["regulation", "deconfliction"]).map(Purpose),
)


def said(*statements: Statement, status: Status = FRESH) -> Consents:
    return Consents(statements=statements, statuses=(status,))


def allows(history: Consents, scope: Scope = SCOPE, now: datetime = NOW) -> bool:
    """Read a standing as the agreement's clause does."""
    standing = history.standing(scope, now)
    return (
        standing.answer is Answer.GIVEN
        and standing.names_content is True
        and standing.discloser == scope.discloser
        and standing.recipient == scope.recipient
        and standing.purpose == scope.purpose
        and standing.start is not None
        and standing.end is not None
        and standing.start <= now < standing.end
        and standing.assurance in (Assurance.PASSKEY, Assurance.TOTP)
        and standing.fresh is True
        and standing.entitlement not in {None, Entitlement.NONE}
    )


def test_a_yes_for_exactly_this_is_a_yes() -> None:
    assert SAID_YES.standing(SCOPE, NOW) == Standing(
        answer=Answer.GIVEN,
        names_content=True,
        discloser=NCA,
        recipient=ICO,
        purpose=REGULATION,
        start=NOW - DAY,
        end=NOW + DAY,
        assurance=Assurance.PASSKEY,
        fresh=True,
        entitlement=Entitlement.REGISTERED,
    )
    assert allows(SAID_YES)


def test_silence_is_no() -> None:
    assert NOTHING.standing(SCOPE, NOW).answer is Answer.NONE


def test_having_been_asked_is_not_having_answered() -> None:
    seeking = Seeking(
        consent=CONSENT,
        organisation=ACME,
        items=frozenset({INCIDENT}),
        discloser=NCA,
        recipient=ICO,
        purpose=REGULATION,
    )
    asked = Consents(seekings=(seeking,), statuses=(FRESH,))
    assert asked.standing(SCOPE, NOW).answer is Answer.SOUGHT
    assert asked.standing(SCOPE._replace(organisation=BOLT), NOW).answer is Answer.NONE
    assert asked.standing(SCOPE._replace(recipient=NCSC), NOW).answer is Answer.NONE
    assert asked.standing(SCOPE._replace(item=EDITED), NOW).answer is Answer.NONE


def test_a_withdrawal_ends_a_yes_from_the_moment_it_is_held() -> None:
    tomorrow = replace(WITHDRAWN, stated_at=NOW + DAY, received_at=NOW + DAY)
    assert said(GIVEN, tomorrow).standing(SCOPE, NOW).answer is Answer.WITHDRAWN


def test_a_withdrawal_needs_no_strong_assurance() -> None:
    by_code = replace(WITHDRAWN, assurance=Assurance.RETURN_CODE)
    assert not allows(said(GIVEN, by_code))


def test_a_withdrawal_needs_nobody_who_was_verified() -> None:
    by_anybody = replace(WITHDRAWN, entitlement=Entitlement.NONE)
    assert not allows(said(GIVEN, by_anybody))


def test_a_yes_by_nobody_who_was_verified_ends_an_older_yes_and_gives_nothing() -> None:
    by_anybody = replace(GIVEN, entitlement=Entitlement.NONE, counter=8)
    standing = said(GIVEN, by_anybody).standing(SCOPE, NOW)
    assert standing.entitlement is Entitlement.NONE
    assert not allows(said(GIVEN, by_anybody))


def test_an_answer_that_does_not_say_was_given_by_nobody_who_was_verified() -> None:
    fields = {each: getattr(GIVEN, each) for each in Statement.__dataclass_fields__}
    del fields["entitlement"]
    assert Statement(**fields).entitlement is Entitlement.NONE
    assert Standing().entitlement is None


def test_dates_do_not_order_answers_the_counter_does() -> None:
    dated_later = replace(GIVEN, stated_at=NOW + DAY, received_at=NOW + DAY)
    dated_earlier = replace(WITHDRAWN, stated_at=NOW - 9 * DAY, received_at=NOW - 9 * DAY)
    assert not allows(said(dated_later, dated_earlier))
    assert not allows(said(dated_earlier, dated_later))


def test_a_newer_yes_after_a_withdrawal_counts() -> None:
    again = replace(GIVEN, counter=9)
    assert allows(said(GIVEN, WITHDRAWN, again, status=replace(FRESH, newest_answer=9)))


def test_a_narrower_answer_ends_a_wider_one() -> None:
    wide = replace(GIVEN, items=frozenset({INCIDENT, EDITED}))
    narrow = replace(GIVEN, items=frozenset({EDITED}), counter=8)
    history = said(wide, narrow, status=replace(FRESH, newest_answer=8))
    assert not allows(history)
    assert history.standing(SCOPE, NOW).names_content is False
    assert allows(history, SCOPE._replace(item=EDITED))


def test_a_later_no_under_another_consent_ends_an_earlier_yes() -> None:
    assert not allows(said(GIVEN, replace(WITHDRAWN, consent=OTHER)))


def test_an_earlier_no_under_another_consent_does_not_end_a_later_yes() -> None:
    earlier = replace(WITHDRAWN, consent=OTHER, counter=6)
    assert allows(said(GIVEN, earlier))
    assert allows(said(earlier, GIVEN))


def test_a_later_yes_for_a_shorter_time_does_not_let_the_longer_one_revive() -> None:
    shorter = replace(GIVEN, consent=OTHER, counter=8, end=NOW)
    assert not allows(said(GIVEN, shorter))


def test_a_no_about_something_else_leaves_a_yes_alone() -> None:
    for unrelated in (
        replace(WITHDRAWN, consent=OTHER, items=frozenset({EDITED})),
        replace(WITHDRAWN, consent=OTHER, recipient=NCSC),
        replace(WITHDRAWN, consent=OTHER, discloser=NCSC),
        replace(WITHDRAWN, consent=OTHER, purpose=Purpose("review")),
        replace(WITHDRAWN, consent=OTHER, organisation=BOLT),
    ):
        assert allows(said(GIVEN, unrelated))


@pytest.mark.parametrize(
    "scope",
    [
        SCOPE._replace(organisation=BOLT),
        SCOPE._replace(item=EDITED),
        SCOPE._replace(discloser=NCSC),
        SCOPE._replace(recipient=NCSC),
        SCOPE._replace(purpose=Purpose("incident_response")),
    ],
)
def test_a_yes_for_one_thing_is_no_yes_for_another(scope: Scope) -> None:
    assert not allows(SAID_YES, scope)


def test_the_period_is_half_open() -> None:
    assert allows(said(replace(GIVEN, start=NOW)))
    assert not allows(said(replace(GIVEN, end=NOW)))
    assert not allows(said(replace(GIVEN, start=NOW + timedelta(microseconds=1))))


def test_two_different_answers_with_one_counter_are_doubt() -> None:
    twin = replace(GIVEN, consent=OTHER, recipient=NCSC)
    assert said(GIVEN, twin).standing(SCOPE, NOW).answer is None


def test_one_answer_delivered_twice_is_one_answer() -> None:
    assert allows(said(GIVEN, replace(GIVEN, received_at=NOW)))


@pytest.mark.parametrize(
    ("why", "status"),
    [
        ("expired", replace(FRESH, end=NOW)),
        ("not begun", replace(FRESH, start=NOW + timedelta(seconds=1))),
        ("of another consent", replace(FRESH, consent=OTHER)),
        ("about a newer answer", replace(FRESH, newest_answer=8)),
        ("about an older answer", replace(FRESH, newest_answer=6)),
        ("ten minutes old", replace(FRESH, start=NOW - STATUS_LIFETIME, end=NOW + DAY)),
    ],
)
def test_a_status_that_does_not_show_the_answer_is_unknown(why: str, status: Status) -> None:
    assert said(GIVEN, status=status).standing(SCOPE, NOW).fresh is None, why


def test_a_status_speaks_until_its_last_instant() -> None:
    nearly = replace(FRESH, start=NOW - STATUS_LIFETIME + timedelta(microseconds=1), end=NOW + DAY)
    assert allows(said(GIVEN, status=nearly))


def test_a_missing_status_is_unknown() -> None:
    assert Consents(statements=(GIVEN,)).standing(SCOPE, NOW).fresh is None


def test_a_status_older_than_one_seen_is_unknown() -> None:
    assert allows(replace(SAID_YES, status_seen={CONSENT: 20}))
    assert not allows(replace(SAID_YES, status_seen={CONSENT: 21}))
    assert allows(replace(SAID_YES, status_seen={OTHER: 21}))


def test_of_two_statuses_the_newer_speaks_even_if_it_says_less() -> None:
    newer = replace(FRESH, counter=21, end=NOW)
    assert not allows(replace(SAID_YES, statuses=(FRESH, newer)))


def test_an_old_status_lying_about_does_not_disturb_the_newest() -> None:
    older = replace(FRESH, counter=19, newest_answer=6, end=NOW)
    assert allows(replace(SAID_YES, statuses=(older, FRESH)))


def test_two_statuses_with_one_counter_must_agree() -> None:
    twin = replace(FRESH, newest_answer=8)
    assert not allows(replace(SAID_YES, statuses=(FRESH, twin)))
    assert not allows(replace(SAID_YES, statuses=(twin, FRESH)))
    longer = replace(FRESH, end=FRESH.end + timedelta(minutes=1))
    assert not allows(replace(SAID_YES, statuses=(FRESH, longer)))
    assert allows(replace(SAID_YES, statuses=(FRESH, FRESH)))


def test_a_choice_names_the_bodies_that_get_a_content() -> None:
    history = Consents(choices=(CHOSE_NCA,))
    assert history.chose(ACME, INCIDENT, NCA)
    assert not history.chose(ACME, INCIDENT, ICO)
    assert not history.chose(ACME, EDITED, NCA)
    assert not history.chose(BOLT, INCIDENT, NCA)
    assert not NOTHING.chose(ACME, INCIDENT, NCA)


def test_the_newest_choice_counts_and_a_tie_needs_agreement() -> None:
    later = replace(CHOSE_NCA, bodies=frozenset({NCSC}), counter=4)
    assert not Consents(choices=(CHOSE_NCA, later)).chose(ACME, INCIDENT, NCA)
    assert Consents(choices=(later, CHOSE_NCA)).chose(ACME, INCIDENT, NCSC)
    tie = replace(later, counter=3)
    assert not Consents(choices=(CHOSE_NCA, tie)).chose(ACME, INCIDENT, NCA)
    assert not Consents(choices=(tie, CHOSE_NCA)).chose(ACME, INCIDENT, NCA)


def test_the_past_is_judged_with_what_had_taken_effect() -> None:
    stated_before = replace(WITHDRAWN, stated_at=NOW - DAY, received_at=NOW)
    history = said(replace(GIVEN, received_at=NOW - 2 * DAY), stated_before)
    assert [each.answer for each in history.as_of(NOW - 2 * DAY).statements] == [Answer.GIVEN]
    assert len(history.as_of(NOW - DAY).statements) == 2
    received_first = replace(WITHDRAWN, stated_at=NOW + DAY, received_at=NOW - HOUR)
    assert len(said(GIVEN, received_first).as_of(NOW - HOUR).statements) == 2


def test_an_answer_was_not_there_before_it_was_received() -> None:
    late = replace(GIVEN, stated_at=NOW - DAY, received_at=NOW + HOUR)
    assert said(late).as_of(NOW).statements == ()
    assert said(GIVEN, status=replace(FRESH, start=NOW + HOUR)).as_of(NOW).statuses == ()
    assert Consents(choices=(CHOSE_NCA,)).as_of(NOW).choices == (CHOSE_NCA,)


@given(consents, scopes)
def test_reading_a_history_agrees_with_the_literal_reading(history: Consents, scope: Scope) -> None:
    assert allows(history, scope) == covers(history, scope, NOW)


@given(st.lists(statements, max_size=5), st.data())
def test_the_order_in_which_answers_arrive_does_not_matter(
    answers: list[Statement], data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(answers))
    assert Consents(statements=tuple(answers)).standing(SCOPE, NOW) == Consents(
        statements=tuple(shuffled)
    ).standing(SCOPE, NOW)


@given(consents)
def test_a_newest_withdrawal_of_this_consent_always_refuses(history: Consents) -> None:
    last = replace(WITHDRAWN, counter=99)
    for each in history.statements:
        closed = replace(
            history, statements=(*history.statements, replace(last, consent=each.consent))
        )
        assert not allows(closed)


@given(st.lists(choices, max_size=4), organisations, digests, parties)
def test_a_choice_that_does_not_name_the_body_in_its_newest_form_never_allows(
    made: list[Choice], organisation: OrganisationId, item: Digest, body: PartyId
) -> None:
    naming = [c for c in made if c.organisation == organisation and item in c.items]
    newest = [c for c in naming if c.counter == max(each.counter for each in naming)]
    expected = bool(newest) and all(body in c.bodies for c in newest)
    assert Consents(choices=tuple(made)).chose(organisation, item, body) is expected


@given(consents, scopes)
def test_what_other_organisations_said_makes_no_difference(history: Consents, scope: Scope) -> None:
    own = history.of({scope.organisation})
    assert own.standing(scope, NOW) == history.standing(scope, NOW)
    assert own.chose(scope.organisation, scope.item, scope.recipient) == history.chose(
        scope.organisation, scope.item, scope.recipient
    )
    assert history.of(set()) == Consents(status_seen=history.status_seen)


# ------------------------------------------------------------------ how it was identified


@given(st.lists(st.sampled_from(Identified)))
def test_the_strongest_of_what_was_shown_is_told(found: list[Identified]) -> None:
    order = ["not", "stated", "domain_in_incident", "looked_up", "domain"]
    assert strongest(found) == max(found, key=order.index, default="not")


def test_nothing_that_was_shown_in_an_incident_tells_more_than_what_was_looked_up() -> None:
    found = [Identified.LOOKED_UP, Identified.DOMAIN_IN_INCIDENT, Identified.STATED]
    assert strongest(found) is Identified.LOOKED_UP
