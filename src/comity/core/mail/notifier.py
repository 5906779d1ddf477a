"""Notifier: the port by which somebody is told that there is something to read.

What it says is fixed when it is made. It is given an address and nothing else, so no mail can say
of whom, from whom or about what it is: each has the same words as every other.
"""

from typing import Protocol

from comity.core.mail.address import MailAddress


class NotToldError(Exception):
    """Nobody has taken the mail, or nobody knows whether they have. It names no address."""


class Notifier(Protocol):
    """Tells somebody, in words that are always the same, that there is something to read."""

    def tell(self, address: MailAddress) -> None:
        """Hand the mail over, within a few seconds.

        Raises:
            NotToldError: it was not taken, or no answer came.
        """
        ...
