"""Run the benchmarks and print one table: `python -m benchmarks [--quick] [--json]`.

The exit status is 0 also when a figure is missed; it is 1 when the peers are not installed or
one of them decides a request otherwise than the gate.
"""

import json
import platform
import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from dataclasses import asdict

from benchmarks.figures import table
from benchmarks.gate import FULL, QUICK, DisagreementError, Results, measure
from benchmarks.peers import missing_packages, versions


def main(arguments: Sequence[str] | None = None) -> int:
    """Run, print, and return the exit status."""
    parser = ArgumentParser(prog="python -m benchmarks", description="Comity beside its peers")
    parser.add_argument("--quick", action="store_true", help="a few seconds, rougher figures")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    asked = parser.parse_args(arguments)
    missing = missing_packages()
    if missing:
        sys.stderr.write(f"not installed: {', '.join(missing)}; run `make bench`\n")
        return 1
    try:
        results = measure(QUICK if asked.quick else FULL, _progress)
    except DisagreementError as fault:
        sys.stderr.write(f"\nthe engines disagree, so nothing was measured: {fault}\n")
        return 1
    _progress("")
    sys.stdout.write((_as_json(results) if asked.json else _as_text(results)) + "\n")
    return 0


def _progress(what: str) -> None:
    """Show what is being done: one line on a terminal, nothing into a file."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\x1b[K{what}")
        sys.stderr.flush()


def _as_json(results: Results) -> str:
    return json.dumps(
        {"python": platform.python_version(), "packages": versions(), **asdict(results)}, indent=2
    )


def _as_text(results: Results) -> str:
    missed = [each.name for each in results.figures if each.reached is False]
    agreed = ", ".join(f"{name} on {count}" for name, count in results.agreed.items())
    packages = ", ".join(f"{name} {version}" for name, version in versions().items())
    return "\n".join([
        f"Python {platform.python_version()}, {packages}",
        f"{results.requests} fully known requests, {results.permitted} permitted",
        f"All engines agree: {agreed}",
        "",
        table(results.figures),
        "",
        f"Missed: {'; '.join(missed)}." if missed else "Every aim is reached.",
    ])  # fmt: skip  # one text


if __name__ == "__main__":
    sys.exit(main())
