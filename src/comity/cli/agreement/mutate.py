"""`comity agreement mutate`: whether every change of a rule would be noticed."""

import json
import sys
from collections.abc import Iterator
from typing import Any

import click

from comity.cli.agreement.options import REFUSED, as_json, named, vocabulary_option
from comity.files import load_agreement
from comity.proof.mutate import Fate, Tried, changes, mutate
from comity.proof.solvers import check_installed

KILLED = (Fate.BY_NEVER, Fate.BY_ASSURE, Fate.BY_READER)


@click.command("mutate")
@named
@vocabulary_option
@as_json
def mutate_command(name: str, vocabulary: str | None, as_json: bool) -> None:  # noqa: FBT001 - click passes flags so
    """Change each rule in every small way, and see that a property notices.

    A change that nothing notices and that makes a difference has survived: something about the
    rules is not said. Ends with 0 if none survived, 1 if one did, 2 if the input is bad.
    """
    agreement = load_agreement(name, vocabulary)
    check_installed()
    with click.progressbar(
        length=sum(1 for _ in changes(agreement)),
        label="Changing rules",
        file=sys.stderr,
        hidden=not sys.stderr.isatty(),
    ) as bar:
        tried = mutate(agreement, bar.update)
    if as_json:
        click.echo(json.dumps(_data(tried), indent=2))
    else:
        click.echo(f"{agreement.title}, version {agreement.version}")
        click.echo("\n".join(_lines(tried)))
    if not tried.holds:
        raise click.exceptions.Exit(REFUSED)


def _data(tried: Tried) -> dict[str, Any]:
    return {
        "mutants": len(tried.judged),
        "killed": tried.count(*KILLED),
        "equivalent": tried.count(Fate.EQUIVALENT),
        "survived": tried.count(Fate.SURVIVED),
        "survivors": [each.words for each in tried.survivors],
        "dead_rules": [rule.id for rule in tried.dead],
        "backing_rules_that_matter": [rule.id for rule in tried.not_dead],
    }


def _lines(tried: Tried) -> Iterator[str]:
    yield f"  {len(tried.judged):5} changes of rules tried"
    for fate in Fate:
        yield f"  {tried.count(fate):5} {fate}"
    for mutant in tried.survivors:
        yield f"  survived: {mutant.words}"
    for rule in tried.dead:
        yield f"  {rule.id} decides nothing that others do not; say why it stands (`backs ...`)"
    for rule in tried.not_dead:
        yield f"  {rule.id} says that it only backs others, and decides something by itself"
    yield "Every change is noticed." if tried.holds else "Not every change is noticed."
