"""Main: read bundles from files, verify them, and say what came out.

Exit codes: 0 verified, 1 there are findings, 2 the input cannot be used.
"""

import argparse
import gc
import json
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from comity.core.audit import Expected, Report, Sealed, Verdict, read_bundle, steps, verify
from comity.core.audit.bundle import LIMITS
from comity.core.terms import Code, InputError, Place
from comity.wire.signing import Ed25519Verifier

VERIFIED, FINDINGS, BAD_INPUT = 0, 1, 2
KEY = re.compile(r"[0-9a-f]{64}")
TOLD_EVERY = 5_000


def load(name: str) -> Sealed:
    """Return the bundle in a file.

    Raises:
        InputError: there is no such file, it cannot be read, or it holds no bundle.
    """
    try:
        with Path(name).open("rb") as file:
            data = file.read(LIMITS.size + 2)
    except OSError as error:
        raise InputError(
            Code.NOT_FOUND,
            (error.strerror or "cannot be read").lower(),
            at=Place(name=name),
            advice="check the file's name and your right to read it",
        ) from None
    return read_bundle(data, name)


def identity(written: str) -> bytes:
    """Return the identity key that an auditor expects.

    Raises:
        InputError: it is not written as a key.
    """
    if not KEY.fullmatch(written.lower()):
        raise InputError(
            Code.WRONG_TYPE,
            "not a public key",
            at=Place(name="--identity"),
            advice="write its 64 hexadecimal digits",
        )
    return bytes.fromhex(written)


@contextmanager
def many_objects() -> Iterator[None]:
    """Hold the collector of unused objects back: all that is read here is used to the end."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def code_of(report: Report) -> int:
    """Return the exit code for a report."""
    return VERIFIED if report.verdict is Verdict.VERIFIED else FINDINGS


def written(report: Report, *, as_json: bool) -> str:
    """Return a report as it is printed."""
    if as_json:
        return json.dumps(report.data(), indent=2)
    return "\n".join(report.text())


def main(arguments: Sequence[str]) -> int:
    """Verify what the arguments name; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="verify.py", description="Verify the bundle of a Comity node."
    )
    parser.add_argument("bundle", help="the file that `comity audit export` wrote")
    parser.add_argument("--peer", action="append", default=[], help="the bundle of a peer")
    parser.add_argument("--identity", help="the identity key that you expect, in hexadecimal")
    parser.add_argument("--json", action="store_true", help="print data for programs")
    given = parser.parse_args(arguments)
    with many_objects():
        try:
            expected = Expected(identity(given.identity) if given.identity else None)
            sealed, peers = load(given.bundle), [load(each) for each in given.peer]
        except InputError as error:
            sys.stderr.write(f"error: {error}\nhelp: {error.advice}\n")
            return BAD_INPUT
        progress = _Progress(steps(sealed, peers))
        report = verify(sealed, peers, expected, Ed25519Verifier(), progress.tell)
        progress.tell(0, last=True)
    sys.stdout.write(f"{written(report, as_json=given.json)}\n")
    return code_of(report)


class _Progress:
    """How far a long verification has come, on a terminal."""

    def __init__(self, total: int) -> None:
        self._total, self._done, self._told = total, 0, 0
        self._shown = sys.stderr.isatty() and total > TOLD_EVERY

    def tell(self, count: int, *, last: bool = False) -> None:
        self._done += count
        if self._shown and (last or self._done - self._told >= TOLD_EVERY):
            self._told = self._done
            share = 100 if last else min(99, 100 * self._done // self._total)
            sys.stderr.write(f"\rVerifying {share:3d} %{chr(10) if last else ''}")
            sys.stderr.flush()
