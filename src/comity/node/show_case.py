"""Show case: what a body holds about one organisation. Opening a content is recorded."""

from collections.abc import Mapping
from dataclasses import dataclass

from comity.core.casework import Case
from comity.core.consent import Choice, Consents, Entitlement, Identified, Statement
from comity.core.ledger import EntryType
from comity.core.markings import Item
from comity.core.terms import CaseId, ConsentId, Digest, OfficerId, ReleaseId
from comity.node.contents import kept
from comity.node.deciding import history
from comity.node.evidence import answers_with
from comity.node.node import Node, note
from comity.node.open_case import held_case
from comity.node.passkeys import SeenPasskey, passkeys_of
from comity.store.port import Records
from comity.store.records import Held


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """One item of a case; `text` only for somebody who asked for contents.

    `chosen_by` says how whoever chose this body was verified, and `identified` how the organisation
    was when they did; both are None if nobody chose it;
    `answers` are the newest of each consent that ever named the content: those to this body's own
    questions, and those that came with what another body passed on. `passkeys` has the passkey of
    each that is a yes by one.
    """

    item: Item
    release: ReleaseId | None
    recalled: bool
    text: str
    chosen_by: Entitlement | None
    identified: Identified | None
    answers: tuple[Statement, ...]
    passkeys: Mapping[ConsentId, SeenPasskey]


def list_cases(node: Node) -> list[tuple[Case, int]]:
    """Return every case with the number of its items."""
    with node.store.reading() as records:
        return [(each, len(records.items.find(case=each.id))) for each in records.cases.find()]


def show_case(node: Node, case: CaseId, officer: OfficerId | None = None) -> list[Content]:
    """Return what a case holds; with its contents if an officer is named who reads them.

    Raises:
        NotPossibleError: there is no such case.
        SealError: a content cannot be opened.
    """
    with node.store.writing() as records:  # an answer that does not verify raises an alarm
        organisation = held_case(records, case).organisation
        said = history(records, node, frozenset({organisation}))
        passkeys = passkeys_of(records, node, organisation)
        return [
            _content(records, node, said, each, officer, passkeys)
            for each in records.items.find(case=case)
        ]


def _content(  # noqa: PLR0913, PLR0917 - what is held, and all that is known of it
    records: Records,
    node: Node,
    said: Consents,
    held: Held,
    officer: OfficerId | None,
    passkeys: Mapping[tuple[ConsentId, int], SeenPasskey],
) -> Content:
    digest = held.item.digest
    choice = _choice(said, digest)
    answers = _answers((*said.statements, *answers_with(records, node, held.release)), digest)
    return Content(
        item=held.item,
        release=held.release,
        recalled=not held.content,
        text=_text(records, node, held, officer),
        chosen_by=choice.entitlement if choice else None,
        identified=choice.identified if choice else None,
        answers=answers,
        passkeys={
            each.consent: passkeys[each.consent, each.counter]
            for each in answers
            if (each.consent, each.counter) in passkeys
        },
    )


def _text(records: Records, node: Node, held: Held, officer: OfficerId | None) -> str:
    """Return a content as a text, and record who reads it; nothing if nobody does."""
    if officer is None or not held.content:
        return ""
    note(records, node, EntryType.READ, item=held.item.id, officer=officer)
    return kept(records, node, held).content.decode(errors="replace")


def _choice(said: Consents, digest: Digest) -> Choice | None:
    """Return the newest choice that names a content."""
    naming = [each for each in said.choices if digest in each.items]
    return max(naming, key=lambda each: each.counter, default=None)


def _answers(said: tuple[Statement, ...], digest: Digest) -> tuple[Statement, ...]:
    newest: dict[ConsentId, Statement] = {}
    for each in sorted(said, key=lambda each: each.counter):
        newest[each.consent] = each
    about = {each.consent for each in said if digest in each.items}
    return tuple(each for consent, each in sorted(newest.items()) if consent in about)
