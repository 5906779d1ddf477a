"""Settings for the type checker's Django plugin; the store's own replace them when it comes."""

SECRET_KEY = "used by the type checker only"  # noqa: S105  # nothing is signed with it
INSTALLED_APPS: list[str] = []
