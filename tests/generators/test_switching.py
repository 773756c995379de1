"""Switching of terminal pairs, and pulses, on lumped loads."""

import math
import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))

from bench import Boiling, run

from ablasim.generators import Constant, Course, Limits, PulsedCurrent, Switching, Threshold

POWER = Constant("power", Course(30.0))


def test_pairs_take_turns_at_fixed_times():
    done = run(Switching(POWER, 3, longest=10.0), [Boiling()] * 3, 65.0, 4.0)
    assert done.of("pair_switched") == pytest.approx([10, 20, 30, 40, 50, 60], abs=1e-9)
    assert [event.pair for event in done.events] == [1, 2, 0, 1, 2, 0]
    middles = np.array(done.times) - 0.5 * np.array(done.lengths)
    assert done.pairs == [int(middle // 10.0) % 3 for middle in middles]
    heated = [load.temperature for load in done.loads[-1]]
    assert min(heated) > 320.0


def test_a_pair_whose_impedance_has_risen_is_left_and_comes_back_when_its_pause_is_over():
    small = Boiling(capacity=4.0)  # dries first
    switching = Switching(POWER, 2, longest=30.0, threshold=Threshold(rise=15.0), pause=50.0)
    done = run(switching, [small, Boiling()], 200.0, 5.0)
    first = done.of("pair_switched")[0]
    assert first < 30.0
    assert done.events[0].impedance == pytest.approx(75.0, rel=2e-3)
    back = next(time for time, pair in zip(done.times, done.pairs, strict=True) if time > first and pair == 0)
    assert back >= first + 50.0


def test_while_all_pairs_pause_the_generator_is_off():
    switching = Switching(POWER, 2, threshold=Threshold(rise=15.0), pause=40.0)
    done = run(switching, [Boiling(capacity=4.0)] * 2, 100.0, 5.0)
    first, second = done.of("pair_switched")[0], done.of("all_pairs_pause")[0]
    assert done.of("pair_switched")[1] == pytest.approx(first + 40.0, abs=1e-9)
    off = [
        point is None
        for time, length, point in zip(done.times, done.lengths, done.points, strict=True)
        if second < time - 0.5 * length < first + 40.0
    ]
    assert off
    assert all(off)


def test_one_pair_alone_is_never_left_by_time():
    done = run(Switching(POWER, 1, longest=10.0), [Boiling()], 35.0, 4.0)
    assert done.events == []
    assert set(done.pairs) == {0}
    assert math.isfinite(done.times[-1])


def test_pulses_begin_and_end_on_time():
    pulsed = PulsedCurrent(0.9, 0.1, on_time=10.0, off_time=15.0, limits=Limits(voltage=60.0))
    done = run(pulsed, [Boiling()], 100.0, 4.0)
    assert {10.0, 25.0, 35.0, 50.0} <= {round(time, 9) for time in done.times}
    for time, length, point in zip(done.times, done.lengths, done.points, strict=True):
        is_on = (time - 0.5 * length) % 25.0 < 10.0
        if point.limit is None:
            assert point.current == pytest.approx(0.9 if is_on else 0.1)


def test_without_a_current_between_pulses_the_generator_is_off():
    done = run(PulsedCurrent(0.5, 0.0, on_time=2.0, off_time=3.0), [Boiling()], 10.0, 4.0)
    off = sum(length for length, point in zip(done.lengths, done.points, strict=True) if point is None)
    assert off == pytest.approx(6.0)
