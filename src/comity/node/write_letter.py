"""Write letter: at a front door, an organisation writes to bodies that it told of a report.

A letter goes to the bodies that are ticked and to nobody else, in confidence, through the gate like
every section. Files are put to it one by one before it is sent; a letter that was begun and not
sent is forgotten after a day.
"""

from collections.abc import Mapping
from datetime import timedelta
from hashlib import sha256
from typing import NamedTuple

from comity.core.consent import Entitlement
from comity.core.intake import (
    ATTACHMENTS,
    MOST_FILE,
    MOST_LETTER_FILES,
    Enclosed,
    Letter,
    May,
    NamedFile,
    Terms,
    Words,
    file_content,
    named_file,
    written,
)
from comity.core.ledger import EntryType
from comity.core.terms import Digest, OrganisationId, PartyId, encode
from comity.node.contents import account_key, lock
from comity.node.mandates import entitlement_of
from comity.node.node import Node, NotPossibleError, note
from comity.node.own_files import (
    TooManyFilesError,
    file_at,
    forget_file,
    held_file,
    keep_file,
)
from comity.node.return_codes import (
    ByAccount,
    Key,
    NoSuchReportError,
    OpenReport,
    Ticket,
    opened_by,
)
from comity.node.show_letters import letter_place
from comity.node.tell import Hearer, Telling, Within, content_for, hearer, tell
from comity.store.port import Records
from comity.store.records import HeldLetter, OwnFile

UNSENT_FOR = timedelta(days=1)
MOST_BEGUN = 5
"""How many letters of one organisation may be begun and not sent; then the oldest goes."""


class Wanted(NamedTuple):
    """A letter that somebody wants to send: to whom, and in which words."""

    to: frozenset[PartyId]
    text: str


def letter_of(ticket: Ticket) -> str:
    """Return the id of the letter that a ticket is for: a page sent twice is one letter."""
    return f"letter-{sha256(b'comity letter' + ticket.encode()).hexdigest()[:32]}"


def may_be_written_to(node: Node, key: Key) -> frozenset[PartyId]:
    """Return the bodies that can be written to: those that were told something of this report.

    Raises:
        NoSuchReportError: the key opens none.
        NotAllowedError: it does not let anybody send.
    """
    with node.store.reading() as records:
        return frozenset(_told(records, opened_by(records, node, key, May.SEND)))


def put_to_letter(
    node: Node, key: Key, ticket: Ticket, name: str, data: bytes
) -> tuple[NamedFile, ...]:
    """Put a file to a letter that is not sent yet, and return all that stand with it.

    Raises:
        InputError: it is empty or too large, or its name cannot be shown.
        TooManyFilesError: they would be too many for one letter, or too large together.
        NotPossibleError: the letter was sent already.
    """
    named, letter = named_file(name, data), letter_of(ticket)
    with node.store.writing() as records:
        opened = opened_by(records, node, key, May.SEND)
        _begin(records, node, opened, letter)
        rest = [each for each in _files(records, letter) if each.sha256 != named.sha256]
        together = sum(each.bytes for each in rest) + named.bytes
        if len(rest) >= MOST_LETTER_FILES or together > MOST_FILE:
            raise TooManyFilesError
        keep_file(records, node, opened.organisation, letter, named, data)
        return (*rest, named)


def take_from_letter(node: Node, key: Key, ticket: Ticket, digest: Digest) -> tuple[NamedFile, ...]:
    """Take a file from a letter that is not sent yet, and return those that still stand with it.

    Raises:
        NotPossibleError: the letter was sent already.
    """
    letter = letter_of(ticket)
    with node.store.writing() as records:
        _begin(records, node, opened_by(records, node, key, May.SEND), letter)
        forget_file(records, letter, digest)
        return _files(records, letter)


def files_of_letter(node: Node, key: Key, ticket: Ticket) -> tuple[NamedFile, ...]:
    """Return the files that stand with a letter that is not sent yet."""
    with node.store.reading() as records:
        opened = opened_by(records, node, key, May.SEND)
        begun = records.letters.get(letter_of(ticket))
        is_theirs = begun is not None and begun.organisation == opened.organisation
        return _files(records, letter_of(ticket)) if is_theirs else ()


def letters_to_send(node: Node, key: Key, ticket: Ticket, wanted: Wanted) -> dict[PartyId, Letter]:
    """Return for each body the letter that it would get, to be shown first.

    Raises:
        InputError: it says nothing, too much, or what cannot be shown.
        NotPossibleError: nobody was ticked, or somebody who was told nothing of this report.
    """
    with node.store.reading() as records:
        return _letters(records, opened_by(records, node, key, May.SEND), ticket, wanted)


def send_letter(node: Node, key: Key, ticket: Ticket, wanted: Wanted) -> str:
    """Queue a letter for each body that was ticked, all or none; once, however often it is sent.

    Raises:
        InputError: it says nothing, too much, or what cannot be shown.
        NotPossibleError: nobody was ticked, or somebody who was told nothing of this report; or
            the terms of this front door refuse it. Then nothing is sent to anybody.
    """
    letter = letter_of(ticket)
    with node.store.writing() as records:
        opened = opened_by(records, node, key, May.SEND)
        if _was_sent(records, opened, letter):
            return letter
        found = _letters(records, opened, ticket, wanted)
        own = records.reports.get(opened.report)
        within = Within(opened.report, own.version if own else 0, letter)
        by = _entitlement(records, node, key, opened.organisation)
        files = [held_file(records, letter, each.sha256) for each in _files(records, letter)]
        for body, one in sorted(found.items()):
            to = hearer(records, node, opened.organisation, body)
            tellings = (
                *(
                    Telling(content_for(node, to, Terms(section), content))
                    for section, content in one.contents()
                ),
                *(_telling(records, node, to, each) for each in files if each),
            )
            tell(records, node, to, tellings, within, by, kind="message")
        _keep(records, node, opened, letter, found)
        note(records, node, EntryType.LETTER_WRITTEN, letter=letter, report=opened.report)
    return letter


def _letters(
    records: Records, opened: OpenReport, ticket: Ticket, wanted: Wanted
) -> dict[PartyId, Letter]:
    told, files = _told(records, opened), _files(records, letter_of(ticket))
    if not wanted.to:
        raise NotPossibleError("no body was chosen", "choose at least one")
    if not wanted.to <= told.keys():
        raise NotPossibleError(
            "a body was chosen that was told nothing of this report",
            "choose bodies that were told, or tell it a part of the report first",
        )
    text = written(wanted.text)
    letter = Letter(words=Words(text=text), enclosed=Enclosed(files=files))
    return dict.fromkeys(wanted.to, letter)


def _told(records: Records, opened: OpenReport) -> dict[PartyId, set[Digest]]:
    """Return what each body was told of a report, letters aside."""
    found: dict[PartyId, set[Digest]] = {}
    for each in records.told.find(report=opened.report):
        if each.organisation == opened.organisation and each.letter is None:
            found.setdefault(each.body, set()).add(each.digest)
    return found


def _files(records: Records, letter: str) -> tuple[NamedFile, ...]:
    return tuple(_named(each) for each in records.own_files.find(owner=letter))


def _named(held: OwnFile) -> NamedFile:
    return NamedFile(name=held.name, bytes=held.size, sha256=held.sha256)


def _telling(records: Records, node: Node, to: Hearer, held: OwnFile) -> Telling:
    content = file_content(file_at(records, node, held))
    return Telling(content_for(node, to, Terms(ATTACHMENTS), content), held.sha256)


def _entitlement(
    records: Records, node: Node, key: Key, organisation: OrganisationId
) -> Entitlement:
    speaker = key.person if isinstance(key, ByAccount) else None
    return entitlement_of(records, node, organisation, speaker)


def _was_sent(records: Records, opened: OpenReport, letter: str) -> bool:
    """Return whether a letter was sent; what others began or sent is nobody else's.

    Raises:
        NoSuchReportError: it is a letter about another report.
    """
    held = records.letters.get(letter)
    if held is not None and opened.report not in held.reports:
        raise NoSuchReportError
    return held is not None and bool(held.to)


def _begin(records: Records, node: Node, opened: OpenReport, letter: str) -> None:
    """Let a letter be begun; those that nobody sent for too long, or too many of them, go.

    Raises:
        NotPossibleError: it was sent already.
    """
    if _was_sent(records, opened, letter):
        raise NotPossibleError("this message was sent already", "write another one")
    if records.letters.get(letter) is None:
        _forget_unsent(records, node, opened.organisation)
        _keep(records, node, opened, letter, {})


def _forget_unsent(records: Records, node: Node, organisation: OrganisationId) -> None:
    letters = records.letters.find(organisation=organisation)
    unsent = [each for each in letters if each.from_ is None and not each.to]
    for place, each in enumerate(reversed(unsent), start=1):
        if place >= MOST_BEGUN or node.now() >= each.at + UNSENT_FOR:
            for file in records.own_files.find(owner=each.id):
                forget_file(records, each.id, file.sha256)
            records.letters.remove(each.id)


def _keep(
    records: Records,
    node: Node,
    opened: OpenReport,
    letter: str,
    found: Mapping[PartyId, Letter],
) -> None:
    """Keep the organisation's own copy."""
    said = [encode(each) for each in found.values()]
    key_id, place = account_key(opened.organisation), letter_place(letter)
    records.letters.put(
        HeldLetter(
            id=letter,
            organisation=opened.organisation,
            reports=frozenset({opened.report}),
            from_=None,
            to=tuple(sorted(found)),
            content=lock(records, node, key_id, place, said[0]) if said else b"",
            at=node.now(),
        )
    )
