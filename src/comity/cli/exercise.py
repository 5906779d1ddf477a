"""`comity exercise`: a drill with the pages of a front door; nothing of it leaves the machine."""

import signal
import time

import click

from comity import settings
from comity.cli.acting import NotPossible
from comity.cli.scenario.stage import on_stage

OPERATOR = "whoever holds this exercise"


@click.command()
def exercise() -> None:
    """Serve a front door for a drill, until Ctrl-C, with everything on it marked EXERCISE.

    It is made anew and thrown away. It seals copies for bodies that it makes itself, and it reaches
    nobody: what is sent stays on its way.
    """
    from comity.cli.scenario.nodes import StoryError, introduce  # noqa: PLC0415 - slow to load
    from comity.cli.scenario.people import served_pages  # noqa: PLC0415 - slow to load as well

    if settings.is_body():
        raise NotPossible(
            "a body's node holds no exercise of an organisation",
            "hold it where COMITY_ROLE is not body",
        )
    with on_stage("sqlite", None) as stage:
        stage.set_up()
        click.echo("Making a front door and bodies for the exercise ...", err=True)
        try:
            introduce(stage.nodes, stage.folder)
            door = stage.nodes["FRONT_DOOR"]
            (door.home / settings.EXERCISE).touch()
            with served_pages(door, OPERATOR) as address:
                click.echo(f"EXERCISE: {address}")
                _wait()
        except StoryError as error:
            raise NotPossible(str(error), "try again; if it happens again, report it") from None
    click.echo("The exercise is over; nothing of it is left.", err=True)


def _wait() -> None:
    """Wait for Ctrl-C, or for being asked to end."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        click.echo("", err=True)
