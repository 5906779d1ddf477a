"""Page: the one page that anybody can see: who this node is, and whether it is well.

It is in English and Welsh at once, so that it needs neither a choice nor a cookie.
"""

from html import escape

from comity.core.terms import PartyId
from comity.shipped import notice
from comity.store.records import Role

ROLE_EN = {Role.BODY: "a public body's node", Role.FRONT_DOOR: "a front door for organisations"}
ROLE_CY = {Role.BODY: "nod corff cyhoeddus", Role.FRONT_DOOR: "drws ffrynt i sefydliadau"}

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{party} - Comity</title>
</head>
<body>
<main>
<h1>{party}</h1>
<section lang="en">
<p>This is {role_en}, run with Comity. It is {state_en}.</p>
<p><strong>{notice_en}</strong></p>
</section>
<section lang="cy">
<p>Dyma {role_cy}, yn cael ei redeg gyda Comity. {state_cy}</p>
<p><strong>{notice_cy}</strong></p>
</section>
</main>
</body>
</html>
"""


def status_page(party: PartyId, role: Role, *, ok: bool) -> str:
    """Return the page. It depends on nothing but the node's name, its role and its health."""
    return PAGE.format(
        party=escape(party),
        role_en=ROLE_EN[role],
        role_cy=ROLE_CY[role],
        state_en="working" if ok else "not working",
        state_cy="Mae'n gweithio." if ok else "Nid yw'n gweithio.",
        notice_en=_sentences(notice()),
        notice_cy=_sentences(notice("text_cy")),
    )


def _sentences(lines: str) -> str:
    return escape(". ".join(each[:1].upper() + each[1:] for each in lines.splitlines()))
