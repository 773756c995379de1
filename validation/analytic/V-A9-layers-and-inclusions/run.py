"""V-A9: impedance of a layered sphere, and the field in and around inclusions."""

import numpy as np

from ablasim.book import compare, converges, stays_below
from ablasim.book.direct import solve_potential
from ablasim.book.shapes import ball_electrode_mesh
from ablasim.fem import make_space
from ablasim.fem.elements import element_geometry
from ablasim.geometry import Cylinder, Vessel
from ablasim.mesh import MeshSizes, build_mesh
from ablasim.mesh.structured import ball_mesh
from ablasim.views.book_figures import Curve, Series

RADIUS, FAR, LIVER, BLOOD = 3e-3, 15e-3, 0.1, 0.7


def layered(bench, exact):
    errors, levels = [], ((6, 6, 2), (12, 12, 3), (24, 24, 4))
    for tumour, organ, subdivisions in levels:
        mesh = ball_electrode_mesh((1.5e-3, 15e-3, 50e-3), (tumour, organ), subdivisions, name="electrode")
        results = bench.run({"numerics.mesh_file": bench.mesh_file("layers", mesh)})
        found = results.summary["source"]["impedance_ohm"]["start"]
        errors.append(abs(found - exact) / exact)
    sizes = [1.0 / tumour for tumour, _, _ in levels]
    bench.convergence("layers", "Error of the layered sphere's resistance.", [Series("resistance", sizes, errors)],
                      x_label="1 / layers of cells in the tumour", y_label="relative error", orders=[2.0])  # fmt: skip
    return [
        compare("resistance of the layered sphere", found, exact, relative=0.003, unit="Ω"),
        converges("error of that resistance", sizes, errors, 2.0),
    ]


def outside_field(places, inside, axes):
    """Potential of a ball (3 axes) or cylinder (2) in a unit field along x, at places outside it."""
    r = np.linalg.norm(places[:, :axes], axis=1)
    share = (inside - LIVER) / (inside + (axes - 1) * LIVER)
    return -places[:, 0] * (1.0 - share * (RADIUS / r) ** axes)


def field_of(mesh, is_inside, inside, axes, held):
    """Electric field in every cell with the exact potential on the held nodes, V/m for 1 V/m far away."""
    space = make_space(mesh)
    fixed = np.zeros(mesh.n_points, dtype=bool)
    fixed[held] = True
    values = np.where(fixed, outside_field(mesh.points, inside, axes), 0.0)
    sigma = np.where(is_inside, inside, LIVER)
    potential = solve_potential(space, sigma, fixed, values)
    gradients = element_geometry(mesh.points, mesh.cells, 1, 0).gradients[:, 0]
    return -np.einsum("cdp,cp->cd", gradients, potential[mesh.cells])


def ball(n, subdivisions, inside):
    radii = np.concatenate([RADIUS * np.linspace(0.0, 1.0, n + 1)[1:], RADIUS * np.geomspace(1.0, 5.0, 2 * n + 1)[1:]])
    mesh = ball_mesh(radii, subdivisions, region_names=["tumour"] * n + ["organ"] * (2 * n))
    is_inside = mesh.cells_of_tissue("tumour")
    return mesh, is_inside, field_of(mesh, is_inside, inside, 3, mesh.points_of_facets("outer"))


def cylinder(size):
    vessel = Vessel("vein", np.array([[0.0, 0.0, -3e-3], [0.0, 0.0, 3e-3]]), 2.0 * RADIUS)
    sizes = MeshSizes(needle=size, vessel=size, tumour=size, shell=size, far=3.0 * size, growth=0.3)
    mesh = build_mesh(Cylinder((0.0, 0.0, 0.0), 2.0 * FAR, 6e-3, (0.0, 0.0, 1.0)), None, [vessel], [], sizes)
    rim = np.flatnonzero(np.hypot(mesh.points[:, 0], mesh.points[:, 1]) > FAR * (1.0 - 1e-9))
    is_inside = mesh.cells_of_body("vein")
    return mesh, is_inside, field_of(mesh, is_inside, BLOOD, 2, rim)


def in_inclusion(name, mesh, is_inside, field, exact):
    volumes = mesh.cell_volumes[is_inside]
    mean = volumes @ field[is_inside] / volumes.sum()
    unevenness = np.sqrt(volumes @ ((field[is_inside] - [exact, 0.0, 0.0]) ** 2).sum(axis=1) / volumes.sum())
    return [
        compare(f"mean field in {name}", mean[0], exact, relative=0.01),
        stays_below(f"root mean square error of the field in {name}", unevenness, 0.01),
    ]


def poles_and_flanks(bench, mesh, is_inside, field, exact):
    """Field along x round a vessel one cell off its wall: 1 + s (a/r)² cos 2θ, s = (σ_i − σ_o)/(σ_i + σ_o)."""
    share = (BLOOD - LIVER) / (BLOOD + LIVER)
    centres = mesh.points[mesh.cells].mean(axis=1)
    r, angle = np.hypot(centres[:, 0], centres[:, 1]), np.arctan2(centres[:, 1], centres[:, 0])
    off = field[:, 0] - (1.0 + share * (RADIUS / r) ** 2 * np.cos(2.0 * angle))
    near = ~is_inside & (r > 1.07 * RADIUS) & (r < 1.15 * RADIUS)
    at_poles, at_flanks = near & (np.abs(np.sin(angle)) < 0.2), near & (np.abs(np.cos(angle)) < 0.2)
    line = np.linspace(-180.0, 180.0, 200)
    shown = np.flatnonzero(near)[:: max(1, int(near.sum()) // 120)]
    on_wall = field[shown, 0] + share * (1.0 - (RADIUS / r[shown]) ** 2) * np.cos(2.0 * angle[shown])
    bench.profile(
        "wall",
        "Field along that far away on the outer side of the wall of a vessel, from the cells one cell off it.",
        [
            Curve("1 + s cos 2θ", line, 1.0 + share * np.cos(2.0 * np.radians(line)), kind="exact"),
            Curve("cells", np.degrees(angle[shown]), on_wall, group=1),
        ],
        x_label="angle from the field / °", y_label="E_x / E₀",
    )  # fmt: skip
    return [
        compare(f"field at the {where} of a blood cylinder, extrapolated to its surface",
                value + float(off[there].mean()), value, absolute=0.02)
        for where, there, value in (
            ("poles", at_poles, exact["cylinder_pole"]), ("flanks", at_flanks, exact["cylinder_flank"])
        )
    ]  # fmt: skip


def equator(mesh, is_inside, field):
    """Field along x in the cells next to the x = 0 plane outside the ball, and their distance from the centre."""
    centres = mesh.points[mesh.cells].mean(axis=1)
    r = np.linalg.norm(centres, axis=1)
    near = ~is_inside & (np.abs(centres[:, 0]) < 0.05 * r)
    return r[near], field[near, 0]


def run(bench):
    exact = {row["quantity"]: float(row["value"]) for row in bench.reference()}
    checks = layered(bench, exact["layered_resistance_ohm"])
    n, subdivisions = (16, 4) if not bench.quick else (12, 4)
    checks += in_inclusion("a ball of blood", *ball(n, subdivisions, BLOOD), exact["ball_of_blood"])
    in_vessel = cylinder(0.3e-3 if bench.quick else 0.22e-3)
    checks += in_inclusion("a vessel across the field", *in_vessel, exact["cylinder_of_blood"])
    checks += poles_and_flanks(bench, *in_vessel, exact)
    mesh, is_inside, field = ball(n, subdivisions, 1e-9 * LIVER)
    r, along = equator(mesh, is_inside, field)
    first = r < RADIUS * 1.08
    law = 1.0 + 0.5 * (RADIUS / r) ** 3
    checks.append(
        compare("field at the equator of an insulating ball, extrapolated to its surface",
                float(np.mean(along[first] / law[first])) * exact["insulating_ball_equator"],
                exact["insulating_ball_equator"], relative=0.02)
    )  # fmt: skip
    line = np.linspace(RADIUS, FAR, 200)
    pick = np.argsort(r)[:: max(1, len(r) // 80)]
    bench.profile(
        "equator",
        "Field over the equator of an insulating ball, relative to the field far away.",
        [
            Curve("1 + (a/r)³/2", 1e3 * line, 1.0 + 0.5 * (RADIUS / line) ** 3, kind="exact"),
            Curve("cells", 1e3 * r[pick], along[pick], group=1),
        ],
        x_label="distance from the centre / mm", y_label="E / E₀",
    )  # fmt: skip
    return checks
