"""`comity agreement check` and `show`: whether an agreement loads, and what it says."""

import json

import click

from comity.cli.agreement.options import as_json, named, vocabulary_option
from comity.cli.words import clause_lines
from comity.core.agreement import Agreement
from comity.core.terms import Code, InputError, Place, suggestion
from comity.files import load_agreement, read_bytes
from comity.shipped import shipped_agreements, shipped_text


@click.command()
@named
@vocabulary_option
@as_json
def check(name: str, vocabulary: str | None, as_json: bool) -> None:  # noqa: FBT001 - click passes flags so
    """Say whether an agreement loads, and what it holds."""
    found = load_agreement(name, vocabulary)
    reasons = [clause for clause in found.clauses if clause.not_executable]
    data = {
        "title": found.title,
        "version": found.version,
        "status": found.status,
        "digest": found.digest,
        "parties": sorted(found.parties),
        "clauses": len(found.clauses),
        "clauses_without_rule": {clause.id: clause.not_executable for clause in reasons},
        "rules": len(found.rules),
        "red_lines": len(found.red_lines),
        "assurances": len(found.assurances),
    }
    if as_json:
        click.echo(json.dumps(data, indent=2))
        return
    click.echo(f"{found.title}, version {found.version}: it loads.")
    click.echo(f"  status    {found.status}")
    click.echo(f"  parties   {', '.join(sorted(found.parties))}")
    click.echo(
        f"  clauses   {len(found.clauses)}, of which {len(reasons)} say why no rule is needed"
    )
    click.echo(f"  rules     {len(found.rules)}")
    click.echo(f"  red lines {len(found.red_lines)}, assurances {len(found.assurances)}")
    click.echo(f"  digest    {found.digest}")


@click.command()
@named
@click.argument("clause", required=False)
@vocabulary_option
@as_json
def show(name: str, clause: str | None, vocabulary: str | None, as_json: bool) -> None:  # noqa: FBT001 - click passes flags so
    """Show the clauses, or one clause, with their texts and rules."""
    found = load_agreement(name, vocabulary)
    known = [each.id for each in found.clauses]
    if clause is not None and clause not in known:
        raise InputError(
            Code.UNKNOWN_CLAUSE,
            f"there is no clause {clause[:60]}{suggestion(clause, known)}",
            at=Place(name=name),
            advice=f"the clauses are {', '.join(known)}",
        )
    clauses = [each for each in found.clauses if clause in (None, each.id)]
    if as_json:
        click.echo(json.dumps([_clause_data(found, each.id) for each in clauses], indent=2))
        return
    source = (shipped_text(name) if name in shipped_agreements() else read_bytes(name)).decode()
    if clause is None:
        click.echo(f"{found.title}, version {found.version}\n{found.status}\n")
    for each in clauses:
        click.echo("\n".join(clause_lines(found, each, source)))


def _clause_data(found: Agreement, clause_id: str) -> dict[str, object]:
    clause = found.clause(clause_id)
    return {
        "id": clause.id,
        "title": clause.title,
        "text": clause.text,
        "quoted": clause.quoted,
        "cites": list(clause.cites),
        "grade": clause.grade,
        "not_executable": clause.not_executable or None,
        "rules": [rule.id for rule in found.rules_of(clause)],
        "red_lines": [line.id for line in found.red_lines if line.clause == clause_id],
    }
