"""Nothing that a report says shows in what is decided about it, whoever reads the decision."""

import json

from comity.cli.scenario.traces import token, traces
from comity.core.consent import NOTHING, Consents
from comity.core.gate import DisclosureRequest, decide
from comity.core.intake import SealedPart, items_for, read_report
from comity.core.terms import ItemId, PartyId, Purpose
from comity.shipped import report_form
from comity.words import decision_data, decision_lines
from tests.canary.answers import SECTIONS, section_of
from tests.core.world import ICO, NCA, NOW, REQUEST, agreements

CANARIES = [token(section, "NCA") for section in SECTIONS]


def parts() -> tuple[SealedPart, ...]:
    """Return a whole report for the NCA, with a canary in every answer that holds words."""
    answers = {section: section_of(section, token(section, "NCA")) for section in SECTIONS}
    document = {
        "organisation": "acme",
        "choices": {section: ["NCA"] for section in SECTIONS},
        **answers,
    }
    report = read_report(document, "report", report_form(), frozenset({NCA, ICO, PartyId("NCSC")}))
    return items_for(
        report,
        NCA,
        {section: bytes(32) for section in report.answers},
        {section: ItemId(f"item-{number}") for number, section in enumerate(report.answers)},
        frozenset({each.digest for each in agreements().all}),
    )


def shown(history: Consents, purpose: str) -> bytes:
    """Return everything that a decision about all sections could show to anybody."""
    request = DisclosureRequest(
        items=tuple(part.item for part in parts()),
        discloser=NCA,
        recipient=ICO,
        purpose=Purpose(purpose),
        kind="organisation_specific",
        facts=REQUEST.facts,
    )
    decision = decide(agreements(), request, history, NOW)
    words = "\n".join(decision_lines(decision))
    return f"{words}\n{json.dumps(decision_data(decision))}\n{decision!r}".encode()


def test_the_search_finds_the_canaries_in_what_is_sealed() -> None:
    sealed = b"".join(part.content for part in parts())
    assert {trace.token for trace in traces(CANARIES, sealed, "sealed")} == set(CANARIES)


def test_no_decision_shows_a_trace_of_what_was_told() -> None:
    for purpose in ("regulation", "review"):
        output = shown(NOTHING, purpose)
        assert len(output) > 1_000
        assert traces(CANARIES, output, "the decision") == []


def test_no_label_digest_or_id_carries_a_trace() -> None:
    assert traces(CANARIES, repr([part.item for part in parts()]).encode(), "items") == []
