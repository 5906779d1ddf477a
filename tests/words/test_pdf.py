"""A form as a PDF file can be read by everybody, and nothing that stands in it does anything."""

import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from threading import Thread

import pypdfium2
import pypdfium2.raw as pdfium
import pytest

from comity.core.intake import Report
from comity.shipped import shipped_projections
from comity.words import Language
from comity.words import pdf as words_pdf
from comity.words.pdf import NoPangoError, form_page, form_pdf
from tests.words.test_forms import shown, summed_up

pytestmark = pytest.mark.usefixtures("pango")


class Read:
    """A PDF file, read by the library that browsers read it with."""

    def __init__(self, data: bytes) -> None:
        """Open the file."""
        self.file = pypdfium2.PdfDocument(data)
        self.text = "\n".join(page.get_textpage().get_text_range() for page in self.file)

    @property
    def language(self) -> str:
        """Return the language that the file says it is in."""
        room = (pdfium.FPDF_WCHAR * 20)()
        size = pdfium.FPDFCatalog_GetLanguage(self.file, room, 40)
        return bytes(room)[: max(size - 2, 0)].decode("utf-16-le")

    def links(self) -> int:
        """Return how many places of the file lead somewhere."""
        found = 0
        for page in self.file:
            place, link = pdfium.c_int(0), pdfium.FPDF_LINK()
            while pdfium.FPDFLink_Enumerate(page, place, link):
                found += 1
        return found


def read(
    name: str = "ncsc", report: Report | None = None, language: Language = Language.ENGLISH
) -> Read:
    return Read(form_pdf(shown(name, report, language)))


def together(text: str) -> str:
    """Return a text without its spaces and line ends, which a page sets anew.

    The reader gives a hyphen at the end of a line as U+FFFE.
    """
    return "".join(text.split()).replace("\ufffe", "-")


def footless(text: str) -> str:
    """Return a text without what stands at the foot of each page of a briefing."""
    return re.sub(r"Briefingonacyberincident\d+/\d+", "", text)


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("name", shipped_projections())
def test_a_file_is_tagged_names_its_language_and_says_what_the_text_says(
    name: str, language: Language
) -> None:
    found, sheet = read(name, language=language), shown(name, None, language)
    assert pdfium.FPDFCatalog_IsTagged(found.file)
    assert found.language == language
    assert found.file.get_metadata_value("Title") == sheet.title
    text = together(found.text)
    for line in (*sheet.head, *sheet.notice, *sheet.basis):
        assert together(line) in text
    for block in sheet.blocks:
        assert together(f"{block.number}. {block.heading}") in text
        for row in block.rows:
            for said in (row.label, row.note, *(one.text for one in row.answers)):
                assert together(said) in text


LETTERS = (
    "\u0174\u0175 \u0176\u0177 \u00c2\u00e2 \u00ca\u00ea \u00ce\u00ee \u00d4\u00f4 \u00db\u00fb"
)


def test_every_letter_of_welsh_is_shown_by_a_font_that_has_it() -> None:
    found = read(report=summed_up(LETTERS), language=Language.WELSH)
    assert together(LETTERS) in together(found.text)
    assert not any(ord(each) == 0xFFFD for each in found.text)


MARKUP = (
    '</div><script>alert(1)</script><img src="{0}/a.png"><link rel="stylesheet" href="{0}/b.css">'
    '<style>@import url({0}/c.css); p {{ background: url({0}/d) }}</style><a href="{0}/e">x</a>'
    '<iframe src="file:///etc/passwd"></iframe><object data="{0}/f"></object>'
    '<svg><image href="{0}/g"/></svg><base href="{0}/"> {{{{ 7 * 7 }}}} {{% raw %}} &lt;b&gt; &#65;'
)


@pytest.fixture
def asked() -> Iterator[tuple[str, list[bytes]]]:
    """Return an address on this machine, and what anybody has asked there."""
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        Thread(target=_listen, args=(server, heard), daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}", heard


def _listen(server: socket.socket, heard: list[bytes]) -> None:
    while True:
        try:
            connection, _ = server.accept()
        except OSError:
            return
        with connection:
            heard.append(connection.recv(100))


def test_what_looks_like_a_page_stays_a_text(asked: tuple[str, list[bytes]]) -> None:
    address, heard = asked
    written = MARKUP.format(address)
    found = read(report=summed_up(written))
    assert together(written) in together(found.text)
    assert "49" not in found.text
    assert "root:" not in found.text
    assert found.links() == 0
    assert pdfium.FPDFDoc_GetJavaScriptActionCount(found.file) == 0
    assert pdfium.FPDFDoc_GetAttachmentCount(found.file) == 0
    assert heard == []


def test_a_page_holds_no_markup_of_an_answer() -> None:
    page = form_page(shown("ncsc", summed_up(MARKUP.format("http://x.invalid"))))
    for each in ("<script", "<img", "<link", "<iframe", "<object", "<svg", "<base", "<a "):
        assert each not in page


@pytest.mark.parametrize(
    "asks",
    [
        '<img src="{0}/a.png">',
        '<link rel="stylesheet" href="{0}/b.css">',
        "<style>@import url({0}/c.css)</style>",
        "<style>p {{ background: url({0}/d.png) }}</style>",
        '<img src="file:///etc/hostname">',
        '<img src="data:image/png;base64,AAAA">',
    ],
)
def test_even_a_page_that_asks_for_something_gets_nothing(
    asks: str, asked: tuple[str, list[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    address, heard = asked
    page = f'<html lang="en"><title>x</title><p>y</p>{asks.format(address)}</html>'
    monkeypatch.setattr(words_pdf, "form_page", lambda _: page)
    with pytest.raises(BaseException, match="Error fetching"):
        form_pdf(shown())
    assert heard == []


@pytest.mark.parametrize(
    "written",
    [
        pytest.param("x" * 5_000, id="one long word"),
        pytest.param("of " * 1_600 + "all", id="many words"),
        pytest.param("\n".join(map(str, range(900))), id="many lines"),
    ],
)
def test_a_large_answer_is_there_whole_and_runs_over_no_edge(written: str) -> None:
    found = read("board", summed_up(written))
    kept = together(found.text)
    assert len(found.file) > 2
    if "\n" not in written:
        assert together(written) in footless(kept)
    else:
        assert all(line in found.text for line in written.split("\n"))
    for page in found.file:
        words = page.get_textpage()
        for at in range(0, words.count_chars(), 7):
            left, _, right, _ = words.get_charbox(at)
            assert 0 <= left <= right <= page.get_width()


def test_what_lays_out_files_is_loaded_only_when_one_is_made() -> None:
    code = "import sys, comity.words.pdf, comity.cli.report; sys.exit('weasyprint' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_machine_without_pango_gets_one_clear_error(monkeypatch: pytest.MonkeyPatch) -> None:
    class Missing:
        def find_spec(self, name: str, *_more: object) -> None:
            if name == "weasyprint":
                raise OSError("cannot load library 'libpango-1.0-0'")

    for name in [each for each in sys.modules if each.partition(".")[0] == "weasyprint"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(sys, "meta_path", [Missing(), *sys.meta_path])
    with pytest.raises(NoPangoError, match="has no Pango") as caught:
        form_pdf(shown())
    assert "apt-get install libpango-1.0-0" in caught.value.advice
