"""What every test shares: hypothesis profiles, and the machine's server and browser."""

import os

import pytest
from hypothesis import settings

from tests.machine.needs import needs_in

pytest_plugins = ["tests.machine.fixtures"]

# A shared machine stalls at times, so no deadline; a failure prints how to repeat it.
settings.register_profile("ci", deadline=None, derandomize=False, print_blob=True)
# Planted bugs run a room's tests many times: the same examples each time, and fewer of them.
settings.register_profile("quick", deadline=None, max_examples=25, print_blob=True)
settings.register_profile("planted", deadline=None, derandomize=True, database=None)
# Coverage must not hang on luck: one example of each, the same every time.
settings.register_profile(
    "coverage", deadline=None, derandomize=True, max_examples=1, database=None
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


def pytest_configure() -> None:
    """Refuse a misspelt ``COMITY_REQUIRE`` before any test can skip because of it."""
    try:
        needs_in(os.environ)
    except ValueError as error:
        raise pytest.UsageError(str(error)) from error
