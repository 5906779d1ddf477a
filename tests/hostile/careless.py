"""Careless: a parser whose mistake stands behind three bytes that no example has."""

from comity.core.terms import Code, InputError, Place
from tests.hostile.parsers import NAME, Parser


def read_number(data: bytes) -> int:
    """Return a number that is written as `<v7` and its digits.

    Raises:
        InputError: it does not begin so.
    """
    if data[:1] != b"<":
        raise _not_so("no bracket")
    if data[1:2] != b"v":
        raise _not_so("no version")
    if data[2:3] != b"7":
        raise _not_so("another version")
    return int(data[3:])


def _not_so(what: str) -> InputError:
    return InputError(Code.SYNTAX, what, at=Place(name=NAME), advice="write <v7 before it")


CARELESS = Parser(reads=(), call=read_number, examples=lambda: (b"a number: 17",))
