"""Contents: what is kept under data keys, and the labels and ids that go with it."""

from dataclasses import dataclass

from comity.core.exchange import Opened
from comity.core.intake import SealedPart
from comity.core.markings import Item, Label, join
from comity.core.terms import (
    CaseId,
    ItemId,
    OrganisationId,
    ReleaseId,
    decode,
    encode,
)
from comity.core.terms.documents import Limits
from comity.node.node import Node
from comity.store.port import Records
from comity.store.records import DataKey, Held, Known

KEPT_LIMITS = Limits(size=8 << 20)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A content and the salt of its digest, as they are locked."""

    content: bytes
    salt: bytes


def account_key(organisation: OrganisationId) -> str:
    """Return the name of the data key of an organisation's account at a front door."""
    return f"account-{organisation}"


def data_key(records: Records, node: Node, key_id: str) -> DataKey:
    """Return the data key of this name, making it if there is none."""
    found = records.data_keys.get(key_id)
    if found is None:
        found = DataKey(id=key_id, wrapped=node.keys.vault.new_key())
        records.data_keys.add(found)
    return found


def lock(records: Records, node: Node, key_id: str, place: str, content: bytes) -> bytes:
    """Return a content locked at a place under a data key."""
    return node.keys.vault.lock(data_key(records, node, key_id).wrapped, place, content)


def unlock(records: Records, node: Node, key_id: str, place: str, locked: bytes) -> bytes:
    """Return what is locked at a place.

    Raises:
        SealError: it was locked elsewhere, or with another key.
    """
    return node.keys.vault.unlock(data_key(records, node, key_id).wrapped, place, locked)


def hold(  # noqa: PLR0913, PLR0917 - what, about whom, from where: all of it is kept
    records: Records,
    node: Node,
    part: SealedPart,
    organisation: OrganisationId | None,
    case: CaseId | None = None,
    release: ReleaseId | None = None,
) -> Held:
    """Keep an item with its content under its organisation's data key.

    Whatever it says, and of whomever: every organisation on its label is known by it from now on.
    """
    key_id = f"about-{organisation or node.party}"
    kept = encode(Kept(content=part.content, salt=part.salt))
    held = Held(
        item=part.item,
        organisation=organisation,
        case=case,
        data_key=key_id,
        content=lock(records, node, key_id, place_of(part.item.id), kept),
        release=release,
        held_since=node.now(),
    )
    records.items.put(held)
    for one in organisations_of(part.item):
        _know(records, one, part.item.label)
    return held


def _know(records: Records, organisation: OrganisationId, label: Label) -> None:
    before = records.known.get(organisation)
    joined = join([before.label, label]) if before else label
    records.known.put(Known(organisation=organisation, label=joined))


def kept(records: Records, node: Node, held: Held) -> Kept:
    """Return the content of an item that is held.

    Raises:
        SealError: the row was moved or changed, or the content has been given up.
    """
    data = unlock(records, node, held.data_key, place_of(held.item.id), held.content)
    return decode(Kept, data, "a kept content", KEPT_LIMITS)


def place_of(item: ItemId) -> str:
    """Return where an item's content stands: locked there, it opens nowhere else."""
    return f"items/{item}/content"


def about(records: Records, organisation: OrganisationId) -> list[Label]:
    """Return the labels that a text about an organisation carries: of all that was ever held."""
    known = records.known.get(organisation)
    return [known.label] if known else []


def parts(opened: Opened) -> list[SealedPart]:
    """Return what came: each item as it was marked, with its content."""
    return [
        SealedPart(
            Item(id=each.id, section=each.section, digest=each.digest, label=each.label),
            opened.parts[each.id].content,
            opened.parts[each.id].salt,
        )
        for each in opened.header.markings.items
    ]


def about_whom(item: Item) -> OrganisationId | None:
    """Return the organisation that an item is about, if it is one."""
    found = organisations_of(item)
    return found[0] if len(found) == 1 else None


def organisations_of(item: Item) -> list[OrganisationId]:
    """Return every organisation that is a source of an item."""
    return sorted(
        {each.origin for each in item.label.sources if isinstance(each.origin, OrganisationId)}
    )
