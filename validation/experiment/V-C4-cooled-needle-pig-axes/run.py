"""V-C4: axes of a cooled needle's zone in vivo, with the span over what the paper leaves open."""

from ablasim.book import experiment
from ablasim.book.openness import ROUGH, answers_over, read_open_inputs
from ablasim.views.openness_figure import OpenPanel, openness_figure

OPEN = ("perfusion_in_vivo", "conductivity_in_vivo", "mean_power", "voltage_limit", "active_length")


def measure(results):
    zone = results.summary["zone"]
    return {"long": zone["long_axis_mm"], "short": 0.5 * (zone["short_axis_mm"] + zone["largest_width_mm"])}


def run(bench):
    nominal = measure(bench.run())
    openness = answers_over(bench.run, read_open_inputs(bench.folder.parent / "open_inputs.yaml", OPEN), measure, ROUGH)
    checks, panels = [], []
    for row in bench.reference():
        axis, mean, spread = row["axis"], float(row["mean_mm"]), float(row["sd_mm"])
        span = openness.span(axis, nominal[axis])
        checks.append(experiment(f"{axis} axis", nominal[axis], mean, spread, tolerance=spread, span=span, unit="mm"))
        panels.append(OpenPanel(f"{axis} axis / mm", nominal[axis], openness.bars(axis, nominal[axis]), mean, spread))
    openness_figure(
        bench.figure("axes", "Axes of the zone: how far each open input moves them, beside the measurement."), panels
    )
    centre = openness.centre
    bench.note(f"Mesh: {centre['long']:.1f} × {centre['short']:.1f} mm with sizes doubled, {nominal['long']:.1f} × "
               f"{nominal['short']:.1f} mm with normal ones.")  # fmt: skip
    return checks
