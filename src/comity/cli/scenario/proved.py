"""Proved: what the story showed once, said for every request; and what one rule less would do."""

from collections.abc import Iterator

from comity.cli.agreement.verify import certificates_of
from comity.cli.scenario.told import Cast
from comity.core.agreement import Agreement
from comity.core.gate import Refusal, decide
from comity.proof.keeping import check
from comity.proof.leak import Leak, leak
from comity.shipped import shipped_agreement

MEMORANDUM = "ico-nca-2024"


def proved(cast: Cast) -> None:
    """Check the certificates of the agreement that refused, and take its rule out once."""
    agreement = shipped_agreement(MEMORANDUM)
    found = check(agreement, certificates_of(MEMORANDUM))
    cast.story.tell(
        "proved",
        "Not only in this story",
        f"{found.count} of {found.of} red lines of the memorandum hold for every request; "
        "their certificates were checked here, without a solver",
        ok=found.holds,
    )
    shown = next(_leaks(cast, agreement), None)
    cast.story.tell(
        "one rule less",
        f"Without rule {', '.join(shown.rules)}" if shown else "Without the rule that refused",
        shown.sentence if shown else "no request of this story shows what would be passed on",
        ok=shown is not None,
    )


def _leaks(cast: Cast, agreement: Agreement) -> Iterator[Leak]:
    """Yield what each request that the NCA's gate refused would have passed on without its rule."""
    node = cast.nca.seen()
    with node.store.reading() as records:
        refused = [each for each in records.decisions.find() if not each.permitted]
    for each in refused:
        decision = decide(node.agreements, each.asked, each.consents, each.now)
        if isinstance(decision, Refusal) and decision.reasons[0].agreement is agreement:
            found = leak(decision)
            if found is not None:
                yield found
