"""PDF: a filled form as a tagged PDF file, which a screen reader can read (PDF/UA-1).

The page is made by a template that escapes whatever it puts in, and nothing is fetched for it: no
address, no file, whatever an answer says. The library that lays it out needs Pango, which comes
with the machine; it takes seconds to load, so it is imported when a file is made and not before.
"""

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from comity.words.catalogue import say
from comity.words.forms import Sheet

VARIANT = "pdf/ua-1"
PANGO = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
"""What Debian and Ubuntu call it."""


class NoPangoError(Exception):
    """The machine lacks the library that lays text out. `advice` says what to install."""

    advice = f"install Pango (Debian, Ubuntu: apt-get install {PANGO}; macOS: brew install pango)"


def form_pdf(shown: Sheet) -> bytes:
    """Return a filled form as a PDF file.

    Raises:
        NoPangoError: the machine lacks Pango.
    """
    try:
        from weasyprint import HTML, URLFetcher  # noqa: PLC0415 - takes seconds to load
    except OSError:
        raise NoPangoError("this machine has no Pango, which lays out PDF files") from None
    # No protocol is allowed, so whatever a page asked for would stop it: ours asks for nothing.
    nothing = URLFetcher(allowed_protocols=(), fail_on_errors=True)
    made: bytes = HTML(string=form_page(shown), url_fetcher=nothing).write_pdf(pdf_variant=VARIANT)
    return made


def form_page(shown: Sheet) -> str:
    """Return a filled form as the page that the PDF file is made of."""
    words = ("unanswered", "by_hand", "complete")
    return _template().render(
        shown=shown,
        still_open=say("form.open", shown.language),
        **{each: say(f"form.{each}", shown.language) for each in words},
    )


@cache
def _template() -> Template:
    loader = PackageLoader("comity.words")
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined).get_template(
        "form.html"
    )
