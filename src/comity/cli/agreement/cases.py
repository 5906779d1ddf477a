"""`comity agreement cases`: the worked cases of an agreement, played and compared."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

import click

from comity.cli.agreement.options import REFUSED, as_json, named, vocabulary_option
from comity.cli.cases import Played, play, read_cases
from comity.core.terms import Code, InputError, Place, read_toml
from comity.files import beside, load_agreement, read_bytes
from comity.shipped import at_hand_with, shipped_agreements, shipped_cases


@click.command()
@named
@click.option(
    "--cases", "cases_file", metavar="FILE", help="The cases; else NAME.cases.toml beside NAME.md."
)
@vocabulary_option
@as_json
def cases(name: str, cases_file: str | None, vocabulary: str | None, as_json: bool) -> None:  # noqa: FBT001 - click passes flags so
    """Play an agreement's worked cases and compare the answers.

    Ends with 0 if every case comes out as stated, 1 if one does not, 2 if the input is bad.
    """
    played = list(_played(name, cases_file, vocabulary))
    wrong = [each for each in played if not each.as_expected]
    if as_json:
        click.echo(
            json.dumps({"cases": len(played), "wrong": [_case_data(each) for each in wrong]})
        )
    else:
        for each in played:
            mark = "ok   " if each.as_expected else "WRONG"
            clause = each.clause or "no clause"
            click.echo(f"{mark} {each.case.id}: {each.outcome}, {clause}. {each.case.why}")
            if (each.outcome, each.clause) != (each.case.outcome, each.case.clause):
                wanted = each.case.clause or "no clause"
                click.echo(f"      should be: {each.case.outcome}, {wanted}")
            if each.broken:
                click.echo(f"      it breaks {', '.join(each.broken)}")
        click.echo(f"{len(played) - len(wrong)} of {len(played)} cases come out as stated")
    if wrong:
        raise click.exceptions.Exit(REFUSED)


def _played(name: str, cases_file: str | None, vocabulary: str | None) -> Iterator[Played]:
    is_shipped = name in shipped_agreements()
    at_hand = at_hand_with(name) if is_shipped else [name]
    held = {each: load_agreement(each, vocabulary) for each in at_hand}
    if cases_file is None and is_shipped:
        cases_file, data = f"{name}.cases.toml", shipped_cases(name)
    else:
        cases_file = cases_file or str(beside(name, "cases"))
        data = read_bytes(cases_file)
    found = read_cases(read_toml(data, cases_file), cases_file)
    names = {"", name, Path(name).name, Path(name).stem}
    about = [case for case in found if case.about in names]
    if not about:
        _no_cases(name, cases_file)
    return play(about, held, cases_file, datetime.now(UTC))


def _no_cases(name: str, cases_file: str) -> NoReturn:
    raise InputError(
        Code.MISSING_KEY,
        f"no case is about {name}",
        at=Place(name=cases_file),
        advice=f'write `about = "{Path(name).stem}"` at the top of the case file',
    )


def _case_data(played: Played) -> dict[str, str]:
    return {
        "id": played.case.id,
        "expected": f"{played.case.outcome} {played.case.clause}".strip(),
        "found": f"{played.outcome} {played.clause}".strip(),
        "breaks": ", ".join(played.broken),
    }
