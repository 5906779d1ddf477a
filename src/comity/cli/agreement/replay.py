"""`comity agreement replay` and `whatif`: past decisions judged again."""

import json

import click

from comity.cli.agreement.options import REFUSED, as_json, named, vocabulary_option
from comity.core.audit.again import Again, digest_of_all, replayed, under
from comity.files import load_agreement
from comity.verifier.main import load, many_objects

bundle_argument = click.argument("bundle", metavar="BUNDLE")


@click.command("replay")
@bundle_argument
@as_json
def replay(bundle: str, as_json: bool) -> None:  # noqa: FBT001 - click passes flags so
    """Judge every decision of an audit bundle again, under the versions in force that day.

    Ends with 0 if each comes out as it was recorded, on the same clauses, 1 if one does not, 2 if
    the input is bad.
    """
    with many_objects():
        found = list(replayed(load(bundle).bundle))
    other = [each for each in found if not each.is_same]
    digest = digest_of_all(found)
    if as_json:
        data = {"decisions": len(found), "digest": digest, "different": [_data(e) for e in other]}
        click.echo(json.dumps(data, indent=2))
    else:
        click.echo(f"{len(found)} decisions judged again: {len(found) - len(other)} as recorded")
        click.echo(f"digest {digest}")
        for each in other:
            click.echo(_line(each))
    if other:
        raise click.exceptions.Exit(REFUSED)


@click.command("whatif")
@bundle_argument
@named
@vocabulary_option
@as_json
def whatif(bundle: str, name: str, vocabulary: str | None, as_json: bool) -> None:  # noqa: FBT001 - click passes flags so
    """Judge the decisions of an audit bundle under another version of an agreement.

    The version takes the place of those with the same title. Ends with 0 if every decision would
    have come out alike, 1 if one would not, 2 if the input is bad.
    """
    version = load_agreement(name, vocabulary)
    with many_objects():
        found = list(under(load(bundle).bundle, version))
    other = [each for each in found if each.permitted is not each.was_permitted]
    other.sort(key=lambda each: not each.permitted)
    if as_json:
        data = {"decisions": len(found), "changed": [_data(each) for each in other]}
        click.echo(json.dumps(data, indent=2))
    else:
        click.echo(f"{len(found)} decisions rested on {version.title}")
        click.echo(f"{len(other)} would have come out otherwise under version {version.version}")
        for each in other:
            click.echo(_line(each))
    if other:
        raise click.exceptions.Exit(REFUSED)


def _data(each: Again) -> dict[str, object]:
    asked = each.basis.asked
    return {
        "entry": each.entry,
        "at": each.basis.now.isoformat().replace("+00:00", "Z"),
        "discloser": asked.discloser,
        "recipient": asked.recipient,
        "kind": asked.kind,
        "purpose": asked.purpose,
        "was": _outcome(permitted=each.was_permitted),
        "is": _outcome(permitted=each.permitted),
        "clauses": list(each.clauses),
    }


def _outcome(*, permitted: bool | None) -> str:
    if permitted is None:
        return "not judged: an agreement is not in the bundle"
    return "permitted" if permitted else "refused"


def _line(each: Again) -> str:
    said = _data(each)
    clauses = f" ({', '.join(each.clauses)})" if each.clauses else ""
    return (
        f"  entry {said['entry']}, {said['at']}: {said['discloser']} to {said['recipient']}, "
        f"{said['kind']} for {said['purpose']}: was {said['was']}, now {said['is']}{clauses}"
    )
