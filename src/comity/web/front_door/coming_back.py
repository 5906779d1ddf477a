"""Coming back: a report that was sent, and what became of it, for whoever has its code."""

from collections.abc import Callable, Mapping

from django.http import HttpResponse

from comity.core.casework import Engagement, sign_engagement
from comity.core.intake import ATTACHMENTS
from comity.core.terms import ConsentId, InputError, PartyId, canonical, encode
from comity.node.attach_file import NoSuchFileError, take_file
from comity.node.draft import open_draft
from comity.node.first_notice import replace_code
from comity.node.node import NotPossibleError
from comity.node.record_engagement import record_engagement
from comity.node.return_codes import NoSuchReportError, new_ticket
from comity.node.return_to_report import prove_to_reporter, return_to_report, say_no
from comity.web.front_door.files import digest_in, files_told
from comity.web.front_door.pages import file_answer
from comity.web.front_door.pdf_files import pdf_file
from comity.web.front_door.receipts import receipt_sheet
from comity.web.front_door.reporting import receipt
from comity.web.front_door.telling import (
    answers_told,
    body_named,
    clocks_told,
    copies_told,
    engagement_told,
    letters_told,
    notices_told,
    questions_told,
    report_data,
    section_named,
)
from comity.web.front_door.visiting import (
    BACK,
    CODE,
    MESSAGES,
    OTHERS,
    OWN,
    REPORT,
    SHOW,
    TICKET,
    TO,
    Visit,
    ask_code,
    at_a_node,
)
from comity.words.cards import capital

Step = Callable[[Visit, str], HttpResponse]


@at_a_node(BACK)
def come_back(visit: Visit) -> HttpResponse:
    """Return the form for a code, or the report that it opens."""
    if visit.request.method != "POST":
        return ask_code(visit)
    step, _, about = visit.step.partition(":")
    return STEPS[step](visit, about) if step in STEPS else opened(visit)


def opened(visit: Visit, news: str = "") -> HttpResponse:
    """Return the report that a code opens."""
    shown = return_to_report(visit.node, visit.key)
    when = shown.reported_at
    values = {
        "clocks": clocks_told(shown.answers, visit.at, visit.language),
        "news": visit.say(news) if news else "",
        "code": visit.code,
        "by_account": visit.is_by_account,
        "ticket": new_ticket(visit.node),
        "reference": shown.report,
        "when": visit.moment(when) if when else visit.say("back.not_sent"),
        "now": visit.moment(visit.at),
        "copies": copies_told(shown.copies, visit.language),
        "told_to": {
            each.body: capital(body_named(each.body, visit.language)) for each in shown.copies
        },
        "answers": [
            {
                "title": section_named(section, visit.language),
                "answers": answers_told(section, answers, visit.language),
                "files": files_told(shown.files if section == ATTACHMENTS else (), visit.language),
            }
            for section, answers in shown.answers.items()
        ],
        "questions": questions_told(shown.questions, visit.at, visit.language),
        "notices": notices_told(
            (each for each in shown.notices if each.was_passed_on), visit.language
        ),
        "refusals": notices_told(
            (each for each in shown.notices if not each.was_passed_on), visit.language
        ),
        "letters": letters_told(shown.letters, visit.language),
        "action": visit.address(BACK),
        "messages": visit.address(MESSAGES),
        "write": visit.address(REPORT),
        "own": visit.address(OWN),
        "others": visit.address(OTHERS),
        "stays": ("again", SHOW),
    }
    return visit.page("report.html", BACK, values)


def _proof(visit: Visit, release: str) -> HttpResponse:
    """Return the proof of a receipt as a file; the report, if there is none yet."""
    try:
        found = prove_to_reporter(visit.node, visit.key, release)
    except NoSuchReportError:
        raise
    except NotPossibleError:
        return opened(visit, "back.no_proof")
    return file_answer("receipt.txt", "text/plain; charset=utf-8", found.text().encode())


def _file(visit: Visit, about: str) -> HttpResponse:
    """Return a file of the report, or of a letter, as it came; nobody here has opened it."""
    owner, _, written = about.rpartition("/")
    digest = digest_in(written)
    try:
        found = take_file(visit.node, visit.key, owner, digest) if digest else None
    except NoSuchFileError:
        found = None
    if found is None:
        return opened(visit, "letter.no_file")
    return file_answer(found.name, "application/octet-stream", found.data)


def _all(visit: Visit, _about: str) -> HttpResponse:
    """Return everything that this front door keeps about the report, as one file."""
    shown = return_to_report(visit.node, visit.key)
    draft = open_draft(visit.node, visit.key)
    return file_answer("report.json", "application/json", canonical(report_data(shown, draft)))


def _receipt(visit: Visit, _about: str) -> HttpResponse:
    """Return the receipt as a PDF file; the report, if no file can be made here now."""
    shown = return_to_report(visit.node, visit.key)
    return pdf_file("receipt", receipt_sheet(visit, shown)) or opened(visit, "receipt.no_pdf")


def _engagement(visit: Visit, _about: str) -> HttpResponse:
    """Return the record of whom the organisation told, to be read before it is taken."""
    told_to = visit.form.getlist(TO)
    if not told_to:
        return opened(visit, "engagement.nobody")
    try:
        record = _record(visit)
    except InputError:
        return opened(visit, "engagement.wrong")
    values = {
        "record": engagement_told(record, visit.language),
        "advice": record.advice,
        "when": visit.moment(record.made_at),
        "reference": record.report,
        "kept": [(CODE, visit.code), ("advice", record.advice), *((TO, each) for each in told_to)],
        "action": visit.address(BACK),
        "stays": ("again", "engagement"),
    }
    return visit.page("engagement.html", BACK, values)


def _record(visit: Visit) -> Engagement:
    told_to = frozenset(map(PartyId, visit.form.getlist(TO)))
    return record_engagement(visit.node, visit.key, told_to, visit.form.get("advice", ""))


def _engagement_file(visit: Visit, _about: str) -> HttpResponse:
    """Return the record, signed by this front door."""
    try:
        record = _record(visit)
    except InputError:
        return opened(visit, "engagement.wrong")
    document = sign_engagement(record, visit.node.keys.identity)
    return file_answer("engagement.json", "application/json", encode(document))


def _no(visit: Visit, _about: str) -> HttpResponse:
    try:
        consent = ConsentId(visit.form.get("consent", ""))
    except InputError:
        raise NoSuchReportError from None
    say_no(visit.node, visit.key, consent)
    return opened(visit, "back.said_no")


def _new_code(visit: Visit, _about: str) -> HttpResponse:
    ticket = visit.ticket
    fresh = replace_code(visit.node, visit.key, ticket)
    return receipt(visit, fresh, BACK, [(CODE, visit.code), (TICKET, ticket)])


STEPS: Mapping[str, Step] = {
    "no": _no,
    "new_code": _new_code,
    "proof": _proof,
    "file": _file,
    "all": _all,
    "receipt": _receipt,
    "engagement": _engagement,
    "engagement_file": _engagement_file,
}
"""What can be asked of this page; anything else is the report itself."""
