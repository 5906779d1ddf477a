"""Files: private ones, read only if nobody else can read them, and written whole or not at all."""

import fcntl
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from comity.core.terms import Code, InputError, Place

OTHERS = 0o077
MOST_BYTES = 1 << 20


@contextmanager
def plainly(path: Path) -> Iterator[None]:
    """Say in a person's words what the machine could not do with a file."""
    try:
        yield
    except OSError as error:
        raise InputError(
            Code.NOT_FOUND,
            (error.strerror or "cannot be used").lower(),
            at=Place(name=str(path)),
            advice="check the path, your right to it, and the room on the disk",
        ) from None


def read_private(path: Path) -> bytes:
    """Return the bytes of a file that only its owner can read.

    Raises:
        InputError: it is missing, cannot be read, or others can read it.
    """
    with plainly(path), path.open("rb") as file:
        _check(os.fstat(file.fileno()), path, "chmod 600")
        return file.read(MOST_BYTES)


def check_folder(folder: Path) -> None:
    """Return if a folder is its owner's alone.

    Raises:
        InputError: it is missing, or others can look into it.
    """
    with plainly(folder):
        found = folder.stat()
    if not stat.S_ISDIR(found.st_mode):
        raise InputError(
            Code.WRONG_TYPE, "not a folder", at=Place(name=str(folder)), advice="name a folder"
        )
    _check(found, folder, "chmod 700")


def write_private(path: Path, data: bytes) -> None:
    """Put a file in place, whole, readable by its owner only; what stood there is replaced.

    Raises:
        InputError: it cannot be written. What stood there stands as before.
    """
    with plainly(path):
        handle, name = tempfile.mkstemp(prefix=unfinished(path), dir=path.parent)
        temporary = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
        sync(path.parent)


def write_folder(folder: Path, files: Mapping[str, bytes]) -> None:
    """Put a new folder in place with all its files, or nothing.

    Raises:
        InputError: there is one with something in it, or it cannot be written.
    """
    with plainly(folder):
        if folder.exists() and not (folder.is_dir() and not any(folder.iterdir())):
            raise taken(folder)
        temporary = Path(tempfile.mkdtemp(prefix=unfinished(folder), dir=folder.parent))
        try:
            for name, data in files.items():
                write_private(temporary / name, data)
            temporary.replace(folder)
        finally:
            shutil.rmtree(temporary, ignore_errors=True)
        sync(folder.parent)


def taken(path: Path) -> InputError:
    """Return the error that something stands where nothing must be overwritten."""
    return InputError(
        Code.NAME_TAKEN,
        "stands there already and is not overwritten",
        at=Place(name=str(path)),
        advice="name another place, or move away what is there once you are sure nobody needs it",
    )


def unfinished(path: Path) -> str:
    """Return how the names begin of what is written before it takes the place of `path`."""
    return f".new-{path.name}-"


def sync(folder: Path) -> None:
    """Make the names in a folder last through a loss of power."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Wait until no other process changes this folder, and keep it so."""
    with plainly(folder):
        handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _check(found: os.stat_result, path: Path, command: str) -> None:
    """Refuse what is another user's, or open to others."""
    if found.st_uid not in {0, os.geteuid()}:
        raise InputError(
            Code.WRONG_TYPE,
            "belongs to another user, who could read and change it",
            at=Place(name=str(path)),
            advice="run the node as the user who owns its keys",
        )
    if found.st_mode & OTHERS:
        raise InputError(
            Code.WRONG_TYPE,
            f"others on this machine can get at it (mode {stat.S_IMODE(found.st_mode):o})",
            at=Place(name=str(path)),
            advice=f"run `{command} {path}`; if others may have read it, rotate the keys",
        )
