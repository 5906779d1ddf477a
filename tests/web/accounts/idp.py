"""A directory (OpenID Connect) on this machine: it says that whoever asks is one of its people."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key

CLIENT, SECRET = "comity", "not-much-of-a-secret"


@dataclass
class Idp:
    """What the directory says: who is there, whether anybody is, and what it was asked."""

    issuer: str = ""
    subject: str = "jo-at-harbour"
    refuses: bool = False
    lies: bool = False
    asked: list[dict[str, str]] = field(default_factory=list)
    key: RSAPrivateKey = field(default_factory=lambda: generate_private_key(65537, 2048))
    nonces: dict[str, str] = field(default_factory=dict)

    def token(self) -> str:
        """Return what it signs of who is there; another front door's, if it lies."""
        now = int(time.time())  # noqa: TID251 - the directory's own clock
        said = {
            "iss": self.issuer,
            "sub": self.subject,
            "aud": "another-client" if self.lies else CLIENT,
            "iat": now,
            "exp": now + 300,
        }
        return jwt.encode(said, self.key, algorithm="RS256", headers={"kid": "1"})


@contextmanager
def directory() -> Iterator[Idp]:
    """Serve a directory; its address has a name, as a real one's."""
    idp = Idp()

    class Asked(BaseHTTPRequestHandler):
        """Answers what the protocol asks."""

        def do_GET(self) -> None:
            """Say where everything is, or send somebody back with a code."""
            parts = urlsplit(self.path)
            if parts.path.endswith("openid-configuration"):
                self._say(
                    {
                        "issuer": idp.issuer,
                        "authorization_endpoint": f"{idp.issuer}/authorize",
                        "token_endpoint": f"{idp.issuer}/token",
                        "jwks_uri": f"{idp.issuer}/keys",
                        "userinfo_endpoint": f"{idp.issuer}/me",
                        "token_endpoint_auth_methods_supported": ["client_secret_post"],
                    }
                )
                return
            wanted = {name: each[0] for name, each in parse_qs(parts.query).items()}
            idp.asked.append(wanted)
            answer = {"error": "access_denied"} if idp.refuses else {"code": "the-code"}
            back = urlencode({**answer, "state": wanted["state"]})
            self.send_response(302)
            self.send_header("Location", f"{wanted['redirect_uri']}?{back}")
            self.end_headers()

        def do_POST(self) -> None:
            """Change the code for a token, for who knows the secret."""
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            given = {name: each[0] for name, each in parse_qs(body).items()}
            idp.asked.append(given)
            if given.get("client_secret") != SECRET or "code_verifier" not in given:
                self.send_error(400)
                return
            self._say({"access_token": "x", "token_type": "Bearer", "id_token": idp.token()})

        def _say(self, found: dict[str, object]) -> None:
            data = json.dumps(found).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            """Write nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Asked)
    idp.issuer = f"http://localhost:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield idp
    finally:
        server.shutdown()
        server.server_close()
