"""`comity demo`: the agreement is checked and six cases are played, in plain words."""

from datetime import UTC, datetime

import click

from comity.cli.cases import play, read_cases
from comity.cli.files import SHIPPED, load_agreement, shipped_agreements
from comity.cli.words import decision_lines
from comity.core.terms import read_toml

STORY = (
    "told-in-confidence",
    "consent-sought-and-silent",
    "consent-covers",
    "relay-through-a-third-body",
    "consent-withdrawn",
    "aggregate-with-control",
)


@click.command()
def demo() -> None:
    """Check the agreement and play six cases, with their decisions in plain words."""
    held = {name: load_agreement(name) for name in shipped_agreements()}
    for each in held.values():
        click.echo(f"{each.title}, {each.version}: {len(each.clauses)} clauses, {each.status}")
    cases = {case.id: case for case in read_cases(_case_document(), "cases.toml")}
    told = [cases[each] for each in STORY]
    for number, played in enumerate(play(told, held, "cases.toml", datetime.now(UTC)), start=1):
        click.echo(f"\n{'-' * 96}\n{number}. {played.case.why}\n")
        if played.decision is not None:
            click.echo("\n".join(decision_lines(played.decision)))
    click.echo(
        f"\n{'-' * 96}\nYour own question: comity agreement decide ico-nca-2024 --facts FILE"
    )


def _case_document() -> dict[str, object]:
    return read_toml((SHIPPED / "cases.toml").read_bytes(), "cases.toml")
