"""`comity agreement sign`, `apply`, `versions`: who has signed what, and what is in force."""

import json
from collections.abc import Mapping

import click

from comity import settings
from comity.cli.acting import NotPossible, acting, as_json, by_officer, on_node
from comity.cli.agreement.verify import certificates_of
from comity.core.agreement import Agreement
from comity.core.terms import (
    Code,
    Digest,
    InputError,
    PartyId,
    Place,
    SignatureError,
    Signed,
    decode,
    encode,
)
from comity.files import load_agreement, read_bytes, record_beside
from comity.node.agreements import at_hand, sign_agreement, signatures, take_signature
from comity.node.node import Node
from comity.proof.keeping import check
from comity.proof.tightening import Tightening, objections
from comity.shipped import shipped_agreements


@click.command()
@click.argument("names", metavar="NAME...", nargs=-1)
@click.option("--tightens", metavar="OLD", help="Apply it alone: it only refuses more than OLD.")
@click.option("--certificate", metavar="FILE", help="What shows that it only refuses more.")
@by_officer
@on_node
def sign(
    node: Node, names: tuple[str, ...], tightens: str | None, certificate: str | None, officer: str
) -> None:
    """Sign versions that this node holds, in the name of its party.

    Without a name, all that it signs. The certificates of each version are checked first. Prints
    the signatures, one a line, for the other parties.
    """
    chosen = {name: _held(node, name) for name in names or _to_sign(node)}
    if not chosen:
        raise NotPossible(
            f"{node.party} signs none of the agreements at hand",
            "see which are at hand: agreement versions",
        )
    who = acting(officer)
    old = _tightened(node, chosen, tightens, certificate)
    for name, each in chosen.items():
        _check_certified(name, each)
        click.echo(encode(sign_agreement(node, each, who, old)))
        click.echo(f"{node.party} has signed {each.title}, version {each.version}.", err=True)


def _to_sign(node: Node) -> list[str]:
    held = {each.digest for each in node.agreements.all if node.party in each.signatories}
    return [name for name in settings.agreements() if load_agreement(name).digest in held]


def _check_certified(name: str, agreement: Agreement) -> None:
    """Return if every red line of a version is certified; nobody signs what is not proved.

    Raises:
        NotPossible: one is not.
        InputError: its certificates are missing.
    """
    if name not in shipped_agreements() and not record_beside(name).is_dir():
        raise NotPossible(
            f"{name}: there is no record of what was proved of this version",
            f"prove it: comity agreement record {name} --to {record_beside(name)}",
        )
    found = check(agreement, certificates_of(name))
    if not found.holds:
        raise NotPossible(
            f"{name}: {found.count} of {found.of} red lines of this version are certified",
            f"prove it: comity agreement record {name} --to {record_beside(name)}",
        )


def _tightened(
    node: Node, chosen: Mapping[str, Agreement], name: str | None, certificate: str | None
) -> Digest | None:
    """Return the version that the chosen one only tightens, once its certificate was checked.

    Raises:
        NotPossible: it is not shown to refuse only more.
    """
    if name is None:
        return None
    if len(chosen) != 1 or certificate is None:
        raise click.UsageError("--tightens needs one NAME, and --certificate FILE")
    [(new_name, new)] = chosen.items()
    old = _held(node, name)
    found = decode(Tightening, read_bytes(certificate).rstrip(b"\n"), certificate)
    if objection := next(objections(old, new, found), None):
        raise NotPossible(
            f"{new_name} may not be applied by one party: {objection}",
            "let all parties sign it, or see what changes: comity agreement diff OLD NEW",
        )
    return old.digest


@click.command()
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@click.option("--from", "party", required=True, metavar="PARTY", help="Whose signatures these are.")
@by_officer
@on_node
def apply(node: Node, files: tuple[str, ...], party: str, officer: str) -> None:
    """Take in the signatures of another party. A version that all have signed is in force."""
    acting(officer)
    for file in files:
        for line in read_bytes(file).splitlines():
            if line.strip():
                _take(node, PartyId(party), file, line)
    _say(node)


@click.command()
@as_json
@on_node
def versions(node: Node, as_json: bool) -> None:  # noqa: FBT001 - click passes flags so
    """List the versions that this node holds: who has signed them, and which are in force."""
    if as_json:
        click.echo(json.dumps([_data(node, each) for each in node.agreements.all], indent=2))
    else:
        _say(node)


def _say(node: Node) -> None:
    for each in node.agreements.all:
        found = _data(node, each)
        click.echo(f"{each.title}, version {each.version}: {found['state']}")
        click.echo(f"  digest      {each.digest}")
        click.echo(f"  begins      {each.in_force_from}")
        click.echo(f"  signed by   {', '.join(found['signed_by']) or 'nobody'}")
        if found["missing"]:
            click.echo(f"  not yet by  {', '.join(found['missing'])}")


def _data(node: Node, agreement: Agreement) -> dict[str, list[str] | str]:
    with node.store.reading() as records:
        signed_by = {each.party for each in signatures(records, node, agreement)}
        held = at_hand(records, node)
    missing = [str(each) for each in sorted(agreement.signatories - signed_by)]
    now, counts = node.now(), agreement.digest in held.digests
    if not counts:
        state = "not signed by all"
    elif held.is_over(agreement, now):
        state = "followed by a later version"
    else:
        state = "in force" if agreement.in_force_at(now) else "not begun"
    if counts and missing:
        state += f", applied by {node.party} alone"
    return {
        "title": agreement.title,
        "version": agreement.version,
        "digest": agreement.digest,
        "begins": agreement.in_force_from.isoformat(),
        "state": state,
        "signed_by": [str(each) for each in sorted(signed_by)],
        "missing": missing,
    }


def _held(node: Node, name: str) -> Agreement:
    """Return a version at hand, by its name or its file."""
    wanted = load_agreement(name).digest
    found = next((each for each in node.agreements.all if each.digest == wanted), None)
    if found is None:
        raise InputError(
            Code.NOT_FOUND,
            "this node does not hold this version",
            at=Place(name=name),
            advice="see what it holds: agreement versions; COMITY_AGREEMENTS says which",
        )
    return found


def _take(node: Node, party: PartyId, file: str, line: bytes) -> None:
    document = decode(Signed, line.strip(), file)
    try:
        with node.store.writing() as records:
            take_signature(records, node, party, document)
    except SignatureError as error:
        raise InputError(
            Code.UNKNOWN_VALUE,
            str(error),
            at=Place(name=file),
            advice="pin the peer first, and ask it for its signature again: agreement sign",
        ) from None
