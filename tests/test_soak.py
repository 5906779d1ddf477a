"""The soak asks what it says, and can fail."""

import pytest
from click.testing import CliRunner

from comity.core.gate import Permit, decide
from tests import soak
from tests.core.world import NOW, agreements


def test_a_number_always_gives_the_same_request() -> None:
    assert soak.point(7) == soak.point(7)
    assert soak.point(7) != soak.point(8)


def test_some_of_the_requests_pass_and_some_do_not() -> None:
    passed = [
        isinstance(decide(agreements(), request, history, NOW), Permit)
        for _, request, history in map(soak.point, range(300))
    ]
    assert 10 < sum(passed) < 290
    assert not any(map(soak.fault, range(300)))


def test_a_gate_that_permits_too_much_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    permit = next(
        decision
        for _, request, history in map(soak.point, range(300))
        if isinstance(decision := decide(agreements(), request, history, NOW), Permit)
    )
    monkeypatch.setattr(soak, "decide", lambda *_: permit)
    assert any("breaks the promise" in soak.fault(number) for number in range(50))


def test_one_request_can_be_asked_alone() -> None:
    result = CliRunner().invoke(soak.main, ["--only", "3"])
    assert "request 3 is decided as it should be" in result.output


def test_a_soak_goes_on_where_the_last_one_ended(
    tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(str(tmp_path))
    assert "from request 0 on" in CliRunner().invoke(soak.main, ["--seconds", "0"]).output
    assert "from request 1000 on" in CliRunner().invoke(soak.main, ["--seconds", "0"]).output
