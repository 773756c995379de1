"""V-M2: zone and margin of the demo by every damage model; what dies at body temperature."""

import numpy as np

from ablasim.book import context, states
from ablasim.damage import damage_model, damage_model_names
from ablasim.units import kelvin
from ablasim.views.book_figures import Curve

DEMO = "../../../scenarios/rfa_hepatic_vein.yaml"
HOUR = 3600.0
TEMPERATURES_C = (43.0, 45.0, 47.0, 50.0, 52.5, 55.0, 57.5, 60.0, 65.0)
SHORTEST, LONGEST = 1e-4, 24 * HOUR


def seconds_to_death(name, temperature_c):
    """Time at a constant temperature until the model's level passes zero, s; infinite beyond a day."""
    model, heat = damage_model(name), np.full(1, kelvin(temperature_c))
    start = model.start(1, np.full(1, kelvin(37.0)))

    def is_dead(time):
        return model.level(model.advance(start, heat, heat, time))[0] >= 0.0

    if not is_dead(LONGEST):
        return np.inf
    shortest, longest = SHORTEST, LONGEST
    while longest > 1.001 * shortest:
        middle = np.sqrt(shortest * longest)
        shortest, longest = (shortest, middle) if is_dead(middle) else (middle, longest)
    return longest


def lives_an_hour(name):
    model, body = damage_model(name), np.full(1, kelvin(37.0))
    return bool(model.level(model.advance(model.start(1, body), body, body, HOUR))[0] < 0.0)


def run(bench):
    names = damage_model_names()
    summary = bench.run({"damage.models": list(names), "heat_sink.twins": []}, file=DEMO).summary
    zones = summary["zone"]["by_damage_model"]
    checks, rows, curves = [], [], []
    for name in names:
        zone = zones[name]
        checks.append(states(f"{name}: nothing dies in an hour at 37 °C", lives_an_hour(name)))
        checks.append(context(f"{name}: zone of the demo", zone["volume_ml"], unit="ml"))
        checks.append(context(f"{name}: smallest margin", zone["minimum_margin_mm"], unit="mm"))
        times = np.array([seconds_to_death(name, temperature) for temperature in TEMPERATURES_C])
        words = ["over a day" if not np.isfinite(t) else "at once" if t < 1e-3 else f"{t:.3g} s" for t in times]
        rows.append((damage_model(name).label, *words))
        finite = np.isfinite(times)
        if finite.any() and not name.startswith("isotherm"):
            kept = np.array(TEMPERATURES_C)[finite]
            curves.append(Curve(damage_model(name).label, kept, times[finite], kind="exact", group=len(curves)))
    bench.table(
        "Time until a model calls tissue dead at constant temperature",
        ("model", *(f"{temperature:g} °C" for temperature in TEMPERATURES_C)), rows,
    )  # fmt: skip
    bench.profile(
        "times", "Time until a model calls tissue dead, at constant temperature.", curves,
        x_label="temperature / °C", y_label="time / s", log_y=True, y_range=(1e-3, 1e5),
    )  # fmt: skip
    return checks
