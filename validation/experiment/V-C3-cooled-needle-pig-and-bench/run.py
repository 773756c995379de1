"""V-C3: volumes of a cooled needle's zone in vivo and on the bench, with the span over what the paper leaves open."""

import math

from ablasim.book import experiment, states
from ablasim.book.openness import ROUGH, OpenInput, answers_over, read_open_inputs
from ablasim.views.openness_figure import OpenPanel, openness_figure

KCAL_KJ = 4.184
BENCH = "scenario_bench.yaml"
DURATION = "duration 10 to 15 min, same energy"
VOLUME, ENERGY = "volume / ml", "energy delivered / kJ"


def measure(results):
    summary = results.summary
    return {
        VOLUME: summary["zone"]["volume_ml"],
        ENERGY: summary["source"]["energy_delivered_j"] / 1e3,
        "models": {name: model["volume_ml"] for name, model in summary["zone"]["by_damage_model"].items()},
    }


def power_over(energy_kj, duration_s):
    return {"protocol.0.duration_s": duration_s, "protocol.0.drive.electrode.power_w": 1e3 * energy_kj / duration_s}


def inputs_of(bench, setting, energy_kj):
    names = {
        "in vivo": ("perfusion_in_vivo", "conductivity_in_vivo", "voltage_limit", "active_length"),
        "bench": ("start_on_bench", "conductivity_on_bench", "voltage_limit", "active_length"),
    }[setting]
    duration = OpenInput("duration", DURATION, low=power_over(energy_kj, 600.0), high=power_over(energy_kj, 900.0))
    return (*read_open_inputs(bench.folder.parent / "open_inputs.yaml", names), duration)


def ratio_bars(vivo, on_bench):
    """Ratio of volumes at the ends: an input of one setting moves that one, an input of the device moves both."""
    first = {words: ends for words, *ends in vivo["bars"]}
    second = {words: ends for words, *ends in on_bench["bars"]}
    bars = []
    for words in dict.fromkeys([*first, *second]):
        above = first.get(words, [vivo["volume"]] * 2)
        below = second.get(words, [on_bench["volume"]] * 2)
        where = "" if words in first and words in second else ("in vivo: " if words in first else "bench: ")
        ends = [a / b for a, b in zip(above, below, strict=True)]
        bars.append((where + words.replace("start on the bench", "start"), *ends))
    return bars


def run(bench):
    rows = {(row["setting"], row["gauge"]): {k: float(v) for k, v in row.items() if k != "setting"}
            for row in bench.reference()}  # fmt: skip
    checks, found, models = [], {}, {}
    for setting, file in (("in vivo", "scenario.yaml"), ("bench", BENCH)):
        row, thick = rows[setting, "17"], rows[setting, "15"]

        def runner(changes, file=file):
            return bench.run(changes, file)

        nominal = measure(runner({}))
        openness = answers_over(runner, inputs_of(bench, setting, KCAL_KJ * row["energy_kcal"]), measure, ROUGH)
        drive = power_over(KCAL_KJ * thick["energy_kcal"], 720.0)
        thicker = measure(runner({**ROUGH, **drive, "applicators.electrode.diameter_mm": 1.8}))
        energy, energy_spread = KCAL_KJ * row["energy_kcal"], KCAL_KJ * row["energy_sd_kcal"]
        volume_bars = openness.bars(VOLUME, nominal[VOLUME])
        checks += [
            experiment(f"volume, {setting}", nominal[VOLUME], row["volume_cm3"], row["volume_sd_cm3"],
                       tolerance=row["volume_sd_cm3"], span=openness.span(VOLUME, nominal[VOLUME]), unit="ml"),
            experiment(f"energy delivered, {setting}", nominal[ENERGY], energy, energy_spread,
                       tolerance=0.25 * energy, span=openness.span(ENERGY, nominal[ENERGY]), unit="kJ"),
            states(f"the 15 G electrode makes the larger zone, {setting}", thicker[VOLUME] > openness.centre[VOLUME],
                   note=f"measured {thick['volume_cm3'] / row['volume_cm3']:.2f} times, computed "
                        f"{thicker[VOLUME] / openness.centre[VOLUME]:.2f} times"),
        ]  # fmt: skip
        openness_figure(
            bench.figure(setting.replace(" ", "_"), f"Volume and energy of the 17 G electrode, {setting}: how far each "
                         "open input moves them, beside the measurement."),
            [OpenPanel(VOLUME, nominal[VOLUME], volume_bars, row["volume_cm3"], row["volume_sd_cm3"]),
             OpenPanel(ENERGY, nominal[ENERGY], openness.bars(ENERGY, nominal[ENERGY]), energy, energy_spread)],
        )  # fmt: skip
        found[setting] = {"volume": nominal[VOLUME], "bars": volume_bars}
        models[setting] = nominal["models"]
        rough = openness.centre
        bench.note(f"Mesh, {setting}: {rough[VOLUME]:.1f} ml and {rough[ENERGY]:.1f} kJ with sizes doubled, "
                   f"{nominal[VOLUME]:.1f} ml and {nominal[ENERGY]:.1f} kJ with normal ones.")  # fmt: skip
    vivo, on_bench = rows["in vivo", "17"], rows["bench", "17"]
    measured = vivo["volume_cm3"] / on_bench["volume_cm3"]
    spread = measured * math.hypot(*(row["volume_sd_cm3"] / row["volume_cm3"] for row in (vivo, on_bench)))
    ratio = found["in vivo"]["volume"] / found["bench"]["volume"]
    bars = ratio_bars(found["in vivo"], found["bench"])
    ends = [end for _, *pair in bars for end in pair]
    openness_figure(
        bench.figure("ratio", "Volume in vivo over volume on the bench."),
        [OpenPanel("volume in vivo / volume on the bench", ratio, bars, measured, spread)],
    )
    bench.table(
        "Volume by damage model, ml; measured: 7.79 ± 1.68 in vivo, 23.86 ± 3.82 on the bench",
        ["model", "in vivo", "bench", "ratio"],
        [[name, f"{models['in vivo'][name]:.1f}", f"{models['bench'][name]:.1f}",
          f"{models['in vivo'][name] / models['bench'][name]:.2f}"] for name in models["bench"]],
    )  # fmt: skip
    checks.append(
        experiment("volume in vivo over volume on the bench", ratio, measured, spread, tolerance=0.1,
                   span=(min(ends), max(ends)))
    )  # fmt: skip
    return checks
