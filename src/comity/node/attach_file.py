"""Attach file: at a front door, files that go with a report, while it is being written.

Several people can attach and take away at once: nothing that one does undoes what another did.
What was sent once stays here, since a body may ask for consent to pass it on; what was not is gone
as soon as nobody's draft names it.
"""

from typing import NamedTuple

from comity.core.intake import MOST_FILES, May, NamedFile, named_file
from comity.core.terms import Digest
from comity.node.draft import Drafted, drafted_files, save_files
from comity.node.node import Node, NotPossibleError
from comity.node.own_files import (
    TooManyFilesError,
    file_at,
    forget_file,
    held_file,
    keep_file,
)
from comity.node.return_codes import Key, opened_by
from comity.store.port import Records


class NoSuchFileError(NotPossibleError):
    """A report or letter has no such file here."""

    def __init__(self) -> None:
        """Say so, and what to do."""
        super().__init__("there is no such file here", "look at which files there are")


class TakenFile(NamedTuple):
    """A file as it came: its name, and its bytes."""

    name: str
    data: bytes


def attach_file(node: Node, key: Key, written: str, data: bytes) -> Drafted:
    """Let a file go with a report from its next version on; once, however often it is sent.

    Raises:
        InputError: it is empty or too large, or its name cannot be shown.
        TooManyFilesError: the report's files would become too many.
        NoSuchReportError: the key opens none.
        NotAllowedError: it does not let anybody write.
    """
    named = named_file(written, data)
    with node.store.writing() as records:
        opened = opened_by(records, node, key, May.WRITE)
        found = drafted_files(records, node, opened)
        others = [each for each in found if each.sha256 != named.sha256]
        if len(others) >= MOST_FILES:
            raise TooManyFilesError
        keep_file(records, node, opened.organisation, opened.report, named, data)
        return save_files(records, node, opened, [*others, named])


def detach_file(node: Node, key: Key, sha256: Digest) -> Drafted:
    """Let a file go with a report no longer; what was sent of it stays sent.

    Raises:
        NoSuchReportError: the key opens none.
        NotAllowedError: it does not let anybody write.
    """
    with node.store.writing() as records:
        opened = opened_by(records, node, key, May.WRITE)
        found = drafted_files(records, node, opened)
        if not _was_sent(records, opened.report, sha256):
            forget_file(records, opened.report, sha256)
        rest: list[NamedFile] = [each for each in found if each.sha256 != sha256]
        return save_files(records, node, opened, rest)


def _was_sent(records: Records, report: str, sha256: Digest) -> bool:
    return any(each.file == sha256 for each in records.told.find(report=report))


def take_file(node: Node, key: Key, owner: str, sha256: Digest) -> TakenFile:
    """Return a file of a report, or of a letter about it, for whoever opens the report.

    Raises:
        NoSuchFileError: there is none.
        NoSuchReportError: the key opens none.
    """
    with node.store.reading() as records:
        opened = opened_by(records, node, key)
        letter = records.letters.get(owner)
        is_of_letter = (
            letter is not None
            and letter.organisation == opened.organisation
            and opened.report in letter.reports
        )
        held = held_file(records, owner, sha256)
        if held is None or not (owner == opened.report or is_of_letter):
            raise NoSuchFileError
        return TakenFile(held.name, file_at(records, node, held))
