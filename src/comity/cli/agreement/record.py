"""`comity agreement record`: what is kept with a version of an agreement, proved and written."""

import gzip
import json
import shutil
import sys
from collections.abc import Mapping
from datetime import UTC, date, datetime
from importlib.metadata import version
from pathlib import Path
from tempfile import mkdtemp

import click

from comity.backends.evaluator import evaluator
from comity.cli.acting import NotPossible
from comity.cli.agreement.examples import made
from comity.cli.agreement.mutate import KILLED
from comity.cli.agreement.options import REFUSED, named, vocabulary_option
from comity.core.agreement.record import Mutation, Record, Shown, Solver
from comity.core.terms import encode
from comity.files import load_agreement
from comity.proof.mutate import Fate, Tried, changes, mutate
from comity.proof.prove import Proof, prove, script_of
from comity.proof.solvers import PACKAGES, check_installed
from comity.shipped import CERTIFICATES, EVALUATOR, EXAMPLES, PROOF, QUESTIONS

OLD = ".old"
DAY = click.DateTime(["%Y-%m-%d"])


@click.command("record")
@named
@click.option("--to", "folder", required=True, metavar="FOLDER", help="The folder to write.")
@click.option("--day", type=DAY, metavar="YYYY-MM-DD", help="The day to name; else today.")
@vocabulary_option
def record_command(name: str, folder: str, day: datetime | None, vocabulary: str | None) -> None:
    """Prove an agreement, and keep what was found with this version.

    Written are the certificates, the examples, a generated evaluator, the questions for solvers
    and a record of every claim. Ends with 0 if everything is proved, 1 if something is not (then
    nothing is written), 2 if the input is bad.
    """
    agreement = load_agreement(name, vocabulary)
    check_installed()
    proof = prove(agreement)
    if not proof.holds:
        click.echo(f"Not everything is proved: see `comity agreement prove {name}`.")
        raise click.exceptions.Exit(REFUSED)
    with click.progressbar(
        length=sum(1 for _ in changes(agreement)),
        label="Changing rules",
        file=sys.stderr,
        hidden=not sys.stderr.isatty(),
    ) as bar:
        tried = mutate(agreement, bar.update)
    today = day.date() if day else datetime.now(UTC).date()
    files = {
        CERTIFICATES: encode(proof.certificates) + b"\n",
        EVALUATOR: evaluator(agreement).encode(),
        EXAMPLES: json.dumps(made(agreement), indent=1, ensure_ascii=False).encode() + b"\n",
        PROOF: encode(recorded(proof, tried, today)) + b"\n",
        QUESTIONS: gzip.compress(script_of(agreement).encode(), mtime=0),
    }
    write(Path(folder), files)
    click.echo(f"{agreement.title}, version {agreement.version}")
    click.echo(f"  {len(proof.proved)} claims proved, {len(tried.judged)} changes tried")
    click.echo(f"  {tried.count(Fate.SURVIVED)} changes survived")
    click.echo(f"Written to {folder}.")


def recorded(proof: Proof, tried: Tried, day: date) -> Record:
    """Return what a proof and a trial of all small changes found, as it is kept."""
    return Record(
        agreement=proof.agreement.digest,
        proved_on=day,
        solvers=tuple(
            Solver(name=package, version=version(package)) for package in PACKAGES.values()
        ),
        solvers_agree=proof.solvers_agree,
        claims=tuple(
            Shown(
                id=each.claim.id,
                about=each.claim.about,
                clause=each.claim.clause,
                sentence=each.claim.sentence,
                shown=each.shown,
                can_fail=each.can_fail,
            )
            for each in proof.proved
        ),
        mutation=Mutation(
            mutants=len(tried.judged),
            killed=tried.count(*KILLED),
            equivalent=tried.count(Fate.EQUIVALENT),
            survivors=tuple(each.words for each in tried.survivors),
        ),
    )


def write(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write a folder with these files: all of them, or it is left as it was.

    Raises:
        NotPossible: it cannot be written, or holds something that no record has.
    """
    try:
        strange = [each.name for each in folder.iterdir() if each.name not in files]
    except FileNotFoundError:
        strange = []
    except OSError as error:
        raise _unwritable(folder, error.strerror) from None
    if strange:
        raise _unwritable(folder, f"it holds {strange[0][:60]}, which is no part of a record")
    try:
        _replace(folder, files)
    except OSError as error:
        raise _unwritable(folder, error.strerror) from None


def _replace(folder: Path, files: Mapping[str, bytes]) -> None:
    """Put a whole new folder where the old one was."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    new = Path(mkdtemp(prefix=".record-", dir=folder.parent))
    try:
        new.chmod(0o755)
        for name, data in files.items():
            (new / name).write_bytes(data)
        if folder.exists():
            folder.rename(new / OLD)
        new.rename(folder)
    except OSError:
        shutil.rmtree(new)
        raise
    shutil.rmtree(folder / OLD, ignore_errors=True)


def _unwritable(folder: Path, why: str | None) -> NotPossible:
    return NotPossible(f"{folder}: {why}", "name a folder that is new or holds a record")
