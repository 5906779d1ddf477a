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


def test_one_request_and_one_history_can_be_played_alone() -> None:
    asked = CliRunner().invoke(soak.main, ["--request", "3"])
    assert "request 3 is decided as it should be" in asked.output
    told = CliRunner().invoke(soak.main, ["--history", "3"])
    assert "History 3 begins: " in told.output


def test_a_soak_goes_on_where_the_last_one_ended(
    tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(str(tmp_path))
    monkeypatch.setitem(soak.PARTS, "requests", soak.Part(300, 100, soak.wrong_requests))
    arguments = ["--part", "requests", "--seconds", "0"]
    said = [CliRunner().invoke(soak.main, arguments).output for _ in range(3)]
    for number, each in enumerate(said, 1):
        assert f"requests: {number}00 of 300, nothing wrong" in each


def test_a_soak_that_finds_something_says_what_and_stays_where_it_was(
    tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(str(tmp_path))
    wrong = soak.Part(300, 100, lambda first, count: [f"{first} to {first + count}"])
    monkeypatch.setitem(soak.PARTS, "requests", wrong._replace(together=False))
    found = CliRunner().invoke(soak.main, ["--part", "requests"])
    assert found.exit_code == 1
    assert "0 to 100" in found.output
    assert not (soak.PLACE / "requests").exists()
