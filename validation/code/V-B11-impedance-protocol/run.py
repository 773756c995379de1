"""V-B11: roll-offs of a cooled electrode under impedance control, and what is held in a pulse."""

import numpy as np

from ablasim.book import compare, context, states
from ablasim.views.book_figures import Curve

DRIVE = "protocol.0.drive.electrode"
FINE = {"numerics.mesh": {"needle_mm": 0.42, "tumour_mm": 1.4, "shell_mm": 1.8, "vessel_mm": 1.1, "far_mm": 10,
                          "growth": 0.21}}  # fmt: skip
VOLTS = 80.0
AT_MOST_W = 1000.0
"""Asked for where voltage or current is what is held; never reached."""
BY_VOLTAGE, BY_CURRENT = "80 V", "the current of 80 V at the start"
PAUSE_S = 15.0


def held(bench, changes):
    """A run, and what is told of its generator."""
    results = bench.run(changes)
    source, zone = results.summary["source"], results.summary["zone"]
    generator = source["generator"]
    return {
        "roll-offs": generator["roll_offs"],
        "duty": generator["duty_percent"],
        "energy": source["energy_delivered_j"] / 1e3,
        "zone": zone["volume_ml"],
        "60 °C": zone["by_damage_model"]["isotherm_60"]["volume_ml"],
        "short axis": zone["short_axis_mm"],
        "start": source["impedance_ohm"]["start"],
        "events": [event["time_s"] for event in generator["events"] if event["event"] == "roll_off"],
        "points": results.case.mesh.n_points,
    }


def generator_of(bench, **values):
    """The scenario's drive with other values held in a pulse."""
    drive = bench.scenario().protocol[0].drive["electrode"].model_dump(exclude_unset=True)
    return {DRIVE: {key: value for key, value in (drive | values).items() if value is not None}}


def run(bench):
    if bench.quick:
        return machine([held(bench, {"protocol.0.duration_s": 120})])
    found = {"200 W, at most 2 A": held(bench, {}), "the same, finer mesh": held(bench, FINE)}
    coarse, fine = found.values()
    drives = {BY_VOLTAGE: {"power_w": AT_MOST_W, "current_limit_a": None, "voltage_limit_v": VOLTS},
              BY_CURRENT: {"power_w": AT_MOST_W, "current_limit_a": VOLTS / coarse["start"]}}  # fmt: skip
    found |= {words: held(bench, generator_of(bench, **values)) for words, values in drives.items()}
    by_voltage, by_current = found[BY_VOLTAGE], found[BY_CURRENT]
    draw(bench, found)
    checks = [
        *machine(found.values()),
        compare("roll-offs at 200 W, finer mesh", fine["roll-offs"], coarse["roll-offs"], relative=0.10),
        compare("zone at 200 W, finer mesh", fine["zone"], coarse["zone"], relative=0.05, unit="ml"),
        states("current pulses roll off less often than voltage pulses",
               by_current["roll-offs"] < by_voltage["roll-offs"]),
        states("current pulses deliver more energy than voltage pulses", by_current["energy"] > by_voltage["energy"]),
        states("current pulses make the larger zone", by_current["zone"] > by_voltage["zone"]),
    ]  # fmt: skip
    for words, one in found.items():
        checks += told(words, one)
    return checks


def machine(runs):
    """What every run must show, however short."""
    apart = min(np.diff(one["events"]).min(initial=np.inf) for one in runs)
    return [
        states("tissue that boils rolls off by itself", min(one["roll-offs"] for one in runs) > 1),
        states("two roll-offs are a pause apart at least", apart >= PAUSE_S - 1e-6),
    ]


def told(words, one):
    return [
        context(f"roll-offs, {words}", one["roll-offs"]),
        context(f"first roll-off, {words}", min(one["events"], default=np.inf), unit="s"),
        context(f"share of the time with power, {words}", one["duty"], unit="%"),
        context(f"short axis, {words}", one["short axis"], unit="mm"),
    ]


def draw(bench, found):
    bench.table(
        "Twelve minutes of impedance control",
        ["held in a pulse", "points", "roll-offs", "the first / s", "time with power / %", "energy / kJ", "zone / ml",
         "inside 60 °C / ml", "short axis / mm"],
        [[words, f"{one['points']:,}", f"{one['roll-offs']}", *(f"{moment:.1f}" for moment in one["events"][:1]),
          f"{one['duty']:.1f}",
          f"{one['energy']:.1f}", f"{one['zone']:.1f}", f"{one['60 °C']:.1f}", f"{one['short axis']:.1f}"]
         for words, one in found.items()],
    )  # fmt: skip
    bench.profile(
        "roll_offs",
        "Roll-offs by then.",
        [Curve(words, [0.0, *one["events"]], np.arange(len(one["events"]) + 1), kind="exact", group=group)
         for group, (words, one) in enumerate(found.items())],
        x_label="time / s", y_label="roll-offs",
    )  # fmt: skip
