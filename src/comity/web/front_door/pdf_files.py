"""PDF files: one at a time, since each takes a moment; none where none can be made."""

import logging
from threading import Lock

from django.http import HttpResponse

from comity.web.front_door.pages import file_answer
from comity.words.forms import Sheet
from comity.words.pdf import NoPangoError, form_pdf

log = logging.getLogger(__name__)

ONE_PDF = Lock()
"""A file takes a second to lay out: one at a time, so that pages are served beside it."""

PATIENCE = 1.0
"""Seconds: whoever waits longer gets a page at once, and no thread is kept from other pages."""


def pdf_file(name: str, shown: Sheet) -> HttpResponse | None:
    """Return a sheet as a file to take away; None if no file can be made here now."""
    if not ONE_PDF.acquire(timeout=PATIENCE):
        return None
    try:
        return file_answer(f"{name}.pdf", "application/pdf", form_pdf(shown))
    except NoPangoError:
        log.warning("no PDF file can be made", exc_info=True)
        return None
    finally:
        ONE_PDF.release()
