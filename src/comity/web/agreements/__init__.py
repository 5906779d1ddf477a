"""The lawyers' view of an agreement: one page, from values to HTML, in English or Welsh.

It needs no solver: what was proved comes in as a record that was kept, with the certificates that
whoever asks for the page has checked. It decides nothing either: what the gate answered comes in.
"""

from comity.web.agreements.examples import Example
from comity.web.agreements.page import Evidence, Frame, page
from comity.words import Language

__all__ = ["Evidence", "Example", "Frame", "Language", "page"]
