"""Time of the processor belongs to one case, or to none."""

from __future__ import annotations

from threading import Thread

import pytest

import ablasim.study.clock as module
from ablasim.study.clock import CaseClock


@pytest.fixture
def spent(monkeypatch) -> list[float]:
    """Time that the processor has spent, s, to be set."""
    now = [5.0]
    monkeypatch.setattr(module, "process_time", lambda: now[0])
    return now


def test_time_is_counted_from_the_beginning_of_the_case(spent):
    with CaseClock() as clock:
        spent[0] = 8.5
        assert clock.times()["cpu_seconds"] == 3.5


def test_all_threads_of_the_process_count():
    def work() -> None:
        until = module.process_time() + 0.05
        while module.process_time() < until:
            pass

    with CaseClock() as clock:
        thread = Thread(target=work)
        thread.start()
        thread.join()
        assert clock.times()["cpu_seconds"] >= 0.05


def test_of_two_cases_in_one_process_at_a_time_neither_has_one(spent):
    with CaseClock() as first:
        with CaseClock() as second:
            spent[0] = 7.0
            assert second.times()["cpu_seconds"] is None
        assert first.times()["cpu_seconds"] is None
        assert first.times()["seconds"] >= 0.0
    with CaseClock() as third:
        assert third.times()["cpu_seconds"] == 0.0


def test_a_case_that_fails_is_under_way_no_longer(spent):
    with pytest.raises(ValueError, match="why"), CaseClock():
        raise ValueError("why")
    with CaseClock() as clock:
        assert clock.times()["cpu_seconds"] == 0.0
