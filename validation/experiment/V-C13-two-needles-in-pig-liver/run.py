"""V-C13: extents of the zone of two needles, by the shipped threshold and by Peleg–Fermi."""

from itertools import groupby

from ablasim.book import context, experiment, stays_below
from ablasim.book.extents import dead_extents_mm
from ablasim.book.openness import ROUGH, answers_over, read_open_inputs
from ablasim.damage.electroporation import FieldThreshold, PelegFermi
from ablasim.views.openness_figure import OpenPanel, openness_figure

OPEN = ("pulse_conductivity", "electroporated_conductivity", "rise_of_conductivity")
AT_20_MM = "voltage_at_20_mm"
THRESHOLD, SURVIVAL = FieldThreshold().name, PelegFermi().name
TRAINS = ((50, 50.0), (70, 70.0), (90, 100.0))
FINE = {"numerics.mesh": {"needle_mm": 0.226, "far_mm": 4.2, "growth": 0.071}}
NAMES = ("width", "depth", "height")


def extents(results, model=THRESHOLD):
    return dict(zip(NAMES, dead_extents_mm(results, results.levels[model]).tolist(), strict=True))


def setting(row):
    return {
        "protocol.0.pulses.voltage_v": float(row["voltage_v"]),
        "applicators.needles.spacing_mm": float(row["spacing_mm"]),
    }


def of_row(bench, label, rows):
    """One setting of the experiment: its checks, and a line of the table of currents and heat."""
    base = setting(rows[0])
    results = bench.run(base)
    nominal = extents(results)
    names = (*OPEN, AT_20_MM) if float(rows[0]["spacing_mm"]) == 20.0 else OPEN
    inputs = read_open_inputs(bench.folder.parent / "open_inputs.yaml", names)
    openness = answers_over(bench.run, inputs, extents, {**ROUGH, **base})
    checks, panels = [], []
    for row in rows:
        quantity, mean, spread = row["quantity"], float(row["mean_mm"]), float(row["sd_mm"])
        span = openness.span(quantity, nominal[quantity])
        checks.append(
            experiment(f"{quantity}, {label}", nominal[quantity], mean, spread, tolerance=spread, span=span, unit="mm")
        )
        bars = openness.bars(quantity, nominal[quantity])
        panels.append(OpenPanel(f"{quantity} / mm", nominal[quantity], bars, mean, spread))
    caption = f"Extents of the zone, {label}: how far each open input moves them, beside the measurement."
    openness_figure(bench.figure(f"extents_{rows[0]['voltage_v']}_v_{rows[0]['spacing_mm']}_mm", caption), panels)
    first = extents(bench.run({**ROUGH, **base, "protocol.0.pulses.count": 1}))
    checks += [
        context(f"{row['quantity']} by the first pulse alone, {label}", first[row["quantity"]], unit="mm")
        for row in rows
    ]
    rough = openness.centre
    bench.note(
        f"Mesh, {label}: "
        + ", ".join(
            f"{name} {rough[name]:.1f} mm with sizes doubled, {nominal[name]:.1f} mm with normal ones" for name in NAMES
        )
        + "."
    )
    (train,) = results.actual.pulses.trains
    summary = results.summary
    volumes = {name: model["volume_ml"] for name, model in summary["zone"]["by_damage_model"].items()}
    line = (
        label,
        f"{train.start.current:.1f}",
        f"{train.end.current:.1f}",
        f"{summary['source']['max_temperature_c']:.0f}",
        f"{volumes[THRESHOLD]:.1f}",
        f"{volumes['cem43_240']:.2f}",
        f"{volumes[SURVIVAL]:.1f}",
    )
    ledger = results.actual.ledger.delivered
    pulsed = sum(step.dt * step.pulses.mean_power for step in results.actual.steps if step.pulses is not None)
    checks.append(stays_below(f"V·I·on-time against the ledger, {label}", pulsed / ledger - 1.0, 1e-6))
    return checks, line


def number_and_length(bench):
    """The same setting with fewer and shorter, and with more and longer pulses."""
    runs = {}
    for count, width in TRAINS:
        runs[count, width] = bench.run({"protocol.0.pulses.count": count, "protocol.0.pulses.width_us": width})
    found = {name: [extents(run)[name] for run in runs.values()] for name in NAMES}
    least, most = (f"{count} pulses of {width:g} µs" for count, width in (TRAINS[0], TRAINS[-1]))
    checks = [
        stays_below(f"change of {name} from {least} to {most}", max(values) - min(values), 0.4, unit="mm")
        for name, values in found.items()
    ]
    for (count, width), run in runs.items():
        by_cells = extents(run, SURVIVAL)
        checks += [
            context(f"{name} by Peleg–Fermi, {count} pulses of {width:g} µs", by_cells[name], expected=mean, unit="mm")
            for name, mean in (("width", 30.0), ("depth", 17.0))
        ]
    return checks


def run(bench):
    checks, lines = [], []
    for label, rows in groupby(bench.reference(), key=lambda row: row["row"]):
        found, line = of_row(bench, label, list(rows))
        checks += found
        lines.append(line)
    checks += number_and_length(bench)
    bench.table(
        "Currents of the first and the last pulse, highest temperature, and volumes by each model",
        ("", "first / A", "last / A", "hottest / °C", "≥ 500 V/cm / ml", "CEM43 ≥ 240 min / ml", "Peleg–Fermi / ml"),
        lines,
    )
    fine = extents(bench.run(FINE))
    bench.note(
        "2250 V at 15 mm with all sizes divided by √2: "
        + ", ".join(f"{name} {fine[name]:.2f} mm" for name in NAMES)
        + "."
    )
    return checks
