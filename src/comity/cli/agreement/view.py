"""`comity agreement view`: an agreement as one page for lawyers, printed or served here."""

import click

from comity.cli.agreement.evidence import evidence_of
from comity.cli.agreement.options import named, vocabulary_option
from comity.cli.agreement.serving import HERE, notices, run
from comity.files import load_agreement
from comity.web.agreements import Frame, Language, page


@click.command()
@named
@click.option(
    "--language",
    type=click.Choice([str(each) for each in Language]),
    default=str(Language.ENGLISH),
    help="The language of the page around the agreement.",
)
@click.option(
    "--serve",
    "address",
    is_flag=False,
    flag_value=HERE,
    metavar="[ADDRESS:PORT]",
    help="Serve the page here, with a form that asks the gate.",
)
@vocabulary_option
def view(name: str, language: str, address: str | None, vocabulary: str | None) -> None:
    """Print an agreement as one page: clauses, rules in plain English, and what was proved.

    It needs no solver: what was proved is on record with each version.
    """
    agreement = load_agreement(name, vocabulary)
    evidence = evidence_of(name, agreement)
    if address is not None:
        run(agreement, name, evidence, address)
        return
    chosen = Language(language)
    frame = Frame(name=name, language=chosen, notices=notices(chosen))
    click.echo(page(agreement, frame, evidence), nl=False)
