"""V-M2: zone and margin of the demo by every damage model; what each takes for dead that was seen to live."""

import numpy as np

from ablasim.book import context, states
from ablasim.damage import damage_model, damage_table, seconds_to_death
from ablasim.units import kelvin
from ablasim.views.book_figures import Curve

DEMO = "../../../scenarios/rfa_hepatic_vein.yaml"
TEMPERATURES_C = (43.0, 45.0, 47.0, 50.0, 52.5, 55.0, 57.5, 60.0, 65.0)


def words(seconds):
    return "over a day" if not np.isfinite(seconds) else "at once" if seconds == 0.0 else f"{seconds:.3g} s"


def run(bench):
    models = damage_table()
    changes = {"damage.models": [model.name for model in models], "heat_sink.twins": []}
    zones = bench.run(changes, file=DEMO).summary["zone"]["by_damage_model"]
    checks, rows, curves = [], [], []
    for model in models:
        name, zone = model.name, zones[model.name]
        wrong = ", ".join(f"{one.subject} at {one.temperature_c:g} °C" for one in model.kills_the_living)
        checks += [
            states(f"{name}: takes nothing for dead that was seen to live", not wrong, note=wrong),
            context(f"{name}: zone of the demo", zone["volume_ml"], unit="ml"),
            context(f"{name}: smallest margin", zone["minimum_margin_mm"], unit="mm"),
        ]
        times = np.array([seconds_to_death(damage_model(name), kelvin(one)) for one in TEMPERATURES_C])
        rows.append((model.label, *(words(seconds) for seconds in times)))
        shown = np.isfinite(times) & (times > 0.0)
        if shown.any():
            kept = np.array(TEMPERATURES_C)[shown]
            curves.append(Curve(model.label, kept, times[shown], kind="exact", group=len(curves)))
    bench.table(
        "Time until a model calls tissue dead at constant temperature",
        ("model", *(f"{temperature:g} °C" for temperature in TEMPERATURES_C)), rows,
    )  # fmt: skip
    bench.profile(
        "times", "Time until a model calls tissue dead, at constant temperature.", curves,
        x_label="temperature / °C", y_label="time / s", log_y=True, y_range=(1e-3, 1e5),
    )  # fmt: skip
    return checks
