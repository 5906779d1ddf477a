"""Cluster: a throw-away PostgreSQL server: own folder, own unix socket, gone afterwards."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

SUPERUSER = "comity"


@dataclass(frozen=True, slots=True, kw_only=True)
class Postgres:
    """A running server."""

    folder: Path
    """Holds the cluster, its log and its socket."""

    @property
    def dsn(self) -> str:
        """Where clients connect. A unix socket needs no port that another process may take."""
        return f"host={self.folder} user={SUPERUSER} dbname=postgres"

    def address(self, name: str) -> str:
        """Return the address of a database, as a node's settings have it."""
        return f"postgresql://{SUPERUSER}@/{name}?host={self.folder}"

    def create(self, name: str) -> str:
        """Make one more database; return its address."""
        with psycopg.connect(self.dsn, autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        return self.address(name)


def find_programs() -> Path | None:
    """Return the folder of ``initdb`` and ``pg_ctl``, the newest if there are several."""
    folders = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    folders.sort(key=lambda folder: float(folder.parent.name), reverse=True)
    on_path = shutil.which("initdb")
    if on_path:
        folders.append(Path(on_path).resolve().parent)
    return next((folder for folder in folders if (folder / "pg_ctl").exists()), None)


def unprivileged_user() -> pwd.struct_passwd | None:
    """Return whom to run the server as; PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        return pwd.getpwnam("nobody")


def run(folder: Path, *command: Path | str) -> None:
    """Run a program of PostgreSQL in the folder of a server, as the server's own user.

    Raises:
        RuntimeError: it failed; its words and the server's log are in the error.
    """
    user = unprivileged_user()
    # To a file, not a pipe: the server inherits it, and a pipe would stay open with it.
    with (folder / "commands.log").open("a") as log:
        done = subprocess.run(
            command,
            cwd=folder,
            user=user.pw_uid if user else None,
            group=user.pw_gid if user else None,
            extra_groups=[] if user else None,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            timeout=120,
            check=False,
        )
    if done.returncode:
        texts = [path.read_text() for path in folder.glob("*.log")]
        raise RuntimeError(f"`{Path(command[0]).name}` failed:\n" + "\n".join(texts))


@contextmanager
def running_server(programs: Path) -> Iterator[Postgres]:
    """Run a server with PostgreSQL's own settings for durability until the block ends."""
    folder = Path(tempfile.mkdtemp(prefix="comity-pg-"))
    user = unprivileged_user()
    if user:
        os.chown(folder, user.pw_uid, user.pw_gid)
    data = folder / "data"

    initdb, pg_ctl = programs / "initdb", programs / "pg_ctl"
    try:
        run(folder, initdb, f"--pgdata={data}", f"--username={SUPERUSER}", "--auth=trust",
            "--no-locale", "--encoding=UTF8")  # fmt: skip  # one command line
        options = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=on"
        try:
            run(folder, pg_ctl, "start", f"--pgdata={data}", "--wait", f"--log={folder}/server.log",
                f"--options={options}")  # fmt: skip  # one command line
            yield Postgres(folder=folder)
        finally:
            # Also after a start that timed out: the server may still come up.
            if (data / "postmaster.pid").exists():
                # At once, for nothing of it is kept: what it would write first can take a minute.
                run(folder, pg_ctl, "stop", f"--pgdata={data}", "--mode=immediate", "--wait")
    finally:
        shutil.rmtree(folder)
