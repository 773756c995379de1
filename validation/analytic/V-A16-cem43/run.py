"""V-A16: thermal dose at constant temperature and over a ramp through 43 °C."""

import numpy as np

from ablasim.book import compare, stays_below
from ablasim.build import build_case
from ablasim.simulate import march_all
from ablasim.views.book_figures import Curve

BODY_C, RATE, RAMP, MINUTE = 37.0, 1.0 / 6.0, 300.0, 60.0
LETHAL = {47: 900.0, 50: 112.5, 55: 3.515625}
TABULATED_RAMP = 2.538015956467e12
TOLERANCE = 1e-3
RAMP_STEPS = {"adaptive steps": None, "steps of 7 s": 7.0, "one step of 300 s": 300.0}


def per_minute(temperature_c):
    excess = np.asarray(temperature_c, dtype=float) - 43.0
    return np.where(excess >= 0.0, 2.0**excess, 4.0**excess)


def ramp_dose(seconds):
    """Minutes after a rise of 1/6 K/s from 37 °C, the powers integrated below and above 43 °C."""
    end = BODY_C + RATE * np.asarray(seconds) - 43.0
    below = (4.0 ** np.minimum(end, 0.0) - 4.0 ** (BODY_C - 43.0)) / np.log(4.0)
    above = (2.0 ** np.maximum(end, 0.0) - 1.0) / np.log(2.0)
    return (below + above) / (RATE * MINUTE)


def held(bench, temperature_c, duration):
    """Dose after a time at a temperature, min."""
    results = bench.run({
        "body.initial_temperature_c": float(temperature_c),
        "protocol.0": {"duration_s": duration},
    })  # fmt: skip
    return float(results.actual.damage["cem43_240"][0].mean())


def ramp(bench, duration, dt=None):
    """Dose after a ramp, min, by the parts of `ablasim.run`, which refuses a zone that fills the organ."""
    changes = {"protocol.0.duration_s": duration} | ({} if dt is None else {"numerics.time_step_s": dt})
    march = march_all(build_case(bench.scenario(changes)))["actual"]
    return float(march.damage["cem43_240"][0].mean())


def run(bench):
    rows = {int(row["temperature_c"]): float(row["minutes_per_minute"]) for row in bench.reference()}
    doses = {temperature: held(bench, temperature, MINUTE) for temperature in rows}
    ramps = {name: ramp(bench, RAMP, dt) for name, dt in RAMP_STEPS.items()}
    short = {float(end): ramp(bench, float(end)) for end in range(15, 300, 15)}
    kink = max(abs(dose / float(ramp_dose(end)) - 1.0) for end, dose in short.items() if end <= 75.0)

    warm = np.linspace(38.0, 61.0, 400)
    bench.profile(
        "constant",
        "Equivalent minutes gained in a minute at constant temperature: the slope changes at 43 °C.",
        [
            Curve("exact", warm, per_minute(warm), kind="exact", group=0),
            Curve("runs", list(doses), list(doses.values()), group=1),
        ],
        x_label="temperature / °C", y_label="dose of one minute / min", log_y=True,
    )  # fmt: skip
    seconds = np.linspace(1.0, RAMP, 600)
    bench.profile(
        "ramp",
        "Dose along the ramp from 37 to 87 °C; it passes 43 °C after 36 s.",
        [
            Curve("exact", seconds, ramp_dose(seconds), kind="exact", group=0),
            Curve("runs that end there", [*short, RAMP], [*short.values(), ramps["adaptive steps"]], group=1),
        ],
        x_label="time / s", y_label="dose / min", log_y=True,
    )  # fmt: skip
    return [
        *(compare(f"dose of a minute at {temperature} °C", doses[temperature], minutes, relative=TOLERANCE, unit="min")
          for temperature, minutes in rows.items()),
        *(compare(f"dose of {duration:g} s at {temperature} °C", held(bench, temperature, duration), 240.0,
                  relative=TOLERANCE, unit="min") for temperature, duration in LETHAL.items()),
        *(compare(f"dose of the ramp, {name}", dose, TABULATED_RAMP, relative=TOLERANCE, unit="min")
          for name, dose in ramps.items()),
        stays_below("error of the dose on the way through 43 °C, 15 to 75 s, relative", kink, TOLERANCE),
    ]  # fmt: skip
