"""Own files: at a front door, the files of an organisation, locked under its data key.

A file stands with a report or a letter, once each. It is kept as it came, and never opened. The
organisation's data key goes with its account, and every file with it.
"""

from comity.core.intake import NamedFile
from comity.core.terms import Digest, OrganisationId
from comity.node.contents import account_key, lock, unlock
from comity.node.node import Node, NotPossibleError
from comity.store.port import Records
from comity.store.records import OwnFile

MOST_TOGETHER = 24 << 20
"""How many bytes the files of one report may have together."""


class TooManyFilesError(NotPossibleError):
    """The files of a report would become too many, or too large together."""

    def __init__(self) -> None:
        """Say so, and what to do."""
        super().__init__(
            "these are more files than one report holds", "take one away, or send fewer"
        )


def keep_file(  # noqa: PLR0913, PLR0917 - whose file, with what, and the file itself
    records: Records,
    node: Node,
    organisation: OrganisationId,
    owner: str,
    named: NamedFile,
    data: bytes,
) -> None:
    """Keep a file with a report or a letter.

    Raises:
        TooManyFilesError: what stands there would become too large.
    """
    others = [each for each in records.own_files.find(owner=owner) if each.sha256 != named.sha256]
    if sum(each.size for each in others) + named.bytes > MOST_TOGETHER:
        raise TooManyFilesError
    place = _place(owner, named.sha256)
    records.own_files.put(
        OwnFile(
            id=place,
            organisation=organisation,
            owner=owner,
            name=named.name,
            size=named.bytes,
            sha256=named.sha256,
            content=lock(records, node, account_key(organisation), f"own_files/{place}", data),
            kept_at=node.now(),
        )
    )


def held_file(records: Records, owner: str, sha256: Digest) -> OwnFile | None:
    """Return a file that stands with a report or a letter; None if it does not."""
    return records.own_files.get(_place(owner, sha256))


def file_at(records: Records, node: Node, held: OwnFile) -> bytes:
    """Return the bytes of a file.

    Raises:
        SealError: the row was moved or changed, or the content has been given up.
    """
    return unlock(
        records, node, account_key(held.organisation), f"own_files/{held.id}", held.content
    )


def forget_file(records: Records, owner: str, sha256: Digest) -> None:
    """Keep a file no longer."""
    records.own_files.remove(_place(owner, sha256))


def _place(owner: str, sha256: Digest) -> str:
    return f"{owner}/{sha256}"
