"""`comity audit`: write a bundle for an auditor, verify one, and print the verifier in one file.

Only `check` and `export` need a node. `verify` and `verifier` work on any machine.
"""

import json
import sys
from pathlib import Path

import click

from comity import __version__, settings
from comity.cli.acting import as_json, on_node
from comity.cli.audit_proof import Receipted, proof_in, verify_proof
from comity.core.audit import Expected, Sealed, steps, verify
from comity.core.ledger import EntryType
from comity.core.terms import Code, InputError, Place
from comity.files import texts_of
from comity.node.check_ledgers import check_ledgers
from comity.node.export_audit import audit_file, ledger_sizes
from comity.node.node import Node
from comity.shipped import shipped_texts
from comity.verifier.main import code_of, identity, load, many_objects, written
from comity.verifier.single_file import single_file
from comity.wire.files import taken, write_private
from comity.wire.signing import Ed25519Verifier
from comity.wire.words import same_words

FEW = 2_000
"""A bar is shown only for more steps than this."""


@click.group()
def audit() -> None:
    """Export a bundle for an auditor, verify one, and print the verifier."""


@audit.command()
@on_node
def check(node: Node) -> None:
    """Compare the ledgers of this node with their trees and heads: 1 if something is damaged."""
    total = ledger_sizes(node) // 2
    with click.progressbar(
        length=total, label="Checking", file=sys.stderr, hidden=total < FEW
    ) as bar:
        found = check_ledgers(node, bar.update)
    for each in found:
        place = f"{each.first} to {each.place}" if each.first < each.place else str(each.place)
        click.echo(f"ledger {each.ledger}, entry {place}: {each.what}")
    click.echo(f"{total} entries checked; {len(found)} findings")
    sys.exit(1 if found else 0)


@audit.command()
@click.argument("file")
@click.option("--force", is_flag=True, help="Replace the file if there is one.")
@on_node
def export(node: Node, file: str, force: bool) -> None:  # noqa: FBT001 - click passes flags so
    """Write everything that an auditor needs of this node, and no content, to a file."""
    path = Path(file)
    if path.exists() and not force:
        raise taken(path)
    total = ledger_sizes(node)
    texts = {**shipped_texts(), **texts_of(settings.agreements())}
    with click.progressbar(
        length=total, label="Exporting", file=sys.stderr, hidden=total < FEW
    ) as bar:
        data = audit_file(node, texts, bar.update)
    write_private(path, data + b"\n")
    click.echo(f"{file}: {len(data) + 1} bytes. Verify it: comity audit verify {file}")


@audit.command("verify")
@click.argument("bundle")
@click.option("--peer", "peers", multiple=True, metavar="BUNDLE", help="A peer's bundle.")
@click.option(
    "--identity", "expected", metavar="HEX|WORDS", help="The identity key that you expect."
)
@click.option(
    "--introduction", "introductions", multiple=True, metavar="FILE", help="For a proof: whose."
)
@as_json
@click.pass_context
def verify_(  # noqa: PLR0913, PLR0917 - one option each
    ctx: click.Context,
    bundle: str,
    peers: tuple[str, ...],
    expected: str | None,
    introductions: tuple[str, ...],
    as_json: bool,  # noqa: FBT001 - click passes flags so
) -> None:
    """Verify a bundle, or the proof of one receipt.

    Ends with 0: verified, 1: there are findings, 2: the input cannot be used or does not hold.
    """
    proof = proof_in(bundle)
    if proof is not None:
        _say(verify_proof(bundle, proof, introductions, Ed25519Verifier()), as_json=as_json)
        return
    with many_objects():
        sealed, others = load(bundle), [load(each) for each in peers]
        wanted = Expected(_expected(expected, sealed) if expected else None)
        total = steps(sealed, others)
        with click.progressbar(
            length=total, label="Verifying", file=sys.stderr, hidden=total < FEW
        ) as bar:
            report = verify(sealed, others, wanted, Ed25519Verifier(), bar.update)
    click.echo(written(report, as_json=as_json))
    ctx.exit(code_of(report))


@audit.command()
def verifier() -> None:
    """Print the verifier as one Python file: python verify.py BUNDLE."""
    click.echo(single_file(__version__), nl=False)


def _say(shown: Receipted, *, as_json: bool) -> None:
    """Say what a proof shows."""
    if as_json:
        data = {**shown._asdict(), "verdict": "verified"}
        data |= {each: data[each].isoformat() for each in ("recorded_at", "cosigned_at")}
        click.echo(json.dumps(data, indent=2))
        return
    click.echo(
        f"verified: {shown.body} receipted {shown.release}, which {shown.sender} sent"
        if shown.kind is EntryType.SENT
        else f"verified: {shown.body} sent {shown.release}, which {shown.sender} received"
    )
    click.echo(f"  recorded {shown.recorded_at:%d %B %Y %H:%M} UTC, as entry {shown.place}")
    click.echo(
        f"  under a head of {shown.size} entries that {shown.body} cosigned "
        f"{shown.cosigned_at:%d %B %Y %H:%M} UTC"
    )


def _expected(given: str, sealed: Sealed) -> bytes:
    """Return the key that is expected, given in hexadecimal or as the words of one of them.

    Raises:
        InputError: it is neither.
    """
    for key in sealed.bundle.identity:
        try:
            same_words(given, key)
        except InputError:
            continue
        return key
    if "-" in given or " " in given:
        raise InputError(
            Code.UNKNOWN_VALUE,
            "these are the words of no identity key in the bundle",
            at=Place(name="--identity"),
            advice="it is of another node, or the words were misheard; ask for the key itself",
        )
    return identity(given)
