"""`comity agreement diff`: what a new version would let through, and what it would stop."""

import json
from collections.abc import Iterator

import click

from comity.cli.agreement.options import as_json, vocabulary_option
from comity.core.agreement import Agreement
from comity.core.terms import encode
from comity.files import load_agreement
from comity.proof.diff import AXES, LETS_MORE_THROUGH, UNNAMED, Region, diff
from comity.proof.solvers import check_installed
from comity.proof.tightening import certify, objections

DIFFERENT = 1


@click.command("diff")
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@click.option("--certificate", is_flag=True, help="Print the certificate that NEW only tightens.")
@vocabulary_option
@as_json
def diff_command(
    old: str,
    new: str,
    certificate: bool,  # noqa: FBT001 - click passes flags so
    vocabulary: str | None,
    as_json: bool,  # noqa: FBT001 - click passes flags so
) -> None:
    """Show which requests a new version of an agreement decides otherwise.

    OLD and NEW are names or files. What is newly allowed comes first. Ends with 0 if every request
    is decided alike, 1 if some are not, 2 if the input is bad.
    """
    one, other = load_agreement(old, vocabulary), load_agreement(new, vocabulary)
    check_installed()
    if certificate:
        _certify(one, other)
        return
    regions = diff(one, other)
    if as_json:
        click.echo(json.dumps({"regions": [_data(each) for each in regions]}, indent=2))
    else:
        click.echo("\n".join(_lines(regions)))
    if regions:
        raise click.exceptions.Exit(DIFFERENT)


def _certify(old: Agreement, new: Agreement) -> None:
    """Print the certificate that the new version only refuses more, or say why there is none."""
    made = certify(old, new)
    found = list(objections(old, new, made))
    for each in found:
        click.echo(f"{new.title}, version {new.version}: {each}", err=True)
    if found:
        raise click.exceptions.Exit(DIFFERENT)
    click.echo(encode(made))


def _data(region: Region) -> dict[str, object]:
    return {
        "change": region.change,
        **{axis: list(region.values[axis]) for axis in AXES},
        "where": {name: _plain(value) for name, value in region.where.items()},
    }


def _plain(value: object) -> object:
    return sorted(value) if isinstance(value, frozenset) else value


def _lines(regions: tuple[Region, ...]) -> Iterator[str]:
    if not regions:
        yield "Every request is decided alike."
        return
    for region in regions:
        who, whom, what, why = (_listed(region.values[axis]) for axis in AXES)
        yield f"{region.change}:"
        yield f"  {who} to {whom}: {what}, for {why}"
        if region.about:
            facts = ", ".join(_fact(name, region.where[name]) for name in region.about)
            yield f"  for example with {facts}"
    if any(region.change in LETS_MORE_THROUGH for region in regions):
        yield "The new version lets more through: both parties sign it, with a fresh proof."
    else:
        yield "The new version only refuses more: one party can apply it at once."


def _listed(values: tuple[str, ...]) -> str:
    named = [value for value in values if value not in UNNAMED.values()]
    if len(named) == len(values):
        return " or ".join(values)
    return f"{', '.join(named)} or anything else" if named else "anything else"


def _fact(name: str, value: object) -> str:
    if value is None:
        return f"{name} not shown"
    if isinstance(value, bool):
        return name if value else f"not {name}"
    if isinstance(value, frozenset):
        return f"{name} {', '.join(sorted(value)) or 'empty'}"
    return f"{name} {value}"
