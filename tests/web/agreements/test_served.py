"""The page as a browser gets it: over HTTP, and laid out on narrow and wide screens."""

import html
import json
import re
import threading
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from comity.cli.agreement.serving import bound
from tests.machine.browser import printed, rendered
from tests.web.agreements.test_page import shown
from tests.web.agreements.test_what_if import PAGE, TOLD_NCA

WRAP = """<!doctype html><title>x</title>
<iframe id="f" style="width:{width}px;height:800px;border:0" srcdoc="{page}"></iframe>
<pre id="found"></pre>
<script>
const parts = c => c.match(/[0-9.]+/g).map(Number);
const light = c => { const [r, g, b] = parts(c).map(v => (v /= 255) <= .04045 ? v / 12.92 :
  ((v + .055) / 1.055) ** 2.4); return .2126 * r + .7152 * g + .0722 * b; };
function ground(e) { for (; e; e = e.parentElement) {
  const c = getComputedStyle(e).backgroundColor; if ((parts(c)[3] ?? 1) > 0) return c; }
  return "rgb(255, 255, 255)"; }
document.getElementById("f").onload = () => {
  const d = document.getElementById("f").contentDocument, w = d.defaultView, poor = [], wide = [];
  for (const e of d.body.querySelectorAll("*")) {
    const own = [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim());
    if (own) {
      const [a, b] = [light(w.getComputedStyle(e).color), light(ground(e))].sort((x, y) => x - y);
      if ((b + .05) / (a + .05) < 4.5) poor.push(e.tagName + ": " + e.textContent.slice(0, 40));
    }
    const box = e.getBoundingClientRect();
    if (["SELECT", "INPUT", "BUTTON"].includes(e.tagName) && e.type !== "hidden" &&
        (box.width < 24 || box.height < 24)) poor.push("small " + e.name);
  }
  document.getElementById("found").textContent = JSON.stringify({
    page: d.documentElement.scrollWidth, poor, texts: d.body.querySelectorAll("*").length });
};
</script>"""


@pytest.fixture
def port() -> Iterator[int]:
    """Return the port of a page that is served while the test runs."""
    with bound("127.0.0.1:0", PAGE) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


def test_the_page_is_served_with_a_policy_that_lets_nothing_in_or_out(port: int) -> None:
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", f"/?{TOLD_NCA}&consent1=given")
    response = connection.getresponse()
    text = response.read().decode()
    assert response.status == 200
    assert "answer permitted" in text
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert response.headers["Cache-Control"] == "no-store"
    connection.close()


def test_a_head_request_gets_no_body(port: int) -> None:
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("HEAD", "/")
    response = connection.getresponse()
    assert int(response.headers["Content-Length"]) > 100_000
    assert response.read() == b""
    connection.close()


def measured(browser: Path, text: str, width: int, folder: Path) -> dict[str, Any]:
    """Return how wide a page is in a window, and what on it is hard to see or to hit."""
    path = folder / "page.html"
    filled = WRAP.replace("{width}", str(width)).replace("{page}", html.escape(text))
    path.write_text(filled, encoding="utf-8")
    found = re.search('<pre id="found">(.*?)</pre>', rendered(browser, path), re.DOTALL)
    assert found is not None
    data: dict[str, Any] = json.loads(html.unescape(found[1]))
    return data


@pytest.mark.slow
@pytest.mark.parametrize("width", [320, 1280])
def test_a_page_fits_its_window_and_can_be_seen_and_hit(
    chromium: Path, tmp_path: Path, width: int
) -> None:
    data = measured(chromium, shown("ico-nca-2024"), width, tmp_path)
    assert data["texts"] > 1000
    assert data["page"] <= width
    assert data["poor"] == []


@pytest.mark.slow
def test_a_page_prints_as_a_document_of_pages(chromium: Path, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text(shown("front-door-terms", whole=False), encoding="utf-8")
    pdf = printed(chromium, path, tmp_path / "page.pdf")
    assert pdf.startswith(b"%PDF-")
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) > 1


@pytest.mark.slow
def test_what_is_too_wide_or_too_pale_is_noticed(chromium: Path, tmp_path: Path) -> None:
    text = shown("front-door-terms")
    bad = text.replace(
        "</main>", '<p style="width:50rem">wide</p><p style="color:#aaa">pale</p></main>'
    )
    data = measured(chromium, bad, 320, tmp_path)
    assert data["page"] > 320
    assert data["poor"] == ["P: pale"]
