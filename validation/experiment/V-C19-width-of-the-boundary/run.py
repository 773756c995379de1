"""V-C19: distance between 90 % and 10 % survivors at the edge of the demo's zone, by damage model."""

import numpy as np

from ablasim.book import context
from ablasim.margins import Domain
from ablasim.views.book_figures import Curve

RAYS_DEG = np.linspace(120.0, 240.0, 7)  # from the x axis, on which the vein lies
REACH_M = np.linspace(1e-3, 40e-3, 1951)
FLOOR = 1e-300
WORDS = {
    "arrhenius_liver": "Arrhenius, popular liver set",
    "arrhenius_henriques": "Arrhenius, skin (Henriques)",
    "arrhenius_jacques": "Arrhenius, whitening of liver (Jacques)",
    "arrhenius_borrelli": "Arrhenius, hamster cells (Borrelli)",
    "three_state": "three states (O'Neill)",
}


def smooth_damage(name, state):
    """Damage as something that is smooth in space, and the survivors that belong to it."""
    if name.startswith("arrhenius"):
        return np.log(np.maximum(state[0], FLOOR)), lambda value: np.exp(-np.exp(value))
    dead = np.clip(state[1], 1e-12, 1.0 - 1e-12)
    return np.log(dead / (1.0 - dead)), lambda value: 1.0 / (1.0 + np.exp(value))


def along_rays(domain, field):
    """Values on every ray, shape (n_rays, n_places); NaN outside tissue."""
    angle = np.deg2rad(RAYS_DEG)
    direction = np.column_stack([np.cos(angle), np.sin(angle), np.zeros_like(angle)])
    places = (direction[:, None, :] * REACH_M[None, :, None]).reshape(-1, 3)
    cell, weights = domain.locate_in_tissue(places)
    values = (field[domain.cells[cell]] * weights).sum(axis=1)
    return np.where(cell >= 0, values, np.nan).reshape(len(angle), -1)


def edges_of(survivors):
    """The outermost places with 10 % and with 90 % survivors, m; NaN where the share is passed nowhere on the ray."""
    last = [np.nonzero(survivors < share)[0].max(initial=0) for share in (0.1, 0.9)]
    return [REACH_M[i] if i + 1 < len(REACH_M) else np.nan for i in last]


def run(bench):
    results = bench.run()
    domain = Domain.of_mesh(results.case.mesh, tuple(results.case.anatomy.needles))
    measured = {row["method"]: row for row in bench.reference()}["radiofrequency"]
    checks, curves = [], []
    for group, (name, words) in enumerate(WORDS.items()):
        field, survivors_of = smooth_damage(name, results.actual.damage[name])
        survivors = survivors_of(along_rays(domain, field))
        edges = np.array([edges_of(one) for one in survivors])
        middle = len(RAYS_DEG) // 2
        curves.append(Curve(words, 1e3 * REACH_M, 100.0 * survivors[middle], kind="exact", group=group))
        if np.isnan(edges).any():
            bench.note(
                f"{words}: no width, fewer than 90 % survive at {1e3 * REACH_M[-1]:.0f} mm, where nothing is hot."
            )
            continue
        mean_edges = 1e3 * edges.mean(axis=0)
        checks.append(
            context(f"from 90 to 10 % survivors: {words}", mean_edges[1] - mean_edges[0], unit="mm",
                    expected=1e-3 * float(measured["liver_um"]),
                    note=f"at {mean_edges.mean():.1f} mm from the electrode's axis")
        )  # fmt: skip
        curves.append(Curve("", 1e3 * edges[middle], [10.0, 90.0], group=group))
    bench.profile(
        "survivors",
        "Survivors along the ray away from the vein, by damage model; marked: 10 and 90 %. Pigs: 0.81 ± 0.48 mm.",
        curves, x_label="distance from the electrode's axis / mm", y_label="survivors / %", x_range=(8.0, 26.0),
    )  # fmt: skip
    spread = 1e-3 * float(measured["liver_sd_um"])
    bench.note(f"Measured after radiofrequency ablation: {1e-3 * float(measured['liver_um']):.2f} ± {spread:.2f} mm.")
    return checks
