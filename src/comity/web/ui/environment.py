"""Environment: how templates are found and rendered, and where the styles are."""

from functools import cache
from hashlib import sha256
from importlib import resources
from typing import Any

from jinja2 import (
    BaseLoader,
    ChainableUndefined,
    ChoiceLoader,
    Environment,
    PackageLoader,
    PrefixLoader,
)

STATIC = "static"
STYLES = ("govuk-frontend-6.3.0.css", "comity.css")
ICON = "icon.svg"
FOLDER = resources.files("comity.web.ui") / STATIC


def environment(loader: BaseLoader, **options: Any) -> Environment:  # noqa: ANN401 - Jinja's own
    """Return where pages are rendered: escaping always on, GOV.UK's macros at hand.

    The macros read keys of keys that nobody gave, hence the undefined values that chain.
    """
    govuk = PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")})
    options |= {"undefined": ChainableUndefined, "autoescape": True}
    made = Environment(loader=ChoiceLoader([loader, govuk]), **options)  # noqa: S701 - it is on
    made.globals["styles"] = [style_address(each) for each in STYLES]
    return made


@cache
def style_address(name: str) -> str:
    """Return the address of a file of styles. It changes with the file, so browsers keep it."""
    digest = sha256((FOLDER / name).read_bytes()).hexdigest()
    return f"/{STATIC}/{name}?{digest[:12]}"
