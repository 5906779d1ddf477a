"""Again: what was once decided, judged again: as it was then, or under another version.

A decision rests on its question alone, and the question is kept. So the same versions give the
same answers for ever, on any machine; and another version shows what it would have changed.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from comity.core.agreement import Agreement, Agreements
from comity.core.audit.bundle import Basis, Bundle, DecisionPart
from comity.core.audit.decisions import Texts, outcome
from comity.core.audit.report import Notes
from comity.core.gate.request import DisclosureRequest, Question
from comity.core.markings import Item, Label
from comity.core.terms import Digest, decode, digest_of


class Again(NamedTuple):
    """A past decision and what comes of it now: permitted or not, and the clauses that decide.

    `permitted` is None if an agreement that it rested on is not at hand.
    """

    entry: int
    basis: Basis
    was_permitted: bool
    were_clauses: tuple[str, ...]
    permitted: bool | None
    clauses: tuple[str, ...]

    @property
    def is_same(self) -> bool:
        """Whether it comes out as it did, on the same clauses."""
        now = (self.permitted, sorted(self.clauses))
        return now == (self.was_permitted, sorted(self.were_clauses))


def replayed(bundle: Bundle) -> Iterator[Again]:
    """Yield each decision of a bundle, judged again under the versions of that day.

    Raises:
        InputError: a question cannot be read.
    """
    texts = Texts(bundle.agreements, Notes(bundle.party))
    for part in bundle.decisions:
        basis = decode(Basis, part.question, f"the question of entry {part.entry}")
        yield _judged(part, basis, texts.at_hand(basis.agreements), basis.asked)


def under(bundle: Bundle, version: Agreement) -> Iterator[Again]:
    """Yield each decision that rested on an agreement of this title, judged under `version`.

    What was told under the older version counts as told under this one.

    Raises:
        InputError: a question cannot be read.
    """
    texts = Texts(bundle.agreements, Notes(bundle.party))
    for part in bundle.decisions:
        basis = decode(Basis, part.question, f"the question of entry {part.entry}")
        held = texts.at_hand(basis.agreements)
        older = {each.digest for each in held.all if each.title == version.title} if held else set()
        if held is None or not older:
            continue
        others = (each for each in held.all if each.digest not in older)
        asked = _told_under(basis.asked, older, version.digest)
        yield _judged(part, basis, Agreements([version, *others]), asked)


def _judged(
    part: DecisionPart, basis: Basis, held: Agreements | None, asked: DisclosureRequest
) -> Again:
    found: tuple[bool | None, tuple[str, ...]] = (None, ())
    if held is not None:
        found = outcome(Question(held, asked, basis.consents, basis.now))
    return Again(part.entry, basis, part.permitted, part.clauses, *found)


def _told_under(asked: DisclosureRequest, older: set[Digest], newer: Digest) -> DisclosureRequest:
    """Return the request with labels that name the newer version for an older one."""
    return DisclosureRequest(
        items=tuple(_relabelled(item, older, newer) for item in asked.items),
        discloser=asked.discloser,
        recipient=asked.recipient,
        purpose=asked.purpose,
        kind=asked.kind,
        addressee=asked.addressee,
        facts=asked.facts,
    )


def _relabelled(item: Item, older: set[Digest], newer: Digest) -> Item:
    label = item.label
    agreements = frozenset(newer if each in older else each for each in label.agreements)
    return Item(
        id=item.id,
        section=item.section,
        digest=item.digest,
        label=Label(
            sources=label.sources,
            tlp=label.tlp,
            restrictions=label.restrictions,
            identifies_people=label.identifies_people,
            identifies_organisation=label.identifies_organisation,
            agreements=agreements,
        ),
    )


def digest_of_all(decisions: Iterable[Again]) -> Digest:
    """Return one digest of how decisions come out: the same on every machine, for ever."""
    return digest_of([[each.entry, each.permitted, sorted(each.clauses)] for each in decisions])
