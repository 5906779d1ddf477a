"""Past decisions come out as they did, and another version shows what it would have changed."""

from dataclasses import replace

from comity.core.agreement import Agreement, read_agreement
from comity.core.audit.again import digest_of_all, replayed, under
from comity.core.audit.bundle import Basis
from comity.core.terms import decode, encode
from tests.core.audit.small import late
from tests.core.world import SHIPPED, agreement, vocabulary


def version(name: str, *changes: tuple[str, str]) -> Agreement:
    """Return a shipped agreement with some places of its text changed."""
    text = (SHIPPED / f"{name}.md").read_text(encoding="utf-8")
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    return read_agreement(text.encode(), f"{name}.md", vocabulary())


def test_every_decision_comes_out_as_it_was_recorded() -> None:
    found = list(replayed(late()))
    assert len(found) == len(late().decisions) > 2
    assert all(each.is_same for each in found)
    assert {each.was_permitted for each in found} == {True, False}


def test_replaying_gives_the_same_digest_each_time_and_another_for_another_outcome() -> None:
    found = list(replayed(late()))
    assert digest_of_all(found) == digest_of_all(replayed(late()))
    turned = found[0]._replace(permitted=not found[0].permitted)
    assert digest_of_all([turned, *found[1:]]) != digest_of_all(found)


def test_a_decision_recorded_otherwise_is_not_the_same() -> None:
    first, *others = late().decisions
    forged = replace(late(), decisions=(replace(first, permitted=not first.permitted), *others))
    assert [each.is_same for each in replayed(forged)].count(False) == 1
    forged = replace(late(), decisions=(replace(first, clauses=("Z-9",)), *others))
    assert [each.is_same for each in replayed(forged)].count(False) == 1


def test_without_the_agreement_a_decision_is_not_judged() -> None:
    bare = replace(late(), agreements=())
    assert {each.permitted for each in replayed(bare)} == {None}
    assert not any(each.is_same for each in replayed(bare))
    assert list(under(bare, agreement())) == []


def test_under_the_version_of_the_day_nothing_changes() -> None:
    found = list(under(late(), agreement()))
    assert found
    assert all(each.is_same for each in found)


def test_a_version_that_forbids_everything_would_have_refused_what_was_permitted() -> None:
    stricter = version("ico-nca-2024", ("forbid  discloser is recipient", "forbid  any"))
    found = list(under(late(), stricter))
    assert any(each.was_permitted for each in found)
    assert not any(each.permitted for each in found)


def test_a_version_that_lets_go_would_have_permitted_what_was_refused() -> None:
    told = "source  origin is ORG and in_confidence and NCA in given_to\n       unless"
    looser = version("ico-nca-2024", (told, told.replace("\n", " and consent is given\n")))
    found = list(under(late(), looser))
    assert [each.entry for each in found if each.permitted and not each.was_permitted]


def test_an_agreement_of_another_title_has_no_say() -> None:
    other = version("ico-nca-2024", ("# Memorandum of understanding: ICO and NCA", "# Another"))
    assert list(under(late(), other)) == []


def test_what_was_told_under_the_older_version_counts_as_told_under_the_newer() -> None:
    newer = version("ico-nca-2024", ("version 0.1.0", "version 0.2.0"))
    assert newer.digest != agreement().digest
    assert all(each.is_same for each in under(late(), newer))
    questions = [decode(Basis, part.question, "q") for part in late().decisions]
    told = {digest for q in questions for i in q.asked.items for digest in i.label.agreements}
    assert agreement().digest in told
    assert encode(questions[0]) == late().decisions[0].question
