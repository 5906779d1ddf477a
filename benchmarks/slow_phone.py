"""Slow phone: how heavy the first page of a front door is, and how soon a slow phone shows it.

    python -m benchmarks.slow_phone

A real Chromium of 320 by 640 points opens the first page with nothing in its cache: 400 kbit/s,
400 ms to and fro, and a processor six times slower than this one. Needs Chromium on the path.
"""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, sync_playwright

from benchmarks.figures import Figure, at_most, table
from comity.cli.scenario.nodes import RunningNode, free_ports
from comity.cli.scenario.people import served_pages
from comity.core.terms import PartyId
from tests.machine.browser import FLAGS, find_browser

MOST_KILOBYTES, MOST_SECONDS = 200.0, 5.0
BYTES_PER_SECOND = 400_000 // 8
ROUND_TRIP_MS, SLOWER, ROUNDS = 400, 6, 5
PAINTED = "() => performance.getEntriesByName('first-contentful-paint')[0].startTime"
WEIGHT = """() => performance.getEntriesByType('navigation')
    .concat(performance.getEntriesByType('resource'))
    .reduce((all, each) => all + each.encodedBodySize, 0)"""


@contextmanager
def first_page(folder: Path) -> Iterator[str]:
    """Serve the pages of a front door in this folder; give the address of the first one."""
    (port,) = free_ports(1)
    door = RunningNode(
        party=PartyId("FRONT_DOOR"), role="front-door", home=folder / "door", port=port, database=""
    )
    door.run("init")
    with served_pages(door) as address:
        yield address


def opened(browser: Browser, address: str) -> tuple[float, float]:
    """Return how many kilobytes came, and after how many seconds something was to be seen."""
    context = browser.new_context(viewport={"width": 320, "height": 640})
    page = context.new_page()
    slow = context.new_cdp_session(page)
    slow.send("Network.enable")
    slow.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": ROUND_TRIP_MS,
            "downloadThroughput": BYTES_PER_SECOND,
            "uploadThroughput": BYTES_PER_SECOND,
        },
    )
    slow.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.goto(address, wait_until="load")
    page.wait_for_function("() => performance.getEntriesByName('first-contentful-paint').length")
    found = page.evaluate(WEIGHT) / 1000, page.evaluate(PAINTED) / 1000
    context.close()
    return found


def figures(chromium: Path) -> tuple[Figure, ...]:
    """Return the weight of the first page, and when it is there: the median of five."""
    flags = [each for each in FLAGS if each != "--headless"]
    with (
        tempfile.TemporaryDirectory() as folder,
        first_page(Path(folder)) as address,
        sync_playwright() as driver,
    ):
        browser = driver.chromium.launch(executable_path=chromium, args=flags)
        found = [opened(browser, address) for _ in range(ROUNDS)]
        browser.close()
    weight, seconds = (median(each) for each in zip(*found, strict=True))
    return (
        _limited("the first page, what comes over the line", weight, "kB", MOST_KILOBYTES),
        _limited("the first page, until a slow phone shows it", seconds, "s", MOST_SECONDS),
    )


def _limited(name: str, ours: float, unit: str, most: float) -> Figure:
    return Figure(
        name=name,
        ours=ours,
        unit=unit,
        ratio=ours / most,
        aim=at_most(most),
        reached=ours <= most,
    )


def main() -> int:
    """Measure, print the table, and return the exit status."""
    chromium = find_browser()
    if chromium is None:
        sys.stderr.write("no Chromium on the path\n")
        return 1
    sys.stdout.write(f"{table(figures(chromium))}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
