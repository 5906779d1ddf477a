"""Application: what `comity pages` runs: pages and styles of a front door, behind the front."""

from importlib import import_module

from django.core.wsgi import get_wsgi_application
from whitenoise import WhiteNoise

from comity import settings
from comity.bootstrap import set_up
from comity.faces import MOST_UPLOAD_BYTES, WEB
from comity.front import Front, Lets
from comity.web.ui.environment import STATIC

A_YEAR = 31_536_000

HEADERS = (
    "accept-encoding", "authorization", "content-type", "cookie", "host", "idempotency-key",
    "if-modified-since", "if-none-match", "origin", "referer", "user-agent",
)  # fmt: skip
"""What these pages read of a request, beside its address and its form."""

settings.face_people()
set_up()
if settings.has_accounts():
    import_module("comity.web.accounts.adapters").wrapped_key()
application = WhiteNoise(
    get_wsgi_application(), root=WEB / "ui" / STATIC, prefix=f"{STATIC}/", max_age=A_YEAR
)
front = Front(application, Lets(most_bytes=MOST_UPLOAD_BYTES + 1, query=True, headers=HEADERS))
