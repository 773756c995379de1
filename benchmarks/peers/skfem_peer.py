"""R1 with scikit-fem: its forms and assembly, pyamg's smoothed aggregation kept for the whole run, scipy's solver.

Coefficients are one value per cell. The electric matrix is assembled with one quadrature point, which is exact, the
thermal one with four.
"""

import numpy as np
import pyamg
import r1
import scipy.sparse as sp
import scipy.sparse.linalg as sla
import skfem
from skfem import Basis, BilinearForm, ElementTetP1, FacetBasis, LinearForm, MeshTet, asm, condense
from skfem.helpers import dot, grad


@BilinearForm
def conduction(u, v, w):
    """Conduction, k ∇u·∇v."""
    return w["k"] * dot(grad(u), grad(v))


@BilinearForm
def mass(u, v, w):
    """Mass, c u v."""
    return w["c"] * u * v


@BilinearForm
def heat(u, v, w):
    """Mass and conduction in one pass, which is faster than two."""
    return w["c"] * u * v + w["k"] * dot(grad(u), grad(v))


@LinearForm
def load(v, w):
    """Load, f v."""
    return w["f"] * v


def facet_numbers(mesh, facets):
    """Numbers of facets in the mesh, in the order given."""
    n = mesh.p.shape[1]

    def keys(corners):
        low, middle, high = np.sort(corners.astype(np.int64), axis=0)
        return (low * n + middle) * n + high

    known = keys(mesh.facets)
    order = np.argsort(known)
    return order[np.searchsorted(known[order], keys(facets.T))]


def solve(system, preconditioner, guess):
    """Conjugate gradients from a guess; the solution and the iterations done."""
    matrix, right, _, free = system
    counter = []
    found, failed = sla.cg(
        matrix, right, x0=guess[free], rtol=r1.TOLERANCE, M=preconditioner, maxiter=2000, callback=counter.append
    )
    if failed:
        message = "the linear solver did not converge"
        raise RuntimeError(message)
    whole = guess.copy()
    whole[free] = found
    return whole, len(counter)


def main():
    """Run R1."""
    arrays, steps = r1.arguments()
    points, cells = arrays["points"], arrays["cells"]
    course = r1.Course("scikit-fem", skfem.__version__, len(points))
    mesh = MeshTet(np.ascontiguousarray(points.T), np.ascontiguousarray(cells.T.astype(np.int64)))
    flat, full = (Basis(mesh, ElementTetP1(), intorder=order) for order in (1, 2))
    facets = facet_numbers(mesh, arrays["facets"])
    wall = FacetBasis(mesh, ElementTetP1(), facets=facets[arrays["facet_tag"] == r1.VEIN], intorder=2)
    film = asm(mass, wall, c=np.full(wall.dx.shape, r1.FILM))
    film_load = asm(load, wall, f=np.full(wall.dx.shape, r1.FILM * r1.BODY_C))
    outer, electrode = r1.nodes_of(arrays, r1.OUTER), r1.nodes_of(arrays, r1.ELECTRODE)
    held = np.union1d(outer, electrode)
    geometry = r1.Tetrahedra(points, cells)
    temperature, potential = np.full(len(points), r1.BODY_C), np.zeros(len(points))
    temperature[electrode], potential[electrode] = r1.ELECTRODE_C, 1.0
    integral, dead = np.zeros(len(points)), np.zeros(len(points))
    potential_goes_on, temperature_goes_on = r1.Continuation(), r1.Continuation(temperature)
    start_of_potential, start_of_temperature = potential, temperature
    multigrid = None
    course.start()
    for step in range(1, steps + 1):
        with course.part("electric assembly"):
            means = geometry.means(temperature)
            sigma = r1.electrical_conductivity(means)
            system = condense(asm(conduction, flat, k=per_point(flat, sigma)), x=potential, D=held)
        if multigrid is None:
            with course.part("multigrid set-up"):
                multigrid = pyamg.smoothed_aggregation_solver(sp.csr_matrix(system[0]))
        with course.part("electric solve"):
            multigrid.levels[0].A = sp.csr_matrix(
                system[0]
            )  # coarser levels stay: fewer iterations than with the first
            potential, iterations = solve(system, multigrid.aspreconditioner(), start_of_potential)
            start_of_potential = potential_goes_on.after(potential)
            course.iterations["electric"] += iterations
        with course.part("coefficients"):
            joule = sigma * geometry.squared_gradient(potential)
            square_of_voltage = r1.POWER_W / (joule @ geometry.volumes)
            storage = r1.heat_capacity(means) / r1.STEP_S
            perfusion = r1.PERFUSION * (1.0 - geometry.means(dead))
            source = joule * square_of_voltage + perfusion * r1.BODY_C
        with course.part("heat assembly"):
            exchange = per_point(full, storage + perfusion)
            matrix = asm(heat, full, c=exchange, k=per_point(full, r1.thermal_conductivity(means))) + film
            stored = storage[:, None] * np.asarray(full.interpolate(temperature))
            right = asm(load, full, f=stored + source[:, None]) + film_load
            system = condense(matrix, right, x=temperature, D=held)
        with course.part("heat solve"):
            temperature, iterations = solve(system, sp.diags(1.0 / system[0].diagonal()), start_of_temperature)
            start_of_temperature = temperature_goes_on.after(temperature)
            course.iterations["heat"] += iterations
        with course.part("damage"):
            integral += r1.STEP_S * r1.damage_rate(temperature)
            dead = (integral >= 1.0).astype(float)
        course.note(step, steps, square_of_voltage**0.5, temperature, integral, geometry.nodal_volumes)
    course.finish()


def per_point(basis, values):
    """One value per cell at the quadrature points."""
    return np.broadcast_to(values[:, None], basis.dx.shape)


main()
