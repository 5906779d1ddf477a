"""Power cut: what was not synced to the disk is gone, as a shim under the node remembers it."""

import shutil
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from random import Random  # noqa: TID251 - seeded, so that what a round does can be repeated

from tests.faults.machines import Machine

SOURCE = Path(__file__).with_name("powercut.c")
STRICT = ("-shared", "-fPIC", "-O2", "-Wall", "-Wextra", "-Werror")


def compiled(compiler: str, folder: Path) -> Path:
    """Compile the shim; return the library to preload."""
    library = folder / "powercut.so"
    subprocess.run([compiler, *STRICT, "-o", library, SOURCE], check=True, timeout=60)
    return library


@dataclass(slots=True)
class PowerCut:
    """The power goes: the processes of a node end, and of its database only what was synced stays.

    Nothing outside the node's own processes may write to its database while they live.
    """

    library: Path
    folder: Path

    def environment(self, party: str) -> Mapping[str, str]:
        """Return what preloads the shim."""
        return {
            "LD_PRELOAD": str(self.library),
            "POWERCUT_FROM": str(self.folder / party),
            "POWERCUT_TO": str(self.synced(party)),
        }

    def database(self, _party: str) -> str:
        """Return nothing: each database is a file in the node's folder."""
        return ""

    def synced(self, party: str) -> Path:
        """Return the folder of what has reached the disk."""
        found = self.folder / f"{party}.synced"
        found.mkdir(parents=True, exist_ok=True)
        return found

    def begins(self, machine: Machine) -> None:
        """Let what is there now, with nobody at work, count as synced."""
        machine.store.close()
        synced = self.synced(machine.party)
        shutil.rmtree(synced)
        for each in database_files(machine.home):
            shutil.copy(each, self.synced(machine.party) / each.name)

    def strikes(self, machine: Machine, _chance: Random) -> None:
        """End its processes, and put back what was synced."""
        machine.die()
        machine.store.close()
        for each in database_files(machine.home):
            each.unlink()
        for each in database_files(self.synced(machine.party)):
            shutil.copy(each, machine.home / each.name)


def database_files(folder: Path) -> list[Path]:
    """Return a database with its log. The index of the log is made anew from it, never synced."""
    with suppress(FileNotFoundError):
        (folder / "node.sqlite3-shm").unlink()
    return [each for each in folder.glob("node.sqlite3*") if not each.name.endswith(".new")]
