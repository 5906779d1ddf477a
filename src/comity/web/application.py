"""Application: what `comity pages` runs: a front door's pages on WSGI, and their styles.

They answer requests that carry no body, so no thread ever waits for one.
"""

from django.core.wsgi import get_wsgi_application
from whitenoise import WhiteNoise

from comity import settings
from comity.bootstrap import set_up
from comity.web.ui.environment import STATIC

A_YEAR = 31_536_000

settings.face_people()
set_up()
application = WhiteNoise(
    get_wsgi_application(), root=settings.WEB / "ui" / STATIC, prefix=f"{STATIC}/", max_age=A_YEAR
)
