"""Mail: what every mail of a front door says, in both languages, whatever there is to read.

It names whoever runs the front door, and nobody else.
"""

from collections.abc import Mapping
from typing import NamedTuple

from comity.words.catalogue import Language, say


class Mail(NamedTuple):
    """The subject and the text of every mail."""

    subject: str
    text: str


def mail_words(operator: str, notices: Mapping[Language, str]) -> Mail:
    """Return what every mail says; `notices` is that it is a demonstration, in each language."""
    texts = [
        say(
            "mail.text",
            each,
            operator=operator or say("mail.nobody", each),
            notice="\n".join(
                f"{line[:1].upper()}{line[1:]}." for line in notices[each].splitlines()
            ),
        ).strip()
        for each in Language
    ]
    subject = " / ".join(say("mail.subject", each) for each in Language)
    return Mail(subject, "\n\n".join(texts) + "\n")
