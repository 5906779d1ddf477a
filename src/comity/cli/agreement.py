"""`comity agreement`: check an agreement, show it, decide under it, play its worked cases."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

import click

from comity.cli.cases import Played, play, read_cases
from comity.cli.files import load_agreement, read_bytes
from comity.cli.question_file import read_question
from comity.cli.words import clause_lines, decision_data, decision_lines
from comity.core.agreement import Agreement, Agreements
from comity.core.gate import Permit, decide
from comity.core.terms import Code, InputError, Place, read_document, read_toml, suggestion
from comity.shipped import SHIPPED, shipped_agreements

REFUSED = 1

as_json = click.option("--json", "as_json", is_flag=True, help="Print data for programs.")
vocabulary_option = click.option(
    "--vocabulary", metavar="FILE", help="A vocabulary that adds to the standard one."
)


@click.group()
def agreement() -> None:
    """Check, show and use an agreement."""


@agreement.command()
@click.argument("name", metavar="NAME|FILE")
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


@agreement.command()
@click.argument("name", metavar="NAME|FILE")
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
    shipped = SHIPPED / f"{name}.md"
    source = (shipped.read_bytes() if name in shipped_agreements() else read_bytes(name)).decode()
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


@agreement.command("decide")
@click.argument("name", metavar="NAME|FILE")
@click.option("--facts", required=True, metavar="FILE|-", help="The question, TOML or JSON.")
@click.option(
    "--with", "others", multiple=True, metavar="NAME|FILE", help="Another agreement at hand."
)
@vocabulary_option
@as_json
def decide_command(
    name: str,
    facts: str,
    others: tuple[str, ...],
    vocabulary: str | None,
    as_json: bool,  # noqa: FBT001 - click passes flags so
) -> None:
    """Decide one request, with clauses, reasons, unknown facts and remedies.

    Ends with 0 if it is permitted, 1 if it is refused, 2 if the input is bad.
    """
    held = {each: load_agreement(each, vocabulary) for each in (name, *others)}
    shown = "standard input" if facts == "-" else facts
    document = read_document(read_bytes(facts), shown)
    asked = read_question(document, shown, held, datetime.now(UTC))
    decision = decide(Agreements(held.values()), asked.request, asked.consents, asked.now)
    if as_json:
        click.echo(json.dumps(decision_data(decision), indent=2))
    else:
        click.echo("\n".join(decision_lines(decision)))
    if not isinstance(decision, Permit):
        raise click.exceptions.Exit(REFUSED)


@agreement.command()
@click.argument("name", metavar="NAME|FILE")
@click.option(
    "--cases", "cases_file", metavar="FILE", help="The cases; for a file, cases.toml beside it."
)
@vocabulary_option
@as_json
def cases(name: str, cases_file: str | None, vocabulary: str | None, as_json: bool) -> None:  # noqa: FBT001 - click passes flags so
    """Play an agreement's worked cases and compare the answers.

    Ends with 0 if every case comes out as stated, 1 if one does not, 2 if the input is bad.
    """
    played = list(_played(name, cases_file, vocabulary))
    wrong = [each for each in played if not each.as_expected]
    if as_json:
        click.echo(
            json.dumps({"cases": len(played), "wrong": [_case_data(each) for each in wrong]})
        )
    else:
        for each in played:
            mark = "ok   " if each.as_expected else "WRONG"
            clause = each.clause or "no clause"
            click.echo(f"{mark} {each.case.id}: {each.outcome}, {clause}. {each.case.why}")
            if (each.outcome, each.clause) != (each.case.outcome, each.case.clause):
                wanted = each.case.clause or "no clause"
                click.echo(f"      should be: {each.case.outcome}, {wanted}")
            if each.broken:
                click.echo(f"      it breaks {', '.join(each.broken)}")
        click.echo(f"{len(played) - len(wrong)} of {len(played)} cases come out as stated")
    if wrong:
        raise click.exceptions.Exit(REFUSED)


def _played(name: str, cases_file: str | None, vocabulary: str | None) -> Iterator[Played]:
    is_shipped = name in shipped_agreements()
    held = {each: load_agreement(each) for each in shipped_agreements()} if is_shipped else {}
    held = held or {name: load_agreement(name, vocabulary)}
    if cases_file is None and is_shipped:
        cases_file, data = "cases.toml", (SHIPPED / "cases.toml").read_bytes()
    else:
        cases_file = cases_file or str(Path(name).parent / "cases.toml")
        data = read_bytes(cases_file)
    found = read_cases(read_toml(data, cases_file), cases_file)
    names = {"", name, Path(name).name, Path(name).stem}
    about = [case for case in found if case.about in names]
    if not about:
        _no_cases(name, cases_file)
    return play(about, held, cases_file, datetime.now(UTC))


def _no_cases(name: str, cases_file: str) -> NoReturn:
    raise InputError(
        Code.MISSING_KEY,
        f"no case is about {name}",
        at=Place(name=cases_file),
        advice=f'write `about = "{Path(name).stem}"` at the top of the case file',
    )


def _case_data(played: Played) -> dict[str, str]:
    return {
        "id": played.case.id,
        "expected": f"{played.case.outcome} {played.case.clause}".strip(),
        "found": f"{played.outcome} {played.clause}".strip(),
        "breaks": ", ".join(played.broken),
    }
