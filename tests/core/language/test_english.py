"""A condition in English says what the condition says, by what the vocabulary means."""

import pytest
from hypothesis import given

from comity.core.language import Fragment, Names, check, parse
from comity.core.language.conditions import ALWAYS, NEVER, And, Condition, Constant, Not, Or
from comity.core.language.english import Said, english, party_words, plain, value_words
from comity.core.terms import Place
from tests.core.strategies_language import condition, trees
from tests.core.strategies_language import written as text_of
from tests.core.world import agreement
from tests.spec.slow_language import Tree

MEMORANDUM = agreement()


def said(text: str) -> Said:
    """Return what is said of a condition on the facts of the memorandum."""
    names = Names(vocabulary=MEMORANDUM.vocabulary)
    return english(check(parse([Fragment(text, Place(name="test", line=1, column=1))]), names))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("any", "this is always so"),
        ("not any", "this is never so"),
        ("discloser is NCA", "who passes the items on is NCA"),
        ("discloser is not FRONT_DOOR", "who passes the items on is not a front door"),
        ("discloser is recipient", "who passes the items on is who would get the items"),
        ("discloser in (ICO)", "who passes the items on is ICO"),
        ("not discloser in (ICO)", "who passes the items on is not ICO"),
        ("discloser in (ICO, NCA)", "who passes the items on is ICO or NCA"),
        ("not discloser in (ICO, NCA)", "who passes the items on is neither ICO nor NCA"),
        ("kind is reminder", ("what kind of information is passed on is “the fixed neutral "
         "reminder that legal duties may exist”")),
        ("identifies_people", "a living person can be identified from the item"),
        ("not identifies_people",
         "it is not so that a living person can be identified from the item"),
        ("not (not identifies_people)", "a living person can be identified from the item"),
        ("NCA in originators_agreed", ("the bodies that have agreed to this onward disclosure of "
         "what they provided include NCA")),
        ("not NCA in originators_agreed", ("the bodies that have agreed to this onward disclosure "
         "of what they provided do not include NCA")),
        ("discloser in originators_agreed", ("who passes the items on is among the bodies that "
         "have agreed to this onward disclosure of what they provided")),
        ("restrictions within (hmrc)", ("the regimes whose own authority must agree before "
         "anything is passed on are all among “information from HM Revenue and Customs: Crime and "
         "Courts Act 2013 Sch. 7”")),
        ("not restrictions within authorities_agreed", ("the regimes whose own authority must "
         "agree before anything is passed on are not all among the regimes whose authority has "
         "agreed to this disclosure")),
        ("tlp < TLP:RED", ("the item's Traffic Light Protocol 2.0 marking is less strict than "
         "TLP:RED")),
        ("not tlp <= TLP:GREEN", ("the item's Traffic Light Protocol 2.0 marking is stricter than "
         "TLP:GREEN")),
        ("not tlp < TLP:GREEN", ("the item's Traffic Light Protocol 2.0 marking is TLP:GREEN or "
         "stricter")),
        ("k <= smallest_group", ("how many organisations stand behind the smallest figure is at "
         "least the agreement's number k")),
        ("not k <= smallest_group", ("how many organisations stand behind the smallest figure is "
         "less than the agreement's number k")),
        ("any source (origin is ORG)", ("of some source this is so: (1) who first told or made it "
         "is an organisation")),
        ("not any source (any)", "there is no source"),
        ("any source (any)", "there is a source"),
        ("not any source (in_confidence)",
         "of no source this is so: (1) the source told it in confidence"),
        ("not any source (not in_confidence)",
         "of every source this is so: (1) the source told it in confidence"),
        ("any source (now < consent_from)", ("of some source this is so: (1) when the request is "
         "decided is before the first instant for which the answer speaks")),
    ],
)  # fmt: skip
def test_a_condition_is_said_as_a_lawyer_reads_it(text: str, words: str) -> None:
    assert said(text).flat == words


@pytest.mark.parametrize(
    ("text", "lead", "parts"),
    [
        ("identifies_people and officer_named", "all of this is so:", 2),
        ("not (identifies_people and officer_named)", "not all of this is so:", 2),
        ("identifies_people or officer_named", "at least one of these is so:", 2),
        ("not (identifies_people or officer_named)", "none of these is so:", 2),
        ("kind in (report, message, warning, signal)",
         "what kind of information is passed on is one of:", 4),
        ("not kind in (report, message, warning, signal)",
         "what kind of information is passed on is none of:", 4),
        ("any source (origin is ORG and in_confidence)",
         "of some source all of this is so together:", 2),
        ("not any source (origin is ORG or in_confidence)",
         "of no source at least one of these is so:", 2),
    ],
)  # fmt: skip
def test_a_condition_of_many_parts_is_a_lead_and_its_parts(
    text: str, lead: str, parts: int
) -> None:
    found = said(text)
    assert found.text == lead
    assert len(found.parts) == parts


def test_a_conjunction_within_a_conjunction_is_one_list() -> None:
    one, other = condition("signed"), condition("names_people")
    assert len(english(And((one, And((other, one))))).parts) == 3
    assert len(english(And((one, Or((other, one))))).parts) == 2


@given(trees())
def test_a_condition_and_its_denial_are_never_said_alike(tree: Tree) -> None:
    asked = condition(text_of(tree))
    assert english(asked).flat != english(Not(asked)).flat
    assert english(Not(Not(asked))) == english(asked)


def test_the_constants_deny_each_other() -> None:
    assert english(Not(ALWAYS)) == english(NEVER)
    assert english(Not(Constant(truth=False))) == english(ALWAYS)


def test_a_value_is_said_by_its_meaning_and_a_name_stays_a_name() -> None:
    kinds = MEMORANDUM.vocabulary.values["kinds"]
    parties = MEMORANDUM.vocabulary.values["parties"]
    assert value_words("signal", kinds).startswith("“that a body is engaged")
    assert value_words("NCA", parties) == "NCA"
    assert value_words("ORG") == value_words("ORG", parties) == "an organisation"
    assert value_words(frozenset({"NCA", "ICO"}), parties) == "ICO and NCA"
    assert value_words(frozenset(), parties) == "none"
    assert (value_words(True), value_words(False), value_words(7)) == ("yes", "no", "7")  # noqa: FBT003 - the values themselves
    assert (party_words("NCSC"), plain("in_confidence")) == ("NCSC", "in confidence")


def test_only_a_comparison_compares() -> None:
    class Unheard:
        pass

    unheard: Condition = Unheard()  # type: ignore[assignment]  # a kind that nobody has thought of
    with pytest.raises(TypeError, match="a comparison was expected"):
        english(unheard)
