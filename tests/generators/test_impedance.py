"""Impedance control on a load whose water boils off: roll-offs, pauses, restarts."""

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))

from bench import Boiling, run

from ablasim.generators import Course, ImpedanceControl, Limits, Threshold
from ablasim.generators.driver import SHORTEST_S, WITHIN

COOLED = ImpedanceControl(Course(120.0), Threshold(rise=20.0), off_time=15.0, limits=Limits(current=2.0))


@pytest.fixture(scope="module")
def cooled():
    return run(COOLED, [Boiling()], 200.0, 2.0)


def test_tissue_that_dries_rolls_off_again_and_again(cooled):
    assert len(cooled.of("roll_off")) > 5
    assert len(cooled.of("restart")) in (len(cooled.of("roll_off")), len(cooled.of("roll_off")) - 1)


def test_every_pause_is_exactly_as_long_as_asked_for(cooled):
    pauses = np.array(cooled.of("restart")) - np.array(cooled.of("roll_off"))[: len(cooled.of("restart"))]
    assert pauses == pytest.approx(15.0, abs=1e-9)


def test_a_roll_off_is_found_where_the_impedance_passes_its_threshold(cooled):
    threshold = 1.0 / Boiling().conductance + 20.0
    read = [event.impedance for event in cooled.events if event.kind == "roll_off"]
    assert min(read) >= threshold
    assert max(read) <= threshold * (1.0 + WITHIN) or min(cooled.lengths) <= SHORTEST_S


@pytest.mark.parametrize("dt", [0.2, 20.0])
def test_pulses_do_not_depend_on_the_length_of_time_steps(cooled, dt):
    other = run(COOLED, [Boiling()], 200.0, dt)
    assert len(other.of("roll_off")) == len(cooled.of("roll_off"))
    assert other.of("roll_off") == pytest.approx(cooled.of("roll_off"), abs=0.1)


def test_the_power_is_off_in_a_pause_and_the_limits_hold_outside(cooled):
    pause = (cooled.of("roll_off")[0], cooled.of("restart")[0])
    for time, length, point in zip(cooled.times, cooled.lengths, cooled.points, strict=True):
        if pause[0] < time - 0.5 * length < pause[1]:
            assert point is None
        elif point is not None:
            assert point.current <= 2.0 * (1.0 + 1e-12)
            assert point.power <= 120.0 * (1.0 + 1e-12)


def test_a_limit_that_acts_pulse_after_pulse_is_told_once():
    limited = ImpedanceControl(Course(500.0), Threshold(rise=20.0), off_time=15.0, limits=Limits(current=1.2))
    done = run(limited, [Boiling()], 100.0, 2.0)
    assert len(done.of("roll_off")) > 2
    assert [(event.time, event.limit) for event in done.events if event.kind == "limit_reached"] == [(0.0, "current")]


def test_the_umbrellas_schedule_steps_up_restarts_lower_and_ends_with_the_second_roll_off():
    course = Course(90.0, start=10.0, step=10.0, every=10.0)
    umbrella = ImpedanceControl(course, Threshold(factor=1.5), off_time=30.0, restart_share=0.7, last_roll_off=2)
    done = run(umbrella, [Boiling()], 900.0, 5.0)
    first, second = done.of("roll_off")
    assert done.of("ramp_step")[:2] == pytest.approx([10.0, 20.0], abs=1e-9)
    assert done.of("restart") == [pytest.approx(first + 30.0, abs=1e-9)]
    assert done.of("end") == [second]
    assert done.times[-1] == second
    before = course.at(first - 1e-6)
    assert done.powers[np.searchsorted(done.times, first)] == pytest.approx(before)
    assert done.powers[-1] == pytest.approx(0.7 * before)


def test_a_threshold_that_tissue_is_above_from_the_start_ends_at_once():
    wrong = ImpedanceControl(Course(20.0), Threshold(absolute=30.0), off_time=15.0, last_roll_off=2)
    done = run(wrong, [Boiling()], 900.0, 5.0)
    assert done.of("roll_off") == pytest.approx([0.0, 15.0])
    assert done.of("end") == pytest.approx([15.0])
    assert done.powers.max() == 0.0


def test_the_lowest_impedance_may_be_the_baseline():
    rising = Threshold(rise=10.0, baseline="lowest")
    lowest = run(ImpedanceControl(Course(40.0), rising, 15.0), [Boiling()], 60.0, 1.0)
    start = run(ImpedanceControl(Course(40.0), Threshold(rise=10.0), 15.0), [Boiling()], 60.0, 1.0)
    assert lowest.of("roll_off")[0] < start.of("roll_off")[0]  # warm tissue conducts better, so it starts from lower
