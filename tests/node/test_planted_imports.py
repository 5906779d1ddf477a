"""The tests about imported reports can fail: each finds a mistake that is planted for it."""

from typing import Any

import pytest

from comity.core.intake import Report
from comity.core.terms import PartyId
from comity.node import import_report, send_report
from tests.node import test_import_report as imports
from tests.node.test_planted import Plant, is_found


def _to_all(right: Any) -> Any:  # noqa: ANN401 - any function
    """Take a report that chooses nobody for one that chooses the NCA."""

    def wrong(records: Any, at: Any, report_id: Any, version: Any, whole: Report, *_: Any) -> Any:  # noqa: ANN401 - any argument
        told = Report(
            form=whole.form,
            organisation=whole.organisation,
            answers=whole.answers,
            choices=dict.fromkeys(whole.answers, frozenset({PartyId("NCA")})),
            in_confidence=whole.in_confidence,
            tlp=whole.tlp,
        )
        return right(records, at, report_id, version, whole, told)

    return wrong


def _random_id(right: Any) -> Any:  # noqa: ANN401 - any function
    """Make the ids of each try with another salt."""

    def wrong(records: Any, at: Any, organisation: Any) -> bytes:  # noqa: ANN401 - any argument
        right(records, at, organisation)
        return bytes(at.salt())

    return wrong


PLANTS = [
    Plant(
        "who chooses nobody tells the NCA",
        send_report.send_version,
        _to_all,
        imports.test_a_report_that_chooses_nobody_is_kept_and_reaches_nobody,
    ),
    Plant(
        "each try is a new report",
        import_report._salt,
        _random_id,
        imports.test_a_key_is_imported_once,
    ),
    Plant(
        "ids are made without a secret",
        import_report._salt,
        lambda _: lambda *_: bytes(32),
        imports.test_an_id_tells_nobody_what_was_imported,
    ),
]


@pytest.mark.parametrize("plant", PLANTS, ids=[each.what for each in PLANTS])
def test_a_planted_mistake_about_imports_is_found(
    plant: Plant, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant.found_by()
    assert is_found(plant, monkeypatch)
