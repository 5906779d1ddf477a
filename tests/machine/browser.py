"""The machine's Chromium."""

import shutil
import subprocess
import tempfile
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome")

# Nothing but the page that is asked for: no network of the browser's own, no first-run screens.
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def find_browser() -> Path | None:
    """Return the first browser on the path, if any."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    return Path(found) if found else None


def rendered(browser: Path, page: Path) -> str:
    """Return the document of a local page as the browser leaves it once scripts have run."""
    return _run(browser, "--dump-dom", page)


def printed(browser: Path, page: Path, file: Path) -> bytes:
    """Return a local page as the browser prints it: a PDF, which is written to the file."""
    _run(browser, f"--print-to-pdf={file}", page)
    return file.read_bytes()


def _run(browser: Path, does: str, page: Path) -> str:
    with tempfile.TemporaryDirectory(prefix="comity-browser-") as profile:
        done = subprocess.run(
            [browser, *FLAGS, f"--user-data-dir={profile}", does, page.as_uri()],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
            check=True,
        )
    return done.stdout
