"""`comity agreement ...` as a person uses it: answers, exit codes, and errors that help."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from comity.cli.main import main

QUESTION = """
now = 2026-11-23T09:00:00Z
discloser = "NCA"
recipient = "ICO"
purpose = "regulation"
kind = "organisation_specific"

[facts]
gateway = { value = "cca_2013_s7_4", evidence = "gateway-17" }
within_functions = { value = true, evidence = "relevance-17" }
necessity_recorded = { value = true, evidence = "necessity-17" }
officer_named = { value = true, evidence = "officer-17" }

[[items]]
id = "acme-incident"
section = "incident"
identifies_people = false
agreements = ["ico-nca-2024"]
sources = [{ origin = "acme", given_to = ["NCA"], in_confidence = true }]
"""

YES = """
[[consents]]
id = "consent-1"
organisation = "acme"
answer = "given"
items = ["acme-incident/1"]
discloser = "NCA"
recipient = "ICO"
purpose = "regulation"
from = 2026-11-20T00:00:00Z
until = 2027-06-30T00:00:00Z
counter = 7
assurance = "passkey"
entitlement = "registered"

[[statuses]]
consent = "consent-1"
counter = 12
newest_answer = 7
from = 2026-11-23T08:55:00Z
until = 2026-11-23T09:05:00Z
"""

SMALL = """# A small agreement

version 1.0.0, in force from 2024-01-01
parties: ICO, NCA
status: for a test

## 1 Everything
cites: T1; grade A
> Everything may be passed on.

```rule
1.a  permit  any
```

## Sources
- T1: none; written for a test; nothing
"""

Ask = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ask:
    """Return a way to run `comity` in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def run(*words: str, stdin: str | bytes | None = None) -> Result:
        return CliRunner().invoke(main, words, input=stdin)

    return run


def decide(run: Ask, question: str, *more: str, name: str = "ico-nca-2024") -> Result:
    return run("agreement", "decide", name, "--facts", "-", *more, stdin=question)


def data(result: Result) -> Any:  # noqa: ANN401 - any JSON
    return json.loads(result.stdout)


# ------------------------------------------------------------------ decide


def test_a_refusal_ends_with_1_and_says_clause_reason_remedy_and_what_others_see(run: Ask) -> None:
    result = decide(run, QUESTION)
    assert result.exit_code == 1
    for words in (
        "REFUSED: NCA -> ICO",
        "clause I-1",
        "because of what acme told NCA in confidence",
        "ask acme for consent to pass its incident section to ICO for regulation",
        "All that ICO is told: There is nothing to share.",
    ):
        assert words in result.stdout


def test_a_permit_ends_with_0_and_says_what_is_owed(run: Ask) -> None:
    result = decide(run, QUESTION + YES)
    assert result.exit_code == 0
    assert "PERMITTED" in result.stdout
    assert "show the disclosure to the organisation" in result.stdout


def test_unknown_facts_are_named_with_who_supplies_them(run: Ask) -> None:
    result = decide(run, (QUESTION + YES).replace("officer_named", "# officer_named"))
    assert result.exit_code == 1
    assert "Not known:" in result.stdout
    assert "officer_named: a named officer answers for the disclosure; supplied by" in result.stdout


def test_explain_says_rule_by_rule_what_holds_and_ends_as_decide_does(run: Ask) -> None:
    words = ("agreement", "explain", "ico-nca-2024", "--facts", "-")
    refused = run(*words, stdin=QUESTION)
    assert refused.exit_code == 1
    assert refused.stdout.startswith(decide(run, QUESTION).stdout)
    assert "  I-1.a forbids\n    for what acme told:\n" in refused.stdout
    assert "      does not hold  consent is given (consent: none)\n" in refused.stdout
    permitted = run(*words, "--json", stdin=QUESTION + YES)
    assert permitted.exit_code == 0
    (permit,) = (each for each in data(permitted)["rules"] if each["effect"] == "permit")
    assert (permit["rule"], permit["holds"]) == ("I-2.a", True)
    assert {"condition": "officer_named", "holds": True, "seen": {}} in permit["parts"]


def test_explain_shows_both_values_where_two_facts_should_be_the_same(run: Ask) -> None:
    other = QUESTION.replace('"regulation"', '"cyber_resilience"') + YES
    said = run("agreement", "explain", "ico-nca-2024", "--facts", "-", stdin=other).stdout
    assert "names regulation as purpose, not cyber resilience" in said
    part = "does not hold consent_purpose is purpose (consent_purpose: regulation; purpose:"
    assert f"{part} cyber_resilience)" in " ".join(said.split())


def test_a_decision_is_said_in_welsh_if_that_is_wanted(run: Ask) -> None:
    said = decide(run, QUESTION, "--language", "cy").stdout
    assert said.startswith("GWRTHODIR: NCA -> ICO")
    assert "oherwydd yr hyn a ddywedodd acme wrth NCA yn gyfrinachol" in said
    assert run("agreement", "decide", "ico-nca-2024", "--language", "fr").exit_code == 2


def test_what_nobody_can_cure_is_said_to_be_so(run: Ask) -> None:
    result = decide(run, QUESTION.replace('section = "incident"', 'tlp = "TLP:RED"') + YES)
    assert "Nothing that anybody here can do would permit it as it is." in result.stdout
    named = decide(run, QUESTION.replace('"regulation"', '"deconfliction"')).stdout
    assert "What the agreement says would lift what forbids it:" in named
    assert "clause I-1: seek the organisation's consent" in named


@pytest.mark.parametrize(
    ("right", "wrong", "says"),
    [
        ("", "", "acme has not answered anything about it"),
        ('answer = "given"', 'answer = "refused"', "acme said no"),
        ('answer = "given"', 'answer = "withdrawn"', "acme took its yes back"),
        ("acme-incident/1", "acme-incident/2", "the newest yes of acme is for another content"),
        ('recipient = "ICO"', 'recipient = "NCSC"', "names NCSC as recipient, not ICO"),
        ('purpose = "regulation"\nfrom', 'purpose = "review"\nfrom', "names review as purpose"),
        ("2027-06-30", "2026-11-22", "ended at 2026-11-22 00:00 UTC"),
        ("2026-11-20", "2026-11-24", "begins at 2026-11-24 00:00 UTC"),
        ("passkey", "mail", "came by mail, which can refuse but not give"),
        ("newest_answer = 7", "newest_answer = 8", "no status of the last ten minutes shows"),
    ],
)  # fmt: skip
def test_a_refusal_says_why_an_answer_does_not_cover(
    run: Ask, right: str, wrong: str, says: str
) -> None:
    question = QUESTION + YES.replace(right, wrong) if right else QUESTION
    result = decide(run, question)
    assert result.exit_code == 1
    assert says in result.stdout
    assert says in str(data(decide(run, question, "--json"))["reasons"][0]["consent"])


def test_only_what_the_clause_itself_asks_of_an_answer_is_held_against_it(
    run: Ask, tmp_path: Path
) -> None:
    rule = "1.b  forbid  recipient is ICO\n     source  origin is ORG\n     unless  consent_fresh"
    by_mail = YES.replace("passkey", "mail").replace("newest_answer = 7", "newest_answer = 8")
    question = QUESTION.replace('agreements = ["ico-nca-2024"]', "") + by_mail
    for ask, weak in (
        (rule, False),
        (f"{rule} and consent_assurance in (operator, totp)", True),
        (f"{rule} and consent_assurance in (mail, totp)", False),
    ):
        (tmp_path / "own.md").write_text(SMALL.replace("permit  any", f"permit  any\n{ask}"))
        shown = decide(run, question, name="own.md").stdout
        assert "no status of the last ten minutes shows" in shown
        assert ("came by mail" in shown) is weak


def test_a_refusal_says_that_an_organisation_was_asked_or_contradicts_itself(run: Ask) -> None:
    seeking = YES.partition("[[statuses]]")[0].replace("[[consents]]", "[[seekings]]")
    seeking = "\n".join(
        line
        for line in seeking.splitlines()
        if not line.startswith(("answer", "from", "until", "counter", "assurance", "entitlement"))
    )
    assert "acme was asked and has not answered" in decide(run, QUESTION + seeking).stdout
    twin = YES.partition("[[statuses]]")[0].replace("consent-1", "consent-2")
    assert "the answers of acme contradict each other" in decide(run, QUESTION + YES + twin).stdout


def test_data_for_programs_hold_the_whole_decision(run: Ask) -> None:
    found = data(decide(run, QUESTION, "--json"))
    assert found["outcome"] == "refused"
    assert found["clauses"] == ["I-1"]
    assert found["reasons"][0]["rule"] == "I-1.a"
    assert found["reasons"][0]["source"] == "acme"
    assert "NCA never passes" in found["reasons"][0]["text"]
    asked = "ask acme for consent to pass its incident section to ICO for regulation"
    assert found["remedies"] == [[f"{asked}, until 24 November 2026 or later"]]
    assert found["external"] == "There is nothing to share."
    assert found["demonstration"] is True
    permitted = data(decide(run, QUESTION + YES, "--json"))
    assert permitted["outcome"] == "permitted"
    assert permitted["remedies"] == []
    assert len(permitted["obligations"]) == 2


def test_json_questions_are_read_as_toml_ones_are(run: Ask) -> None:
    import tomllib  # noqa: PLC0415 - only to turn one form into the other

    question = json.dumps(tomllib.loads(QUESTION + YES), default=lambda time: time.isoformat())
    assert decide(run, question).exit_code == 0


def test_without_a_time_the_present_is_meant(run: Ask) -> None:
    without = QUESTION.replace("now = 2026-11-23T09:00:00Z", "")
    assert "decided_at" in data(decide(run, without, "--json"))


def test_another_agreement_at_hand_is_named(run: Ask, tmp_path: Path) -> None:
    told_under_two = QUESTION.replace('["ico-nca-2024"]', '["ico-nca-2024", "front-door-terms"]')
    assert "error" in decide(run, told_under_two).stderr
    assert decide(run, told_under_two, "--with", "front-door-terms").exit_code == 1
    (tmp_path / "small.md").write_text(SMALL)
    loose = decide(run, QUESTION, "--with", "small.md")
    assert "clause I-1" in loose.stdout


def test_a_question_in_a_file_is_read_from_there(run: Ask, tmp_path: Path) -> None:
    (tmp_path / "question.toml").write_text(QUESTION)
    result = run("agreement", "decide", "ico-nca-2024", "--facts", "question.toml")
    assert result.exit_code == 1


@pytest.mark.parametrize(
    ("why", "wrong", "says"),
    [
        ("no file at all", "", "key discloser is missing [missing-key]"),
        ("misspelt key", QUESTION + "\nsorces = 1", "items[0]: unknown key sorces"),
        ("misspelt top key", 'recipent = "ICO"\n' + QUESTION, "did you mean recipient?"),
        ("misspelt fact", QUESTION.replace("gateway =", "gatway ="), "did you mean gateway?"),
        ("misspelt value", QUESTION.replace("cca_2013_s7_4", "cca_2013_s7_5"), "gateway cannot be"),
        ("misspelt kind", QUESTION.replace("organisation_specific", "organization_specific"),
         "did you mean organisation_specific?"),
        ("misspelt purpose", QUESTION.replace('"regulation"', '"regulations"'),
         "did you mean regulation?"),
        ("derived fact", QUESTION.replace("gateway =", "consent ="), "cannot be stated"),
        ("a fact of a source", QUESTION.replace("gateway =", "given_to ="), "cannot be stated"),
        ("no source", QUESTION.replace("sources =", "# sources ="), "at least one source"),
        ("empty sources", QUESTION.partition("sources =")[0] + "sources = []",
         "at least one source"),
        ("odd party", QUESTION.replace('"ICO"', '"the ICO"'), "did you mean ICO?"),
        ("misspelt recipient", QUESTION.replace('"ICO"', '"IOC"'), "IOC is no recipient"),
        ("odd origin", QUESTION.replace('"acme"', '"Acme Ltd"'), "written in small letters"),
        ("odd organisation", QUESTION.replace('"acme"', '"acme ltd"'), "[bad-id]"),
        ("misspelt origin", QUESTION.replace('"acme"', '"NCAA"'), "did you mean NCA?"),
        ("misspelt holder", QUESTION.replace('given_to = ["NCA"]', 'given_to = ["NCAA"]'),
         "unknown value NCAA in given_to; did you mean NCA?"),
        ("misspelt section", QUESTION.replace('"incident"', '"incidents"'),
         "did you mean incident?"),
        ("a parameter", QUESTION.replace("gateway =", "k ="), "k is a parameter of the agreement"),
        ("odd content", (QUESTION + YES).replace("acme-incident/1", "acme-incident"),
         "write ITEM/VERSION"),
        ("status of nothing", (QUESTION + YES).replace('consent = "consent-1"',
         'consent = "consent-2"'), "did you mean consent-1?"),
        ("number in quotes", QUESTION.replace("gateway = {", 'smallest_group = "12"\ngateway = {'),
         "smallest_group cannot be '12'"),
        ("odd restriction", QUESTION.replace("agreements", 'restrictions = ["hmrd"]\nagreements'),
         "did you mean hmrc?"),
        ("odd agreement", QUESTION.replace('["ico-nca-2024"]', '["ico-nca"]'), "is not a digest"),
        ("odd tlp", QUESTION.replace("agreements", 'tlp = "TLP:WHITE"\nagreements'), "TLP:WHITE"),
        ("no zone", QUESTION.replace("09:00:00Z", "09:00:00"), "no time zone"),
        ("odd answer", (QUESTION + YES).replace('"given"', '"sought"'), "sought is no answer"),
        ("odd counter", (QUESTION + YES).replace("counter = 7", 'counter = "7"'),
         "counter must be"),
        ("flag as number", (QUESTION + YES).replace("counter = 7", "counter = true"),
         "counter must be a whole number"),
        ("text as time", (QUESTION + YES).replace("from = 2026-11-20T00:00:00Z", 'from = "soon"'),
         "from must be an instant"),
        ("number as time", (QUESTION + YES).replace("from = 2026-11-20T00:00:00Z", "from = 1"),
         "from must be an instant"),
        ("facts as list", QUESTION.replace("[facts]", "[[facts]]"), "facts must be a table"),
        ("items as table", QUESTION.replace("[[items]]", "[items]"), "items must be a list"),
        ("flag as text", QUESTION.replace("identifies_people = false", 'identifies_people = "no"'),
         "identifies_people must be true or false"),
        ("odd digest", QUESTION.replace("agreements", 'digest = "' + "z" * 64 + '"\nagreements'),
         "is not a digest"),
        ("odd texts", QUESTION.replace('given_to = ["NCA"]', 'given_to = "NCA"'),
         "given_to must be a list"),
        ("broken TOML", "discloser = ", "[not-toml]"),
        ("broken JSON", '{"discloser": }', "[not-json]"),
        ("twice", '{"kind": 1, "kind": 2}', "stands twice"),
    ],
)  # fmt: skip
def test_bad_input_ends_with_2_and_one_error_that_helps(
    run: Ask, why: str, wrong: str, says: str
) -> None:
    result = decide(run, wrong)
    assert result.exit_code == 2, why
    assert result.stdout == ""
    lines = result.stderr.split("\n")
    assert lines[0].startswith("error: standard input"), why
    assert says in result.stderr, why
    assert lines[1].startswith("help: "), why


@pytest.mark.parametrize("junk", [b"\xff\xfe", b"\x00", b"{" * 100_000, b"[" * 100_000, b"="])
def test_junk_is_an_error_and_never_a_traceback(run: Ask, junk: bytes) -> None:
    result = run("agreement", "decide", "ico-nca-2024", "--facts", "-", stdin=junk)
    assert result.exit_code == 2
    assert result.stderr.startswith("error: standard input")


def test_a_file_that_is_not_there_is_said_to_be_not_there(run: Ask) -> None:
    result = run("agreement", "decide", "ico-nca-2024", "--facts", "nowhere.toml")
    assert result.exit_code == 2
    assert "nowhere.toml: no such file or directory [not-found]" in result.stderr


# ------------------------------------------------------------------ check and show


def test_a_shipped_agreement_loads_and_says_that_it_is_not_in_force(run: Ask) -> None:
    found = data(run("agreement", "check", "ico-nca-2024", "--json"))
    assert found["status"] == "reconstructed from public sources; not the signed text; not in force"
    assert found["parties"] == ["ICO", "NCA"]
    assert found["clauses"] == 46
    assert set(found["clauses_without_rule"]) >= {"R-1", "C-1", "I-7"}
    shown = run("agreement", "check", "ico-nca-2024").stdout
    assert "46, of which" in shown
    assert found["digest"] in shown


def test_a_misspelt_agreement_is_suggested(run: Ask) -> None:
    result = run("agreement", "check", "ico-nca-2042")
    assert result.exit_code == 2
    assert "did you mean ico-nca-2024?" in result.stderr


def test_a_fault_in_a_file_is_shown_with_line_and_column(run: Ask, tmp_path: Path) -> None:
    (tmp_path / "wrong.md").write_text(SMALL.replace("permit  any", "permit  gatway_recorded"))
    result = run("agreement", "check", "wrong.md")
    assert result.exit_code == 2
    assert result.stderr.startswith("error: wrong.md:12:14: unknown fact gatway_recorded")


@pytest.mark.parametrize(
    ("right", "wrong", "says"),
    [
        ("```\n\n## Sources", "\n```prove\nN-1 never any\n```\n\n## Sources",
         "wrong.md:11:1: the rule block is not closed [open-block]"),
        ("permit  any", "permit  any\n     unles tlp is TLP:RED", "did you mean unless?"),
        ("permit  any", "permit  smallest_group <= smalest_group", "did you mean smallest_group?"),
        ("permit  any", "permit  tlp <= AMBER+STRICT", "for example TLP:AMBER+STRICT"),
        ("permit  any", "permit  kind in signal, report", "put the values in brackets"),
        ("ICO, NCA", "ICO, HOSPITAL", "--vocabulary FILE"),
    ],
)  # fmt: skip
def test_a_slip_in_an_agreement_is_met_with_what_was_meant(
    run: Ask, tmp_path: Path, right: str, wrong: str, says: str
) -> None:
    (tmp_path / "wrong.md").write_text(SMALL.replace(right, wrong))
    result = run("agreement", "check", "wrong.md")
    assert result.exit_code == 2
    assert says in result.stderr


def test_own_words_come_from_a_vocabulary_file(run: Ask, tmp_path: Path) -> None:
    (tmp_path / "own.md").write_text(SMALL.replace("permit  any", "permit  raining"))
    (tmp_path / "own.toml").write_text(
        'name = "weather"\n[facts.raining]\ntype = "yes or no"\nmeaning = "it rains"\n'
        'supplied_by = "whoever looks"\n'
    )
    assert run("agreement", "check", "own.md").exit_code == 2
    assert run("agreement", "check", "own.md", "--vocabulary", "own.toml").exit_code == 0


def test_every_clause_is_shown_with_text_and_rules(run: Ask) -> None:
    shown = run("agreement", "show", "ico-nca-2024").stdout
    listed = data(run("agreement", "show", "ico-nca-2024", "--json"))
    assert len(listed) == 46
    for clause in listed:
        assert f"{clause['id']}  {clause['title']}" in shown
        for rule in (*clause["rules"], *clause["red_lines"]):
            assert f"| {rule} " in shown
    assert "No rule, because" in shown


def test_one_clause_is_shown_alone(run: Ask, tmp_path: Path) -> None:
    shown = run("agreement", "show", "ico-nca-2024", "I-1").stdout
    assert shown.startswith("I-1  What an organisation told in confidence")
    assert "consent_covers = " in shown
    assert "I-2" not in shown
    (tmp_path / "small.md").write_text(SMALL)
    assert "quoted from T1" in run("agreement", "show", "small.md", "1").stdout


def test_a_clause_that_is_not_there_is_suggested(run: Ask) -> None:
    result = run("agreement", "show", "ico-nca-2024", "I1")
    assert result.exit_code == 2
    assert "there is no clause I1; did you mean I-1? [unknown-clause]" in result.stderr


def test_every_command_says_that_it_is_a_demonstration(run: Ask) -> None:
    for words in (["agreement", "check", "ico-nca-2024"], ["agreement", "check", "nowhere"]):
        assert "demonstration: nothing here reaches a real body" in run(*words).stderr
        assert "phone 999" in run(*words).stderr
