"""V-C5: diameters of an umbrella's zone with and without perfusion, and their ratio."""

import math

import numpy as np

from ablasim.book import context, experiment
from ablasim.book.openness import OpenInput, answers_over, read_open_inputs
from ablasim.views.openness_figure import OpenPanel, openness_figure

POWER_W = 60.0
ROUGH_MESH = {"numerics.mesh": {"tumour_mm": 2.2, "shell_mm": 2.2, "far_mm": 10, "growth": 0.35},
              "numerics.time_tolerance": 1.0}  # fmt: skip
AXES = ("vertical", "horizontal")


def measure(results):
    extent = 1e3 * np.ptp(results.zone.vertices, axis=0)
    return {"vertical": float(extent[2]), "horizontal": float(0.5 * (extent[0] + extent[1])),
            "hottest": results.summary["source"]["max_temperature_c"]}  # fmt: skip


def drive(energy_kj, power_w=POWER_W):
    return {"protocol.0.duration_s": 1e3 * energy_kj / power_w, "protocol.0.drive.umbrella.power_w": power_w}


def with_power(one, energy_kj):
    """The open power as a drive: the same energy in less or more time."""
    if "power_w" not in one.low:
        return one
    return OpenInput(one.name, one.words, drive(energy_kj, one.low["power_w"]), drive(energy_kj, one.high["power_w"]))


def run(bench):
    rows = {row["setting"]: {k: float(v) for k, v in row.items() if k != "setting"} for row in bench.reference()}
    settings = {
        "perfused": ({}, ("perfusion_of_rig", "power_of_umbrella")),
        "not perfused": ({"tissues.case_liver.perfusion_rate_per_s": 0.0}, ("start_of_rig", "power_of_umbrella")),
    }
    nominal, bars = {}, {}
    for setting, (changes, names) in settings.items():
        energy = rows[setting]["energy_kj"]
        base = {**changes, **drive(energy)}
        nominal[setting] = measure(bench.run(base))
        inputs = [with_power(one, energy) for one in read_open_inputs(bench.folder.parent / "open_inputs.yaml", names)]
        spread = rows[setting]["energy_sd_kj"]
        inputs.append(OpenInput("energy", "energy, mean ± SD", drive(energy - spread), drive(energy + spread)))
        openness = answers_over(bench.run, inputs, measure, {**base, **ROUGH_MESH})
        bars[setting] = {axis: openness.bars(axis, nominal[setting][axis]) for axis in AXES}
        rough, fine = (" × ".join(f"{one[axis]:.1f}" for axis in AXES) for one in (openness.centre, nominal[setting]))
        hottest = nominal[setting]["hottest"]
        bench.note(
            f"{setting.capitalize()}: {fine} mm, {rough} mm on the rougher mesh; hottest place {hottest:.0f} °C."
        )
    checks, panels = [], []
    for axis in AXES:
        with_flow, without = (rows[setting] for setting in settings)
        measured = with_flow[f"{axis}_mm"] / without[f"{axis}_mm"]
        spread = measured * math.hypot(*(row[f"{axis}_sd_mm"] / row[f"{axis}_mm"] for row in (with_flow, without)))
        ratio = nominal["perfused"][axis] / nominal["not perfused"][axis]
        ends = ratio_bars(nominal, bars, axis)
        answers = [ratio, *(end for _, *pair in ends for end in pair)]
        checks.append(
            experiment(f"{axis} diameter, perfused over not perfused", ratio, measured, spread, tolerance=0.10,
                       span=(min(answers), max(answers)))
        )  # fmt: skip
        panels.append(OpenPanel(f"{axis} diameter, ratio", ratio, ends, measured, spread))
    for setting in settings:
        for axis in AXES:
            checks.append(
                context(f"{axis} diameter, {setting}", nominal[setting][axis], expected=rows[setting][f"{axis}_mm"],
                        unit="mm", note="of the surrogate, not of ablasim's own electrode with tines")
            )  # fmt: skip
    openness_figure(bench.figure("ratio", "Diameters with perfusion over those without it."), panels)
    return checks


def ratio_bars(nominal, bars, axis):
    """Ratio at the ends: an input of one setting moves that one, the power moves both at once."""
    above, below = nominal["perfused"][axis], nominal["not perfused"][axis]
    first = {words: ends for words, *ends in bars["perfused"][axis]}
    second = {words: ends for words, *ends in bars["not perfused"][axis]}
    result = []
    for words, ends in first.items():
        if words in second and "power" in words:
            result.append((words, *(a / b for a, b in zip(ends, second[words], strict=True))))
        else:
            where = "perfused: " if words in second else ""
            result.append((where + words, *(a / below for a in ends)))
    for words, ends in second.items():
        if words not in first:
            result.append((words, *(above / b for b in ends)))
        elif "power" not in words:
            result.append(("not perfused: " + words, *(above / b for b in ends)))
    return result
