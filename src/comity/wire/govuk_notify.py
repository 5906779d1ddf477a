"""GOV.UK Notify: tells people by mail, by a template that the operator keeps at GOV.UK Notify.

The template has the words; what is sent is an address and the number of the template, and nothing
to put into it. Whoever runs GOV.UK Notify learns which address was written to, and when.

Source: GOV.UK Notify REST API: POST /v2/notifications/email, authorised by a JSON Web Token (HS256)
of the service id and the time, signed with the key's secret; it counts for thirty seconds.
"""

import hmac
import json
import re
import ssl
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from time import monotonic
from typing import TYPE_CHECKING, Final, cast
from urllib.parse import urlsplit

from comity.core.mail import MailAddress, NotToldError
from comity.core.terms import Code, InputError, Place
from comity.wire.paced import Paced, left

if TYPE_CHECKING:
    from socket import socket

ADDRESS: Final = "https://api.notifications.service.gov.uk"
PATH: Final = "/v2/notifications/email"
SECONDS: Final = 5.0
MOST_BYTES: Final = 64 << 10
TAKEN: Final = 201
NUMBER: Final = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
KEY: Final = re.compile(rf"(?:[^\s]{{1,200}}-)?(?P<service>{NUMBER})-(?P<secret>{NUMBER})")


@dataclass(frozen=True, slots=True, kw_only=True)
class NotifyKey:
    """An API key: of which service it is, and its secret."""

    service: str
    secret: str = field(repr=False)


def read_key(written: str) -> NotifyKey:
    """Return an API key as GOV.UK Notify shows it once: a name, the service, the secret.

    Raises:
        InputError: it is none. It is not repeated.
    """
    found = KEY.fullmatch(written.strip())
    if found is None:
        raise InputError(
            Code.BAD_ID,
            "this is not an API key of GOV.UK Notify",
            at=Place(name="the key"),
            advice="write it as it was shown: NAME-SERVICE-SECRET, on one line",
        )
    return NotifyKey(service=found["service"], secret=found["secret"])


class GovukNotifier:
    """Lets GOV.UK Notify send each mail."""

    def __init__(  # noqa: PLR0913 - the last three have usual values
        self,
        key: NotifyKey,
        template: str,
        now: Callable[[], datetime],
        *,
        address: str = ADDRESS,
        seconds: float = SECONDS,
        context: ssl.SSLContext | None = None,
    ) -> None:
        """Take the key, and the number of the template that has the words."""
        self._key = key
        self._template = template
        self._now = now
        self._at = urlsplit(address)
        self._seconds = seconds
        self._context = context

    def tell(self, address: MailAddress) -> None:
        """Ask for one mail.

        Raises:
            NotToldError: it was refused, or no answer came in time.
        """
        said = {"email_address": address, "template_id": self._template}
        ends, connection = monotonic() + self._seconds, self._connection()
        try:
            connection.connect()
            connection.sock.settimeout(left(ends))
            connection.request("POST", PATH, json.dumps(said), self._headers())
            paced = Paced(connection.sock, ends, MOST_BYTES)
            with HTTPResponse(cast("socket", paced), method="POST") as response:
                response.begin()
                status = response.status
        except (OSError, HTTPException, ValueError):
            raise NotToldError("GOV.UK Notify has not answered") from None
        finally:
            connection.close()
        if status != TAKEN:
            raise NotToldError("GOV.UK Notify does not take the mail")

    def _connection(self) -> HTTPConnection:
        host, port = self._at.hostname or "", self._at.port
        if self._at.scheme == "http":
            return HTTPConnection(host, port, timeout=self._seconds)
        context = self._context or ssl.create_default_context()
        return HTTPSConnection(host, port, timeout=self._seconds, context=context)

    def _headers(self) -> dict[str, str]:
        return {
            "Authorization": f"Bearer {token(self._key, self._now())}",
            "Content-Type": "application/json",
            "Connection": "close",
        }


def token(key: NotifyKey, at: datetime) -> str:
    """Return what shows, for thirty seconds, that a request is the service's own."""
    head, said = {"typ": "JWT", "alg": "HS256"}, {"iss": key.service, "iat": int(at.timestamp())}
    signed = b".".join(map(_part, (json.dumps(head).encode(), json.dumps(said).encode())))
    signature = hmac.digest(key.secret.encode(), signed, "sha256")
    return b".".join((signed, _part(signature))).decode()


def _part(data: bytes) -> bytes:
    return urlsafe_b64encode(data).rstrip(b"=")
