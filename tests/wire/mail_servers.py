"""Real servers in a thread that take mail: one speaks SMTP, one answers as GOV.UK Notify does."""

import base64
import hmac
import json
import re
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from socket import create_server, socket
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from comity.wire.govuk_notify import PATH, NotifyKey
from tests.wire.servers import Seen, answer, http_server

KEY = NotifyKey(
    service="26785a09-ab16-4eb0-8407-a37497a57506",
    secret="3d844edf-8d35-48ac-975b-e847b4f122b0",  # noqa: S106 - made up
)
TEMPLATE = "9d751e0e-f929-4891-82a1-a3e1c3c18ee3"
COUNTS_FOR = 30
"""Seconds for which Notify takes a token, before and after its time."""


@dataclass
class Mailbox:
    """Where a server listens, what it was told, and the mails that it took."""

    port: int
    commands: list[str] = field(default_factory=list)
    mails: list[bytes] = field(default_factory=list)
    in_the_clear: list[str] = field(default_factory=list)

    @property
    def recipients(self) -> list[str]:
        """To whom mails went, in their order."""
        told = [each for each in self.commands if each.startswith("RCPT TO:")]
        return [each.removeprefix("RCPT TO:").strip("<>") for each in told]


@dataclass(frozen=True, kw_only=True)
class Manner:
    """How a server behaves: what it answers to a command in place of what it should."""

    context: ssl.SSLContext | None = None
    is_encrypted_at_once: bool = False
    instead: Mapping[str, bytes] = field(default_factory=dict)
    knows: str = ""
    """The name and password that it wants, as `name:password`."""


@contextmanager
def smtp_server(manner: Manner | None = None) -> Iterator[Mailbox]:
    """Run a server that takes mails one after the other until it is left."""
    over = threading.Event()
    with create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.05)
        box = Mailbox(listening.getsockname()[1])

        def serve() -> None:
            while not over.is_set():
                with suppress(OSError):
                    plain, _ = listening.accept()
                    with suppress(OSError, ValueError):
                        plain.settimeout(5)
                        _converse(plain, box, manner or Manner())

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield box
        finally:
            over.set()
            thread.join()


def _converse(plain: socket, box: Mailbox, manner: Manner) -> None:
    line, encrypted = plain, False
    if manner.is_encrypted_at_once and manner.context:
        line, encrypted = manner.context.wrap_socket(plain, server_side=True), True
    file = line.makefile("rb")
    known = not manner.knows
    try:
        _say(line, manner, "GREETING", b"220 mail.example ready\r\n")
        while command := file.readline().decode().rstrip("\r\n"):
            box.commands.append(command)
            if not encrypted:
                box.in_the_clear.append(command)
            verb = command.partition(" ")[0].partition(":")[0]
            if verb == "STARTTLS" and manner.context and "STARTTLS" not in manner.instead:
                line.sendall(b"220 go on\r\n")
                file.close()
                line, encrypted = manner.context.wrap_socket(line, server_side=True), True
                file = line.makefile("rb")
                continue
            if verb == "AUTH":
                given = base64.b64decode(command.rpartition(" ")[2]).decode()
                known = given.lstrip("\0").replace("\0", ":") == manner.knows
            _say(line, manner, verb, _usual(verb, known=known, manner=manner))
            if verb == "DATA" and "DATA" not in manner.instead:
                box.mails.append(_data(file))
                _say(line, manner, ".", b"250 taken\r\n")
            if verb == "QUIT":
                return
    finally:
        file.close()
        line.close()


def _usual(verb: str, *, known: bool, manner: Manner) -> bytes:
    if verb in {"MAIL", "AUTH"} and not known:
        return b"530 say who you are\r\n"
    offers = b"250-mail.example\r\n250-STARTTLS\r\n" if manner.context else b"250-mail.example\r\n"
    found = {
        "EHLO": offers + b"250 8BITMIME\r\n",
        "AUTH": b"235 welcome\r\n",
        "DATA": b"354 go on\r\n",
        "QUIT": b"221 goodbye\r\n",
    }
    return found.get(verb, b"250 ok\r\n")


def _say(line: socket, manner: Manner, verb: str, usual: bytes) -> None:
    line.sendall(manner.instead.get(verb, usual))


def _data(file: Any) -> bytes:  # noqa: ANN401 - a file of bytes
    lines = []
    while (line := file.readline()) not in {b".\r\n", b""}:
        lines.append(line[1:] if line.startswith(b".") else line)
    return b"".join(lines)


# ------------------------------------------------------------------ certificates


def certified(folder: Path, name: str = "localhost") -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Return how a server of this name shows itself, and how somebody trusts it alone."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)  # noqa: TID251 - a certificate is checked by the machine's own clock
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = made.public_bytes(serialization.Encoding.PEM)
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "both.pem").write_bytes(pem + private)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(folder / "both.pem")
    return server, ssl.create_default_context(cadata=pem.decode())


# ------------------------------------------------------------------ GOV.UK Notify


@contextmanager
def notify_server(now: Callable[[], float] = time.time) -> Iterator[Seen]:  # noqa: TID251 - its clock
    """Run a server that takes what GOV.UK Notify takes, and refuses what it refuses."""

    def answering(handler: BaseHTTPRequestHandler) -> None:
        status = judge(handler.path, handler.headers["Authorization"] or "", seen.bodies[-1], now())
        answer(status, json.dumps({"id": "740e5834-3a29-46b4-9a6f-16142fde533a"}).encode())(handler)

    with http_server(answering) as seen:
        yield seen


def judge(path: str, authorization: str, body: bytes, now: float) -> int:
    """Return the status that a request gets."""
    if path != PATH:
        return 404
    if not is_authorised(authorization, now):
        return 403
    try:
        said = json.loads(body)
    except ValueError:
        return 400
    known = {"email_address", "template_id", "personalisation", "reference"}
    whole = isinstance(said, dict) and {"email_address", "template_id"} <= said.keys() <= known
    if not whole or said["template_id"] != TEMPLATE:
        return 400
    return 201 if re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", said["email_address"]) else 400


def is_authorised(authorization: str, now: float) -> bool:
    """Return whether a token was made with the key, not longer ago than it counts."""
    kind, _, written = authorization.partition(" ")
    parts = written.split(".")
    if kind != "Bearer" or len(parts) != 3:
        return False
    signature = hmac.digest(KEY.secret.encode(), ".".join(parts[:2]).encode(), "sha256")
    head, claims = (json.loads(_unpacked(each)) for each in parts[:2])
    return (
        hmac.compare_digest(_unpacked(parts[2]), signature)
        and head == {"typ": "JWT", "alg": "HS256"}
        and claims["iss"] == KEY.service
        and isinstance(claims["iat"], int)
        and abs(now - claims["iat"]) <= COUNTS_FOR
    )


def _unpacked(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
