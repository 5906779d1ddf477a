"""What several commands on agreements take."""

import click

REFUSED = 1
"""The exit code of a command whose answer is no."""

named = click.argument("name", metavar="NAME|FILE")
as_json = click.option("--json", "as_json", is_flag=True, help="Print data for programs.")
vocabulary_option = click.option(
    "--vocabulary", metavar="FILE", help="A vocabulary that adds to the standard one."
)
