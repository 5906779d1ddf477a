"""The tests about members can fail: each finds a mistake planted for it."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from comity.core.intake import May, MemberRole
from comity.node import end_mandate, members, return_codes
from comity.node.return_codes import ByAccount
from comity.store import change
from comity.store.records import Invitation
from tests.node import test_members as rules
from tests.node.test_planted import Plant, is_found, nothing

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


def _as_if_to_read(right: Any) -> Any:  # noqa: ANN401 - any function
    """Look only whether somebody is a member, not what their part is."""
    return lambda records, node, organisation, person, _may: right(
        records, node, organisation, person, May.READ
    )


def _any_of_theirs(right: Any) -> Any:  # noqa: ANN401 - any function
    """Let whoever may open one report of an organisation open each of them."""

    def wrong(records: Any, node: Any, key: Any, may: Any) -> Any:  # noqa: ANN401 - any argument
        only = [each.report for each in records.members.find(person=key.person) if each.report]
        if not only:
            return right(records, node, key, may)
        opened = right(records, node, ByAccount(key.person, only[0]), may)
        return opened._replace(report=key.report)

    return wrong


def _before_its_end(right: Any) -> Any:  # noqa: ANN401 - any function
    """Open a report as if it were long ago."""
    return lambda records, node, key, may: right(
        records, replace(node, now=lambda: LONG_AGO), key, may
    )


def _stays_new(right: Any) -> Any:  # noqa: ANN401 - any function
    """Leave an invitation as it is when it is used."""
    return lambda record, **fields: (
        record if isinstance(record, Invitation) else right(record, **fields)
    )


def a_reader_invites() -> None:
    """Run the rule about parts with a reader who invites."""
    rules.test_everybody_does_what_their_part_lets_them_and_nothing_else(
        MemberRole.READER, May.INVITE
    )


def a_stranger_reads() -> None:
    """Run the rule about other organisations with a stranger who reads."""
    rules.test_nobody_does_anything_with_what_is_another_organisations(May.READ)


def _whoever_asks(_right: Any) -> Any:  # noqa: ANN401 - any function
    """Open every report to everybody who is signed in."""

    def wrong(records: Any, _node: Any, key: Any, _may: Any) -> Any:  # noqa: ANN401 - any argument
        found = records.reports.get(key.report) or records.drafts.get(key.report)
        return return_codes.OpenReport(found.organisation, key.report)

    return wrong


PLANTS = [
    Plant("any member may invite", members.check_may, _as_if_to_read, a_reader_invites),
    Plant(
        "who is let in for one report opens the others",
        return_codes._opened_by_account,
        _any_of_theirs,
        rules.test_who_is_let_in_for_one_report_sees_no_other,
    ),
    Plant(
        "a membership that is over opens a report",
        return_codes._opened_by_account,
        _before_its_end,
        rules.test_a_membership_ends_on_its_day,
    ),
    Plant(
        "an invitation works twice",
        change.changed,
        _stays_new,
        rules.test_an_invitation_lets_one_person_in_once_as_what_it_offers,
    ),
    Plant(
        "a used invitation comes back when its page is sent again",
        change.changed,
        _stays_new,
        rules.test_a_page_that_is_sent_again_does_not_bring_a_used_invitation_back,
    ),
    Plant(
        "an invitation outlives whoever invited",
        members._stands,
        lambda _: lambda *_: True,
        rules.test_an_invitation_expires_and_ends_with_whoever_invited,
    ),
    Plant(
        "whoever left still speaks",
        end_mandate.end_within,
        nothing,
        rules.test_whoever_left_opens_nothing_and_speaks_no_more,
    ),
    Plant(
        "a report opens to whoever is signed in",
        return_codes._opened_by_account,
        _whoever_asks,
        a_stranger_reads,
    ),
]


@pytest.mark.parametrize("plant", PLANTS, ids=[each.what for each in PLANTS])
def test_a_planted_mistake_about_members_is_found(
    plant: Plant, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant.found_by()
    assert is_found(plant, monkeypatch)
