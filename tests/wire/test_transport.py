"""A peer is reached under its pinned certificate, in time and within a size, or not at all."""

import ssl
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from socket import create_server
from time import monotonic

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding

from comity.core.exchange import Answer, UnreachableError
from comity.core.terms import InputError
from comity.wire.tls import TlsFiles, make_certificate
from comity.wire.transport import Transport
from tests.wire.servers import answer, http_server, raw_server, server_context

OK = b"HTTP/1.1 200 OK\r\n"
SECRET = "acme-in-confidence"  # noqa: S105 - no password, a text to look for in errors


def here(port: int) -> str:
    return f"http://127.0.0.1:{port}"


def test_a_body_is_sent_as_it_is_and_the_answer_returned() -> None:
    with http_server(answer(200, b"receipt")) as seen:
        found = Transport().post(here(seen.port), "/exchange?a=1", b"\x00envelope")
    assert found == Answer(status=200, body=b"receipt", retry_after=None)
    assert seen.paths == ["/exchange?a=1"]
    assert seen.bodies == [b"\x00envelope"]


@pytest.mark.parametrize("status", [202, 400, 404, 409, 500, 503])
def test_every_status_is_an_answer(status: int) -> None:
    with http_server(answer(status, b"why")) as seen:
        assert Transport().post(here(seen.port), "/", b"").status == status


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(status: int) -> None:
    with (
        http_server(answer(200, b"caught")) as other,
        http_server(answer(status, Location=here(other.port))) as seen,
    ):
        found = Transport().post(here(seen.port), "/", b"body")
    assert (found.status, found.body) == (status, b"")
    assert other.bodies == []


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0", 0),
        ("120", 120),
        ("999999999", 86_400),
        ("9999999999", None),
        ("-1", None),
        ("1.5", None),
        ("\u0663", None),
        ("Wed, 21 Oct 2026 07:28:00 GMT", None),
        ("", None),
    ],
)
def test_a_wait_is_read_in_whole_seconds_up_to_a_day(text: str, seconds: int | None) -> None:
    header = b"Retry-After: " + text.encode() + b"\r\nContent-Length: 0\r\n\r\n"
    with raw_server(b"HTTP/1.1 503 Busy\r\n" + header) as seen:
        assert Transport().post(here(seen.port), "/", b"").retry_after == seconds


def unreachable(act: Callable[[], object]) -> str:
    with pytest.raises(UnreachableError) as caught:
        act()
    assert SECRET not in str(caught.value)
    assert caught.value.__suppress_context__
    return str(caught.value)


def test_a_peer_that_does_not_listen_is_unreachable() -> None:
    with create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    assert "refused" in unreachable(lambda: Transport().post(here(port), "/", SECRET.encode()))


@pytest.mark.parametrize(
    "pieces",
    [
        (b"",),
        (OK, b"Content-Length: 5\r\n\r\n"),
        tuple(bytes([each]) for each in OK * 5),
        (OK + b"Content-Length: 99\r\n\r\n", *([b"x"] * 99)),
        tuple([b"HTTP/1.1 100 Continue\r\n\r\n"] * 99),
    ],
    ids=["silent", "no body", "slow status", "slow body", "always continue"],
)
def test_the_time_is_for_the_whole_answer(pieces: tuple[bytes, ...]) -> None:
    pause = 5.0 if len(pieces) < 3 else 0.05
    begin = monotonic()
    with raw_server(*pieces, pause=pause) as seen:
        transport = Transport(seconds=0.3)
        assert "in time" in unreachable(lambda: transport.post(here(seen.port), "/", b""))
    assert monotonic() - begin < 3


def test_an_answer_of_the_largest_size_is_read() -> None:
    with http_server(answer(200, bytes(1000))) as seen:
        assert Transport(most_bytes=1000).post(here(seen.port), "/", b"").body == bytes(1000)


CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
MEGABYTE = b"x" * (1 << 20)


@pytest.mark.parametrize(
    "pieces",
    [
        (OK + b"Content-Length: 1001\r\n\r\n" + b"x" * 1001,),
        (OK + b"Content-Length: 9999999999999\r\n\r\n", MEGABYTE, MEGABYTE),
        (OK + b"\r\n", MEGABYTE, MEGABYTE),
        (CHUNKED + b"FFFFFFFF\r\n", MEGABYTE, MEGABYTE),
        (CHUNKED + b"-1\r\n", MEGABYTE, MEGABYTE),
        (CHUNKED, b"1\r\nx\r\n" * 100_000),
        (b"HTTP/1.1 100 Continue\r\n\r\n" * 100_000,),
        (OK, *[b"X-%d: " % i + b"x" * 60_000 + b"\r\n" for i in range(90)]),
    ],
    ids=["by one", "length", "no length", "chunk", "minus one", "chunks", "continue", "headers"],
)
def test_an_answer_beyond_the_size_is_refused(pieces: tuple[bytes, ...]) -> None:
    with raw_server(*pieces) as seen:
        transport = Transport(most_bytes=1000)
        assert "too large" in unreachable(lambda: transport.post(here(seen.port), "/", b""))


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "not HTTP"),
        (SECRET.encode() + b"\r\n\r\n", "not HTTP"),
        (b"HTTP/1.1 abc " + SECRET.encode() + b"\r\n\r\n", "not HTTP"),
        (OK + b"Content-Length: 99\r\n\r\n" + SECRET.encode(), "cut off"),
        (CHUNKED + b"50\r\n" + SECRET.encode(), "not HTTP"),
        (CHUNKED + SECRET.encode() + b"\r\n", "not HTTP"),
        (CHUNKED + b"-5\r\n" + SECRET.encode(), "failed"),
        (OK + b"x" * 70_000, "too large|not HTTP"),
    ],
)
def test_a_broken_answer_is_none_and_its_content_is_not_in_the_error(data: bytes, why: str) -> None:
    with raw_server(data) as seen:
        said = unreachable(lambda: Transport().post(here(seen.port), "/", b""))
    assert any(each in said for each in why.split("|"))


@pytest.mark.parametrize(
    "address",
    ["http://nca.example", "http://10.0.0.1:8000", "http://127.0.0.1.example", "http://[::2]:80"],
)
def test_http_is_for_this_machine_only(address: str) -> None:
    with pytest.raises(InputError, match="for this machine only") as caught:
        Transport().post(address, "/", b"")
    assert "https" in caught.value.advice


@pytest.mark.parametrize(
    "address",
    [
        "",
        "nca.example",
        "ftp://127.0.0.1",
        "file:///etc/hostname",
        "http://",
        "http://127.0.0.1:99999",
        "http://127.0.0.1:x",
        "http://user@127.0.0.1",
        "http://127.0.0.1/path",
        "http://127.0.0.1?query",
        "http://127.0.0.1#part",
        "http://127.0.0.1 .example",
        "http://127.0.0.1\r\nX: y",
        "http://127.0.0.1\\@nca.example",
        "http://n\u00e7a.example",
        "http://127.0.0.1:\u0661",
        "http://\u212a.example",
    ],
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(InputError, match="not the address of a node"):
        Transport().post(address, "/", b"")


@pytest.mark.parametrize("path", ["", "exchange", "/a b", "/a\r\nX: y", "/\u00e7", "/a\x00"])
def test_what_is_no_path_is_refused(path: str) -> None:
    with pytest.raises(InputError, match="not a path"):
        Transport().post("http://127.0.0.1", path, b"")


@pytest.fixture(scope="module")
def nodes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, TlsFiles]:
    """Return certificates: of two nodes, a stranger of the same name, and an old one."""
    folder = tmp_path_factory.mktemp("tls")
    now = datetime.now(UTC)  # noqa: TID251 - TLS judges certificates by the machine's clock
    return {
        "NCA": make_certificate(folder / "nca", "NCA", now),
        "ICO": make_certificate(folder / "ico", "ICO", now),
        "stranger": make_certificate(folder / "stranger", "NCA", now),
        "old": make_certificate(folder / "old", "NCA", now - timedelta(days=30), days=29),
    }


def pem(files: TlsFiles) -> bytes:
    return files.certificate.read_bytes()


def test_two_nodes_that_pinned_each_other_can_talk(nodes: dict[str, TlsFiles]) -> None:
    context = server_context(nodes["ICO"], pem(nodes["NCA"]))
    with http_server(answer(200, b"receipt"), context) as seen:
        address = f"https://127.0.0.1:{seen.port}"
        transport = Transport(nodes["NCA"], {address.upper() + "/": pem(nodes["ICO"])})
        assert transport.post(address, "/exchange", b"envelope").body == b"receipt"
    assert seen.bodies == [b"envelope"]


@pytest.mark.parametrize(
    ("server", "server_pins", "client", "client_pins"),
    [
        ("ICO", "NCA", "stranger", "ICO"),
        ("ICO", "NCA", "ICO", "ICO"),
        ("stranger", "NCA", "NCA", "ICO"),
        ("stranger", "ICO", "ICO", "NCA"),
        ("NCA", "NCA", "NCA", "ICO"),
        ("ICO", "old", "old", "ICO"),
        ("old", "NCA", "NCA", "old"),
    ],
)
def test_another_certificate_than_the_pinned_one_is_refused_at_either_end(
    nodes: dict[str, TlsFiles], server: str, server_pins: str, client: str, client_pins: str
) -> None:
    context = server_context(nodes[server], pem(nodes[server_pins]))
    with http_server(answer(200, b"receipt"), context) as seen:
        address = f"https://127.0.0.1:{seen.port}"
        transport = Transport(nodes[client], {address: pem(nodes[client_pins])})
        said = unreachable(lambda: transport.post(address, "/", SECRET.encode()))
    assert "TLS failed" in said or "connection failed" in said
    assert seen.bodies == []


def issued(folder: Path, nodes: dict[str, TlsFiles]) -> tuple[bytes, TlsFiles]:
    """Return an authority's certificate, and one that it issued for the ICO's key."""
    authority = Ed25519PrivateKey.generate()
    template = x509.load_pem_x509_certificate(pem(nodes["ICO"]))

    def certificate(name: x509.Name, key: Ed25519PublicKey, *, ca: bool) -> bytes:
        return (
            x509.CertificateBuilder(
                subject_name=name,
                issuer_name=x509.Name.from_rfc4514_string("CN=authority"),
                public_key=key,
                serial_number=x509.random_serial_number(),
                not_valid_before=template.not_valid_before_utc,
                not_valid_after=template.not_valid_after_utc,
            )
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
            .sign(authority, None)
            .public_bytes(Encoding.PEM)
        )

    own = x509.Name.from_rfc4514_string("CN=authority")
    path = folder / "issued.pem"
    key = template.public_key()
    assert isinstance(key, Ed25519PublicKey)
    path.write_bytes(certificate(template.subject, key, ca=False))
    pinned = certificate(own, authority.public_key(), ca=True)
    return pinned, TlsFiles(certificate=path, key=nodes["ICO"].key)


def test_a_certificate_that_the_pinned_one_issued_is_not_the_pinned_one(
    nodes: dict[str, TlsFiles], tmp_path: Path
) -> None:
    pinned, files = issued(tmp_path, nodes)
    with http_server(answer(200), server_context(files, pem(nodes["NCA"]))) as seen:
        address = f"https://127.0.0.1:{seen.port}"
        transport = Transport(nodes["NCA"], {address: pinned})
        assert "TLS failed" in unreachable(lambda: transport.post(address, "/", b"body"))
    assert seen.bodies == []


def test_an_older_tls_is_not_spoken(nodes: dict[str, TlsFiles]) -> None:
    context = server_context(nodes["ICO"], pem(nodes["NCA"]))
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    with http_server(answer(200), context) as seen:
        address = f"https://127.0.0.1:{seen.port}"
        transport = Transport(nodes["NCA"], {address: pem(nodes["ICO"])})
        assert "TLS failed" in unreachable(lambda: transport.post(address, "/", b""))


def test_a_peer_that_does_not_speak_tls_is_unreachable(nodes: dict[str, TlsFiles]) -> None:
    with raw_server(b"HTTP/1.1 200 OK\r\n\r\n") as seen:
        address = f"https://127.0.0.1:{seen.port}"
        transport = Transport(nodes["NCA"], {address: pem(nodes["ICO"])})
        assert "TLS failed" in unreachable(lambda: transport.post(address, "/", b""))


def test_without_certificates_nothing_is_sent(nodes: dict[str, TlsFiles], tmp_path: Path) -> None:
    address = "https://nca.example"
    with pytest.raises(InputError, match="no certificate is pinned"):
        Transport(nodes["ICO"]).post(address, "/", b"")
    with pytest.raises(InputError, match="no certificate to show"):
        Transport(None, {address: pem(nodes["NCA"])}).post(address, "/", b"")
    for bad in (b"", b"no PEM"):
        with pytest.raises(InputError, match="not one certificate"):
            Transport(nodes["ICO"], {address: bad}).post(address, "/", b"")
    gone = TlsFiles(certificate=tmp_path / "gone.pem", key=tmp_path / "gone-key.pem")
    with pytest.raises(InputError, match="no such file"):
        Transport(gone, {address: pem(nodes["NCA"])}).post(address, "/", b"")
