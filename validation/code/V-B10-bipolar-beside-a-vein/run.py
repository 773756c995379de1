"""V-B10: how near a vein's wall tissue dies, with the current between two needles and with both against the outside."""

import numpy as np

from ablasim.book import context, states, stays_below
from ablasim.margins import Domain
from ablasim.margins.distance import interpolate
from ablasim.mesh.tetrahedra import triangle_areas
from ablasim.units import metres, millimetres
from ablasim.views.book_figures import Curve

DRIVE = "protocol.0.drive.pair_1"
VEINS_MM = {5: ({}, 20.0), 10: ({"vessels.vein.diameter_mm": 10, "vessels.vein.mean_speed_mm_s": 200}, 25.0)}
"""Diameter, changes and spacing of the needles: 6.75 mm of tissue between needle and wall in both."""
GAP_MM = 6.75
FINE = {"numerics.mesh": {"needle_mm": 0.42, "vessel_mm": 0.85, "far_mm": 10, "growth": 0.21}}
MODELS = ("cem43_240", "isotherm_50", "isotherm_60")
HEIGHT_MM = 10.0
"""Half the length of wall, about the middle of the active parts, whose dead share is told."""
REACHED_MM = 0.1
SETTLED_S, TOLERANCE_K = 60.0, 1.0


def modes(bench):
    """The drive of the scenario, and the same with both needles against the outside."""
    bipolar = bench.scenario().protocol[0].drive["pair_1"].model_dump(exclude_unset=True)
    together = {key: value for key, value in bipolar.items() if key != "against"} | {"together_with": "pair_2"}
    return {"bipolar": bipolar, "monopolar": together}


def placed(diameter_mm):
    """Changes that put needles and sensors round a vein."""
    changes, spacing = VEINS_MM[diameter_mm]
    out = 0.5 * spacing
    places = {"inner_1": (-out + 2, 0), "inner_2": (out - 2, 0), "outer_1": (-out - 2, 0), "outer_2": (out + 2, 0),
              "beside_1": (-out, 2), "beside_2": (out, 2)}  # fmt: skip
    sensors = {f"sensors.{name}.at_mm": [x, y, 0] for name, (x, y) in places.items()}
    for end, z in {"low": -15, "high": 15}.items():
        ends = {"inner_1": -out + 1.5, "inner_2": out - 1.5, "outer_1": -out - 1.5, "outer_2": out + 1.5}
        sensors |= {f"sensors.{end}_{name}.at_mm": [x, 0, z] for name, x in ends.items()}
    return {**changes, "applicators.pair.spacing_mm": spacing, **sensors}


def living_rim_mm(results, model, radius_mm):
    """Living tissue on the wall, on the line to each needle half way up its active part; the mean of both."""
    domain = Domain.of_mesh(results.case.mesh, ("pair_1", "pair_2"))
    away = np.linspace(0.02, GAP_MM - 0.1, 400)
    rims = []
    for side in (-1.0, 1.0):
        place = np.column_stack([side * (radius_mm + away), np.zeros_like(away), np.zeros_like(away)])
        cell, weights = domain.locate_in_tissue(metres(place))
        inside = cell >= 0
        level = interpolate(domain.cells, results.levels[model], cell[inside], weights[inside])
        dead = np.flatnonzero(level > 0.0)
        rims.append(away[inside][dead[0]] if len(dead) else GAP_MM)
    return float(np.mean(rims))


def wall_dead_percent(results, model):
    """Dead share of the wall beside the active parts."""
    mesh = results.case.mesh
    triangles = mesh.facets_of("vein")
    beside = np.abs(millimetres(mesh.points[triangles, 2].mean(axis=1))) <= HEIGHT_MM
    areas = triangle_areas(mesh.points, triangles)[beside]
    dead = (results.levels[model][triangles[beside]] > 0.0).mean(axis=1)
    return float(100.0 * dead @ areas / areas.sum())


def held(results):
    """Time at which the target was reached, and the largest distance from it a minute later and after."""
    events = results.summary["source"]["generator"]["events"]
    reached = next((event["time_s"] for event in events if event["event"] == "target_reached"), None)
    if reached is None:
        return None, float("nan"), None
    history = results.history()
    hottest = np.max([values for name, values in history.items() if name.endswith("_sensor_c")], axis=0)
    later = history["time_s"] >= reached + SETTLED_S
    return reached, float(np.abs(hottest[later] - 95.0).max()), (history["time_s"], hottest)


def one(bench, diameter_mm, drive, changes):
    results = bench.run({**placed(diameter_mm), DRIVE: drive, **changes})
    zone, source = results.summary["zone"], results.summary["source"]
    reached, error, course = held(results)
    return {
        "rim": {model: living_rim_mm(results, model, 0.5 * diameter_mm) for model in MODELS},
        "wall": wall_dead_percent(results, MODELS[0]),
        "volume": zone["volume_ml"],
        "pieces": zone["pieces"],
        "energy": source["energy_delivered_j"] / 1e3,
        "power": source["power_w"]["end"],
        "hottest": source["max_temperature_c"],
        "points": results.case.mesh.n_points,
        "reached": reached,
        "error": error,
        "course": course,
    }


def run(bench):
    drives = modes(bench)
    meshes = {"": {}} if bench.quick else {"": {}, ", finer mesh": FINE}
    veins = (5,) if bench.quick else tuple(VEINS_MM)
    found = {(diameter, mode, words): one(bench, diameter, drive, change)
             for diameter in veins for mode, drive in drives.items() for words, change in meshes.items()
             if not (words and diameter != 5)}  # fmt: skip
    bench.table(
        "Living rim on the wall on the line to the needles, by damage model; 6.75 mm is all of the tissue between",
        ["vein / mm", "drive", "points", *(f"rim, {model} / mm" for model in MODELS), "wall dead / %", "zone / ml",
         "pieces", "energy / kJ", "power at the end / W", "hottest / °C", "target reached / s"],
        [[f"{diameter}", mode + words, f"{got['points']:,}", *(f"{got['rim'][model]:.2f}" for model in MODELS),
          f"{got['wall']:.0f}", f"{got['volume']:.1f}", f"{got['pieces']}", f"{got['energy']:.1f}",
          f"{got['power']:.1f}", f"{got['hottest']:.0f}", "–" if got["reached"] is None else f"{got['reached']:.0f}"]
         for (diameter, mode, words), got in found.items()],
    )  # fmt: skip
    checks = []
    for diameter in veins:
        rims = {mode: found[diameter, mode, ""]["rim"][MODELS[0]] for mode in drives}
        note = ", ".join(f"{mode} {rim:.2f} mm" for mode, rim in rims.items())
        checks += [
            states(f"bipolar reaches the wall, vein of {diameter} mm", rims["bipolar"] <= REACHED_MM, note=note),
            states(f"monopolar does not, vein of {diameter} mm", rims["monopolar"] > REACHED_MM),
            states(f"bipolar comes nearer, vein of {diameter} mm", rims["bipolar"] < rims["monopolar"]),
        ]
    for (diameter, mode, words), got in found.items():
        where = f"{mode}, vein of {diameter} mm{words}"
        checks += [
            stays_below(f"hottest sensor off its target from a minute after, {where}", got["error"], TOLERANCE_K,
                        unit="K"),
            context(f"living rim, {where}", got["rim"][MODELS[0]], unit="mm"),
            context(f"wall dead beside the active parts, {where}", got["wall"], unit="%"),
            context(f"zone, {where}", got["volume"], unit="ml"),
        ]  # fmt: skip
    courses = {f"{mode}, vein of {diameter} mm": got["course"] for (diameter, mode, words), got in found.items()
               if not words and got["course"]}  # fmt: skip
    curves = [Curve(words, *course, kind="exact", group=group) for group, (words, course) in enumerate(courses.items())]
    bench.profile("held", "Hottest of the sensors, held at 95 °C.", curves,
                  x_label="time / s", y_label="temperature / °C")  # fmt: skip
    return checks
