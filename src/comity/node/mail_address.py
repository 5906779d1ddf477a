"""Mail address: at a front door, where a member of an organisation is told that there is something.

Nobody is told unless they leave an address here for it. What a report says of how to reach somebody
is for the bodies that got it, and is never used. While an incident is open an address is held
against what the front door knows of the organisation's domains, before each mail; where that cannot
be read, nobody is written to. No incident is ever closed at a front door so far.
"""

from collections.abc import Iterator
from typing import NamedTuple

from comity.core.mail import Known, MailAddress, domains_in, may_write, read_address
from comity.core.terms import InputError, OrganisationId, PersonId, SealError
from comity.node.contents import account_key, lock, unlock
from comity.node.draft import answers_of
from comity.node.identification import domains_of
from comity.node.members import NoSuchOrganisationError, member_of, reports_of
from comity.node.node import Node
from comity.node.register_speaker import has_reported
from comity.node.return_codes import OpenReport
from comity.node.show_letters import words_of
from comity.shipped import suffixes
from comity.store.change import changed
from comity.store.port import Records
from comity.store.records import HeldAddress

OUTSIDE = ("contact", "safe_mail")
"""Where a report says at which address somebody can be reached outside the affected systems."""


class ToldAt(NamedTuple):
    """Where somebody is told, and whether that can be written to now."""

    address: MailAddress
    is_used: bool


def leave_address(
    node: Node, person: PersonId, organisation: OrganisationId, written: str
) -> MailAddress:
    """Let a member be told at an address from now on, in place of any other. It gets no mail yet.

    Raises:
        InputError: it is no address.
        NoSuchOrganisationError: they are no member.
    """
    address = read_address(written, node.domains.as_asked)
    with node.store.writing() as records:
        key = _member(records, node, organisation, person)
        place, data_key = _place(key), account_key(organisation)
        records.addresses.put(
            HeldAddress(
                id=key,
                organisation=organisation,
                person=person,
                content=lock(records, node, data_key, place, address.encode()),
                since=node.now(),
                in_incident=_is_open(records, organisation),
            )
        )
        _wait_no_more(records, key)
    return address


def take_address_away(node: Node, person: PersonId, organisation: OrganisationId) -> None:
    """Let a member be told no more. What waits to be sent to them is not sent.

    Raises:
        NoSuchOrganisationError: they are no member.
    """
    with node.store.writing() as records:
        key = _member(records, node, organisation, person)
        records.addresses.remove(key)
        _wait_no_more(records, key)


def _wait_no_more(records: Records, key: str) -> None:
    """Let nothing wait for where somebody was told; when they last were stays known."""
    mail = records.mails.get(key)
    if mail is not None:
        records.mails.put(changed(mail, waiting=False, about=frozenset(), attempts=0))


def told_where(node: Node, person: PersonId, organisation: OrganisationId) -> ToldAt | None:
    """Return where a member is told; None if nowhere.

    Raises:
        NoSuchOrganisationError: they are no member.
    """
    with node.store.reading() as records:
        held = records.addresses.get(_member(records, node, organisation, person))
        if held is None:
            return None
        return ToldAt(address_in(records, node, held), can_be_told(records, node, held))


def address_in(records: Records, node: Node, held: HeldAddress) -> MailAddress:
    """Return an address that is kept.

    Raises:
        SealError: it cannot be opened.
    """
    key = account_key(held.organisation)
    return MailAddress(unlock(records, node, key, _place(held.id), held.content).decode())


def can_be_told(records: Records, node: Node, held: HeldAddress) -> bool:
    """Return whether an address may be written to now; what cannot be read is a no."""
    try:
        address = address_in(records, node, held)
        return may_write(address, _known(records, node, held), suffixes())
    except (SealError, InputError):
        return False


def _known(records: Records, node: Node, held: HeldAddress) -> Known:
    own = domains_of(records, node, held.organisation)
    said = (text for each in _answers(records, node, held.organisation) for text in _texts(each))
    return Known(
        is_open=_is_open(records, held.organisation),
        said_since=held.in_incident,
        own=frozenset(each.asked.domain for each in own),
        written=domains_in(said, node.domains.as_asked),
    )


def _is_open(records: Records, organisation: OrganisationId) -> bool:
    """Return whether the organisation has reported, or has begun to."""
    return has_reported(records, organisation) or bool(reports_of(records, organisation))


def _answers(records: Records, node: Node, organisation: OrganisationId) -> Iterator[object]:
    """Yield all that it said, but for where somebody is outside the affected systems."""
    for letter in records.letters.find(organisation=organisation):
        if letter.to:
            yield words_of(records, node, letter).text
    for report in reports_of(records, organisation):
        for section, answers in answers_of(records, node, OpenReport(organisation, report)):
            for question, answer in answers.items():
                if (section, question) != OUTSIDE:
                    yield answer


def _texts(answer: object) -> Iterator[str]:
    match answer:
        case str():
            yield answer
        case dict():
            for key, each in answer.items():
                yield from (str(key), *_texts(each))
        case list() | tuple():
            for each in answer:
                yield from _texts(each)


def _member(records: Records, node: Node, organisation: OrganisationId, person: PersonId) -> str:
    """Return the id of somebody's membership.

    Raises:
        NoSuchOrganisationError: they are no member.
    """
    member = member_of(records, node, organisation, person)
    if member is None:
        raise NoSuchOrganisationError
    return member.id


def _place(key: str) -> str:
    return f"addresses/{key}/content"
