"""V-A15: the Arrhenius integral of every built-in set at constant temperature and over a ramp."""

import numpy as np
from scipy.special import exp1

from ablasim.book import compare, states, stays_below
from ablasim.build import build_case
from ablasim.damage import damage_model
from ablasim.damage.arrhenius_sets import ARRHENIUS_SETS
from ablasim.simulate import march_all
from ablasim.units import kelvin
from ablasim.views.book_figures import Curve

GAS = 8.314462618
BODY_C, RATE, RAMP, HOLD = 37.0, 1.0 / 6.0, 300.0, 600.0
HELD_C = (43, 45, 50, 55, 60)
TOLERANCE = 1e-3
RAMP_STEPS = {"adaptive steps": None, "steps of 7 s": 7.0, "one step of 300 s": 300.0}


def time_to_one(row, temperature_c):
    theta = float(row["activation_energy_j_mol"]) / GAS
    return np.exp(theta / kelvin(temperature_c) - np.log(float(row["frequency_factor_per_s"])))


def ramp_integral(row, duration):
    """Over a rise of 1/6 K/s from 37 °C: the primitive of exp(-θ/T) is T exp(-θ/T) - θ E1(θ/T)."""
    theta = float(row["activation_energy_j_mol"]) / GAS
    ends = kelvin(BODY_C) + np.array([0.0, RATE * duration])
    primitive = ends * np.exp(-theta / ends) - theta * exp1(theta / ends)
    return float(row["frequency_factor_per_s"]) / RATE * (primitive[1] - primitive[0])


def held(bench, temperature_c):
    """Integral of each set after 600 s at a temperature."""
    results = bench.run({
        "body.initial_temperature_c": float(temperature_c),
        "protocol.0": {"duration_s": HOLD},
    })  # fmt: skip
    return {name: float(state[0].mean()) for name, state in results.actual.damage.items()}


def ramp(bench, duration, dt=None):
    """Integral of each set after a ramp, by the parts of `ablasim.run`, which refuses a zone that fills the organ."""
    changes = {"protocol.0.duration_s": duration} | ({} if dt is None else {"numerics.time_step_s": dt})
    march = march_all(build_case(bench.scenario(changes)))["actual"]
    return {name: float(state[0].mean()) for name, state in march.damage.items()}


def alone(name, temperature_c, duration):
    """Integral by the damage model alone."""
    model, temperature = damage_model(name), np.array([kelvin(temperature_c)])
    return float(model.advance(model.start(1, temperature), temperature, temperature, duration)[0, 0])


def draw(bench, rows, after_hold, hot, short):
    """Times to Ω = 1 over temperature, and the integral along the ramp."""
    warm = np.linspace(42.0, 72.0, 200)
    curves, course = [], []
    seconds = np.linspace(20.0, RAMP, 300)
    for group, (name, row) in enumerate(rows.items()):
        times = [*(HOLD / after_hold[temperature][name] for temperature in HELD_C), hot[name]]
        curves += [
            Curve(row["set"], warm, time_to_one(row, warm), kind="exact", group=group),
            Curve("", (*HELD_C, 70), times, group=group),
        ]
        course += [
            Curve(row["set"], seconds, [ramp_integral(row, end) for end in seconds], kind="exact", group=group),
            Curve("", list(short), [found[name] for found in short.values()], group=group),
        ]
    bench.profile(
        "constant",
        "Time to Ω = 1 at constant temperature: lines exact, points from runs, at 70 °C from the damage model.",
        curves,
        x_label="temperature / °C", y_label="time to Ω = 1 / s", log_y=True,
    )  # fmt: skip
    bench.profile(
        "ramp",
        "Arrhenius integral along the ramp from 37 to 87 °C: lines exact, points from runs that end there.",
        course,
        x_label="time / s", y_label="Ω", log_y=True, y_range=(1e-8, 1e10),
    )  # fmt: skip


def run(bench):
    rows = {f"arrhenius_{row['set']}": row for row in bench.reference()}
    after_hold = {temperature: held(bench, temperature) for temperature in (37, *HELD_C)}
    ramps = {name: ramp(bench, RAMP, dt) for name, dt in RAMP_STEPS.items()}
    checks, rounding, waits, hot = [], [], [], {}
    for name, row in rows.items():
        exact = [time_to_one(row, temperature) for temperature in (*HELD_C, 70)]
        hot[name] = exact[-1] / alone(name, 70.0, exact[-1])
        found = [*(HOLD / after_hold[temperature][name] for temperature in HELD_C), hot[name]]
        errors = np.abs(np.array(found) / exact - 1.0)
        along = ramp_integral(row, RAMP)
        in_steps = [abs(ramps[how][name] / along - 1.0) for how in RAMP_STEPS]
        rounding += [float(row[str(t)]) / time - 1.0 for t, time in zip((*HELD_C, 70), exact, strict=True)]
        waits += [alone(name, float(row[f"in {wait} s"]), float(wait)) - 1.0 for wait in (1, 60, 600)]
        label = row["set"]
        checks += [
            compare(f"time to Ω = 1 at 50 °C, {label}", found[2], exact[2], relative=TOLERANCE, unit="s"),
            stays_below(f"error of that time from 43 to 70 °C, relative, {label}", errors.max(), TOLERANCE),
            compare(f"Ω after the ramp, {label}", ramps["adaptive steps"][name], along, relative=TOLERANCE),
            stays_below(f"error of it in steps of 7 s and of 300 s, relative, {label}", max(in_steps), TOLERANCE),
        ]
    short = {end: ramp(bench, float(end)) for end in range(30, 301, 30)}
    draw(bench, rows, after_hold, hot, short)
    liver = rows["arrhenius_liver"]
    return [
        states("every built-in set is in the table", {f"arrhenius_{one.name}" for one in ARRHENIUS_SETS} == set(rows)),
        stays_below("closed form against the table of times, relative", np.abs(rounding).max(), 5e-3,
                    note="some times are tabulated with three digits"),
        stays_below("Ω after 1, 60 and 600 s at the tabulated temperatures, from 1", np.abs(waits).max(), TOLERANCE),
        *checks,
        compare("Ω of the liver set after the ramp, as tabulated", ramps["adaptive steps"]["arrhenius_liver"],
                7649.28205, relative=TOLERANCE),
        compare("Ω of the liver set after 600 s at 37 °C", after_hold[37]["arrhenius_liver"],
                HOLD / time_to_one(liver, 37.0), relative=TOLERANCE),
        compare("time to Ω = 1 at 37 °C, liver", HOLD / after_hold[37]["arrhenius_liver"] / 60.0, 56.7,
                relative=TOLERANCE, unit="min"),
    ]  # fmt: skip
