"""`comity agreement decide` and `explain`: one request, its decision, and why."""

import json
from datetime import UTC, datetime

import click

from comity.cli.acting import as_one
from comity.cli.agreement.options import REFUSED, as_json, named, vocabulary_option
from comity.cli.question_file import read_question
from comity.core.agreement import Agreements
from comity.core.gate import Permit, Refusal, decide
from comity.core.terms import read_document
from comity.files import load_agreement, read_bytes
from comity.words import Language, decision_data, decision_lines, rule_data, rule_lines

a_question = as_one(
    named,
    click.option("--facts", required=True, metavar="FILE|-", help="The question, TOML or JSON."),
    click.option(
        "--with", "others", multiple=True, metavar="NAME|FILE", help="Another agreement at hand."
    ),
    vocabulary_option,
    click.option(
        "--language",
        type=click.Choice([each.value for each in Language]),
        default=Language.ENGLISH.value,
        show_default=True,
        help="English or Welsh.",
    ),
    as_json,
)


@click.command("decide")
@a_question
def decide_command(  # noqa: PLR0913, PLR0917 - one for each option
    name: str,
    facts: str,
    others: tuple[str, ...],
    vocabulary: str | None,
    language: str,
    as_json: bool,  # noqa: FBT001 - click passes flags so
) -> None:
    """Decide one request, with clauses, reasons, unknown facts and remedies.

    Ends with 0 if it is permitted, 1 if it is refused, 2 if the input is bad.
    """
    decision = _decided(name, facts, others, vocabulary)
    if as_json:
        click.echo(json.dumps(decision_data(decision), indent=2))
    else:
        click.echo("\n".join(decision_lines(decision, Language(language))))
    _end(decision)


@click.command("explain")
@a_question
def explain_command(  # noqa: PLR0913, PLR0917 - one for each option
    name: str,
    facts: str,
    others: tuple[str, ...],
    vocabulary: str | None,
    language: str,
    as_json: bool,  # noqa: FBT001 - click passes flags so
) -> None:
    """Decide one request, and say of each rule that can matter which of its parts hold.

    Ends with 0 if it is permitted, 1 if it is refused, 2 if the input is bad.
    """
    decision = _decided(name, facts, others, vocabulary)
    if as_json:
        data = {**decision_data(decision), "rules": rule_data(decision)}
        click.echo(json.dumps(data, indent=2))
    else:
        said = Language(language)
        click.echo("\n".join([*decision_lines(decision, said), "", *rule_lines(decision, said)]))
    _end(decision)


def _decided(
    name: str, facts: str, others: tuple[str, ...], vocabulary: str | None
) -> Permit | Refusal:
    held = {each: load_agreement(each, vocabulary) for each in (name, *others)}
    shown = "standard input" if facts == "-" else facts
    document = read_document(read_bytes(facts), shown)
    asked = read_question(document, shown, held, datetime.now(UTC))
    return decide(Agreements(held.values()), asked.request, asked.consents, asked.now)


def _end(decision: Permit | Refusal) -> None:
    if not isinstance(decision, Permit):
        raise click.exceptions.Exit(REFUSED)
