"""Paced: reading what another machine answers, within a time and a size.

The standard clients bound neither: each read has its own time, and a length can claim anything.
"""

import io
from http.client import HTTPException
from socket import socket
from time import monotonic
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer


class TooLargeError(HTTPException):
    """An answer beyond the size."""


class Paced:
    """Stands for a socket that gives no more than so many bytes, and none after the time is over.

    `ends` is an instant of the clock that `left` reads.
    """

    def __init__(self, plain: socket, ends: float, most: int) -> None:
        """Read from a socket, up to so many bytes."""
        self._file = _PacedFile(plain, ends, most)

    def makefile(self, _mode: str) -> io.BufferedReader:
        """Return the file that an HTTP response, or whoever else listens, reads from."""
        return io.BufferedReader(self._file)


class _PacedFile(io.RawIOBase):
    def __init__(self, plain: socket, ends: float, most: int) -> None:
        self._plain = plain
        self._ends = ends
        self._most = most
        self._file = plain.makefile("rb", buffering=0)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int | None:
        self._plain.settimeout(left(self._ends))
        count = self._file.readinto(buffer)
        self._most -= count or 0
        if self._most < 0:
            raise TooLargeError
        return count

    def close(self) -> None:
        self._file.close()
        super().close()


def left(ends: float) -> float:
    """Return the seconds that are left until an instant of the clock that never goes back.

    Raises:
        TimeoutError: none are.
    """
    found = ends - monotonic()
    if found <= 0:
        raise TimeoutError
    return found
