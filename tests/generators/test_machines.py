"""What holds for every generator on every load."""

import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parent))

from bench import Boiling, run

from ablasim.generators import (
    Constant,
    Course,
    ImpedanceControl,
    Limits,
    Output,
    PulsedCurrent,
    Switching,
    TemperatureControl,
    Threshold,
    jumps,
    operate,
)

LIMITS = st.builds(
    Limits,
    voltage=st.none() | st.floats(5.0, 150.0),
    current=st.none() | st.floats(0.1, 3.0),
    power=st.none() | st.floats(1.0, 200.0),
)
POWERS = st.builds(Course, st.floats(1.0, 150.0)) | st.builds(
    Course, st.floats(1.0, 150.0), start=st.floats(0.0, 150.0), over=st.floats(0.5, 40.0)
)
THRESHOLDS = st.builds(Threshold, rise=st.floats(1.0, 40.0)) | st.builds(
    Threshold, factor=st.floats(1.05, 2.0), baseline=st.sampled_from(["start", "lowest"])
)
CONSTANTS = st.builds(Constant, st.just("power"), POWERS, LIMITS)
GENERATORS = st.one_of(
    CONSTANTS,
    st.builds(
        ImpedanceControl,
        POWERS,
        THRESHOLDS,
        off_time=st.floats(0.5, 20.0),
        restart_share=st.floats(0.3, 1.0),
        last_roll_off=st.none() | st.integers(1, 3),
        limits=LIMITS,
    ),
    st.builds(
        PulsedCurrent, st.floats(0.5, 2.0), st.floats(0.0, 0.4), st.floats(0.5, 9.0), st.floats(0.5, 9.0), LIMITS
    ),
    st.builds(
        TemperatureControl,
        target=st.floats(318.15, 370.0),
        sensors=st.just(("tip",)),
        limits=st.builds(Limits, power=st.floats(1.0, 100.0)),
        hold=st.none() | st.floats(1.0, 20.0),
    ),
    st.builds(
        Switching, CONSTANTS, st.just(2), longest=st.floats(0.5, 20.0), threshold=THRESHOLDS, pause=st.floats(1.0, 20.0)
    ),
)


@given(st.floats(1e-4, 0.1), st.sampled_from(["power", "voltage", "current"]), st.floats(0.0, 200.0), LIMITS)
def test_no_limit_is_passed_and_what_is_held_or_a_limit_is_met(conductance, control, target, limits):
    point = operate(conductance, Output(control, target, limits), series_resistance=5.0)
    terminals = {"voltage": point.current * point.impedance, "current": point.current, "power": point.power}
    for name, value in terminals.items():
        limit = getattr(limits, name)
        assert limit is None or value <= limit * (1.0 + 1e-9)
    met = target if point.limit is None else getattr(limits, point.limit)
    assert terminals[point.limit or control] == pytest.approx(met, rel=1e-9, abs=1e-12)
    assert point.power >= 0.0


@settings(max_examples=40, deadline=None)
@given(GENERATORS, st.floats(0.3, 20.0))
def test_powers_are_never_negative_limits_hold_and_events_come_in_order(generator, dt):
    done = run(generator, [Boiling(), Boiling(capacity=5.0)], 30.0, dt)
    assert done.powers.min(initial=0.0) >= 0.0
    limits = getattr(generator, "limits", None) or generator.held.limits
    for point in (point for point in done.points if point is not None):
        assert limits.power is None or point.power <= limits.power * (1.0 + 1e-9)
        assert limits.current is None or point.current <= limits.current * (1.0 + 1e-9)
        assert limits.voltage is None or point.voltage <= limits.voltage * (1.0 + 1e-9)
    times = [event.time for event in done.events]
    assert times == sorted(times)
    assert set(np.round(times, 9)) <= set(np.round([0.0, *done.times], 9))  # time steps end on events


def test_a_ramp_is_held_at_the_middle_of_each_step_so_that_its_energy_is_exact():
    done = run(Constant("power", Course(30.0, start=10.0, over=20.0)), [Boiling()], 40.0, 7.0)
    assert sum(done.powers * done.lengths) == pytest.approx(20.0 * 20.0 + 20.0 * 30.0)
    assert done.of("ramp_done") == [pytest.approx(20.0)]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (None, None, False),
        (None, Output("power", 1.0), True),
        (Output("power", 50.0), Output("power", 60.0), False),
        (Output("power", 10.0), Output("power", 30.0), True),
        (Output("current", 1.0), Output("current", 1.0, pair=1), True),
        (Output("power", float("inf")), Output("power", 30.0), False),
        (Output("power", 0.0), Output("power", 0.0), False),
    ],
)
def test_time_steps_begin_anew_where_the_source_jumps(before, after, expected):
    assert jumps(before, after) is expected
