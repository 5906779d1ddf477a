"""The page for lawyers: whole, plain to every reader, and safe whatever an agreement says."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from comity.cli.agreement.evidence import evidence_of
from comity.core.agreement import Agreement, read_agreement
from comity.core.language import read_vocabulary
from comity.core.terms import read_toml
from comity.shipped import SHIPPED, shipped_agreement, shipped_agreements
from comity.web.agreements import Evidence, Frame, Language, page
from comity.web.agreements.page import anchor
from comity.web.agreements.what_if import form
from comity.web.agreements.words import catalogue, words
from comity.words import dated
from tests.structure.source import ROOT

VOID = frozenset({"meta", "br", "input", "link", "img", "hr"})
HOSTILE = "<script>alert(1)</script>\"' onload=x"
TERMS = (SHIPPED / "front-door-terms.md").read_text(encoding="utf-8")


class Document(HTMLParser):
    """What a reader's tools see of a page: elements in order, each with its text."""

    def __init__(self, text: str) -> None:
        """Read a page."""
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[tuple[str, list[str]]] = []
        self.texts: list[tuple[str, str]] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take an element."""
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append((tag, []))

    def handle_endtag(self, tag: str) -> None:
        """Close the element that is open."""
        started, parts = self.open.pop()
        assert started == tag, f"</{tag}> closes <{started}>"
        self.texts.append((tag, " ".join("".join(parts).split())))
        if self.open:
            self.open[-1][1].extend(parts)

    def handle_data(self, data: str) -> None:
        """Take text."""
        if self.open:
            self.open[-1][1].append(data)

    def named(self, *tags: str) -> list[dict[str, str | None]]:
        """Return the attributes of elements of these kinds."""
        return [attributes for tag, attributes in self.elements if tag in tags]

    def said(self, tag: str) -> list[str]:
        """Return the texts of elements of a kind."""
        return [text for found, text in self.texts if found == tag]


def properties(found: Agreement) -> list[str]:
    """Return the ids of everything that an agreement promises."""
    lines = [each.id for each in found.red_lines] + [each.id for each in found.flows]
    promised = [each.id for each in found.assurances] + [each.id for each in found.freedoms]
    return lines + promised


def shown(name: str, language: Language = Language.ENGLISH, *, whole: bool = True) -> str:
    found = shipped_agreement(name)
    asked = form(found, {}) if whole else None
    frame = Frame(name=name, language=language, notices=["a notice"])
    return page(found, frame, evidence_of(name, found), asked)


def complaints(text: str) -> Iterator[str]:
    """Yield what is wrong with a page for somebody who cannot see it, or uses no mouse."""
    found = Document(text)
    ids = [each["id"] for _, each in found.elements if "id" in each]
    yield from (f"id {each} stands twice" for each in set(ids) if ids.count(each) > 1)
    levels = [int(tag[1]) for tag, _ in found.elements if re.fullmatch("h[1-6]", tag)]
    yield from () if levels[:1] == [1] and levels.count(1) == 1 else ["no single first heading"]
    steps = pairwise(levels)
    yield from (f"h{one} is followed by h{other}" for one, other in steps if other > one + 1)
    for tag, each in found.elements:
        for name in ("aria-labelledby", "aria-describedby", "for"):
            if name in each and each[name] not in ids:
                yield f"{tag} names {each[name]}, which is not there"
        target = each.get("href") or ""
        if target.startswith("#") and target[1:] not in ids:
            yield f"a link leads to {target}"
        if re.match("[a-z]+:|//", target) or "src" in each:
            yield f"{tag} leads outside"
        if tag == "script" or any(name.startswith("on") or name == "style" for name in each):
            yield f"{tag} runs or is styled in line"
    labels = {each.get("for") for each in found.named("label")}
    fields = found.named("select", "input", "textarea")
    yield from (
        f"field {each.get('name')} has no label"
        for each in fields
        if each.get("type") != "hidden" and each.get("id") not in labels
    )
    tables, captions = found.named("table"), found.said("caption")
    yield from () if len(tables) == len(captions) and all(captions) else ["a table has no caption"]
    yield from ("a heading cell has no scope" for each in found.named("th") if "scope" not in each)
    yield from ("no language" for each in found.named("html") if not each.get("lang"))
    yield from (f"an empty {tag}" for tag, text in found.texts if tag[0] == "h" and not text
                and tag not in {"head", "html", "header"})  # fmt: skip


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("name", shipped_agreements())
def test_a_page_has_what_people_without_mouse_or_sight_need(name: str, language: Language) -> None:
    assert list(complaints(shown(name, language))) == []


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ("<h3 id=", "<p></p><h6></h6><h3 id="),
        ("<table>\n<caption>", "<table>\n<caption></caption><caption>"),
        ('scope="col"', ""),
        ('href="#clauses"', 'href="#nowhere"'),
        ('<label for="discloser"', "<label"),
        ('id="clauses"', 'id="grades"'),
        ('<a class="skip"', '<a onclick="x" class="skip"'),
        ('href="#main"', 'href="https://example.org/"'),
        ('<html lang="en">', "<html>"),
    ],
)
def test_what_is_missing_is_noticed(was: str, becomes: str) -> None:
    text = shown("front-door-terms")
    assert was in text
    assert list(complaints(text.replace(was, becomes, 1)))


@pytest.mark.parametrize("name", shipped_agreements())
def test_every_clause_rule_and_property_stands_on_the_page(name: str) -> None:
    found, text = shipped_agreement(name), shown(name, whole=False)
    ids = set(re.findall(' id="([^"]+)"', text))
    assert {f"clause-{anchor(each.id)}" for each in found.clauses} <= ids
    assert {f"rule-{anchor(each.id)}" for each in found.rules} <= ids
    assert {f"line-{anchor(each)}" for each in properties(found)} <= ids
    flat = " ".join(Document(text).said("html"))
    for clause in found.clauses:
        assert " ".join(clause.text.split()) in flat
    assert found.digest in flat
    assert found.status in flat


def test_the_page_says_when_by_what_and_under_which_certificates_it_was_proved() -> None:
    text = shown("front-door-terms")
    assert "Proved for all requests on 29 November 2026 by z3-solver" in text
    assert text.count("Its certificate was checked, without a solver") == 6
    assert "6 of 6 red lines have a certificate" in text
    assert "Not proved." not in text
    assert len(re.findall('class="example"', text)) == 9


def test_without_a_record_nothing_is_called_proved() -> None:
    found = shipped_agreement("front-door-terms")
    text = page(found, Frame(name="front-door-terms"), Evidence())
    assert "Nothing is on record of this version" in text
    assert "comity agreement record front-door-terms --to FOLDER" in text
    assert "Proved for all requests" not in text


def test_a_record_of_another_version_proves_nothing() -> None:
    other = shipped_agreement("nca-ncsc-demo")
    found = shipped_agreement("front-door-terms")
    evidence = evidence_of("nca-ncsc-demo", other)
    assert evidence.examples
    text = page(found, Frame(name="front-door-terms"), evidence)
    assert "found for another version of this text" in text
    assert "Proved for all requests" not in text
    assert 'class="example"' not in text


def hostile() -> Agreement:
    """Return an agreement whose every text tries to be more than text."""
    document = read_toml((SHIPPED / "vocabulary.toml").read_bytes(), "vocabulary.toml")
    facts = document["facts"]
    assert isinstance(facts, dict)
    facts["discloser"]["meaning"] = f"who{HOSTILE}"
    vocabulary = read_vocabulary(document, "vocabulary.toml")
    lines = TERMS.replace("# Terms of a front door", f"# Terms{HOSTILE}", 1)
    lines = lines.replace("status: the terms", f"status: {HOSTILE}", 1)
    lines = lines.replace("> What you report", f"> {HOSTILE}", 1)
    lines = lines.replace("the organisation chooses the body", HOSTILE, 1)
    lines = lines.replace("the operator's own terms, quoted", f"{HOSTILE}, quoted", 1)
    return read_agreement(lines.encode(), "hostile.md", vocabulary)


@pytest.mark.parametrize("language", Language)
def test_hostile_text_in_an_agreement_stays_text(language: Language) -> None:
    found = hostile()
    frame = Frame(name=HOSTILE, language=language, notices=[HOSTILE])
    entered = {"smallest_group": [HOSTILE], "discloser": [HOSTILE]}
    text = page(found, frame, Evidence(), form(found, entered))
    assert text.count("&lt;script&gt;") > 8
    assert "<script" not in text
    assert 'onload=x"' not in text.replace("&#34;", '"').replace("&#39; onload=x", "")
    assert list(complaints(text)) == []


def test_every_message_has_every_language_and_the_same_gaps() -> None:
    gaps = re.compile(r"\{(\w+)\}")
    for key, said in catalogue().items():
        assert set(said) == set(Language), key
        assert all(text.strip() for text in said.values()), key
        assert len({tuple(sorted(gaps.findall(text))) for text in said.values()}) == 1, key
    assert words(Language.WELSH)["clauses"] != words(Language.ENGLISH)["clauses"]


def test_every_message_is_used_and_the_welsh_page_has_no_english_of_its_own() -> None:
    source = "".join(
        path.read_text(encoding="utf-8")
        for path in (ROOT / "src/comity").glob("*/agree*/**/*")
        if path.suffix in {".py", ".html"}
    )
    made = {f"{start}{end}" for start, ends in {
        "counts_": ("permit", "forbid"), "example_": ("allowed", "refused", "boundary"),
        "consent_": ("none", "sought", "given", "refused", "withdrawn"),
        "": ("permits", "forbids", "permit_lead", "forbid_lead", "yes_or_unknown", "no_or_unknown",
             "red_line_lead", "assurance_lead", "freedom_lead", "keeps_lead", "opens_lead"),
    }.items() for end in ends}  # fmt: skip
    unused = [
        key for key in catalogue() if key not in made and not re.search(rf"\b{key}\b", source)
    ]
    assert unused == []
    english = words(Language.ENGLISH)
    welsh_page = shown("front-door-terms", Language.WELSH)
    long = [text for text in english.values() if len(text) > 25 and "{" not in text]
    assert [text for text in long if text in welsh_page] == []


def test_a_day_is_written_in_the_language_of_the_page() -> None:
    day = shipped_agreement("front-door-terms").in_force_from
    assert dated(day, Language.ENGLISH) == "5 September 2024"
    assert dated(day, Language.WELSH) == "5 Medi 2024"


def test_two_ids_never_share_an_anchor() -> None:
    assert anchor("I-1.a") != anchor("I.1-a")
    assert re.fullmatch("[A-Za-z0-9_]+", anchor("I-1.a <>"))
