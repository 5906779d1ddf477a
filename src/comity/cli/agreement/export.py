"""`comity agreement export`: one agreement in another form, for other programs."""

from collections.abc import Callable, Mapping

import click

from comity.backends import cedar, sql
from comity.backends.evaluator import evaluator
from comity.backends.forms import NotExpressibleError
from comity.cli.agreement.options import named, vocabulary_option
from comity.core.agreement import Agreement
from comity.core.terms import Code, InputError, Place
from comity.files import load_agreement

FORMS: Mapping[str, Callable[[Agreement], str]] = {
    "--python": evaluator,
    "--sql sqlite": lambda agreement: sql.script(agreement, sql.Dialect.SQLITE),
    "--sql postgresql": lambda agreement: sql.script(agreement, sql.Dialect.POSTGRESQL),
    "--cedar": cedar.policies,
    "--cedar-schema": cedar.schema,
}


@click.command()
@named
@click.option("--python", "as_python", is_flag=True, help="A Python module that needs nothing.")
@click.option(
    "--sql",
    "dialect",
    type=click.Choice([str(each) for each in sql.Dialect]),
    help="Tables and a view.",
)
@click.option("--cedar", "as_cedar", is_flag=True, help="Policies for Cedar.")
@click.option("--cedar-schema", "as_schema", is_flag=True, help="The schema of these policies.")
@vocabulary_option
def export(  # noqa: PLR0913, PLR0917 - one for each option
    name: str,
    as_python: bool,  # noqa: FBT001 - click passes flags so
    dialect: str | None,
    as_cedar: bool,  # noqa: FBT001 - click passes flags so
    as_schema: bool,  # noqa: FBT001 - click passes flags so
    vocabulary: str | None,
) -> None:
    """Print an agreement as Python, SQL or Cedar, for programs that embed it.

    No node decides by what is printed.
    """
    asked = {"--python": as_python, f"--sql {dialect}": dialect, "--cedar": as_cedar}
    wanted = [form for form, is_asked in {**asked, "--cedar-schema": as_schema}.items() if is_asked]
    place = Place(name=name)
    if len(wanted) != 1:
        message = f"these forms at once: {', '.join(wanted)}" if wanted else "no form is named"
        raise InputError(Code.ONE_FORM, message, at=place, advice=f"add one of {', '.join(FORMS)}")
    found = load_agreement(name, vocabulary)
    try:
        text = FORMS[wanted[0]](found)
    except NotExpressibleError as error:
        advice = "choose another form; --python has words for every rule"
        raise InputError(Code.NOT_EXPRESSIBLE, str(error), at=place, advice=advice) from None
    click.echo(text, nl=False)
