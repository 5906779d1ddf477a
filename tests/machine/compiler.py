"""The machine's C compiler."""

import shutil

COMPILERS = ("cc", "gcc", "clang")


def find_compiler() -> str | None:
    """Return the first C compiler on the path, if any."""
    return next(filter(None, map(shutil.which, COMPILERS)), None)
