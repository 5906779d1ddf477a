"""Letters: an organisation writes to bodies that it told of a report, and reads what they wrote.

What each body would get is shown before it is sent. Files are put to a letter one by one; what was
written stays on the page meanwhile.
"""

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpResponse

from comity.core.intake import Letter, NamedFile
from comity.core.terms import Code, InputError, PartyId
from comity.node.node import NotPossibleError
from comity.node.own_files import TooManyFilesError
from comity.node.return_codes import NoSuchReportError, NotAllowedError, Ticket, new_ticket
from comity.node.write_letter import (
    Wanted,
    files_of_letter,
    letters_to_send,
    may_be_written_to,
    put_to_letter,
    send_letter,
    take_from_letter,
)
from comity.web.front_door.coming_back import opened
from comity.web.front_door.files import (
    FILE,
    digest_in,
    file_told,
    files_told,
    sent_files,
    wrong_with,
)
from comity.web.front_door.reporting import to_choose
from comity.web.front_door.visiting import (
    BACK,
    CODE,
    MESSAGES,
    TICKET,
    TO,
    Visit,
    ask_code,
    at_a_node,
)

TEXT = "text"
WRONG_WORDS = {Code.TOO_LARGE: "error.too_long", Code.BAD_TEXT: "error.bad_text"}

Wrong = Mapping[str, str]


@at_a_node(MESSAGES)
def letters(visit: Visit) -> HttpResponse:
    """Return the page on which one writes, what each body would get, or the report once sent."""
    if visit.request.method != "POST":
        return ask_code(visit)
    step, _, about = visit.step.partition(":")
    ticket = visit.ticket if visit.form.get(TICKET) else new_ticket(visit.node)
    try:
        wrong = _take_in(visit, ticket)
        return STEPS.get(step, _write)(visit, ticket, about, wrong)
    except (NoSuchReportError, NotAllowedError):
        raise
    except NotPossibleError:
        return opened(visit, "letter.already")


def _take_in(visit: Visit, ticket: Ticket) -> Wrong:
    """Put the files that came to the letter; return what is wrong with one, if something is."""
    for each in sent_files(visit.request):
        try:
            put_to_letter(visit.node, visit.key, ticket, each.name, each.data)
        except InputError as error:
            return {FILE: wrong_with(error)}
        except TooManyFilesError:
            return {FILE: "error.files"}
    return {}


def _write(visit: Visit, ticket: Ticket, _about: str, wrong: Wrong) -> HttpResponse:
    """Return the page on which one writes, with what was written, and what is wrong with it."""
    told, said_wrong = may_be_written_to(visit.node, visit.key), visit.said_wrong(wrong)
    files = files_of_letter(visit.node, visit.key, ticket)
    values = {
        "to": [each for each in to_choose(visit) if each["body"] in told],
        "chosen": visit.form.getlist(TO),
        "text": visit.form.get(TEXT, ""),
        "files": files_told(files, visit.language),
        "wrong": said_wrong,
        "errors": list(said_wrong.items()),
        "code": visit.code,
        "ticket": ticket,
        "action": visit.address(MESSAGES),
        "back": visit.address(BACK),
        "stays": ("answers", "write"),
    }
    return visit.page("letter.html", MESSAGES, values)


def _attach(visit: Visit, ticket: Ticket, about: str, wrong: Wrong) -> HttpResponse:
    missing = {} if wrong or sent_files(visit.request) else {FILE: "error.file"}
    return _write(visit, ticket, about, {**wrong, **missing})


def _detach(visit: Visit, ticket: Ticket, about: str, wrong: Wrong) -> HttpResponse:
    digest = digest_in(about)
    if digest is not None:
        take_from_letter(visit.node, visit.key, ticket, digest)
    return _write(visit, ticket, "", wrong)


def _wanted(visit: Visit) -> Wanted:
    return Wanted(frozenset(map(PartyId, visit.form.getlist(TO))), visit.form.get(TEXT, ""))


def _read(visit: Visit, ticket: Ticket, wrong: Wrong) -> tuple[dict[PartyId, Letter], Wrong]:
    """Return for each body what it would get; nothing and what is wrong if it cannot be sent so."""
    told, to = may_be_written_to(visit.node, visit.key), visit.form.getlist(TO)
    if not to or not told.issuperset(to):
        return {}, {**wrong, TO: "error.to"}
    try:
        found = letters_to_send(visit.node, visit.key, ticket, _wanted(visit))
    except InputError as error:
        return {}, {**wrong, TEXT: WRONG_WORDS.get(error.code, "error.letter")}
    return ({}, wrong) if wrong else (found, {})


def _check(visit: Visit, ticket: Ticket, about: str, wrong: Wrong) -> HttpResponse:
    """Return what each body would get, from the very letter that would be sealed for it."""
    found, wrong = _read(visit, ticket, wrong)
    if wrong:
        return _write(visit, ticket, about, wrong)
    values = {
        "seen": [
            {**words, "sees": [_sees(visit, found[PartyId(words["body"])])]}
            for words in to_choose(visit)
            if words["body"] in found
        ],
        "kept": [
            (CODE, visit.code),
            (TICKET, ticket),
            (TEXT, visit.form.get(TEXT, "")),
            *((TO, each) for each in sorted(found)),
        ],
        "change": "write",
        "action": visit.address(MESSAGES),
        "stays": ("answers", "check"),
    }
    return visit.page("check.html", MESSAGES, values)


def _sees(visit: Visit, letter: Letter) -> dict[str, Any]:
    return {
        "title": visit.say("letter.words"),
        "answers": letter_told(visit, letter.text, letter.files),
    }


def letter_told(visit: Visit, text: str, files: tuple[NamedFile, ...]) -> list[tuple[str, str]]:
    """Return what a letter says, and what is said of the files that go with it."""
    named = "\n".join(file_told(each, visit.language) for each in files)
    rows = [(visit.say("letter.words"), text), (visit.say("letter.files"), named)]
    return [(label, value) for label, value in rows if value]


def _send(visit: Visit, ticket: Ticket, about: str, wrong: Wrong) -> HttpResponse:
    """Send it, and return the report; the page again if it cannot be sent so."""
    _, wrong = _read(visit, ticket, wrong)
    if wrong:
        return _write(visit, ticket, about, wrong)
    send_letter(visit.node, visit.key, ticket, _wanted(visit))
    return opened(visit, "letter.sent")


STEPS: Mapping[str, Callable[[Visit, Ticket, str, Wrong], HttpResponse]] = {
    "attach": _attach,
    "detach": _detach,
    "check": _check,
    "send": _send,
}
"""What can be asked of this page; anything else is the page on which one writes."""
