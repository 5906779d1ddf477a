"""`comity demo`: the promise played before one's eyes, and then four nodes to look at."""

import sys
import time

import click

from comity.cli.scenario import play
from comity.cli.scenario.stage import Stage, on_stage
from comity.cli.scenario.story import Story


@click.command()
def demo() -> None:
    """Play the promise through four real nodes. With a terminal they stay up until Ctrl-C."""
    began = time.monotonic()
    story = Story(say=click.echo)
    with on_stage("sqlite", None) as stage:
        play(stage, story, None)
        click.echo(f"It took {time.monotonic() - began:.0f} s.")
        if sys.stdin.isatty() and sys.stdout.isatty():
            _stay_up(stage)
    if not story.went_well:
        raise click.exceptions.Exit(1)


def _stay_up(stage: Stage) -> None:
    """Start the nodes again after the audit, show where they are reached, and wait for Ctrl-C."""
    from comity.cli.scenario.people import served_pages  # noqa: PLC0415 - slow to load

    stage.start()
    with served_pages(stage.nodes["FRONT_DOOR"]) as pages:
        _show(stage, pages)


def _show(stage: Stage, pages: str) -> None:
    """Show where everything is reached, and wait for Ctrl-C."""
    click.echo("\nThe front door stays open. Begin here, as an organisation under attack would:")
    click.echo(f"    {pages}")
    click.echo("The four nodes stay up as well. Look at them, then press Ctrl-C:")
    for name, node in stage.nodes.items():
        click.echo(f"    {name:<10}  {node.address}")
    click.echo("To act on one, take its environment, for example the ICO's:")
    settings = stage.nodes["ICO"].environment()
    names = ("COMITY_ROLE", "COMITY_BODY", "COMITY_HOME")
    click.echo(
        "    " + " ".join(f"{each}={settings[each]}" for each in names) + " comity case list"
    )
    try:
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        click.echo("\nStopping; nothing is left behind.")
