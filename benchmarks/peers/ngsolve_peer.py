"""R1 with NGSolve: symbolic forms of first order, conjugate gradients with h1amg (kept) and with Jacobi.

NGSolve is made for high order; this is not its home ground. Coefficients are one value per cell.
"""

import ngsolve
import numpy as np
import r1
from netgen.meshing import Element2D, Element3D, FaceDescriptor, MeshPoint, Pnt
from netgen.meshing import Mesh as NetgenMesh
from ngsolve import (
    H1,
    L2,
    BilinearForm,
    GridFunction,
    InnerProduct,
    LinearForm,
    Mesh,
    Norm,
    Preconditioner,
    Projector,
    SetNumThreads,
    TaskManager,
    ds,
    dx,
    grad,
)

NAMES = {r1.OUTER: "outer", r1.ELECTRODE: "electrode", r1.SHAFT: "shaft", r1.VEIN: "vein"}


def make_mesh(arrays):
    """The mesh with its named surfaces."""
    made = NetgenMesh(dim=3)
    points = [made.Add(MeshPoint(Pnt(*place))) for place in arrays["points"].tolist()]
    made.SetMaterial(1, "tissue")
    for tag, name in NAMES.items():
        made.Add(FaceDescriptor(surfnr=tag, domin=1, domout=0, bc=tag))
        made.SetBCName(tag - 1, name)
    for tag, corners in zip(arrays["facet_tag"].tolist(), arrays["facets"].tolist(), strict=True):
        made.Add(Element2D(tag, [points[corner] for corner in corners]))
    for a, b, c, d in arrays["cells"].tolist():
        made.Add(Element3D(1, [points[a], points[c], points[b], points[d]]))
    return Mesh(made)


def values(function):
    """Coefficients of a grid function as an array that can be written to."""
    return function.vec.FV().NumPy()


class Solver:
    """Conjugate gradients from what the unknown is, stopped by the true residual over the free nodes."""

    def __init__(self, space, unknown):
        self._free = Projector(space.FreeDofs(), True)
        self._unknown = unknown.vec
        self._is_free = np.array(list(space.FreeDofs()))
        self._work = [self._unknown.CreateVector() for _ in range(6)]

    def solve(self, matrix, load, preconditioner):
        """Improve the unknown; returns the iterations done."""
        residual, lifted, direction, product, step, held = self._work
        held.data = self._unknown
        held.FV().NumPy()[self._is_free] = 0.0
        lifted.data = load - matrix * held
        lifted.data = self._free * lifted
        target = r1.TOLERANCE * Norm(lifted)
        residual.data = load - matrix * self._unknown
        residual.data = self._free * residual
        iterations = 0
        power = 0.0
        while Norm(residual) > target:
            step.data = preconditioner * residual
            new_power = InnerProduct(residual, step)
            if iterations:
                direction.data = step + (new_power / power) * direction
            else:
                direction.data = step
            power = new_power
            product.data = matrix * direction
            product.data = self._free * product
            length = power / InnerProduct(direction, product)
            self._unknown.data += length * direction
            residual.data -= length * product
            iterations += 1
        return iterations


def main():
    """Run R1."""
    SetNumThreads(1)
    arrays, steps = r1.arguments()
    mesh = make_mesh(arrays)
    course = r1.Course("NGSolve", ngsolve.__version__, mesh.nv)
    with TaskManager():
        run(mesh, arrays, steps, course)
    course.finish()


def run(mesh, arrays, steps, course):
    """Set up, and march."""
    nodal, cellwise = H1(mesh, order=1, dirichlet="outer|electrode"), L2(mesh, order=0)
    u, v = nodal.TnT()
    temperature, potential = GridFunction(nodal), GridFunction(nodal)
    sigma, conductivity, exchange, storage, source = (GridFunction(cellwise) for _ in range(5))
    conduction = BilinearForm(nodal, symmetric=True)
    conduction += sigma * grad(u) * grad(v) * dx
    first = BilinearForm(nodal, symmetric=True)  # assembled once, for the preconditioner that is kept
    first += sigma * grad(u) * grad(v) * dx
    multigrid = Preconditioner(first, "h1amg")
    heat = BilinearForm(nodal, symmetric=True)
    heat += exchange * u * v * dx + conductivity * grad(u) * grad(v) * dx + r1.FILM * u * v * ds("vein")
    jacobi = Preconditioner(heat, "local")
    load = LinearForm(nodal)
    load += (storage * temperature + source) * v * dx + r1.FILM * r1.BODY_C * v * ds("vein")
    cells = r1.Tetrahedra(arrays["points"], arrays["cells"])
    electrode = r1.nodes_of(arrays, r1.ELECTRODE)
    values(temperature)[:] = r1.BODY_C
    values(temperature)[electrode] = r1.ELECTRODE_C
    values(potential)[:] = 0.0
    values(potential)[electrode] = 1.0
    electric_solver, heat_solver = Solver(nodal, potential), Solver(nodal, temperature)
    nothing = potential.vec.CreateVector()
    nothing[:] = 0.0
    potential_goes_on, temperature_goes_on = r1.Continuation(), r1.Continuation(values(temperature))
    start_of_potential, start_of_temperature = values(potential).copy(), values(temperature).copy()
    integral, dead = np.zeros(mesh.nv), np.zeros(mesh.nv)
    course.start()
    for step in range(1, steps + 1):
        with course.part("electric assembly"):
            means = cells.means(values(temperature))
            values(sigma)[:] = r1.electrical_conductivity(means)
            conduction.Assemble()
        if step == 1:
            with course.part("multigrid set-up"):
                first.Assemble()
        with course.part("electric solve"):
            values(potential)[:] = start_of_potential
            course.iterations["electric"] += electric_solver.solve(conduction.mat, nothing, multigrid.mat)
            start_of_potential = potential_goes_on.after(values(potential))
        with course.part("coefficients"):
            joule = values(sigma) * cells.squared_gradient(values(potential))
            voltage_squared = r1.POWER_W / (joule @ cells.volumes)
            perfusion = r1.PERFUSION * (1.0 - cells.means(dead))
            values(conductivity)[:] = r1.thermal_conductivity(means)
            values(storage)[:] = r1.heat_capacity(means) / r1.STEP_S
            values(exchange)[:] = values(storage) + perfusion
            values(source)[:] = joule * voltage_squared + perfusion * r1.BODY_C
        with course.part("heat assembly"):
            heat.Assemble()
            load.Assemble()
        with course.part("heat solve"):
            values(temperature)[:] = start_of_temperature
            course.iterations["heat"] += heat_solver.solve(heat.mat, load.vec, jacobi.mat)
            start_of_temperature = temperature_goes_on.after(values(temperature))
        with course.part("damage"):
            integral += r1.STEP_S * r1.damage_rate(values(temperature))
            dead = (integral >= 1.0).astype(float)
        course.note(step, steps, voltage_squared**0.5, values(temperature), integral, cells.nodal_volumes)


main()
