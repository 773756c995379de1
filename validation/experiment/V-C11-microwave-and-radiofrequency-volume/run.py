"""V-C11: volumes of 12 minutes of microwaves and of radiofrequency on the bench."""

from ablasim.book import context, experiment, within_band

FILES = {"microwave": "scenario.yaml", "radiofrequency": "scenario_rf.yaml"}
FINE = {"numerics.mesh": {"needle_mm": 0.32, "far_mm": 10, "growth": 0.177}}
START = {words: {"body.temperature_c": value, "body.blood_temperature_c": value}
         for words, value in (("start at 10 °C", 10), ("start at 25 °C", 25))}  # fmt: skip
POWER = "protocol.0.drive.electrode.power_w"
OPEN = {
    "microwave": {**START, "cable loss 1.5 dB": {"applicators.antenna.cable_loss_db": 1.5}},
    "radiofrequency": {**START, "40 W": {POWER: 40}, "65 W": {POWER: 65}},
}
BAND = (2.0, 4.0)


def run(bench):
    measured = {row["applicator"]: (float(row["volume_cm3"]), float(row["volume_sd_cm3"])) for row in bench.reference()}
    rows, volumes, checks = [], {}, []

    def volume(name, words, changes):
        summary = bench.run(changes, FILES[name]).summary
        zone, source = summary["zone"], summary["source"]
        rows.append([name, words, f"{zone['volume_ml']:.1f}",
                     f"{zone['by_damage_model']['isotherm_60']['volume_ml']:.1f}",
                     f"{zone['short_axis_mm']:.1f} × {zone['long_axis_mm']:.1f}",
                     f"{source['energy_delivered_j'] / 1e3:.1f}", f"{source['max_temperature_c']:.0f}"])  # fmt: skip
        return zone["volume_ml"]

    for name in FILES:
        volumes[name] = volume(name, "documented values", {})
        ends = [volume(name, words, changes) for words, changes in OPEN[name].items()]
        span = (min(volumes[name], *ends), max(volumes[name], *ends))
        checks.append(experiment(f"volume, {name}", volumes[name], *measured[name], tolerance=measured[name][1],
                                 span=span, unit="ml"))  # fmt: skip
    fine = {name: volume(name, "finer mesh", FINE) for name in FILES}
    ratio = volumes["microwave"] / volumes["radiofrequency"]
    inside_60 = [float(row[3]) for row in rows if row[1] == "documented values"]
    bench.table("Zones after 12 minutes",
                ["applicator", "", "zone / ml", "inside 60 °C / ml", "axes / mm", "energy / kJ", "hottest / °C"],
                rows)  # fmt: skip
    bench.note(f"Ratio on the finer meshes: {fine['microwave'] / fine['radiofrequency']:.2f}.")
    return [
        within_band("volume by microwaves over that by radiofrequency", ratio, *BAND, note="published 2.9"),
        *checks,
        context("the same inside 60 °C", inside_60[0] / inside_60[1], expected=2.9),
    ]
