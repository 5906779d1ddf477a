"""What the gate knows about one item, as plain facts: to test conditions that no rule states."""

from datetime import datetime

from comity.core.agreement import Agreement, Agreements
from comity.core.consent import Consents
from comity.core.gate import DisclosureRequest
from comity.core.gate.facts import ANSWERS, about_item, about_source, stated
from comity.core.gate.request import Question
from comity.core.language import Facts
from comity.core.markings import Item


def facts_of(
    agreement: Agreement,
    request: DisclosureRequest,
    item: Item,
    history: Consents,
    now: datetime,
) -> Facts:
    """Return the facts of one item under one agreement."""
    question = Question(Agreements([agreement]), request, history, now)
    facts = Facts(about_item(question, item))
    facts.update(stated(question)[agreement.vocabulary.digest])
    facts.update(agreement.fixed_parameters())
    facts.update(agreement.changing_parameters(now))
    everything = ANSWERS | {"chose_recipient"}
    facts["sources"] = [
        Facts({**facts, **about_source(question, item, each, everything)})
        for each in item.label.sources
    ]
    return facts
