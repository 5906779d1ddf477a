"""Markings: the labels that items carry, and how labels combine when data is combined.

A label is the computed join of an item's sources; a marking is the form it takes on the wire.
Labels only ever tighten: a join is at least as strict as each of its parts, in every respect
that the gate looks at. Retyping, summarising, renaming and relaying launder nothing, because
what a person writes about an organisation carries the join of everything it may come from.

Source: FIRST, Traffic Light Protocol 2.0; the memorandum's "shared in confidence".
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import reduce

from comity.core.terms import (
    Code,
    Digest,
    InputError,
    ItemId,
    OrganisationId,
    PartyId,
    Place,
    Section,
)

__all__ = ["TLP_ORDER", "Item", "Label", "Source", "Tlp", "join", "made_by", "told_in_confidence"]


class Tlp(StrEnum):
    """How far a recipient may pass something on, from most to least.

    Source: FIRST TLP 2.0.
    """

    CLEAR = "TLP:CLEAR"
    GREEN = "TLP:GREEN"
    AMBER = "TLP:AMBER"
    AMBER_STRICT = "TLP:AMBER+STRICT"
    RED = "TLP:RED"


TLP_ORDER = {tlp: rank for rank, tlp in enumerate(Tlp)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a piece of information comes from, and on what terms it was told.

    `given_to` is empty, and `in_confidence` None, while nobody has said. Both are then unknown,
    and the gate treats them as whatever would stand in the way.
    """

    origin: PartyId | OrganisationId
    given_to: frozenset[PartyId] = frozenset()
    in_confidence: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """What goes with an item wherever it goes. At least one source: nothing comes from nowhere.

    `restrictions` names the regimes whose own authority must agree before anyone passes it on.
    `identifies_people` and `identifies_organisation` are None while nobody has looked.
    `agreements` are the digests of the agreement versions under which it was told.
    """

    sources: frozenset[Source]
    tlp: Tlp = Tlp.AMBER_STRICT
    restrictions: frozenset[str] = frozenset()
    identifies_people: bool | None = None
    identifies_organisation: bool | None = None
    agreements: frozenset[Digest] = frozenset()

    def __post_init__(self) -> None:
        """Refuse a label without a source.

        Raises:
            InputError: `sources` is empty.
        """
        if not self.sources:
            raise InputError(
                Code.EMPTY_LABEL,
                "a label needs at least one source",
                at=Place(name="a label"),
                advice="name who told it; what a body makes itself has that body as its origin",
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """Something that is disclosed as a whole: its label and the digest of its content.

    The content is not here. A change of content is a change of digest.
    """

    id: ItemId
    section: Section
    digest: Digest
    label: Label


def join(labels: Iterable[Label]) -> Label:
    """Return the label of something made from others: as strict as all of them together.

    Raises:
        InputError: there are no labels, so the result would come from nowhere.
    """
    known = list(labels)
    if not known:
        return Label(sources=frozenset())
    return reduce(_join, known)


def made_by(party: PartyId, agreements: frozenset[Digest] = frozenset()) -> Label:
    """Return the label of what a body makes from nothing that it was told."""
    return Label(
        sources=frozenset({Source(origin=party, in_confidence=False)}), agreements=agreements
    )


def told_in_confidence(
    organisation: OrganisationId,
    to: frozenset[PartyId],
    agreements: frozenset[Digest] = frozenset(),
) -> Label:
    """Return the label of what an organisation tells bodies when it says nothing else."""
    source = Source(origin=organisation, given_to=to, in_confidence=True)
    return Label(sources=frozenset({source}), agreements=agreements)


def _join(a: Label, b: Label) -> Label:
    return Label(
        sources=a.sources | b.sources,
        tlp=max(a.tlp, b.tlp, key=TLP_ORDER.__getitem__),
        restrictions=a.restrictions | b.restrictions,
        identifies_people=_either(a.identifies_people, b.identifies_people),
        identifies_organisation=_either(a.identifies_organisation, b.identifies_organisation),
        agreements=a.agreements | b.agreements,
    )


def _either(a: bool | None, b: bool | None) -> bool | None:  # noqa: FBT001 - two facts, no switch
    """Return three-valued `or`: true wins, then unknown, then false."""
    if a is True or b is True:
        return True
    return None if a is None or b is None else False
