"""What a node lost when it was put back is said, with what its officer wrote down, and no more."""

from datetime import timedelta
from functools import cache

from comity.core.audit import Bundle, Check
from comity.core.ledger import EntryType
from comity.core.terms import encode
from comity.node.export_audit import export_audit
from comity.node.reconcile import reconcile
from comity.shipped import shipped_texts
from tests.core.audit import small
from tests.faults.test_put_back import all_is_lost, put_back_after
from tests.faults.test_rollback_and_fork import beat
from tests.node import watched as w
from tests.node.world import ICO, NCA, OFFICER

PAIR = "pair-ICO"


@cache
def reconciled() -> tuple[Bundle, Bundle]:
    """Return the bundles of a node that was put back and went on, and of its peer."""
    world, _ = put_back_after(all_is_lost)
    world.workers[NCA].round()
    reconcile(world.nodes[NCA], OFFICER)
    beat(world, 2)
    w.consented(world, "incident")
    world.ask("incident")
    beat(world, 2)
    world.clock.pass_(timedelta(minutes=6))
    found = [export_audit(world.nodes[each], shipped_texts()) for each in (NCA, ICO)]
    return found[0], found[1]


def test_an_auditor_is_told_which_places_were_lost_and_that_an_officer_wrote_it_down() -> None:
    bundle, _ = reconciled()
    report = small.report(bundle)
    said = "\n".join(report.unchecked)
    assert report.findings == ()
    assert "what was sent from 2 to 2 was lost when the node was put back" in said
    assert "what was received from" in said


def test_the_peers_bundle_shows_what_was_lost() -> None:
    bundle, peer = reconciled()
    found = [each for each in small.findings(bundle, peer) if each.check is Check.BOTH_SIDES]
    assert any("envelope 2 was received, and NCA has no entry of it" in e.what for e in found)


def test_a_place_that_nobody_wrote_down_as_lost_is_found() -> None:
    bundle, _ = reconciled()
    place = small.place_of(bundle, EntryType.RESTORE, PAIR, sent="1")
    data = small.raw(bundle, PAIR)
    entry = small.entries(bundle, PAIR)[place]
    ids = {name: each for name, each in entry.ids.items() if not name.startswith("sent")}
    data[place] = encode(type(entry)(type=entry.type, at=entry.at, ids=ids))
    found = small.findings(small.with_entries(bundle, data, PAIR))
    assert any("and 2 was the next" in e.what for e in found if e.check is Check.RECEIPTS)
