"""Write to organisation: an officer writes to the organisation of a case, through its front door.

A letter says what it is about by what the organisation told this body, so it reaches those who see
that report and nobody else. It goes through the gate like everything else, files included.
"""

from dataclasses import dataclass

from comity.core.gate import Refusal
from comity.core.intake import (
    ATTACHMENTS,
    CaseStatus,
    Concerning,
    Enclosed,
    Letter,
    Words,
    file_content,
    named_file,
    written,
)
from comity.core.ledger import EntryType
from comity.core.markings import Source
from comity.core.terms import CaseId, Digest, ItemId, OfficerId, OrganisationId
from comity.node.attach_file import TakenFile
from comity.node.node import Node, NotPossibleError, note
from comity.node.notify_organisation import send_contents
from comity.node.open_case import held_case
from comity.store.port import Records


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """What an officer writes: in which case, which words and files, about which of its items.

    No item means what the organisation told last.
    """

    case: CaseId
    text: str
    files: tuple[TakenFile, ...] = ()
    status: CaseStatus | None = None
    about: tuple[ItemId, ...] = ()
    officer: OfficerId


def write_to_organisation(node: Node, writing: Writing) -> None:
    """Queue a letter to the organisation of a case.

    Raises:
        InputError: it says nothing, too much, or what cannot be shown; or a file cannot be sent.
        NotPossibleError: there is no such case, the organisation told this body none of the items,
            or the terms of the front door refuse it.
    """
    files = [(named_file(each.name, each.data), each.data) for each in writing.files]
    with node.store.writing() as records:
        case = held_case(records, writing.case)
        letter = Letter(
            words=Words(text=written(writing.text), status=writing.status),
            enclosed=Enclosed(files=tuple(named for named, _ in files)),
            concerning=Concerning(about=_about(records, node, writing)),
        )
        contents = [
            *letter.contents(),
            *((ATTACHMENTS, file_content(data)) for _, data in files),
        ]
        decision = send_contents(
            records, node, case.organisation, contents, writing.officer, writing.case
        )
        if isinstance(decision, Refusal):
            raise NotPossibleError(
                "the terms of the front door refuse the message",
                f"see clause {', '.join(decision.clauses) or 'none'} of its terms",
            )
        ids = {"case": writing.case, "officer": writing.officer}
        note(records, node, EntryType.LETTER_WRITTEN, **ids)


def _about(records: Records, node: Node, writing: Writing) -> frozenset[Digest]:
    """Return what a letter is about: what the organisation told this body itself."""
    told = [
        each
        for each in records.items.find(case=writing.case)
        if each.release and all(_told_here(one, node) for one in each.item.label.sources)
    ]
    if writing.about:
        named = [each for each in told if each.item.id in writing.about]
        if len(named) < len(set(writing.about)):
            raise _not_told()
    else:
        named = [each for each in told if each.release == told[-1].release]
    if not named:
        raise _not_told()
    return frozenset(each.item.digest for each in named)


def _told_here(source: Source, node: Node) -> bool:
    return isinstance(source.origin, OrganisationId) and source.given_to == {node.party}


def _not_told() -> NotPossibleError:
    return NotPossibleError(
        "a message can be only about what the organisation told, item by item",
        "name items of this case that came from it: case show",
    )
