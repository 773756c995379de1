"""V-B5: how far the zone is drawn out downstream, and which vessels clot, over the radius of a vessel."""

import numpy as np

from ablasim.book import context, states, stays_below, within_band
from ablasim.margins.ray import ray_exit
from ablasim.units import celsius
from ablasim.views.book_figures import Curve

RADII_MM = (0.3, 0.4, 0.5, 0.6, 0.75, 1.0, 1.5, 2.0, 3.0)
VARIED_MM = (0.3, 0.4, 0.5, 0.6, 0.75, 1.0)
SPEEDS_MM_S = ((1.0, 2.0, 3.0, 6.0, 10.0), (20.0, 60.0, 100.0, 150.0, 200.0))
GAP_MM = 5.0
LINE_MM = 1.0
"""Distance from the wall of the line along which the zone's extent is taken, towards the electrode."""
UNSEEN_MM = 0.4
PEAK_BAND_MM = (0.4, 0.5)
FINER = {"numerics.mesh": {"needle_mm": 0.35, "vessel_mm": 0.35, "far_mm": 7, "growth": 0.18}}
ROUGH = {"numerics.mesh": {"needle_mm": 0.6, "vessel_mm": 0.6, "far_mm": 12, "growth": 0.35}, "heat_sink.twins": []}
OPEN = {
    "documented values, rougher mesh": {},
    "half the speed": {"speed_factor": 0.5},
    "twice the speed": {"speed_factor": 2.0},
    "wall at 3 mm": {"gap": 3.0},
    "blood clots at 60 °C": {"vessels.vessel.coagulation": {"model": "isotherm_60"}},
}


def place(radius, gap=GAP_MM, speed_factor=1.0, backwards=False):
    """The vessel of a radius; below 1 mm of diameter the speed falls with the diameter."""
    diameter, y = 2.0 * radius, gap + radius
    ends = [[-50, y, 0], [50, y, 0]]
    speed = float(np.interp(diameter, *SPEEDS_MM_S)) * min(diameter, 1.0)
    return {
        "vessels.vessel.points_mm": ends[::-1] if backwards else ends,
        "vessels.vessel.diameter_mm": diameter,
        "vessels.vessel.mean_speed_mm_s": speed_factor * speed,
    }


def excess(zone, gap):
    """How much farther the zone reaches towards +x than towards −x, mm, along a line between electrode and vessel."""
    start = np.array([0.0, 1e-3 * (gap - LINE_MM), 0.0])
    cells = zone.domain.cells[zone.cells]
    ends = [ray_exit(zone.domain.points, cells, zone.filled, start, np.array([side, 0.0, 0.0])) for side in (1.0, -1.0)]
    return 1e3 * (ends[0] - ends[1])


def judged(bench, radius, changes):
    """Excess downstream, that of the twin, when the blood coagulated, and with what it left."""
    own = {key: value for key, value in changes.items() if "." not in key}
    rest = {key: value for key, value in changes.items() if "." in key}
    results = bench.run({**place(radius, **own), **rest})
    gap = own.get("gap", GAP_MM)
    twin = excess(results.zones["no_vessel"], gap) if "no_vessel" in results.zones else 0.0
    powered = [step for step in results.actual.steps if step.delivered_power > 0.0][-1]
    return {
        "excess": excess(results.zone, gap) - twin,
        "twin": twin,
        "clotted": results.actual.clotted.get("vessel"),
        "outlet": powered.blood_outlet.get("vessel"),
        "points": results.case.mesh.n_points,
    }


def clot_words(moment):
    return "flows on" if moment is None else f"stops at {moment:.0f} s"


def excess_words(one):
    return f"{one['excess']:.1f}" + ("" if one["clotted"] is None else f" ({one['clotted']:.0f} s)")


def run(bench):
    found = {radius: judged(bench, radius, {}) for radius in RADII_MM}
    drawn = np.array([one["excess"] for one in found.values()])
    radii = np.array(RADII_MM)
    peak = float(radii[np.argmax(drawn)])
    bench.table(
        "The zone beyond its twin's, downstream less upstream, and the flow",
        ["radius / mm", "excess downstream / mm", "of the twin (mesh) / mm", "blood", "blood leaves at / °C", "points"],
        [[f"{radius:g}", f"{one['excess']:.2f}", f"{one['twin']:.2f}", clot_words(one["clotted"]),
          "" if one["outlet"] is None else f"{celsius(one['outlet']):.1f}", f"{one['points']}"]
         for radius, one in found.items()],
    )  # fmt: skip
    variants = {
        words: {radius: judged(bench, radius, {**ROUGH, **change}) for radius in VARIED_MM}
        for words, change in OPEN.items()
    }
    peaks = {words: max(one, key=lambda radius: one[radius]["excess"]) for words, one in variants.items()}
    bench.table(
        "Excess downstream in mm, with the moment at which the flow stops, over what could not be read; on a rougher "
        "mesh, without twin",
        ["", *(f"{radius:g} mm" for radius in VARIED_MM), "largest at"],
        [[words, *(excess_words(one[radius]) for radius in VARIED_MM), f"{peaks[words]:g} mm"]
         for words, one in variants.items()],
    )  # fmt: skip
    finer, back = judged(bench, peak, FINER), judged(bench, peak, {"backwards": True})
    bench.note(
        f"At {peak:g} mm: {found[peak]['excess']:.2f} mm; on a mesh finer by √2 ({finer['points']} points) "
        f"{finer['excess']:.2f} mm; with the flow turned round {back['excess']:.2f} mm."
    )
    draw(bench, found, variants)
    stops = [radius for radius, one in found.items() if one["clotted"] is not None]
    large = np.abs(drawn[radii >= 1.5]).max()
    return [
        states("the flow stops below 0.4 mm", all(radius in stops for radius in RADII_MM if radius < 0.4),
               note=clot_words(found[0.3]["clotted"])),
        states("the flow goes on from 0.5 mm on", not any(radius >= 0.5 for radius in stops),
               note=", ".join(f"{radius:g} mm: {clot_words(found[radius]['clotted'])}" for radius in (0.4, 0.5, 0.6))),
        within_band("radius at which the zone is drawn out most", peak, *PEAK_BAND_MM, unit="mm",
                    note=f"over what is open {min(peaks.values()):g} to {max(peaks.values()):g} mm"),
        states("it is drawn out less on either side", bool(drawn[0] < drawn.max() and drawn[-1] < drawn.max())),
        stays_below("largest excess from 1.5 mm on", large, UNSEEN_MM, unit="mm"),
        context("largest excess downstream", float(drawn.max()), unit="mm", note=f"at {peak:g} mm"),
        context("excess at 0.3 mm, whose flow stops", float(drawn[0]), unit="mm"),
    ]  # fmt: skip


def draw(bench, found, variants):
    curves = [
        Curve("documented values, own mesh", list(found), [one["excess"] for one in found.values()], kind="exact")
    ]
    curves += [
        Curve(words, list(one), [found["excess"] for found in one.values()], group=group)
        for group, (words, one) in enumerate(variants.items())
    ]
    bench.profile(
        "excess",
        "How much farther the zone reaches downstream than upstream, 1 mm from the wall of the vessel, over its "
        "radius. Vaidya et al.: only between 0.4 and 0.5 mm, the flow is stopped below.",
        curves, x_label="radius of the vessel / mm", y_label="downstream less upstream / mm", log_x=True,
    )  # fmt: skip
