"""`comity keys`: show this node's keys, pin a peer's by words, rotate and revoke."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import click

from comity import settings
from comity.bootstrap import KEYS, certificate
from comity.cli.acting import NotPossible, acting, as_json, by_officer, on_node
from comity.core.terms import (
    Code,
    InputError,
    PartyId,
    Place,
    SignatureError,
    Signed,
    Verifier,
    decode,
    encode,
)
from comity.files import read_bytes
from comity.node.keys import (
    Introduction,
    announce_changes,
    expect_change,
    introduction,
    pin_peer,
    read_introduction,
    revoke_peer_key,
)
from comity.node.node import Node
from comity.store.records import PinnedKey, Use
from comity.wire import keys as key_files
from comity.wire.words import same_words, words


@click.group()
def keys() -> None:
    """Show, pin, rotate and revoke keys."""


@keys.command()
@click.option("--address", metavar="URL", help="Where others reach this node.")
@click.option("--words", "only_words", is_flag=True, help="Print the words to compare.")
@on_node
def show(node: Node, address: str | None, only_words: bool) -> None:  # noqa: FBT001 - click passes flags so
    """Print this node's introduction: its public keys, signed, for others to pin."""
    if only_words:
        click.echo(words(node.keys.identity.public))
        return
    found = settings.node()
    own = certificate(found.home)
    shown = own.certificate.read_text() if own else ""
    url = address or f"http://{found.host}:{found.port}"
    click.echo(encode(introduction(node, url, shown if url.startswith("https") else "")).decode())
    click.echo(f"The words to compare: {words(node.keys.identity.public)}", err=True)


@keys.command("list")
@as_json
@on_node
def list_(node: Node, as_json: bool) -> None:  # noqa: FBT001 - click passes flags so
    """List the keys that are pinned here, and whether they count."""
    with node.store.reading() as records:
        found = records.keys.find()
    if as_json:
        click.echo(json.dumps([_data(each) for each in found], indent=2))
        return
    for each in found:
        click.echo(f"{each.id:<34}{_state(each)}")
    if not found:
        click.echo(
            "No peer is pinned. Get its introduction and run: comity keys pin FILE --words ..."
        )


@keys.command()
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@click.option(
    "--words",
    "compared",
    multiple=True,
    required=True,
    help="The words that the peer read to you; once for each file, in the same order.",
)
@by_officer
@on_node
def pin(node: Node, files: tuple[str, ...], compared: tuple[str, ...], officer: str) -> None:
    """Pin peers from their introductions, once their words have been compared."""
    if len(files) != len(compared):
        raise NotPossible(
            f"{len(files)} introductions and {len(compared)} times words",
            "give --words once for each introduction, in the same order",
        )
    who = acting(officer)
    introduced = [introduction_in(file, node.verifier) for file in files]
    for found, said_words in zip(introduced, compared, strict=True):
        same_words(said_words, found.identity)
    for found in introduced:
        pin_peer(node, found, who)
        click.echo(f"{found.party} is pinned at {found.address}.")


def introduction_in(file: str, verifier: Verifier) -> Introduction:
    """Return the introduction that a file holds.

    Raises:
        InputError: it is none, or not signed by the key that it names.
    """
    try:
        document = decode(Signed, read_bytes(file).strip(), file)
        return read_introduction(document, verifier)
    except SignatureError:
        raise InputError(
            Code.UNKNOWN_VALUE,
            "the introduction is not signed by the key that it names",
            at=Place(name=file),
            advice="it was changed on the way; get it again",
        ) from None


@keys.command()
@click.argument("use", type=click.Choice([each.value for each in Use]))
@click.option("--revoked", is_flag=True, help="The old key was lost or stolen: it ends at once.")
@on_node
def rotate(node: Node, use: str, revoked: bool) -> None:  # noqa: FBT001 - click passes flags so
    """Replace one of this node's keys, and tell every peer, signed by the one before."""
    home = settings.node().home
    with node.store.writing() as records:  # first: a store that cannot be written changes no key
        expect_change(records, node, Use(use), revoked=revoked)
    renewed = key_files.rotate(home / KEYS, key_files.Use(use), datetime.now(UTC))
    with node.store.writing() as records:
        announce_changes(records, replace(node, keys=renewed))
    click.echo(
        f"The {use} key is new. Restart the node's processes; peers learn it from its worker."
    )


@keys.command()
@click.argument("party")
@click.argument("use", type=click.Choice([each.value for each in Use]))
@on_node
def revoke(node: Node, party: str, use: str) -> None:
    """Stop trusting a peer's keys for a use, at once."""
    count = revoke_peer_key(node, PartyId(party), Use(use))
    if not count:
        raise NotPossible(f"no {use} key of {party} is pinned", "list them: comity keys list")
    click.echo(f"{count} {use} key(s) of {party} no longer count.")
    if use == Use.IDENTITY:
        click.echo("Nothing goes to it or comes from it until it is pinned again by new words.")


def _state(key: PinnedKey) -> str:
    if key.revoked:
        return f"revoked at entry {key.until_entry}"
    if key.until_entry is not None:
        return f"counts from entry {key.from_entry} to {key.until_entry}"
    return f"counts from entry {key.from_entry}"


def _data(key: PinnedKey) -> dict[str, object]:
    return {
        "id": key.id,
        "party": key.party,
        "use": key.use,
        "public": key.public.hex(),
        "from_entry": key.from_entry,
        "until_entry": key.until_entry,
        "revoked": key.revoked,
    }
