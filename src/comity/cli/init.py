"""`comity init`: make a node's keys and tables, once. What was interrupted is completed."""

from datetime import UTC, datetime

import click

from comity import settings
from comity.bootstrap import KEYS, TLS, set_up
from comity.cli.acting import NotPossible, said
from comity.core.terms import PartyId
from comity.store.port import StoreError
from comity.store.records import Role
from comity.wire.keys import load_keys, make_keys
from comity.wire.tls import CERTIFICATE, make_certificate
from comity.wire.words import words


@click.command()
def init() -> None:
    """Make this node's keys and database. Its name and role come from the environment."""
    with said():
        found = settings.node()
        found.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        now = datetime.now(UTC)
        is_door = found.role is Role.FRONT_DOOR
        if is_door:
            settings.know_accounts()
        folder, has_certificate = found.home / KEYS, (found.home / TLS / CERTIFICATE).exists()
        if folder.exists() and has_certificate and _has_database():
            raise NotPossible(
                f"{found.home} holds a node already", "use it, or set COMITY_HOME to a new folder"
            )
        keys = load_keys(folder) if folder.exists() else make_keys(folder, now, consent=is_door)
        if not has_certificate:
            make_certificate(found.home / TLS, _name(found.party), now)
        set_up()
        from comity.store.migrate import migrate  # noqa: PLC0415 - needs Django set up

        migrate()
    click.echo(f"{found.party} is ready. Its keys are in {found.home / KEYS}; back them up.")
    click.echo(f"The words for its identity key: {words(keys.identity.public)}")
    click.echo("Next: comity keys show > introduction.json, and let the others pin it.")


def _has_database() -> bool:
    set_up()
    from comity.store.selfcheck import check  # noqa: PLC0415 - needs Django set up

    try:
        check()
    except StoreError:
        return False
    return True


def _name(party: PartyId) -> str:
    return party.lower().replace("_", "-")
