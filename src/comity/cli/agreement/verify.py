"""`comity agreement verify`: an agreement's certificates and signatures, checked anywhere."""

import json
from collections.abc import Iterable, Mapping

import click

from comity.cli.agreement.options import REFUSED, as_json, named, vocabulary_option
from comity.cli.keys import introduction_in
from comity.core.agreement import Agreement, read_signing
from comity.core.terms import decode
from comity.files import load_agreement, read_bytes, record_beside
from comity.proof.keeping import Certificates, Checked, check
from comity.shipped import CERTIFICATES, shipped_agreements, shipped_record
from comity.wire.signing import Ed25519Verifier
from comity.wire.words import words


@click.command("verify")
@named
@click.option(
    "--certificates", metavar="FILE", help="The certificates, if not beside the agreement."
)
@click.option(
    "--introduction",
    "introductions",
    multiple=True,
    metavar="FILE",
    help="Look also who of these has signed it.",
)
@vocabulary_option
@as_json
def verify_command(
    name: str,
    certificates: str | None,
    introductions: tuple[str, ...],
    vocabulary: str | None,
    as_json: bool,  # noqa: FBT001 - click passes flags so
) -> None:
    """Check the certificates of an agreement's red lines. It needs no solver, and no node.

    The clauses are made anew from the agreement, and every step of every certificate is followed.
    Ends with 0 if every red line is certified, and all have signed whose introductions were asked
    for; 1 if not; 2 if the input is bad.
    """
    agreement = load_agreement(name, vocabulary)
    found = check(agreement, certificates_of(name, certificates))
    signed_by = _signed_by(agreement, introductions)
    missing = sorted(agreement.signatories - signed_by.keys()) if introductions else []
    if as_json:
        signed = {"signed_by": signed_by, "not_signed_by": missing} if introductions else {}
        click.echo(json.dumps({**_data(found), **signed}, indent=2))
    else:
        click.echo(f"{agreement.title}, version {agreement.version}")
        click.echo(f"  digest       {agreement.digest}")
        click.echo(f"  certificates {found.count} of {found.of} hold")
        if not found.is_of_this_version:
            click.echo("  they were made for another version of this agreement")
        for line in found.without:
            click.echo(f"  {line} has no certificate that holds")
        for party, spoken in signed_by.items():
            click.echo(f"  signed by    {party}, whose key is {spoken}")
        for party in missing:
            click.echo(f"  not signed   by {party}")
        click.echo("Every red line is certified." if found.holds else "Not certified.")
    if missing or not found.holds:
        raise click.exceptions.Exit(REFUSED)


def _signed_by(agreement: Agreement, introductions: Iterable[str]) -> Mapping[str, str]:
    """Return who of those introduced has signed this very version, with the words of its key."""
    verifier = Ed25519Verifier()
    found = {}
    for file in introductions:
        shown = introduction_in(file, verifier)
        signings = (read_signing(each, shown.identity, verifier) for each in shown.agreements)
        signed = any(each.agreement == agreement.digest for each in signings)
        if signed and shown.party in agreement.signatories:
            found[str(shown.party)] = words(shown.identity)
    return found


def _data(found: Checked) -> dict[str, object]:
    return {
        "certificates": {"checked": found.count, "total": found.of},
        "without": list(found.without),
        "of_this_version": found.is_of_this_version,
    }


def certificates_of(name: str, file: str | None = None) -> Certificates:
    """Return the certificates of a shipped agreement or of one in a file.

    They come from the named file, or from the folder `NAME.record` beside `NAME.md`.

    Raises:
        InputError: there are none, or they cannot be read.
    """
    if file is None and name in shipped_agreements():
        file, data = CERTIFICATES, shipped_record(name, CERTIFICATES)
    else:
        file = file or str(record_beside(name) / CERTIFICATES)
        data = read_bytes(file)
    return decode(Certificates, data.rstrip(b"\n"), file)
