"""Mail address: the one form in which an address is kept and written to.

It has nothing in it that a header or a command of a mail server could take for something else: no
space, no quotation mark, no comment, no bracket, no line break. It has no question mark either:
between two of them a header's reader finds letters that were written otherwise, line breaks too.

Source: RFC 5321, section 4.1.2 (dot-string) and 4.5.3.1 (lengths); RFC 2047, section 2.
"""

import re
from collections.abc import Callable

from comity.core.identification import DomainName
from comity.core.terms.ids import Id

ATOM = r"[A-Za-z0-9!#$%&'*+/=^_`{|}~-]+"


class MailAddress(Id):
    """A plain address: an unquoted name in ASCII, and a domain as it is asked for."""

    __slots__ = ()
    noun = "a mail address"
    pattern = re.compile(
        rf"(?=.{{6,254}}\Z)(?=[^@]{{1,64}}@){ATOM}(?:\.{ATOM})*@{DomainName.pattern.pattern}"
    )
    wanted = "for example anna@mail.example: letters without accents, no spaces, no quotation marks"

    @property
    def domain(self) -> DomainName:
        """What stands behind the `@`."""
        return DomainName(self.rpartition("@")[2])


def read_address(written: str, as_asked: Callable[[str], str]) -> MailAddress:
    """Return an address as somebody wrote it, its domain in the form in which it is asked for.

    Raises:
        InputError: it is none, or its domain cannot be written so.
    """
    name, at, domain = written.strip().rpartition("@")
    return MailAddress(f"{name}{at}{as_asked(domain)}")
