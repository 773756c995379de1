"""V-C8: width of the living cuff on a vein's wall over the vein's diameter."""

import numpy as np

from ablasim.book import context, states
from ablasim.views.book_figures import Curve

DIAMETERS_MM = (1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)
SPEEDS_MM_S = ((1.0, 2.0, 3.0, 6.0, 10.0), (20.0, 60.0, 100.0, 150.0, 200.0))
LIVING_MM = 0.1
GAP_MM = 5.0
FINER = {"needle_mm": 0.32, "vessel_mm": 0.42, "far_mm": 7.0, "growth": 0.14}
ROUGHER = {"needle_mm": 0.6, "vessel_mm": 0.8, "far_mm": 12.0, "growth": 0.28}
JUDGED_MM = (2.0, 5.0)
NEVER = {"vessels.vein.coagulation": None}


def vein(diameter, gap=GAP_MM, speed_factor=1.0):
    x = gap + 0.5 * diameter
    return {
        "vessels.vein.points_mm": [[x, 0, -50], [x, 0, 50]],
        "vessels.vein.diameter_mm": diameter,
        "vessels.vein.mean_speed_mm_s": speed_factor * float(np.interp(diameter, *SPEEDS_MM_S)),
    }


def cuff(bench, changes, mesh=None):
    """What the summary says of the vein; the cuff's width is zero where everything at the wall is dead."""
    sized = {} if mesh is None else {"numerics.mesh": mesh}
    return bench.run({**changes, **sized}).summary["heat_sink"]["vessels"]["vein"]


def row_of(words, diameter, found):
    clotted, warming = found["coagulated_at_s"], found["blood_warming_k"]
    blood = f"stops at {clotted:.0f} s" if clotted is not None else ("" if warming is None else f"{warming:.1f}")
    if found["rim_mean_mm"] is None:
        return [words, f"{diameter:g}", "not reached", "", "", blood]
    return [words, f"{diameter:g}", f"{found['rim_mean_mm']:.2f}", f"{found['rim_min_mm']:.2f}",
            f"{found['cuff_share_percent']:.0f}", blood]  # fmt: skip


def run(bench):
    found = {diameter: cuff(bench, vein(diameter)) for diameter in DIAMETERS_MM}
    rows = [row_of("documented values", diameter, one) for diameter, one in found.items()]
    for diameter in JUDGED_MM:
        variants = {
            "rougher mesh, as all below": vein(diameter),
            "convective, never clots": {**vein(diameter), **NEVER, "vessels.vein.model": "convective"},
            "transport, never clots": {**vein(diameter), **NEVER},
            "resolved, never clots": {**vein(diameter), **NEVER, "vessels.vein.model": "resolved"},
            "half the speed": vein(diameter, speed_factor=0.5),
            "twice the speed": vein(diameter, speed_factor=2.0),
            "wall at 3 mm": vein(diameter, gap=3.0),
            "wall at 8 mm": vein(diameter, gap=8.0),
            "perfusion 0.0064 1/s": {**vein(diameter), "tissues.case_liver.perfusion_rate_per_s": 0.0064},
            "perfusion 0.0155 1/s": {**vein(diameter), "tissues.case_liver.perfusion_rate_per_s": 0.0155},
        }
        rows.append(row_of("mesh finer by √2", diameter, cuff(bench, vein(diameter), FINER)))
        rows += [row_of(words, diameter, cuff(bench, changes, ROUGHER)) for words, changes in variants.items()]
    bench.table(
        "The living cuff",
        [
            "",
            "diameter / mm",
            "mean width / mm",
            "least width / mm",
            "share of the wall / %",
            "blood warmed by / K, or clotted",
        ],
        rows,
    )
    width = np.array([one["rim_mean_mm"] for one in found.values()], dtype=float)
    share = np.array([one["cuff_share_percent"] for one in found.values()], dtype=float)
    large, small = width[np.array(DIAMETERS_MM) >= 5.0], width[np.array(DIAMETERS_MM) <= 2.0]
    bench.profile(
        "cuff",
        "Mean width of the living cuff on the wall that faces the electrode, over the diameter of the vein. Pigs: none "
        "below 2 mm, always above 5 mm.",
        [Curve("computed", DIAMETERS_MM, width),
         Curve("0.1 mm: counts as living", [0.0, 10.5], [LIVING_MM] * 2, kind="exact", group=1)],
        x_label="diameter of the vein / mm", y_label="mean width of the living cuff / mm",
        x_range=(0.0, 10.5), y_range=(0.0, 0.5),
    )  # fmt: skip
    pigs = [(0.0, 2.0, 0, 96), (2.0, 3.0, 3, 111 - 96), (5.0, 10.5, 7, 7)]
    bench.profile(
        "share",
        "Share of the facing wall that keeps a cuff, and share of the vessels in pigs that had living tissue at them "
        "(from 2 to 3 mm: 3 of 15, the difference of two rows of the abstract).",
        [Curve("computed: share of the wall", DIAMETERS_MM, share)]
        + [Curve("pigs: share of vessels" if i == 0 else "", [low, high], [100.0 * a / b] * 2, kind="exact", group=1)
           for i, (low, high, a, b) in enumerate(pigs)],
        x_label="diameter of the vein / mm", y_label="share / %", x_range=(0.0, 10.5),
    )  # fmt: skip
    return [
        states("veins of 5 mm and more keep a living cuff", bool((large > LIVING_MM).all()),
               note="mean width " + words_of(DIAMETERS_MM, width, large)),
        states("veins of 2 mm and less keep none", bool((small <= LIVING_MM).all()),
               note="mean width " + words_of(DIAMETERS_MM, width, small)),
        states("the cuff grows with the diameter", bool(((np.diff(width) > 0.0) | (width[1:] == 0.0)).all())),
        context("mean width of the cuff, 2 mm", float(small[-1]), expected=0.0, unit="mm"),
        context("mean width of the cuff, 5 mm", float(large[0]), unit="mm"),
    ]  # fmt: skip


def words_of(diameters, width, chosen):
    pairs = [(d, w) for d, w in zip(diameters, width, strict=True) if w in chosen]
    return ", ".join(f"{w:.2f} mm at {d:g} mm" for d, w in pairs)
