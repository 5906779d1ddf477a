"""The recipient takes what is its own, in order, and what its own gate would have let through."""

from collections.abc import Iterable
from dataclasses import fields, replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.core.agreement import Agreements
from comity.core.consent import (
    Answer,
    Assurance,
    Consents,
    Entitlement,
    Said,
    Statement,
    Status,
    sign_said,
    sign_status,
)
from comity.core.consent.documents import CHOICE_TYPE, STATEMENT_TYPE, STATUS_TYPE
from comity.core.exchange import (
    Head,
    Header,
    Problem,
    RefusedError,
    Verdict,
    check_route,
    evidence,
    would_permit,
)
from comity.core.gate import DisclosureRequest, Evidenced, Permit, decide
from comity.core.terms import (
    ConsentId,
    EvidenceId,
    InputError,
    Purpose,
    SignatureError,
    Signed,
    signed,
)
from tests.core import strategies
from tests.core.exchange.small import (
    CHOICE,
    DIGEST,
    DOOR_KEY,
    EVIDENCE,
    FRESH,
    ICO_KEY,
    NCA_KEY,
    SAID,
    STATEMENT,
    STATUS,
    THEIRS,
    VERIFIER,
    choice,
    header,
    said,
    status,
)
from tests.core.world import (
    ACME,
    DAY,
    EDITED,
    FRONT_DOOR,
    HOUR,
    ICO,
    NCA,
    NCSC,
    NOW,
    agreement,
    agreements,
    digest,
)
from tests.passkeys import spoken

KEYS = [DOOR_KEY.public]
SECOND = timedelta(seconds=1)
START = Head(0, None)


def route(held: Head = START, to: Any = ICO, **changes: Any) -> Verdict:  # noqa: ANN401 - any field
    return check_route(header(**changes), to, held, NOW)


def problem(held: Head = START, to: Any = ICO, **changes: Any) -> Problem:  # noqa: ANN401 - any field
    with pytest.raises(RefusedError) as caught:
        route(held, to, **changes)
    assert str(caught.value) == caught.value.problem
    return caught.value.problem


def why(*consent: Signed, at_hand: Agreements | None = None, **changes: Any) -> str:  # noqa: ANN401 - any field
    return judged(header(consent=consent, **changes), at_hand or agreements())


def judged(
    found: Header,
    at_hand: Agreements,
    keys: Iterable[bytes] = KEYS,
    replaced: Iterable[bytes] = (),
) -> str:
    """Return why the recipient's gate would not have let it through; nothing if it would."""
    judgement = would_permit(found, at_hand, keys, VERIFIER, replaced)
    return "" if isinstance(judgement, Permit) else judgement


UNVERIFIED = "the evidence of consent does not verify"


# --- the route ---------------------------------------------------------------------------


def test_the_next_envelope_is_taken() -> None:
    assert route() is Verdict.NEXT
    assert route(Head(4, DIGEST), seq=5, prev=DIGEST) is Verdict.NEXT


def test_an_envelope_that_is_held_is_known_again_whatever_it_says_and_however_late() -> None:
    assert route(Head(1, DIGEST)) is Verdict.HELD_BEFORE
    assert route(Head(7, DIGEST), expires=NOW - DAY) is Verdict.HELD_BEFORE
    assert route(Head(7, DIGEST), created=NOW + DAY) is Verdict.HELD_BEFORE
    assert route(seq=0) is route(seq=-3) is Verdict.HELD_BEFORE


def test_an_envelope_before_its_turn_waits() -> None:
    assert route(seq=2, prev=DIGEST) is Verdict.TOO_EARLY
    assert route(seq=9, prev=None) is Verdict.TOO_EARLY


def test_an_envelope_that_does_not_continue_what_is_held_is_a_fork() -> None:
    assert problem(prev=DIGEST) is Problem.FORK
    assert problem(Head(4, DIGEST), seq=5, prev=None) is Problem.FORK
    assert problem(Head(4, DIGEST), seq=5, prev=digest("other")) is Problem.FORK


def test_an_envelope_for_another_node_is_not_taken() -> None:
    assert problem(to=NCSC) is Problem.NOT_FOR_THIS_NODE
    assert problem(Head(1, DIGEST), to=NCSC) is Problem.NOT_FOR_THIS_NODE


def test_an_envelope_of_another_version_is_not_taken() -> None:
    assert problem(v=2) is problem(v=0) is problem(v=2, to=NCSC) is Problem.UNSUPPORTED


def test_an_envelope_is_over_at_the_moment_it_states() -> None:
    assert route(expires=NOW + SECOND) is Verdict.NEXT
    assert problem(expires=NOW) is Problem.EXPIRED
    assert problem(expires=NOW - DAY, seq=2) is Problem.EXPIRED
    quarter = timedelta(minutes=15)
    assert route(created=NOW, expires=NOW + quarter) is Verdict.NEXT
    assert problem(created=NOW, expires=NOW + quarter + SECOND) is Problem.EXPIRED


def test_clocks_may_be_five_minutes_apart_and_no_more() -> None:
    assert route(created=NOW + timedelta(minutes=5)) is Verdict.NEXT
    assert problem(created=NOW + timedelta(minutes=5) + SECOND) is Problem.CLOCK_SKEW


@given(
    st.integers(0, 4),
    st.integers(-1, 6),
    st.sampled_from([None, DIGEST, EDITED]),
    st.sampled_from([None, DIGEST, EDITED]),
)
def test_exactly_one_envelope_is_the_next(held: int, seq: int, last: Any, prev: Any) -> None:  # noqa: ANN401 - a digest or none
    if seq == held + 1 and prev != last:
        assert problem(Head(held, last), seq=seq, prev=prev) is Problem.FORK
        return
    verdict = route(Head(held, last), seq=seq, prev=prev)
    assert (verdict is Verdict.NEXT) == (seq == held + 1 and prev == last)
    assert (verdict is Verdict.HELD_BEFORE) == (seq <= held)
    assert (verdict is Verdict.TOO_EARLY) == (seq > held + 1)


def test_the_list_of_problems_is_closed() -> None:
    assert set(Problem) == {
        *("malformed", "too-large", "unknown-peer", "bad-signature", "not-for-this-node"),
        *("unsupported", "clock-skew", "expired", "fork", "unavailable"),
    }


# --- the recipient's own gate ------------------------------------------------------------


def test_a_true_disclosure_passes() -> None:
    assert why(*EVIDENCE) == ""
    assert why(FRESH, STATEMENT) == ""


def test_evidence_by_any_pinned_consent_key_counts() -> None:
    keys = [ICO_KEY.public, DOOR_KEY.public]
    assert judged(header(), agreements(), iter(keys)) == ""
    assert judged(header(), agreements(), []) == UNVERIFIED


def test_a_replaced_key_shows_what_was_said_but_never_that_it_stands() -> None:
    old = ICO_KEY
    said_before = header(consent=(sign_said(SAID, old), FRESH))
    replaced = [old.public]
    assert judged(said_before, agreements(), KEYS, replaced) == ""
    assert judged(said_before, agreements()) == UNVERIFIED
    stands_no_more = header(consent=(STATEMENT, sign_status(STATUS, old)))
    assert judged(stands_no_more, agreements(), KEYS, replaced) == UNVERIFIED


UNPERMITTED: dict[str, tuple[Signed, ...]] = {
    "no evidence": (),
    "no statement": (FRESH,),
    "no status": (STATEMENT,),
    "for another recipient": (said(recipient=NCSC), FRESH),
    "for another discloser": (said(discloser=NCSC), FRESH),
    "for another purpose": (said(purpose=Purpose("deconfliction")), FRESH),
    "for another content": (said(items=frozenset({EDITED})), FRESH),
    "for no content": (said(items=frozenset()), FRESH),
    "by another organisation": (said(organisation=ACME), FRESH),
    "a refusal": (said(answer=Answer.REFUSED), FRESH),
    "a withdrawal": (said(answer=Answer.WITHDRAWN), FRESH),
    "withdrawn since": (
        STATEMENT,
        said(answer=Answer.WITHDRAWN, counter=8, stated_at=NOW - SECOND),
        FRESH,
    ),
    "by mail": (said(assurance=Assurance.MAIL), FRESH),
    "by nobody who was verified": (said(entitlement=Entitlement.NONE), FRESH),
    "not yet": (said(start=NOW + SECOND), FRESH),
    "no longer": (said(end=NOW), FRESH),
    "a stale status": (STATEMENT, status(start=NOW - HOUR, end=NOW)),
    "a status from later": (STATEMENT, status(start=NOW + SECOND)),
    "a status for an hour": (STATEMENT, status(start=NOW - HOUR)),
    "a status that knows of a newer answer": (STATEMENT, status(newest_answer=8)),
    "a status of another consent": (
        STATEMENT,
        status(consent=ConsentId("consent-2")),
    ),
    "only a choice": (choice(bodies=frozenset({ICO})),),
}


@pytest.mark.parametrize("consent", UNPERMITTED.values(), ids=UNPERMITTED)
def test_without_a_consent_that_stands_it_would_not_have_passed(
    consent: tuple[Signed, ...],
) -> None:
    reason = why(*consent)
    assert reason
    assert reason != UNVERIFIED


UNTRUE: dict[str, tuple[Signed, ...]] = {
    "a statement by the discloser": (sign_said(SAID, NCA_KEY), FRESH),
    "a status by the discloser": (STATEMENT, sign_status(STATUS, NCA_KEY)),
    "by no key": (replace(STATEMENT, signatures=()), FRESH),
    "another key's signature": (
        replace(
            STATEMENT,
            signatures=(
                replace(STATEMENT.signatures[0], sig=sign_said(SAID, NCA_KEY).signatures[0].sig),
            ),
        ),
        FRESH,
    ),
    "a changed statement": (replace(STATEMENT, payload=said(counter=9).payload), FRESH),
    "a status as a statement": (STATEMENT, replace(FRESH, payloadType=STATEMENT_TYPE)),
    "a statement as a status": (replace(STATEMENT, payloadType=STATUS_TYPE), FRESH),
    "a statement as a choice": (replace(STATEMENT, payloadType=CHOICE_TYPE), FRESH),
    "a document of no known type": (*EVIDENCE, signed("text/plain", b"hello", DOOR_KEY)),
    "not written as a statement": (signed(STATEMENT_TYPE, b"{}", DOOR_KEY), FRESH),
    "one forged beside a true one": (*EVIDENCE, sign_said(SAID, NCA_KEY)),
}


@pytest.mark.parametrize("consent", UNTRUE.values(), ids=UNTRUE)
def test_evidence_that_does_not_verify_counts_against_the_whole(
    consent: tuple[Signed, ...],
) -> None:
    assert why(*consent) == UNVERIFIED
    with pytest.raises((SignatureError, InputError)):
        evidence(header(consent=consent), tuple(KEYS), VERIFIER)


def test_a_label_under_an_agreement_that_is_not_at_hand_does_not_pass() -> None:
    (shown,) = header().markings.items
    other = replace(shown, label=replace(shown.label, agreements=frozenset({digest("other")})))
    assert why(*EVIDENCE, markings=replace(header().markings, items=(other,)))
    assert why(*EVIDENCE, at_hand=Agreements([])).startswith("no clause: ")
    assert why(*EVIDENCE, at_hand=Agreements([agreement("front-door-terms")]))


def test_the_reason_names_the_clause() -> None:
    clause, _, ground = why().partition(": ")
    assert clause in {rule.clause for rule in agreement().rules}
    assert ground


def test_a_disclosure_without_its_facts_does_not_pass() -> None:
    assert why(*EVIDENCE, markings=replace(header().markings, facts={}))
    assert why(*EVIDENCE, markings=replace(header().markings, items=()))


def test_it_is_judged_as_of_when_it_was_sealed() -> None:
    assert why(*EVIDENCE, created=NOW + HOUR)
    assert why(*EVIDENCE, created=NOW - HOUR)
    assert judged(header(expires=NOW + 30 * DAY), agreements()) == ""


def report(*consent: Signed) -> str:
    """Return why a copy of a report for the NCA would not pass."""
    chosen = {"gateway": Evidenced("organisation_choice", EvidenceId("choice-1"))}
    return why(
        *consent,
        from_=FRONT_DOOR,
        to=NCA,
        type="report",
        markings=replace(header().markings, purpose=Purpose("incident_response"), facts=chosen),
    )


def test_a_report_passes_with_the_choice_of_the_organisation_and_not_without() -> None:
    assert report(choice()) == ""
    assert report()
    assert report(*EVIDENCE)
    assert report(choice(bodies=frozenset({ICO})))
    assert report(choice(items=frozenset({EDITED})))
    assert report(choice(organisation=ACME))
    assert report(choice(), choice(bodies=frozenset({ICO}), counter=4))


def test_what_was_said_is_held_as_the_recipient_knows_it() -> None:
    found = evidence(header(consent=(*EVIDENCE, choice())), tuple(KEYS), VERIFIER)
    assert found.choices == (CHOICE,)
    assert found.statuses == (STATUS,)
    (held,) = found.statements
    assert (held.organisation, held.received_at) == (THEIRS, SAID.stated_at)


def documents(consents: Consents) -> tuple[Signed, ...]:
    """Return a history as the front door signed it."""

    def as_said(each: Statement) -> Said:
        names = [one.name for one in fields(Statement) if one.name != "received_at"]
        return spoken(Said(**{name: getattr(each, name) for name in names}))

    return (
        *(sign_said(as_said(each), DOOR_KEY) for each in consents.statements),
        *(sign_status(each, DOOR_KEY) for each in consents.statuses),
    )


@given(
    strategies.likely_requests,
    st.lists(strategies.statements, max_size=2),
    st.lists(strategies.statuses, max_size=2),
)
def test_the_recipients_gate_says_what_the_disclosers_gate_should_have_said(
    request: DisclosureRequest, statements: list[Statement], statuses: list[Status]
) -> None:
    heard = [replace(each, received_at=each.stated_at) for each in statements]
    consents = Consents(statements=tuple(heard), statuses=tuple(statuses))
    shown = header()
    items = tuple(
        replace(shown.markings.items[0], section=each.section, digest=each.digest, label=each.label)
        for each in request.items
    )
    found: Header = replace(
        shown,
        from_=request.discloser,
        to=request.recipient,
        type=request.kind,
        consent=documents(consents),
        markings=replace(shown.markings, purpose=request.purpose, facts=request.facts, items=items),
    )
    permitted = isinstance(decide(agreements(), request, consents, NOW), Permit)
    assert (judged(found, agreements()) == "") == permitted
