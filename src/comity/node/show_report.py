"""Show report: at a front door, what an organisation told whom, and what was passed on about it."""

from dataclasses import dataclass
from datetime import datetime

from comity.core.notices import Kind, Notified, Outside
from comity.core.terms import (
    OrganisationId,
    PartyId,
    Purpose,
    ReleaseId,
    RequestId,
    Section,
    decode,
)
from comity.node.contents import account_key, unlock
from comity.node.node import Node, NotPossibleError
from comity.node.own_files import held_file
from comity.store.port import Records, StoreError
from comity.store.records import Notice, Told, Wish


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldTo:
    """One section of one version of a report, and the body that it went to.

    Of a file, `file` is its name; it is empty for everything else. `told_at` is when the
    organisation sent it, `received_at` when that body's signed receipt came; None as long as none
    has.
    """

    report: str
    version: int
    section: Section
    file: str
    body: PartyId
    request: RequestId
    told_at: datetime
    received_at: datetime | None
    release: ReleaseId | None

    @property
    def received(self) -> bool:
        """Whether the body has receipted it."""
        return self.received_at is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class PassedOn:
    """What a body says that it passed on, or refused to, and of which reports it was.

    `more` is about something else that comes from the organisation. `recipient` is a party, or
    what somebody outside is called. `came` is the release in which the body said so.
    """

    kind: Kind
    by: PartyId
    reports: frozenset[str]
    sections: tuple[Section, ...]
    more: bool
    recipient: str
    purpose: Purpose | None
    clauses: tuple[str, ...]
    release: ReleaseId | None
    ground: Outside | None
    at: datetime
    delayed_under: str
    delayed_since: datetime | None
    came: ReleaseId | None

    @property
    def was_passed_on(self) -> bool:
        """Whether it was passed on, through this software or outside it."""
        return self.kind in {Kind.DISCLOSED, Kind.OUTSIDE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """All that an organisation can see of its reports and of what became of them."""

    told: tuple[ToldTo, ...]
    notices: tuple[PassedOn, ...]


def show_reports(node: Node, organisation: OrganisationId) -> Shown:
    """Return what an organisation told whom, and what bodies say that they passed on.

    Raises:
        NotPossibleError: no such organisation has an account here.
    """
    with node.store.reading() as records:
        if records.accounts.get(organisation) is None:
            raise NotPossibleError(
                f"{organisation} has no account at this front door",
                "an account is made with its first report: report send",
            )
        told = [_told(records, each) for each in records.told.find(organisation=organisation)]
        notices = [
            _passed_on(records, node, each)
            for each in records.notices.find(organisation=organisation)
        ]
    return Shown(told=tuple(told), notices=tuple(notices))


def _told(records: Records, told: Told) -> ToldTo:
    """Return what became of a section that was told."""
    wish = _wish(records, told)
    release = wish.release
    file = held_file(records, told.letter or told.report, told.file) if told.file else None
    receipt = records.receipts.get(release) if release else None
    return ToldTo(
        report=told.report,
        version=told.version,
        section=told.section,
        file=file.name if file else "",
        body=told.body,
        request=told.request,
        told_at=wish.made_at,
        received_at=receipt.held_since if receipt else None,
        release=release,
    )


def _wish(records: Records, told: Told) -> Wish:
    wish = records.wishes.get(told.request)
    if wish is None:
        raise StoreError("a section was told that nobody wished to send; restore a backup")
    return wish


def _passed_on(records: Records, node: Node, notice: Notice) -> PassedOn:
    key_id, place = account_key(notice.organisation), f"notices/{notice.id}/content"
    said = decode(Notified, unlock(records, node, key_id, place, notice.content), "a notice")
    found = [records.told.get(each) for each in sorted(said.items)]
    told = [each for each in found if each is not None]
    return PassedOn(
        kind=said.notice,
        by=notice.from_,
        reports=frozenset(each.report for each in told or _all_told(records, notice)),
        sections=tuple(sorted({each.section for each in told})),
        more=said.more,
        recipient=said.recipient or said.named,
        purpose=said.purpose,
        clauses=said.clauses,
        release=said.release,
        ground=said.ground,
        at=said.at,
        delayed_under=said.delayed_under,
        delayed_since=said.delayed_since,
        came=notice.came,
    )


def _all_told(records: Records, notice: Notice) -> list[Told]:
    """Return what a body was told: a notice that names nothing of it can be about any of that."""
    told = records.told.find(organisation=notice.organisation)
    return [each for each in told if each.body == notice.from_]
