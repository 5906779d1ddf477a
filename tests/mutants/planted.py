"""The planted bugs of `planted.toml`."""

import tomllib
from pathlib import Path
from typing import NamedTuple


class Planted(NamedTuple):
    """One bug: where, what stood there, what stands there now, and whose tests must notice."""

    name: str
    file: str
    room: str
    right: str
    wrong: str


PLANTED = tuple(
    Planted(**each)
    for each in tomllib.loads((Path(__file__).parent / "planted.toml").read_text())["planted"]
)
