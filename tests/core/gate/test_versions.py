"""A later version of an agreement takes over, and what was told under the older one stays safe."""

from dataclasses import replace
from datetime import date, timedelta

from comity.core.agreement import Agreement, Agreements
from comity.core.consent import NOTHING
from comity.core.gate import Ground, Permit, Refusal, decide
from comity.core.gate.lines import assured, crossed
from comity.core.gate.request import Question
from comity.core.terms import digest_of
from tests.core.world import ITEM, NOW, SAID_YES, about, agreement, agreements, labelled

OLD = agreement()
TODAY = NOW.date()


def later(begins: date = TODAY, *, without: tuple[str, ...] = ()) -> Agreement:
    """Return a later version of the memorandum, without some of its rules."""
    rules = tuple(each for each in OLD.rules if each.id not in without)
    return replace(
        OLD, version="0.2.0", in_force_from=begins, digest=digest_of("later"), rules=rules
    )


def asked(held: Agreements, *versions: Agreement, says_yes: bool = False) -> Permit | Refusal:
    item = labelled(ITEM, agreements=frozenset(each.digest for each in versions))
    return decide(held, about(item), SAID_YES if says_yes else NOTHING, NOW)


LOOSER = later(without=("I-1.a",))
BOTH = Agreements([OLD, LOOSER])


def test_the_older_version_permits_nothing_once_the_later_one_has_begun() -> None:
    nothing_permitted = replace(LOOSER, rules=())
    found = asked(Agreements([OLD, nothing_permitted]), nothing_permitted, says_yes=True)
    assert isinstance(found, Refusal)
    assert {each.ground for each in found.reasons} == {Ground.NO_CLAUSE}


def test_until_the_later_version_begins_the_older_one_is_in_force() -> None:
    tomorrow = later(TODAY + timedelta(days=1), without=("I-2.a",))
    held = Agreements([OLD, tomorrow])
    assert isinstance(asked(held, OLD, says_yes=True), Permit)
    found = asked(Agreements([OLD, later(without=("I-2.a",))]), says_yes=True)
    assert isinstance(found, Refusal)


def test_what_was_told_under_the_older_version_keeps_its_protection() -> None:
    found = asked(BOTH, OLD)
    assert isinstance(found, Refusal)
    assert [(each.agreement, each.clause) for each in found.reasons] == [(OLD, "I-1")]


def test_what_was_told_under_the_later_version_alone_is_decided_by_it_alone() -> None:
    assert isinstance(asked(BOTH, LOOSER), Permit)
    assert isinstance(asked(BOTH), Permit)


def test_a_red_line_of_the_older_version_is_about_what_was_told_under_it() -> None:
    def lines(*versions: Agreement) -> set[str]:
        item = labelled(ITEM, agreements=frozenset(each.digest for each in versions))
        only_old = replace(LOOSER, red_lines=())
        held = Agreements([OLD, only_old])
        return {each.id for each in crossed(Question(held, about(item), NOTHING, NOW))}

    assert "N-10" in lines(OLD)
    assert lines() == set()


def test_the_older_version_promises_nothing_any_more() -> None:
    question = Question(agreements(), about(ITEM), SAID_YES, NOW)
    promised = [each for each in assured(question) if each in OLD.assurances]
    assert promised
    over = question._replace(agreements=Agreements([OLD, replace(LOOSER, assurances=())]))
    assert assured(over) == ()
