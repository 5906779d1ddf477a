"""`python -m tests.faults TRIAL`: kill nodes, or cut their power, for as long as one likes."""

import tempfile
from pathlib import Path

import click

from tests.faults.long import BATCH, TRIALS
from tests.faults.trial import Counts


@click.command()
@click.argument("trial", type=click.Choice(list(TRIALS)))
@click.option("--rounds", default=100, help="How many rounds.")
@click.option("--seed", default=1, help="What decides when and whom a fault strikes.")
def main(trial: str, rounds: int, seed: int) -> None:
    """Play rounds of one trial and say what was found. Exit code 1: something was broken."""
    total = Counts()
    with click.progressbar(length=rounds, label=trial) as bar:
        for number, done in enumerate(range(0, rounds, BATCH)):
            with tempfile.TemporaryDirectory(prefix="comity-faults-") as folder:
                batch = min(BATCH, rounds - done)
                total += TRIALS[trial](batch, seed + number, Path(folder))
            bar.update(batch)
    for name in ("rounds", "busy", "acknowledged", "unknown", "lost", "doubled"):
        click.echo(f"{name}: {getattr(total, name)}")
    click.echo(f"seconds: {total.seconds:.0f}")
    for each in total.broken:
        click.echo(f"broken: {each}")
    if any(total.failures()):
        raise click.exceptions.Exit(1)


if __name__ == "__main__":
    main()
