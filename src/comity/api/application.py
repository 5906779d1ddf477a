"""Application: what `comity serve` runs: Django, on WSGI, behind the front, on granian's RSGI.

With `COMITY_WORKER=inside` the worker runs beside it in one process.

A node with much traffic runs its workers apart: `comity worker`.
"""

import os
from threading import Thread

from django.core.wsgi import get_wsgi_application

from comity.bootstrap import set_up, this_node
from comity.front import Front
from comity.node.work import Worker
from comity.work_loop import run

set_up()
application = get_wsgi_application()

front = Front(application)

if os.environ.get("COMITY_WORKER") == "inside":
    Thread(target=run, args=(Worker(this_node()),), name="worker", daemon=True).start()
