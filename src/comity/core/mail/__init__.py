"""Mail: where somebody can be told that there is something to read, and when. Never what.

A mail opens nothing and says nothing: whoever attacks an organisation may read its mail. So which
address is left out while an incident is open, and how often anybody is written to, is decided here.
"""

from comity.core.mail.address import MailAddress, read_address
from comity.core.mail.affected import Known, domains_in, may_write
from comity.core.mail.notifier import Notifier, NotToldError
from comity.core.mail.times import MOST_ATTEMPTS, next_hour, told_at, wait_before

__all__ = [
    "MOST_ATTEMPTS",
    "Known",
    "MailAddress",
    "NotToldError",
    "Notifier",
    "domains_in",
    "may_write",
    "next_hour",
    "read_address",
    "told_at",
    "wait_before",
]
