"""Control of a temperature on lumped loads: within 1 K after settling, without ringing."""

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))

from bench import BODY_K, Boiling, Rings, run

from ablasim.generators import Gains, Limits, TemperatureControl

TARGET_K = 353.15


def control(sensor="near", power=30.0, **more):
    return TemperatureControl(target=TARGET_K, sensors=(sensor,), limits=Limits(power=power), **more)


def errors(done, sensor, after=0.0):
    return np.array(
        [read[sensor] - TARGET_K for time, read in zip(done.times, done.sensed, strict=True) if time > after]
    )


def swings(errors_k):
    """How often an error that matters changes its sign."""
    return int((np.abs(np.diff(np.sign(errors_k[np.abs(errors_k) > 0.1]))) > 0).sum())


@pytest.mark.parametrize(("sensor", "power"), [("near", 15.0), ("near", 60.0), ("middle", 30.0), ("middle", 60.0)])
def test_a_sensor_is_held_within_1_k_without_ringing_whatever_the_power_limit(sensor, power):
    done = run(control(sensor, power), [Rings()], 1200.0, 20.0)
    (reached,) = done.of("target_reached")
    assert errors(done, sensor).max() < 1.0  # no overshoot
    assert np.abs(errors(done, sensor, after=reached)).max() <= 1.0
    assert np.abs(errors(done, sensor, after=1000.0)).max() < 0.05
    assert swings(errors(done, sensor, after=reached)) <= 2
    assert len(done.times) < 320  # a few more than one in ten seconds
    assert np.diff(done.times)[-5:-1] == pytest.approx(10.0)


def test_a_lumped_load_is_held_too():
    done = run(control("tip", 40.0), [Boiling()], 400.0, 20.0)
    (reached,) = done.of("target_reached")
    assert np.abs(errors(done, "tip", after=reached)).max() <= 1.0
    assert swings(errors(done, "tip", after=reached)) <= 2
    assert done.powers[-1] == pytest.approx(0.35 * (TARGET_K - BODY_K), rel=0.02)


def test_a_target_out_of_reach_is_asked_for_with_all_the_power_there_is():
    done = run(control("far", 15.0), [Rings()], 600.0, 20.0)
    assert done.of("target_reached") == []
    assert done.powers == pytest.approx(15.0)
    assert {point.limit for point in done.points} == {"power"}
    assert [(event.kind, event.limit) for event in done.events] == [("limit_reached", "power")]


def test_power_taken_back_for_the_voltage_does_not_wind_up():
    limits = Limits(power=60.0, voltage=25.0)  # 10.4 W on 60 Ω, hardly above the 8.7 W that it takes
    done = run(replace(control(), limits=limits), [Rings()], 1200.0, 20.0)
    (reached,) = done.of("target_reached")
    assert done.points[0].limit == "voltage"
    assert np.abs(errors(done, "near", after=reached)).max() <= 1.0


def test_losses_that_fall_are_followed():
    """As when heat stops the perfusion; the controller sees it in the temperature alone."""

    class Stopping(Rings):
        def after(self, dt, point_of):
            warm = self.temperatures[1] > 25.0
            return super(Stopping, replace(self, perfusion=0.0 if warm else self.perfusion)).after(dt, point_of)

    done = run(control(), [Stopping()], 1200.0, 20.0)
    (reached,) = done.of("target_reached")
    assert done.loads[-1][0].perfusion == 0.0
    assert np.abs(errors(done, "near", after=reached)).max() <= 1.0


def test_a_hold_ends_the_step_after_exactly_its_time():
    done = run(control(hold=120.0), [Rings()], 1200.0, 20.0)
    (reached,) = done.of("target_reached")
    assert done.of("hold_done") == done.of("end") == [pytest.approx(reached + 120.0, abs=1e-9)]
    assert done.times[-1] == pytest.approx(reached + 120.0, abs=1e-9)


def test_tissue_hotter_than_the_target_gets_no_power_until_it_has_cooled():
    warm = Rings(temperatures=tuple(60.0 * np.exp(-0.1 * np.arange(30))))
    done = run(control(), [warm], 900.0, 20.0)
    assert done.powers[0] == 0.0
    assert done.of("target_reached") == [0.0]
    assert done.powers[-1] > 5.0
    assert np.abs(errors(done, "near", after=600.0)).max() <= 1.0


def test_several_sensors_count_by_the_hottest_or_by_their_mean():
    sensors = ("near", "middle")
    hottest = run(replace(control(), sensors=sensors), [Rings()], 900.0, 20.0)
    assert errors(hottest, "near")[-1] == pytest.approx(0.0, abs=0.1)
    mean = run(replace(control(), sensors=sensors, of="mean"), [Rings()], 900.0, 20.0)
    assert errors(mean, "near")[-1] + errors(mean, "middle")[-1] == pytest.approx(0.0, abs=0.2)


def test_gains_of_ones_own_are_used():
    slow = run(control(gains=Gains(0.2, 100.0)), [Rings()], 60.0, 20.0)
    found = run(control(), [Rings()], 60.0, 20.0)
    assert slow.powers[20] != pytest.approx(found.powers[20], rel=0.05)
