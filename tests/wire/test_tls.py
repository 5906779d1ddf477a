"""A certificate is made once, kept private, and names nobody whom it could speak for."""

import ssl
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509

from comity.core.terms import InputError
from comity.wire.tls import client_context, der, is_loopback, load_certificate, make_certificate

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


def test_certificate_and_key_are_private_files(tmp_path: Path) -> None:
    made = make_certificate(tmp_path / "tls", "NCA", NOW)
    assert load_certificate(tmp_path / "tls") == made
    assert stat.S_IMODE((tmp_path / "tls").stat().st_mode) == 0o700
    for each in (made.certificate, made.key):
        assert stat.S_IMODE(each.stat().st_mode) == 0o600
    assert b"PRIVATE" not in made.certificate.read_bytes()


def test_it_holds_for_825_days_and_for_clocks_that_are_behind(tmp_path: Path) -> None:
    pem = make_certificate(tmp_path / "tls", "NCA", NOW).certificate.read_bytes()
    certificate = x509.load_pem_x509_certificate(pem)
    assert certificate.not_valid_before_utc == NOW - timedelta(minutes=5)
    assert certificate.not_valid_after_utc == NOW + timedelta(days=825)


def test_it_can_sign_no_other_certificate(tmp_path: Path) -> None:
    pem = make_certificate(tmp_path / "tls", "NCA", NOW).certificate.read_bytes()
    extensions = x509.load_pem_x509_certificate(pem).extensions
    assert not extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    assert not extensions.get_extension_for_class(x509.KeyUsage).value.key_cert_sign


def test_a_certificate_is_never_replaced(tmp_path: Path) -> None:
    made = make_certificate(tmp_path / "tls", "NCA", NOW)
    before = made.certificate.read_bytes(), made.key.read_bytes()
    with pytest.raises(InputError, match="not overwritten"):
        make_certificate(tmp_path / "tls", "NCA", NOW)
    assert (made.certificate.read_bytes(), made.key.read_bytes()) == before


def test_a_key_whose_certificate_was_never_written_is_made_anew(tmp_path: Path) -> None:
    made = make_certificate(tmp_path / "tls", "NCA", NOW)
    key = made.key.read_bytes()
    made.certificate.unlink()
    with pytest.raises(InputError, match="no such file"):
        load_certificate(tmp_path / "tls")
    make_certificate(tmp_path / "tls", "NCA", NOW)
    assert made.key.read_bytes() != key


def test_a_key_that_others_can_read_is_refused(tmp_path: Path) -> None:
    make_certificate(tmp_path / "tls", "NCA", NOW).key.chmod(0o644)
    with pytest.raises(InputError, match="others on this machine"):
        load_certificate(tmp_path / "tls")


def test_a_folder_that_others_can_look_into_gets_no_key(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    with pytest.raises(InputError, match="others on this machine"):
        make_certificate(tmp_path, "NCA", NOW)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["", "x" * 65, "\u00fc" * 33])
def test_a_name_is_neither_empty_nor_too_long(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match="1 to 64"):
        make_certificate(tmp_path / "tls", name, NOW)
    make_certificate(tmp_path / "tls", "\u00fc" * 32, NOW)


def test_what_is_not_one_certificate_is_refused(tmp_path: Path) -> None:
    made = make_certificate(tmp_path / "tls", "NCA", NOW)
    pem = made.certificate.read_bytes()
    for bad in (b"", b"not PEM", pem[:-40], pem + pem, made.key.read_bytes()):
        with pytest.raises(InputError, match="not one certificate"):
            der(bad)


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        (b"\xa0\x03\x02\x01\x02", b"\xa0\x03\x02\x01\x04"),  # a version that there is not
        (b"NCA", b"NC\x86"),  # a name that is no text
    ],
    ids=["version", "name"],
)
def test_a_damaged_certificate_is_refused_when_it_is_used(
    tmp_path: Path, good: bytes, bad: bytes
) -> None:
    made = make_certificate(tmp_path / "tls", "NCA", NOW)
    damaged = der(made.certificate.read_bytes()).replace(good, bad, 1)
    with pytest.raises(InputError, match="not one certificate"):
        client_context(made, ssl.DER_cert_to_PEM_cert(damaged).encode())


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1.2.3", "::1", "localhost", "LOCALHOST"])
def test_this_machine_is_known_by_its_names(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize(
    "host",
    ["", "0.0.0.0", "::", "10.0.0.1", "nca.example", "127.0.0.1.example", "localhost.example"],  # noqa: S104 - nothing is bound
)
def test_other_hosts_are_not_this_machine(host: str) -> None:
    assert not is_loopback(host)
