"""Setting: the error for a bad one, and the form that several of them have."""

from typing import Final

from comity.core.terms import Code, InputError, Place

LAST_PORT: Final = 65_535


def bad(name: str, what: str, advice: str, code: Code = Code.UNKNOWN_VALUE) -> InputError:
    """Return what is wrong with a setting, and what to do."""
    return InputError(code, what, at=Place(name=name), advice=advice)


def host_and_port(written: str, name: str) -> tuple[str, int]:
    """Return the host and the port that a setting of this name says.

    Raises:
        InputError: it says something else.
    """
    host, _, port = written.rpartition(":")
    digits = port.isascii() and port.isdecimal() and len(port) <= len(str(LAST_PORT))
    bracketed = host.startswith("[") and host.endswith("]")
    if not host or not digits or not 0 < int(port) <= LAST_PORT or (":" in host) != bracketed:
        raise bad(
            name,
            f"{written[:60]} is not HOST:PORT",
            "write a host and a port, for example 127.0.0.1:8000 or [::1]:8000",
        )
    return host.strip("[]"), int(port)
