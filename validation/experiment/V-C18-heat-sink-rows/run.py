"""V-C18, rows of radiofrequency: glass tubes, distance from a vein, and occlusion."""

import math
from itertools import pairwise

import numpy as np

from ablasim.book import context, experiment, states, stays_below
from ablasim.book.openness import OpenInput, answers_over, read_open_inputs
from ablasim.margins.ray import ray_exit
from ablasim.views.book_figures import Curve
from ablasim.views.openness_figure import OpenPanel, openness_figure

CROSS_SECTION_MM2 = math.pi / 4.0 * 3.4**2
FLOWS_ML_MIN = (1.0, 3.0, 10.0, 100.0, 1000.0)
SIGNIFICANT_PERCENT, STABLE_SHARE = 5.0, 0.8
LOSS_MATTERS_PERCENT, LOSS_GONE_PERCENT = 5.0, 1.0
DISTANCES_MM = {5.0: (3.0, 5.0, 8.0, 12.0, 20.0, 30.0), 10.0: (3.0, 8.0, 20.0, 30.0), 15.0: (3.0, 8.0, 20.0, 30.0)}
SPEEDS_MM_S = ((1.0, 2.0, 3.0, 6.0, 10.0), (20.0, 60.0, 100.0, 150.0, 200.0))
CLOSED = {"pringle": ("portal_vein", "hepatic_artery"), "portal_vein": ("portal_vein",),
          "hepatic_artery": ("hepatic_artery",), "none": ()}  # fmt: skip
PAIRS = (("pringle", "portal_vein"), ("pringle", "hepatic_artery"), ("portal_vein", "hepatic_artery"))
ROUGH = {"numerics.mesh": {"needle_mm": 0.64, "vessel_mm": 1.3, "far_mm": 14, "growth": 0.33}}
DURATION_S = 420
ROUGH_PIG = {"numerics.mesh": {"tumour_mm": 2.8, "shell_mm": 2.8, "far_mm": 12, "growth": 0.4}}
POWER = "protocol.0.drive.{}.power_w"
OPEN_TUBE = {
    "documented values": {},
    "tube 10 mm from the axis": {"vessels.tube.points_mm": [[12.5, 0, -60], [12.5, 0, 60]]},
    "water and liver at 37 °C": {
        "body.temperature_c": 37, "body.blood_temperature_c": 37, "vessels.tube.blood_temperature_c": 37},
    "water at 10 °C": {"vessels.tube.blood_temperature_c": 10},
    "glass of 0.3 mm": {"vessels.tube.wall.thickness_mm": 0.3},
    "active length 20 mm": {
        "applicators.electrode.active_length_mm": 20, "applicators.electrode.tip_mm": [0, 0, -10]},
}  # fmt: skip


def flow(ml_min):
    return {"vessels.tube.mean_speed_mm_s": ml_min * 1e3 / 60.0 / CROSS_SECTION_MM2}


def tube(bench, ml_min, changes):
    """Loss by the flow: of volume, and of the radius towards the tube, each against the tube without flow."""
    results = bench.run({**flow(ml_min), **changes})
    zones, sink = results.zones, results.summary["heat_sink"]
    still = 1e6 * zones["occluded"].volume
    radius = {name: radius_towards(zones[name]) for name in ("actual", "occluded")}
    return {
        "volume": 1e6 * zones["actual"].volume,
        "still": still,
        "loss": 100.0 * sink["flow_loss"]["ml"] / still,
        "radius": radius,
        "retraction": sink["vessels"]["tube"]["retraction_mm"],
        "warming": sink["vessels"]["tube"]["blood_warming_k"],
    }


def radius_towards(zone):
    found = ray_exit(
        zone.domain.points, zone.domain.cells[zone.cells], zone.filled, np.zeros(3), np.array([1.0, 0.0, 0.0])
    )
    return math.nan if found is None else 1e3 * found


def tubes(bench):
    found = {ml_min: tube(bench, ml_min, {}) for ml_min in FLOWS_ML_MIN}
    bench.table(
        "Row tube: 3.4 mm glass tube beside a monopolar needle",
        ["flow / ml/min", "zone / ml", "less than without flow / %", "radius towards the tube / mm",
         "without flow / mm", "retraction / mm", "water warmed by / K"],
        [[f"{ml_min:g}", f"{one['volume']:.2f}", f"{one['loss']:.1f}", f"{one['radius']['actual']:.2f}",
          f"{one['radius']['occluded']:.2f}", f"{one['retraction']:.2f}", f"{one['warming']:.1f}"]
         for ml_min, one in found.items()],
    )  # fmt: skip
    rows, spans = [], []
    for words, change in OPEN_TUBE.items():
        one = {ml_min: tube(bench, ml_min, {**ROUGH, **change}) for ml_min in (1.0, 10.0, 1000.0)}
        share = one[10.0]["loss"] / one[1000.0]["loss"]
        spans.append((one[1.0]["loss"], share))
        rows.append([words, *(f"{item['loss']:.1f}" for item in one.values()), f"{share:.2f}",
                     f"{one[10.0]['retraction']:.2f}"])  # fmt: skip
    bench.table(
        "Row tube over what could not be read, rougher mesh: volume lost to the flow in percent",
        ["", "1 ml/min", "10 ml/min", "1000 ml/min", "10 over 1000", "retraction at 10 ml/min / mm"],
        rows,
    )
    bench.profile(
        "tube",
        "Share of the zone that the flow in the glass tube costs. Bench: significant from 1 ml/min on, as large as it "
        "gets from 10 ml/min on.",
        [Curve("computed", list(found), [one["loss"] for one in found.values()])],
        x_label="flow / (ml/min)", y_label="volume lost to the flow / %", log_x=True, y_range=(0.0, 30.0),
    )  # fmt: skip
    share = found[10.0]["loss"] / found[1000.0]["loss"]
    low, high = np.min(spans, axis=0), np.max(spans, axis=0)
    return [
        states("tube: 1 ml/min already cools", found[1.0]["loss"] >= SIGNIFICANT_PERCENT,
               note=f"{found[1.0]['loss']:.1f} % of the zone, over what is open {low[0]:.1f} to {high[0]:.1f} %"),
        states("tube: from 10 ml/min on more flow cools no more", share >= STABLE_SHARE,
               note=f"{100 * share:.0f} % of the loss at 1000 ml/min, over what is open "
                    f"{100 * low[1]:.0f} to {100 * high[1]:.0f} %"),
    ]  # fmt: skip


def vein_loss(bench, diameter, distance):
    x = distance + 0.5 * diameter
    sink = bench.run({
        "vessels.vein.points_mm": [[x, 0, -60], [x, 0, 60]],
        "vessels.vein.diameter_mm": diameter,
        "vessels.vein.mean_speed_mm_s": float(np.interp(diameter, *SPEEDS_MM_S)),
    }, "scenario_vessel.yaml").summary["heat_sink"]  # fmt: skip
    return sink["volume_loss_percent"], sink["vessels"]["vein"]["retraction_mm"]


def veins(bench):
    found = {d: {away: vein_loss(bench, d, away) for away in series} for d, series in DISTANCES_MM.items()}
    bench.table(
        "Row vessel: volume lost in percent and retraction in mm, over the distance of the wall from the axis",
        ["diameter", *(f"{away:g} mm" for away in DISTANCES_MM[5.0])],
        [[f"{d:g} mm", *(f"{series[away][0]:.1f} ({series[away][1]:.1f})" if away in series else ""
                         for away in DISTANCES_MM[5.0])] for d, series in found.items()],
    )  # fmt: skip
    bench.profile(
        "distance",
        "Share of the zone that a vein costs, over the distance of its wall from the electrode's axis. Maaref et al.: "
        "much up to 8 mm, nothing beyond 30 mm.",
        [Curve(f"{d:g} mm", list(series), [loss for loss, _ in series.values()], group=i)
         for i, (d, series) in enumerate(found.items())],
        x_label="distance / mm", y_label="volume lost / %",
    )  # fmt: skip
    near = [series[away][0] for series in found.values() for away in series if away <= 8.0]
    far = [abs(series[30.0][0]) for series in found.values()]
    at_wall = [series[3.0][0] for series in found.values()]
    return [
        states("vessel: it matters up to 8 mm", min(near) >= LOSS_MATTERS_PERCENT,
               note=f"{min(near):.1f} to {max(near):.1f} % of the zone"),
        stays_below("vessel: largest loss at 30 mm", max(far), LOSS_GONE_PERCENT, unit="%"),
        states("vessel: the loss at 3 mm grows with the diameter", all(b > a for a, b in pairwise(at_wall)),
               note=", ".join(f"{d:g} mm: {loss:.1f} %" for d, loss in zip(found, at_wall, strict=True))),
    ]  # fmt: skip


def occluded(bench, changes):
    """Volumes, dead and inside 60 °C, and ratios of the former; the clamp is opened at the end of power."""
    volumes = {}
    for name, systems in CLOSED.items():
        clamps = [{"name": "closed", "systems": list(systems), "end_s": DURATION_S}] if systems else []
        zone = bench.run({**changes, "occlusions": clamps}, "scenario_pig.yaml").summary["zone"]
        volumes[name] = zone["volume_ml"]
        volumes[f"{name}, 60 °C"] = zone["by_damage_model"]["isotherm_60"]["volume_ml"]
    return volumes | {f"{a} over {b}": volumes[a] / volumes[b] for a, b in PAIRS}


def pigs(bench):
    measured = {row["setting"]: (float(row["volume_cm3"]), float(row["volume_sd_cm3"]))
                for row in bench.reference() if row["row"] == "pig"}  # fmt: skip
    (perfusion,) = read_open_inputs(bench.folder.parent / "open_inputs.yaml", ("perfusion_in_vivo",))
    power = OpenInput("power", "mean power 20 to 50 W", *({POWER.format("prongs"): watts} for watts in (20, 50)))
    nominal = occluded(bench, {})
    openness = answers_over(
        lambda changes: changes, (perfusion, power), lambda changes: occluded(bench, changes), ROUGH_PIG
    )
    openness_figure(
        bench.figure("pig", "Volume of the zone under occlusion, and how far each open input moves it."),
        [OpenPanel(f"{name} / ml", nominal[name], openness.bars(name, nominal[name]), *pair)
         for name, pair in measured.items()],
    )  # fmt: skip
    bench.table(
        "Row pig: volume in ml",
        ["closed", "measured", "dead", "inside 60 °C"],
        [[name, f"{measured[name][0]} ± {measured[name][1]}" if name in measured else "not visible",
          f"{nominal[name]:.1f}", f"{nominal[f'{name}, 60 °C']:.1f}"] for name in CLOSED],
    )  # fmt: skip
    checks = [
        experiment(f"pig: volume, {name} closed", nominal[name], *pair, tolerance=pair[1],
                   span=openness.span(name, nominal[name]), unit="ml")
        for name, pair in measured.items()
    ]  # fmt: skip
    order = [nominal[name] for name in CLOSED]
    checks.append(states("pig: both closed, portal vein, artery, none: each more than the next",
                         all(a > b for a, b in pairwise(order)),
                         note=", ".join(f"{volume:.1f} ml" for volume in order)))  # fmt: skip
    checks += [
        context(f"pig: {a} over {b}", nominal[f"{a} over {b}"], expected=measured[a][0] / measured[b][0])
        for a, b in PAIRS
    ]
    return checks


def run(bench):
    return [*tubes(bench), *veins(bench), *pigs(bench)]
