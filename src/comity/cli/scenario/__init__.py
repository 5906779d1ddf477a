"""`comity scenario`: stories played through real nodes, each of them a process of its own."""

import json
from contextlib import suppress
from pathlib import Path

import click

from comity.cli.acting import NotPossible, as_json
from comity.cli.scenario.plot import SAMPLE, read_plot
from comity.cli.scenario.stage import Stage, on_stage
from comity.cli.scenario.story import Story


@click.group()
def scenario() -> None:
    """Play a story through four real nodes: a front door, the NCA, the ICO and the NCSC."""


@scenario.command()
@click.option("--report", "file", metavar="FILE", help="The report to play it on.")
@click.option(
    "--database",
    type=click.Choice(["sqlite", "postgres"]),
    default="sqlite",
    show_default=True,
    help="What the nodes keep their records in.",
)
@click.option("--keep", metavar="FOLDER", help="Keep the nodes' folders here, to look at.")
@as_json
def promise(file: str | None, database: str, keep: str | None, as_json: bool) -> None:  # noqa: FBT001 - click passes flags so
    """An organisation reports once, in confidence; exactly what it agrees to reaches the ICO."""
    story = Story(say=(lambda _line: None) if as_json else click.echo)
    folder = Path(keep).absolute() if keep else None
    with on_stage(database, folder) as stage:
        play(stage, story, file)
    if as_json:
        click.echo(json.dumps(story.data(), indent=2))
    if not story.went_well:
        raise click.exceptions.Exit(1)


def play(stage: Stage, story: Story, file: str | None) -> None:
    """Play the story on a stage.

    Raises:
        InputError: the report cannot be played.
        NotPossible: a node does not do what the story needs.
    """
    from comity.cli.scenario.nodes import StoryError  # noqa: PLC0415 - needs the store, slow to load
    from comity.cli.scenario.promise import play_promise  # noqa: PLC0415 - needs the store as well

    plot = read_plot(file or str(SAMPLE))
    try:
        play_promise(stage, story, plot)
    except StoryError as error:
        story.tell("interrupted", "the story", str(error), ok=False)
        with suppress(OSError):
            stage.show_logs(story)
        raise NotPossible(
            str(error), "look at the nodes' logs, and play it again with --keep FOLDER"
        ) from None
