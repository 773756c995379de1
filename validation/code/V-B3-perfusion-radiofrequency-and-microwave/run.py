"""V-B3: highest temperature at an antenna, and what perfusion costs it and a cooled needle."""

import numpy as np

from ablasim.book import context, states, stays_below, within_band
from ablasim.views.book_figures import Curve

PERFUSION = "tissues.case_liver.perfusion_rate_per_s"
RATES = (0.0064, 0.0132)
TARGET_C, SETTLED_S, TOLERANCE_K = 99.0, 60.0, 1.0
"""What the controller holds, and how closely from a minute after it is reached."""
FINE = {"numerics.mesh": {"needle_mm": 0.32, "far_mm": 8.5, "growth": 0.156}}


def course(results):
    """Time, and the temperature of the hottest sensor, °C, while there is power."""
    history = results.history()
    hottest = np.max([row for name, row in history.items() if name.endswith("_sensor_c")], axis=0)
    driven = np.isfinite(history["impedance_ohm"])
    return history["time_s"][driven], hottest[driven]


def off_target(results):
    """Largest distance of the hottest sensor from the target, K, from a minute after it was reached; when that was."""
    events = results.summary["source"]["generator"]["events"]
    reached = next((event["time_s"] for event in events if event["event"] == "target_reached"), np.inf)
    times, hottest = course(results)
    later = times >= reached + SETTLED_S
    return float(np.abs(hottest[later] - TARGET_C).max()) if later.any() else float("nan"), reached


def run(bench):
    rows, volumes, hottest, needles = [], {}, {}, {}
    for rate in (0.0, *RATES):
        changes = {PERFUSION: rate}
        needles[rate] = bench.run(changes, "scenario_rf.yaml")
        for name, results in (("antenna", bench.run(changes)), ("needle", needles[rate])):
            zone, source = results.summary["zone"], results.summary["source"]
            volumes[name, rate], hottest[name, rate] = zone["volume_ml"], source["max_temperature_c"]
            rows.append([name, f"{rate:g}", f"{zone['volume_ml']:.1f}",
                         f"{zone['by_damage_model']['isotherm_60']['volume_ml']:.1f}",
                         f"{zone['short_axis_mm']:.1f} × {zone['long_axis_mm']:.1f}", f"{hottest[name, rate]:.0f}",
                         f"{source['energy_delivered_j'] / 1e3:.1f}",
                         f"{source['power_w']['end']:.1f}" if name == "needle" else ""])  # fmt: skip
    bench.table("Zones with and without perfusion",
                ["applicator", "perfusion / (1/s)", "zone / ml", "inside 60 °C / ml", "axes / mm", "hottest / °C",
                 "energy / kJ", "power at the end / W"], rows)  # fmt: skip
    fine = bench.run(FINE).summary
    bench.note(f"Antenna on the finer mesh: {fine['source']['max_temperature_c']:.0f} °C, "
               f"{fine['zone']['volume_ml']:.1f} ml.")  # fmt: skip
    checks = [within_band("highest temperature at the antenna", hottest["antenna", RATES[0]], 150.0, 200.0, unit="°C",
                          note="published 177 °C")]  # fmt: skip
    for rate in RATES:
        gain = {name: volumes[name, 0.0] / volumes[name, rate] for name in ("antenna", "needle")}
        checks.append(
            states(
                f"perfusion {rate:g} 1/s costs the antenna less than the needle",
                gain["antenna"] < gain["needle"],
                note=f"without it {gain['antenna']:.2f} and {gain['needle']:.2f} times the zone",
            )
        )
        checks += [context(f"zone without perfusion over that with {rate:g} 1/s, {name}", value)
                   for name, value in gain.items()]  # fmt: skip
    for rate, results in needles.items():
        off, reached = off_target(results)
        words = f"perfusion {rate:g} 1/s"
        checks += [
            stays_below(f"hottest sensor off its target from a minute after, {words}", off, TOLERANCE_K, unit="K",
                        note=f"reached after {reached:.0f} s"),
            context(f"hottest tissue at the needle, {words}", hottest["needle", rate], expected=100.0, unit="°C"),
        ]  # fmt: skip
    bench.profile("held", "Hottest of the needle's four sensors, held at 99 °C.",
                  [Curve(f"perfusion {rate:g} 1/s", *course(results), kind="exact", group=group)
                   for group, (rate, results) in enumerate(needles.items())],
                  x_label="time / s", y_label="temperature / °C")  # fmt: skip
    return checks
