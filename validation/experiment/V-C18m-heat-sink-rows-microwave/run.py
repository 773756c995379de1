"""V-C18m, rows of microwaves: glass tubes, and a vein beside an antenna and beside an electrode."""

import math
from itertools import pairwise

import numpy as np

from ablasim.book import context, states, stays_below
from ablasim.margins.distance import interpolate
from ablasim.margins.ray import ray_exit
from ablasim.units import metres

EFFECT_PERCENT = 5.0
GRID_MM = 0.25
NINE_KJ = {"protocol.0.drive.antenna.forward_power_w": 30, "protocol.0.duration_s": 300}
ELECTRODE = "../V-C18-heat-sink-rows/scenario_vessel.yaml"
ROW_228 = {"5 mm away": (5.0, 5.0, 100.0), "10 mm away": (5.0, 10.0, 100.0), "20 mm away": (5.0, 20.0, 100.0),
           "1 ml/min": (5.0, 5.0, 1.0), "tube of 3 mm": (3.0, 5.0, 100.0)}  # fmt: skip
"""Diameter of the tube, its distance from the axis, mm, and flow, ml/min."""


def tube(diameter, distance, ml_min):
    x = distance + 0.5 * diameter
    return {
        "vessels.tube.points_mm": [[x, 0, -80], [x, 0, 100]],
        "vessels.tube.diameter_mm": diameter,
        "vessels.tube.mean_speed_mm_s": ml_min * 1e3 / 60.0 / (math.pi / 4.0 * diameter**2),
    }


def dead_area(zone):
    """Area of dead tissue in the plane z = 0, mm²."""
    side = metres(np.arange(-40.0, 40.0, GRID_MM) + 0.5 * GRID_MM)
    x, y = np.meshgrid(side, side)
    cell, weights = zone.domain.locate_in_tissue(np.column_stack([x.ravel(), y.ravel(), np.zeros(x.size)]))
    inside = cell >= 0
    level = interpolate(zone.domain.cells, zone.level, cell[inside], weights[inside])
    return float((level > 0.0).sum()) * GRID_MM**2


def radius(zone, towards=1.0):
    """Reach of the zone at the slot towards the tube, or away from it (−1), mm."""
    found = ray_exit(
        zone.domain.points, zone.domain.cells[zone.cells], zone.filled, np.zeros(3), np.array([towards, 0.0, 0.0])
    )
    return math.nan if found is None else 1e3 * found


def beside(bench, drive, diameter, distance, ml_min):
    """Radius and area with flow and without, and the zone's volume lost to the flow."""
    results = bench.run({**drive, **tube(diameter, distance, ml_min)})
    zones = [results.zones[name] for name in ("actual", "occluded")]
    reach, area = ([measure(zone) for zone in zones] for measure in (radius, dead_area))
    volume = [1e6 * zone.volume for zone in zones]
    return {"radius": reach, "radius share": reach[0] / reach[1], "away": radius(zones[1], -1.0),
            "area": area, "area share": area[0] / area[1],
            "volume lost": 100.0 * (1.0 - volume[0] / volume[1]), "volume": volume[1]}  # fmt: skip


def table(bench, caption, found):
    bench.table(
        caption,
        ["tube", "radius / mm", "without flow / mm", "share", "away, without flow / mm", "area / mm²",
         "without flow / mm²", "share", "volume lost / %", "volume without flow / ml"],
        [[words, *(f"{value:.1f}" for value in one["radius"]), f"{one['radius share']:.3f}",
          f"{one['away']:.1f}", *(f"{value:.0f}" for value in one["area"]), f"{one['area share']:.3f}",
          f"{one['volume lost']:.1f}", f"{one['volume']:.1f}"] for words, one in found.items()],
    )  # fmt: skip


def tubes(bench):
    flows = {(distance, 700.0): None for distance in (10.0, 15.0, 20.0)} | {(10.0, 1400.0): None}
    found = {key: beside(bench, {}, 5.0, *key) for key in flows}
    table(bench, "Row tube: glass tube of 5 mm beside a cooled antenna, 50 W for 10 minutes",
          {f"{distance:g} mm, {flow:g} ml/min": one for (distance, flow), one in found.items()})  # fmt: skip
    checks = []
    for name in ("radius", "area"):
        shares = [found[distance, 700.0][f"{name} share"] for distance in (10.0, 15.0, 20.0)]
        checks.append(states(f"tube: a nearer tube costs more {name}", all(a < b for a, b in pairwise(shares)),
                             note=", ".join(f"{share:.2f}" for share in shares)))  # fmt: skip
        checks += [
            context(f"tube: {name} left at 700 ml/min, {row['distance_mm']} mm",
                    found[float(row["distance_mm"]), 700.0][f"{name} share"], expected=float(row[f"{name}_share"]))
            for row in bench.reference() if row["row"] == "tube"
        ]  # fmt: skip
    for row in bench.reference():
        if row["row"] == "tube":
            one = found[float(row["distance_mm"]), 700.0]
            words = f"tube: radius at 700 ml/min over that away from the tube without flow, {row['distance_mm']} mm"
            checks.append(context(words, one["radius"][0] / one["away"], expected=float(row["radius_share"])))
    return checks


def row_228(bench):
    found = {words: beside(bench, NINE_KJ, *one) for words, one in ROW_228.items()}
    table(bench, "Row 228: glass tube beside a cooled antenna, 30 W for 5 minutes", found)
    lost = {words: 100.0 * (1.0 - one["area share"]) for words, one in found.items()}
    checks = [
        states(f"228: {words}: it cools", lost[words] >= EFFECT_PERCENT, note=f"{lost[words]:.1f} % of the area")
        for words in ROW_228
        if words != "20 mm away"
    ]
    return [*checks, stays_below("228: area lost at 20 mm", lost["20 mm away"], EFFECT_PERCENT, unit="%")]


def veins(bench):
    checks = []
    for distance in (3.0, 8.0):
        points = {"vessels.vein.points_mm": [[distance + 5.0, 0, -60], [distance + 5.0, 0, 80]]}
        zones = {name: bench.run(points, file).summary
                 for name, file in (("antenna", "scenario_vessel.yaml"), ("electrode", ELECTRODE))}  # fmt: skip
        loss = {name: one["heat_sink"]["volume_loss_percent"] for name, one in zones.items()}
        checks.append(
            states(
                f"vessel: at {distance:g} mm a vein costs microwaves less than radiofrequency",
                loss["antenna"] < loss["electrode"],
                note=f"{loss['antenna']:.1f} and {loss['electrode']:.1f} % of "
                f"{zones['antenna']['zone']['volume_ml']:.1f} and {zones['electrode']['zone']['volume_ml']:.1f} ml",
            )
        )
    return checks


def run(bench):
    return [*tubes(bench), *row_228(bench), *veins(bench)]
