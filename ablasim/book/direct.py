"""Problems set up without a scenario, for cases that none can say: one tissue on a given mesh, fixed steps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ablasim.fem import MultigridSolver, Space, advance_sdirk2, make_space
from ablasim.fem.elements import element_geometry
from ablasim.fem.operators import Pattern, stiffness
from ablasim.materials import Tissue
from ablasim.mesh import Mesh
from ablasim.physics.bioheat import Bioheat, Hold, Region
from ablasim.units import kelvin

Floats = NDArray[np.float64]
Source = Callable[[float, Floats], Floats]
"""Nodal load, W, at a time, s, and nodal temperature, K."""

BODY = float(kelvin(37.0))
"""Body temperature of the cases, K."""

LIVER = {"k": 0.52, "rho": 1079.0, "c": 3540.0, "w": 26752.0}
"""Standard tissue of the analytic cases: W/(m K), kg/m³, J/(kg K), W/(m³ K) [COMSOL 6.3, hepatic tumour ablation]."""

_CELLS_AT_A_TIME = 100_000

BLOOD_HEAT_CAPACITY = 1000.0 * 4180.0
"""Of the same model, J/(m³ K)."""


def constant_tissue(**changes: Any) -> Tissue:
    """The standard tissue with constant properties and no boiling, with some of them changed."""
    values: dict[str, Any] = {
        "name": "standard",
        "density": LIVER["rho"],
        "heat_capacity": LIVER["c"],
        "thermal_conductivity": LIVER["k"],
        "thermal_conductivity_slope_per_k": 0.0,
        "thermal_conductivity_cap": 373.15,
        "electrical_conductivity": 0.333,
        "electrical_conductivity_slope_per_k": 0.0,
        "electrical_conductivity_cap": 373.15,
        "perfusion_rate_per_s": LIVER["w"] / BLOOD_HEAT_CAPACITY,
        "metabolic_heat_w_m3": 0.0,
        "vaporisation": None,
        "user_defined": True,
        "provenance": {},
    }
    return Tissue(**(values | changes))


def bioheat_on(mesh: Mesh, tissue: Tissue, holds: Sequence[tuple[str, float]] = (), order: int = 1) -> Bioheat:
    """One tissue everywhere, with the nodes of facet regions held at temperatures.

    Parameters
    ----------
    mesh : Mesh
        The mesh.
    tissue : Tissue
        Its material.
    holds : sequence of (str, float), optional
        Facet region and temperature, K.
    order : int, optional
        Order of the elements.
    """
    space = make_space(mesh, order)
    return Bioheat(
        space=space,
        pattern=Pattern.of(space),
        regions=(Region(tissue, np.ones(mesh.n_cells, dtype=bool)),),
        blood_heat_capacity=BLOOD_HEAT_CAPACITY,
        blood_temperature=BODY,
        perfusion_factor=1.0,
        metabolism=False,
        holds=tuple(Hold(name, nodes_of(mesh, space, name), value) for name, value in holds),
    )


def nodes_of(mesh: Mesh, space: Space, *regions: str) -> NDArray[np.int64]:
    """Nodes of facet regions, midpoints of second-order elements included, sorted."""
    corners = mesh.points_of_facets(*regions)
    if space.order == 1:
        return corners
    triangles = mesh.facets_of(*regions).astype(np.int64)
    edges = np.sort(np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [0, 2]]]), axis=1)
    middles = np.round(0.5 * (mesh.points[edges[:, 0]] + mesh.points[edges[:, 1]]), 12)
    known = {tuple(p): i for i, p in enumerate(np.round(space.points, 12).tolist())}
    return np.unique(np.concatenate([corners, [known[tuple(p)] for p in middles.tolist()]]))


def march_fixed(
    bioheat: Bioheat,
    temperature: Floats,
    dt: float,
    n_steps: int,
    source: Source | None = None,
    tolerance: float = 1e-8,
) -> list[Floats]:
    """Temperatures after steps of equal length, perfusion on, sources taken at the middle of each step.

    Parameters
    ----------
    bioheat : Bioheat
        The problem.
    temperature : ndarray, shape (n_nodes,)
        At the start, K.
    dt : float
        Step, s.
    n_steps : int
        Number of steps.
    source : callable, optional
        Nodal load, W, at the middle of a step.
    tolerance : float, optional
        Of Newton's method, K.

    Returns
    -------
    list of ndarray
        n_steps + 1 temperatures, K.
    """
    perfused = np.ones_like(bioheat.perfusion)
    nothing = np.zeros(len(bioheat.space.gradient_weights))
    temperatures = [bioheat.with_held_temperatures(temperature)]
    previous: Floats | None = None
    for i in range(n_steps):
        now = temperatures[-1]
        middle = now if previous is None else now + 0.5 * (now - previous)
        load = bioheat.load(nothing, perfused, ())
        if source is not None:
            load = load + source((i + 0.5) * dt, middle)
        operator = bioheat.operator(middle, perfused, ())
        step = advance_sdirk2(
            bioheat.space, bioheat.enthalpy, operator, load, bioheat.fixed, now, dt, tolerance=tolerance
        )
        previous = now
        temperatures.append(step.temperature)
    return temperatures


def l2_error(
    mesh: Mesh,
    space: Space,
    field: Floats,
    exact: Callable[[Floats], Floats],
    within: NDArray[np.bool_] | None = None,
) -> float:
    """L2 norm of a finite-element field minus an exact one.

    The integral is taken at quadrature points inside the cells: at the nodes alone the error may fall faster than
    the field's order, because there it is the interpolant that is compared.

    Parameters
    ----------
    mesh : Mesh
        The mesh.
    space : Space
        Its space.
    field : ndarray, shape (n_nodes,)
        Nodal values.
    exact : callable
        Exact values at places, shape (n, 3), m.
    within : ndarray of bool, shape (n_cells,), optional
        Cells to integrate over; by default all.
    """
    chosen = np.arange(mesh.n_cells) if within is None else np.flatnonzero(within)
    rule = 2 * space.order + 2
    one = element_geometry(mesh.points, mesh.cells[:1], space.order, rule)
    corners = element_geometry(mesh.points, mesh.cells[:1], 1, rule).basis
    shares = one.weights[0] / one.weights.sum()  # the same in every cell: their sides are straight
    square = 0.0
    for cells in np.array_split(chosen, len(chosen) // _CELLS_AT_A_TIME + 1):
        places = np.einsum("qk,ckd->cqd", corners, mesh.points[mesh.cells[cells]])
        error = field[space.cells[cells]] @ one.basis.T - exact(places.reshape(-1, 3)).reshape(len(cells), -1)
        square += float(mesh.cell_volumes[cells] @ (error**2 @ shares))
    return float(np.sqrt(square))


def mean_size(mesh: Mesh) -> float:
    """Mean edge length scale of a mesh: the cube root of its volume per cell, m."""
    return float(np.cbrt(mesh.cell_volumes.sum() / mesh.n_cells))


def spread_out(values: Floats, low: float, high: float, n: int) -> NDArray[np.int64]:
    """Indices of about n nodes whose values lie evenly between two bounds, for a readable picture.

    Examples
    --------
    >>> spread_out(np.array([0.0, 0.1, 0.2, 5.0, 9.0, 30.0]), 0.0, 10.0, 3).tolist()
    [0, 3, 4]
    """
    nearest = np.array([np.argmin(np.abs(values - target)) for target in np.linspace(low, high, n)])
    return np.unique(nearest[(values[nearest] >= low) & (values[nearest] <= high)])


def solve_potential(
    space: Space, sigma: Floats, fixed: NDArray[np.bool_], values: Floats, load: Floats | None = None
) -> Floats:
    """Potential with given values at some nodes, V: ∇·(σ∇φ) = −load.

    Parameters
    ----------
    space : Space
        The space.
    sigma : ndarray, shape (n_gradient_points,)
        Conductivity, S/m.
    fixed : ndarray of bool, shape (n_nodes,)
        Nodes whose potential is given.
    values : ndarray, shape (n_nodes,)
        The potential there, V; zero elsewhere.
    load : ndarray, shape (n_nodes,), optional
        Current put in at the nodes, A.

    Raises
    ------
    SolverError
        If the solve does not converge.
    """
    operator = stiffness(space, Pattern.of(space), sigma)
    residual = (0.0 if load is None else load) - operator.apply(values)
    reference = float(np.linalg.norm(np.where(fixed, 0.0, residual)))
    correction, _ = MultigridSolver("potential of a case").solve(
        operator.constrained(fixed), residual, tolerance=1e-10, reference=reference
    )
    solution: Floats = values + correction
    return solution
