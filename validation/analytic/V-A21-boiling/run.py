"""V-A21: a uniformly heated, insulated block passes through its boiling window in steps of several lengths."""

import numpy as np

from ablasim.book import compare, stays_below
from ablasim.build import build_case
from ablasim.simulate import march_all
from ablasim.units import celsius
from ablasim.views.book_figures import Curve

CAPACITY, LATENT, DRY = 1060.0 * 3600.0, 700.0 * 2.257e6, 6e5
DURATIONS = {"1e7": 189.0, "5e7": 38.0}
STEPS = {"steps of 1 s": 1.0, "steps of 7 s": 7.0, "adaptive steps": None}


def exact(time, heat):
    """Temperature, °C: the heat of the window is the latent one and that of 1 K."""
    given, before, window = heat * time, 62.0 * CAPACITY, LATENT + CAPACITY
    boiling = 99.0 + (given - before) / window
    dry = 100.0 + (given - before - window) / DRY
    return np.select([given < before, given < before + window], [37.0 + given / CAPACITY, boiling], dry)


def course(bench, heat, dt):
    """Times, s, and temperatures, °C, of the steps, and the energy ledger.

    By the parts that `ablasim.run` is made of: it would refuse a zone that fills the organ.
    """
    changes = {"applicators.heater.heat_w_m3": float(heat), "protocol.0.duration_s": DURATIONS[heat]}
    if dt is not None:
        changes["numerics.time_step_s"] = dt
    march = march_all(build_case(bench.scenario(changes)))["actual"]
    times = np.array([0.0, *(step.time for step in march.steps)])
    return times, np.array([37.0, *(celsius(step.max_temperature) for step in march.steps)]), march.ledger


def window(times, temperatures):
    """When the straight line through the first and the last step inside the window passes 99 and 100 °C."""
    inside = np.flatnonzero((temperatures > 99.0) & (temperatures < 100.0))
    first, last = inside[0], inside[-1]
    slope = (temperatures[last] - temperatures[first]) / (times[last] - times[first])
    return [times[first] + (limit - temperatures[first]) / slope for limit in (99.0, 100.0)]


def run(bench):
    checks, largest, leaks = [], [], []
    for row in bench.reference():
        heat = row["heat_w_m3"]
        line = np.linspace(0.0, DURATIONS[heat], 2000)
        curves = [Curve("exact", line, exact(line, float(heat)), kind="exact", group=0)]
        for group, (name, dt) in enumerate(STEPS.items(), start=1):
            times, temperatures, ledger = course(bench, heat, dt)
            begins, ends = window(times, temperatures)
            label = f"{heat} W/m³, {name}"
            checks += [
                compare(f"boiling begins, {label}", begins, float(row["reaches_99_s"]), relative=0.01, unit="s"),
                compare(f"boiling lasts, {label}", ends - begins, float(row["plateau_s"]), relative=0.01, unit="s"),
            ]
            largest.append(np.abs(temperatures - exact(times, float(heat))).max())
            leaks += [ledger.stored / ledger.delivered - 1.0,
                      ledger.delivered / (float(heat) * DURATIONS[heat] * 1e-6) - 1.0]  # fmt: skip
            if dt != 1.0:
                curves.append(Curve(name, times, temperatures, group=group))
        bench.profile(
            f"course_{heat}",
            f"Temperature of the block at {heat} W/m³: steps that jump over the ends of the window lie on the curve.",
            curves,
            x_label="time / s", y_label="temperature / °C",
        )  # fmt: skip
    return [
        *checks,
        stays_below("largest error of the temperature after any step", max(largest), 0.5, unit="K"),
        stays_below("heat that is not found as enthalpy, relative", max(np.abs(leaks)), 1e-5),
    ]
