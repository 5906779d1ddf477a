"""`comity`: the command and how it ends.

Answers go to standard output, everything else to standard error. Bad input ends with one error
that says what, where and what to do, and with exit code 2.
"""

from typing import Any

import click

from comity import __version__
from comity.cli.agreement import agreement
from comity.cli.demo import demo
from comity.cli.files import notice
from comity.cli.report import report
from comity.core.terms import InputError

BAD_INPUT = 2


class Commands(click.Group):
    """The command group: it turns an input error into words and exit code 2."""

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - click's own signature
        """Run a command.

        Raises:
            Exit: the input was bad; the error has been said.
        """
        try:
            return super().invoke(ctx)
        except InputError as error:
            click.echo(f"error: {error}\nhelp: {error.advice}", err=True)
            raise click.exceptions.Exit(BAD_INPUT) from None


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="comity")
@click.pass_context
def main(ctx: click.Context) -> None:
    """Decide, explain and check disclosures under an information-sharing agreement."""
    ctx.call_on_close(lambda: click.echo(f"\n{notice()}", err=True))


main.add_command(agreement)
main.add_command(report)
main.add_command(demo)
