"""R1 with dolfinx 0.5: compiled forms, PETSc's conjugate gradients, hypre's BoomerAMG kept for the whole run.

Coefficients are one value per cell (DG0), quadrature of second degree; one point for the gradients was no faster. The
options of the compiler and of BoomerAMG are the fastest that were found for this problem.
"""

import logging

import dolfinx
import numpy as np
import r1
import ufl
from dolfinx.fem import Constant, Function, FunctionSpace, dirichletbc, form, locate_dofs_topological
from dolfinx.fem import petsc as assembler
from mpi4py import MPI
from petsc4py import PETSc

COMPILER = {"cffi_extra_compile_args": ["-O3", "-march=native", "-ffast-math"], "cffi_libraries": ["m"]}
BOOMERAMG = {"strong_threshold": 0.5, "coarsen_type": "HMIS", "interp_type": "ext+i", "P_max": 4, "agg_nl": 1}


def make_mesh(arrays):
    """The mesh, and its facets on the outside, the electrode and the vein."""
    cell = ufl.Mesh(ufl.VectorElement("Lagrange", "tetrahedron", 1))
    mesh = dolfinx.mesh.create_mesh(MPI.COMM_SELF, arrays["cells"].astype(np.int64), arrays["points"], cell)
    mesh.topology.create_connectivity(2, 0)
    mesh.topology.create_connectivity(2, 3)
    new_number = np.argsort(mesh.geometry.input_global_indices)
    every_facet = np.arange(mesh.topology.index_map(2).size_local, dtype=np.int32)
    vertices = dolfinx.cpp.mesh.entities_to_geometry(mesh.ufl_domain().ufl_cargo(), 2, every_facet, False)
    number_of = {tuple(corners): facet for facet, corners in enumerate(np.sort(vertices, axis=1).tolist())}
    corners = np.sort(new_number[arrays["facets"]], axis=1).tolist()
    facets = np.array([number_of[tuple(three)] for three in corners], dtype=np.int32)
    return mesh, {tag: np.sort(facets[arrays["facet_tag"] == tag]) for tag in (r1.OUTER, r1.ELECTRODE, r1.VEIN)}


def krylov(mesh, matrix, preconditioner, prefix):
    """Conjugate gradients from the last solution, stopped by the true residual."""
    solver = PETSc.KSP().create(mesh.comm)
    solver.setOptionsPrefix(prefix)
    solver.setType("cg")
    solver.getPC().setType(preconditioner)
    if preconditioner == "hypre":
        solver.getPC().setHYPREType("boomeramg")
        for key, value in BOOMERAMG.items():
            PETSc.Options()[f"{prefix}pc_hypre_boomeramg_{key}"] = value
    solver.setNormType(PETSc.KSP.NormType.UNPRECONDITIONED)
    solver.setInitialGuessNonzero(True)
    solver.setFromOptions()
    solver.setOperators(matrix)
    return solver


class Problem:
    """A linear system with its forms, held nodes and solver."""

    def __init__(self, mesh, left, right, conditions, preconditioner, prefix):
        self._left, self._right = (form(part, jit_params=COMPILER) for part in (left, right))
        self._conditions = conditions
        self._matrix = assembler.create_matrix(self._left)
        self._load = assembler.create_vector(self._right)
        self.solver = krylov(mesh, self._matrix, preconditioner, prefix)
        self._free = np.ones(self._load.getLocalSize(), dtype=bool)
        for condition in conditions:
            self._free[condition.dof_indices()[0]] = False

    def assemble(self):
        """Matrix and load at the present coefficients."""
        self._matrix.zeroEntries()
        assembler.assemble_matrix(self._matrix, self._left, bcs=self._conditions)
        self._matrix.assemble()
        with self._load.localForm() as local:
            local.set(0.0)
        assembler.assemble_vector(self._load, self._right)
        assembler.apply_lifting(self._load, [self._left], [self._conditions])
        assembler.set_bc(self._load, self._conditions)

    def keep_preconditioner(self):
        """Set the preconditioner up, once for all."""
        self.solver.setUp()
        self.solver.getPC().setUp()
        self.solver.getPC().setReusePreconditioner(True)

    def solve(self, unknown):
        """Solve into a function; returns the iterations done."""
        norm = np.linalg.norm(self._load.array[self._free])
        self.solver.setTolerances(rtol=1e-30, atol=r1.TOLERANCE * norm)
        self.solver.solve(self._load, unknown.vector)
        if self.solver.getConvergedReason() <= 0:
            message = "the linear solver did not converge"
            raise RuntimeError(message)
        return self.solver.getIterationNumber()


def main():
    """Run R1."""
    logging.disable(logging.INFO)
    arrays, steps = r1.arguments()
    mesh, facets = make_mesh(arrays)
    nodal, cellwise = FunctionSpace(mesh, ("Lagrange", 1)), FunctionSpace(mesh, ("DG", 0))
    course = r1.Course("dolfinx", dolfinx.__version__, len(arrays["points"]))
    walls = dolfinx.mesh.meshtags(mesh, 2, facets[r1.VEIN], np.full(len(facets[r1.VEIN]), r1.VEIN, np.int32))
    dx = ufl.Measure("dx", domain=mesh, metadata={"quadrature_degree": 2})
    ds = ufl.Measure("ds", domain=mesh, subdomain_data=walls)(r1.VEIN)
    u, v = ufl.TrialFunction(nodal), ufl.TestFunction(nodal)
    temperature, potential, dead = (Function(nodal) for _ in range(3))
    sigma, conductivity, storage, perfusion, joule = (Function(cellwise) for _ in range(5))
    square_of_voltage = Constant(mesh, PETSc.ScalarType(1.0))
    outer = locate_dofs_topological(nodal, 2, facets[r1.OUTER])
    electrode = locate_dofs_topological(nodal, 2, facets[r1.ELECTRODE])

    def held(outside, inside):
        return [
            dirichletbc(PETSc.ScalarType(value), dofs, nodal) for value, dofs in ((outside, outer), (inside, electrode))
        ]

    flow = ufl.inner(ufl.grad(u), ufl.grad(v))
    nothing = Constant(mesh, PETSc.ScalarType(0.0))
    electric = Problem(mesh, sigma * flow * dx, nothing * v * dx, held(0.0, 1.0), "hypre", "electric_")
    heat = Problem(
        mesh,
        (storage + perfusion) * u * v * dx + conductivity * flow * dx + r1.FILM * u * v * ds,
        (storage * temperature + square_of_voltage * joule + perfusion * r1.BODY_C) * v * dx
        + r1.FILM * r1.BODY_C * v * ds,
        held(r1.BODY_C, r1.ELECTRODE_C),
        "jacobi",
        "heat_",
    )
    cells = r1.Tetrahedra(nodal.tabulate_dof_coordinates(), nodal.dofmap.list.array.reshape(-1, 4))
    temperature.x.array[:] = r1.BODY_C
    temperature.x.array[electrode] = r1.ELECTRODE_C
    potential.x.array[electrode] = 1.0
    potential_goes_on, temperature_goes_on = r1.Continuation(), r1.Continuation(temperature.x.array)
    start_of_potential, start_of_temperature = potential.x.array.copy(), temperature.x.array.copy()
    integral = np.zeros(len(cells.points))
    course.start()
    for step in range(1, steps + 1):
        with course.part("electric assembly"):
            means = cells.means(temperature.x.array)
            sigma.x.array[:] = r1.electrical_conductivity(means)
            electric.assemble()
        if step == 1:
            with course.part("multigrid set-up"):
                electric.keep_preconditioner()
        with course.part("electric solve"):
            potential.x.array[:] = start_of_potential
            course.iterations["electric"] += electric.solve(potential)
            start_of_potential = potential_goes_on.after(potential.x.array)
        with course.part("coefficients"):
            joule.x.array[:] = sigma.x.array * cells.squared_gradient(potential.x.array)
            square_of_voltage.value = r1.POWER_W / (joule.x.array @ cells.volumes)
            conductivity.x.array[:] = r1.thermal_conductivity(means)
            storage.x.array[:] = r1.heat_capacity(means) / r1.STEP_S
            perfusion.x.array[:] = r1.PERFUSION * (1.0 - cells.means(dead.x.array))
        with course.part("heat assembly"):
            heat.assemble()
        with course.part("heat solve"):
            temperature.x.array[:] = start_of_temperature
            course.iterations["heat"] += heat.solve(temperature)
            start_of_temperature = temperature_goes_on.after(temperature.x.array)
        with course.part("damage"):
            integral += r1.STEP_S * r1.damage_rate(temperature.x.array)
            dead.x.array[:] = integral >= 1.0
        voltage = float(square_of_voltage.value) ** 0.5
        course.note(step, steps, voltage, temperature.x.array, integral, cells.nodal_volumes)
    course.finish()


main()
