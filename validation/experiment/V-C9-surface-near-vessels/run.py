"""V-C9: temperature of a liver's surface above an ablation, with and without a vessel near it, by either source."""

import math

import numpy as np

from ablasim.book import context, experiment, states
from ablasim.book.openness import OpenInput, answers_over, read_open_inputs
from ablasim.margins import Domain
from ablasim.units import celsius
from ablasim.views.openness_figure import OpenPanel, openness_figure

DISC_MM = {"radiofrequency": 15.85, "microwave": 16.9}  # half of the diameter of the zones, 3.17 and 3.38 cm
SHAFT_MM = {"radiofrequency": 0.75, "microwave": 0.9}
DEPTH_MM = {"radiofrequency": 0.0, "microwave": 0.01}  # of the points: in the plane of symmetry, or just below the face
SPEEDS_MM_S = ((1.0, 2.0, 3.0, 6.0, 10.0), (20.0, 60.0, 100.0, 150.0, 200.0))
PERIPHERAL, CENTRAL, DROP, ZONE = "peripheral", "central", "drop", "zone"
ROUGH = {"numerics.mesh": {"needle_mm": 0.64, "vessel_mm": 1.7, "far_mm": 14, "growth": 0.33}}
MICROWAVE = "scenario_microwave.yaml"
FORWARD, TIP = "protocol.0.drive.antenna.forward_power_w", "applicators.antenna.tip_mm"
MUCH = 2.0  # how many times the drop by radiofrequency is to be that by microwaves, at least
WORDS = {PERIPHERAL: "surface temperature, peripheral", CENTRAL: "surface temperature, near the vessel",
         DROP: "drop of the surface temperature near the vessel"}  # fmt: skip
UNITS = {PERIPHERAL: "°C", CENTRAL: "°C", DROP: "K"}


def vessels(gap=5.0, depth=10.0, diameter=6.0, mirrored=True):
    changes = {}
    for name, z in (("below", -depth), ("mirrored", depth))[: 1 + mirrored]:
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


def surface_mean(results, march, source):
    """Mean temperature of the surface over the disc, applicator left out, at the end of power, °C."""
    domain = Domain.of_mesh(results.case.mesh, tuple(results.case.anatomy.needles))
    radius = np.linspace(SHAFT_MM[source] + 0.2, DISC_MM[source], 61)
    angle = 2.0 * np.pi * np.arange(48) / 48.0
    places = np.stack(
        [np.outer(radius, np.cos(angle)), np.outer(radius, np.sin(angle)), np.full((61, 48), -DEPTH_MM[source])],
        axis=-1,
    ).reshape(-1, 3)
    cell, weights = domain.locate_in_tissue(1e-3 * places)
    temperature = (march.temperature_end_of_power[domain.cells[cell]] * weights).sum(axis=1)
    share = np.repeat(radius, 48) * (cell >= 0)
    return float(celsius(np.average(temperature, weights=share)))


def measure(results, source="radiofrequency"):
    """The twin without vessels is the peripheral ablation."""
    central, peripheral = (surface_mean(results, results.marches[name], source) for name in ("actual", "no_vessel"))
    extent = np.ptp(results.zones["no_vessel"].vertices[:, :2], axis=0)
    return {PERIPHERAL: peripheral, CENTRAL: central, DROP: peripheral - central, ZONE: 1e3 * float(extent.mean())}


def run(bench):
    power, *rest = read_open_inputs(
        bench.folder.parent / "open_inputs.yaml", ("mean_power", "perfusion_of_rig", "conductivity_on_bench")
    )
    electrode = [
        mirrored_power(power), *rest,
        OpenInput("active_length", "active length 20 to 30 mm", active(20), active(30)),
        OpenInput("vessel_gap", "wall at 8 to 3 mm from the axis", vessels(gap=8.0), vessels(gap=3.0)),
        OpenInput("vessel_depth", "vessel 15 to 6 mm deep", vessels(depth=15.0), vessels(depth=6.0)),
        OpenInput("vessel_diameter", "diameter 3 to 10 mm", vessels(diameter=3.0), vessels(diameter=10.0, depth=10.0)),
    ]  # fmt: skip
    antenna = [
        OpenInput("power", "forward power 60 to 140 W", {FORWARD: 60}, {FORWARD: 140}),
        OpenInput("tip", "tip 20 to 35 mm deep", {TIP: [0, 0, -20]}, {TIP: [0, 0, -35]}),
        OpenInput("vessel_gap", "wall at 8 to 3 mm from the axis", vessels(8.0, mirrored=False),
                  vessels(3.0, mirrored=False)),
    ]  # fmt: skip
    nominal, checks = {}, []
    for source, file, inputs in (
        ("radiofrequency", "scenario.yaml", electrode), ("microwave", MICROWAVE, antenna)
    ):  # fmt: skip
        nominal[source], judged = half(bench, source, file, inputs)
        checks += judged
    drops = {source: one[DROP] for source, one in nominal.items()}
    checks.append(
        states(
            "the drop near the vessel is twice as large by radiofrequency as by microwaves, or more",
            drops["radiofrequency"] >= MUCH * drops["microwave"],
            note=f"{drops['radiofrequency']:.1f} K and {drops['microwave']:.1f} K, measured 21.6 and -0.3 K",
        )
    )
    return checks


def half(bench, source, file, inputs):
    """Answers and checks of one source of heat."""
    rows = {row["place"]: (float(row["temperature_c"]), float(row["temperature_sd_c"]))
            for row in bench.reference() if row["source"] == source}  # fmt: skip
    radiofrequency = source == "radiofrequency"
    after = "" if radiofrequency else ", microwave"

    def measured_of(results):
        return measure(results, source)

    nominal = measured_of(bench.run({}, file))
    openness = answers_over(lambda changes: bench.run(changes, file), inputs, measured_of, ROUGH)
    measured = {name: rows[name] for name in (PERIPHERAL, CENTRAL)}
    measured[DROP] = (rows[PERIPHERAL][0] - rows[CENTRAL][0], math.hypot(rows[PERIPHERAL][1], rows[CENTRAL][1]))
    tolerance = {PERIPHERAL: rows[PERIPHERAL][1], CENTRAL: rows[CENTRAL][1], DROP: rows[CENTRAL][1]}
    openness_figure(
        bench.figure(f"surface_{source}", f"Mean surface temperature, {source}, and how far each open input moves it."),
        [OpenPanel(f"{name} / {UNITS[name]}", nominal[name], openness.bars(name, nominal[name]), *pair)
         for name, pair in measured.items()],
    )  # fmt: skip
    rough = openness.centre
    bench.note(
        f"Mesh, {source}: {nominal[PERIPHERAL]:.1f} and {nominal[CENTRAL]:.1f} °C, on the rougher mesh of the ends "
        f"{rough[PERIPHERAL]:.1f} and {rough[CENTRAL]:.1f} °C."
    )
    checks = [
        experiment(WORDS[name] + after, nominal[name], *pair, tolerance=tolerance[name],
                   span=openness.span(name, nominal[name]), unit=UNITS[name])
        for name, pair in measured.items()
    ]  # fmt: skip
    if radiofrequency:
        drops = [answer for _, *pair in openness.bars(DROP, nominal[DROP]) for answer in pair]
        checks.append(
            states("the surface is cooler near the vessel, whatever is open", min(nominal[DROP], *drops) > 0.0,
                   note=f"by {min(drops):.1f} to {max(drops):.1f} K, measured {measured[DROP][0]:.1f} K"))  # fmt: skip
    checks.append(
        context(f"width of the zone, peripheral{after}", nominal[ZONE], expected=2.0 * DISC_MM[source], unit="mm")
    )
    return nominal, checks
