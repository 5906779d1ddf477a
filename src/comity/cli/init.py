"""`comity init`: make a node's keys and tables, once."""

from datetime import UTC, datetime

import click

from comity import settings
from comity.bootstrap import KEYS, TLS, set_up
from comity.cli.acting import said
from comity.core.terms import PartyId
from comity.store.records import Role
from comity.wire.keys import make_keys
from comity.wire.tls import make_certificate
from comity.wire.words import words


@click.command()
def init() -> None:
    """Make this node's keys and database. Its name and role come from the environment."""
    with said():
        found = settings.node()
        found.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        now = datetime.now(UTC)
        keys = make_keys(found.home / KEYS, now, consent=found.role is Role.FRONT_DOOR)
        make_certificate(found.home / TLS, _name(found.party), now)
        set_up()
        from comity.store.migrate import migrate  # noqa: PLC0415 - needs Django set up

        migrate()
    click.echo(f"{found.party} is ready. Its keys are in {found.home / KEYS}; back them up.")
    click.echo(f"The words for its identity key: {words(keys.identity.public)}")
    click.echo("Next: comity keys show > introduction.json, and let the others pin it.")


def _name(party: PartyId) -> str:
    return party.lower().replace("_", "-")
