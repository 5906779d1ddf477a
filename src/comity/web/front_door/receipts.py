"""Receipts: one paper that says what was reported, to whom, and when each body had it."""

from comity.node.return_to_report import Returned
from comity.web.front_door.pages import notice_in
from comity.web.front_door.telling import answers_told, copies_told, section_named
from comity.web.front_door.visiting import Visit
from comity.words.forms import Block, Given, Row, Sheet


def receipt_sheet(visit: Visit, shown: Returned) -> Sheet:
    """Return the receipt of a report as it stands now, to be printed or filed."""
    when = shown.reported_at
    return Sheet(
        language=visit.language,
        title=visit.say("receipt.title"),
        head=(
            f"{visit.say('sent.reference')}: {shown.report}",
            f"{visit.say('sent.when')}: {visit.moment(when) if when else '-'}",
            visit.say("back.as_of", when=visit.moment(visit.at)),
        ),
        notice=tuple(notice_in(visit.language).split("\n")),
        blocks=(_copies(visit, shown), *_answers(visit, shown)),
        basis=(visit.say("receipt.basis"),),
        is_form=False,
    )


def _copies(visit: Visit, shown: Returned) -> Block:
    rows = [
        _row(
            f"1.{number}",
            each["body"],
            f"{each['what']}\n"
            + (
                visit.say("copy.received", when=each["received"])
                if each["received"]
                else visit.say("copy.on_its_way")
            )
            + f"\n{each['release']}",
        )
        for number, each in enumerate(copies_told(shown.copies, visit.language), 1)
    ]
    return Block(number="1", heading=visit.say("back.who_has"), rows=tuple(rows))


def _answers(visit: Visit, shown: Returned) -> list[Block]:
    return [
        Block(
            number=f"{number}",
            heading=section_named(section, visit.language),
            rows=tuple(
                _row(f"{number}.{line}", label, text)
                for line, (label, text) in enumerate(
                    answers_told(section, answers, visit.language), 1
                )
            ),
        )
        for number, (section, answers) in enumerate(shown.answers.items(), 2)
    ]


def _row(number: str, label: object, text: str) -> Row:
    given = (Given(asks="", text=text.strip()),)
    return Row(number=number, label=str(label), seen="", note="", answers=given, by_hand=False)
