"""Console: for a demonstration, says where it runs that a mail would go out now, and what it says.

It never says to whom.
"""

import sys
from typing import TextIO

from comity.core.mail import MailAddress
from comity.words.mail import Mail


class ConsoleNotifier:
    """Writes what a mail would say to standard error."""

    def __init__(self, words: Mail, stream: TextIO | None = None) -> None:
        """Take what every mail says; standard error is looked up when something is written."""
        self._words = words
        self._stream = stream

    def tell(self, address: MailAddress) -> None:  # noqa: ARG002 - it is not for this place
        """Say that somebody would be written to."""
        stream = self._stream or sys.stderr
        stream.write(f"a mail would go out now\n{self._words.subject}\n\n{self._words.text}\n")
        stream.flush()
