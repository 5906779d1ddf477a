"""`comity`: the command and how it ends.

Answers go to standard output, everything else to standard error. Bad input, and what cannot be
done now, end with one error that says what, where and what to do, and with exit code 2.
"""

from collections.abc import Iterable
from typing import Any

import click

from comity import __version__
from comity.cli.lazy import loaded
from comity.core.terms import Code, InputError, Place
from comity.logs import place_of, say_places_only
from comity.shipped import notice

BAD_INPUT = 2
DEFECT = 3

COMMANDS = {
    "agreement": "comity.cli.agreement:agreement",
    "alarms": "comity.cli.alarms:alarms",
    "audit": "comity.cli.audit:audit",
    "case": "comity.cli.case:case",
    "consent": "comity.cli.consent:consent",
    "demo": "comity.cli.demo:demo",
    "disclose": "comity.cli.disclose:disclose",
    "duty": "comity.cli.duty:duty",
    "exercise": "comity.cli.exercise:exercise",
    "init": "comity.cli.init:init",
    "keys": "comity.cli.keys:keys",
    "organisation": "comity.cli.organisation:organisation",
    "pages": "comity.cli.pages:pages",
    "promises": "comity.cli.promises:promises",
    "report": "comity.cli.report:report",
    "restore": "comity.cli.restore:restore",
    "scenario": "comity.cli.scenario:scenario",
    "signpost": "comity.cli.signpost:signpost",
    "serve": "comity.cli.serve:serve",
    "member": "comity.cli.member:member",
    "speaker": "comity.cli.speaker:speaker",
    "worker": "comity.cli.serve:worker",
}
"""Where each command lives. One is loaded when it is asked for, so none waits for the others."""


class Commands(click.Group):
    """The command group: it loads commands, and turns errors into words and exit code 2."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        return sorted(COMMANDS)

    def get_command(self, _ctx: click.Context, name: str) -> click.Command | None:
        """Load a command."""
        return loaded(COMMANDS.get(name))

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Keep all words, to be checked where errors are said."""
        ctx.obj = tuple(args)
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - click's own signature
        """Run a command.

        Raises:
            Exit: the input was bad, or it cannot be done now; the error has been said. Of an
                error that nobody thought of only its type and place are said: its words can hold
                what somebody told.
        """
        say_places_only()
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except InputError as error:
            click.echo(f"error: {error}\nhelp: {error.advice}", err=True)
            raise click.exceptions.Exit(BAD_INPUT) from None
        except Exception as error:  # noqa: BLE001 - whatever it is, its words stay unsaid
            click.echo(f"error: a defect: {place_of(error)}\nhelp: report this line", err=True)
            raise click.exceptions.Exit(DEFECT) from None


def _check_words(words: Iterable[str]) -> None:
    """Return if all words are texts.

    Raises:
        InputError: one is not in UTF-8, so it could not be kept as it is.
    """
    for each in words:
        if not each.isascii() and any("\ud800" <= letter <= "\udfff" for letter in each):
            raise InputError(
                Code.NOT_TEXT,
                "a word is not UTF-8 text",
                at=Place(name="the command"),
                advice="write it in UTF-8; rename the file if it is a file's name",
            )


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="comity")
@click.pass_context
def main(ctx: click.Context) -> None:
    """Decide, explain and check disclosures under an information-sharing agreement."""
    ctx.call_on_close(lambda: click.echo(f"\n{notice()}", err=True))
    _check_words(ctx.obj)
