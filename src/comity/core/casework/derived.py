"""Derived labels: what a text carries, and the one thing that lifts it."""

from collections.abc import Iterable
from dataclasses import dataclass

from comity.core.markings import Item, Label, join, made_by
from comity.core.terms import Digest, ItemId, OfficerId, PartyId


class NotIndependentError(ValueError):
    """A declaration of independence that shows nothing. The label stays as it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Independence:
    """Two officers' word that a text comes wholly from something else than what was told.

    `parents` are the ids of the items it does come from. `published_at` is the address of a
    public document; the body that read it then answers for it as its own.
    """

    text: ItemId
    parents: frozenset[ItemId] = frozenset()
    published_at: str = ""
    declared_by: OfficerId
    confirmed_by: OfficerId


def label_of_text(body: PartyId, held: Iterable[Label], agreements: frozenset[Digest]) -> Label:
    """Return the label of a text that an officer of this body wrote about an organisation.

    `held` are the labels of everything that the node holds about that organisation. The body
    itself is one source more, so a text is never without one.
    """
    own = made_by(body, agreements)
    joined = join([own, *held])
    return Label(
        sources=joined.sources,
        tlp=joined.tlp,
        restrictions=joined.restrictions,
        identifies_people=joined.identifies_people,
        identifies_organisation=True,
        agreements=joined.agreements,
    )


def lifted(
    independence: Independence,
    body: PartyId,
    parents: Iterable[Item],
    agreements: frozenset[Digest],
) -> Label:
    """Return the label that a text has once its independence is declared and confirmed.

    It is the join of the items that were named, and of the body itself; whom it identifies stays
    unknown until somebody has looked.

    Raises:
        NotIndependentError: one officer did both, nothing was named, an item that was named is
            not at hand, or the text names itself.
    """
    named = list(parents)
    if independence.declared_by == independence.confirmed_by:
        raise NotIndependentError("a second officer has to confirm it")
    if not independence.parents and not independence.published_at:
        raise NotIndependentError("it names neither an item nor where it was published")
    if independence.text in independence.parents:
        raise NotIndependentError("a text is not its own source")
    if {item.id for item in named} != independence.parents:
        raise NotIndependentError("an item that it names is not at hand")
    unknown = Label(sources=made_by(body, agreements).sources, agreements=agreements)
    return join([unknown, *(item.label for item in named)])
