"""V-C9, radiofrequency half: temperature of a liver's surface above an ablation, with and without a vessel near it."""

import math

import numpy as np

from ablasim.book import context, experiment, states
from ablasim.book.openness import OpenInput, answers_over, read_open_inputs
from ablasim.margins import Domain
from ablasim.units import celsius
from ablasim.views.openness_figure import OpenPanel, openness_figure

DISC_MM = 15.85  # half of the diameter of the zones, 3.17 cm
NEEDLE_MM = 0.75
SPEEDS_MM_S = ((1.0, 2.0, 3.0, 6.0, 10.0), (20.0, 60.0, 100.0, 150.0, 200.0))
PERIPHERAL, CENTRAL, DROP, ZONE = "peripheral", "central", "drop", "zone"
ROUGH = {"numerics.mesh": {"needle_mm": 0.64, "vessel_mm": 1.7, "far_mm": 14, "growth": 0.33}}


def vessels(gap=5.0, depth=10.0, diameter=6.0):
    changes = {}
    for name, z in (("below", -depth), ("mirrored", depth)):
        x = gap + 0.5 * diameter
        changes |= {
            f"vessels.{name}.points_mm": [[x, -60, z], [x, 60, z]],
            f"vessels.{name}.diameter_mm": diameter,
            f"vessels.{name}.mean_speed_mm_s": float(np.interp(diameter, *SPEEDS_MM_S)),
        }
    return changes


def active(length):
    """The mirrored electrode of twice the length."""
    return {"applicators.electrode.tip_mm": [0, 0, -length], "applicators.electrode.active_length_mm": 2 * length}


def mirrored_power(one):
    """The open mean power, doubled as the electrode is."""
    path = "protocol.0.drive.electrode.power_w"
    return OpenInput(one.name, one.words, {path: 2 * one.low[path]}, {path: 2 * one.high[path]})


def surface_mean(results, march):
    """Mean temperature of the surface over the disc, needle left out, at the end of power, °C."""
    domain = Domain.of_mesh(results.case.mesh, tuple(results.case.anatomy.needles))
    radius = np.linspace(NEEDLE_MM + 0.2, DISC_MM, 61)
    angle = 2.0 * np.pi * np.arange(48) / 48.0
    places = np.stack(
        [np.outer(radius, np.cos(angle)), np.outer(radius, np.sin(angle)), np.zeros((61, 48))], axis=-1
    ).reshape(-1, 3)
    cell, weights = domain.locate_in_tissue(1e-3 * places)
    temperature = (march.temperature_end_of_power[domain.cells[cell]] * weights).sum(axis=1)
    share = np.repeat(radius, 48) * (cell >= 0)
    return float(celsius(np.average(temperature, weights=share)))


def measure(results):
    """The twin without vessels is the peripheral ablation."""
    central, peripheral = (surface_mean(results, results.marches[name]) for name in ("actual", "no_vessel"))
    extent = np.ptp(results.zones["no_vessel"].vertices[:, :2], axis=0)
    return {PERIPHERAL: peripheral, CENTRAL: central, DROP: peripheral - central, ZONE: 1e3 * float(extent.mean())}


def run(bench):
    rows = {row["place"]: (float(row["temperature_c"]), float(row["temperature_sd_c"])) for row in bench.reference()}
    nominal = measure(bench.run())
    power, *rest = read_open_inputs(
        bench.folder.parent / "open_inputs.yaml", ("mean_power", "perfusion_of_rig", "conductivity_on_bench")
    )
    inputs = [
        mirrored_power(power), *rest,
        OpenInput("active_length", "active length 20 to 30 mm", active(20), active(30)),
        OpenInput("vessel_gap", "wall at 8 to 3 mm from the axis", vessels(gap=8.0), vessels(gap=3.0)),
        OpenInput("vessel_depth", "vessel 15 to 6 mm deep", vessels(depth=15.0), vessels(depth=6.0)),
        OpenInput("vessel_diameter", "diameter 3 to 10 mm", vessels(diameter=3.0), vessels(diameter=10.0, depth=10.0)),
    ]  # fmt: skip
    openness = answers_over(bench.run, inputs, measure, ROUGH)
    measured = {name: rows[name] for name in (PERIPHERAL, CENTRAL)}
    measured[DROP] = (rows[PERIPHERAL][0] - rows[CENTRAL][0], math.hypot(rows[PERIPHERAL][1], rows[CENTRAL][1]))
    tolerance = {PERIPHERAL: rows[PERIPHERAL][1], CENTRAL: rows[CENTRAL][1], DROP: rows[CENTRAL][1]}
    words = {PERIPHERAL: "surface temperature, peripheral", CENTRAL: "surface temperature, near the vessel",
             DROP: "drop of the surface temperature near the vessel"}  # fmt: skip
    units = {PERIPHERAL: "°C", CENTRAL: "°C", DROP: "K"}
    openness_figure(
        bench.figure("surface", "Mean temperature of the surface, and how far each open input moves it."),
        [OpenPanel(f"{name} / {units[name]}", nominal[name], openness.bars(name, nominal[name]), *pair)
         for name, pair in measured.items()],
    )  # fmt: skip
    rough = openness.centre
    bench.note(
        f"Mesh: {nominal[PERIPHERAL]:.1f} and {nominal[CENTRAL]:.1f} °C, on the rougher mesh of the ends "
        f"{rough[PERIPHERAL]:.1f} and {rough[CENTRAL]:.1f} °C."
    )
    checks = [
        experiment(words[name], nominal[name], *pair, tolerance=tolerance[name],
                   span=openness.span(name, nominal[name]), unit=units[name])
        for name, pair in measured.items()
    ]  # fmt: skip
    drops = [answer for _, *pair in openness.bars(DROP, nominal[DROP]) for answer in pair]
    checks += [
        states("the surface is cooler near the vessel, whatever is open", min(nominal[DROP], *drops) > 0.0,
               note=f"by {min(drops):.1f} to {max(drops):.1f} K, measured {measured[DROP][0]:.1f} K"),
        context("width of the zone, peripheral", nominal[ZONE], expected=31.7, unit="mm"),
    ]  # fmt: skip
    return checks
