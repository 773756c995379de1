"""R1 with sfepy: its terms and evaluators assemble, pyamg's smoothed aggregation is kept, scipy's solver solves.

sfepy's own `Problem.solve` takes longer. Each solve is for the correction of where it starts, from zero.
"""

import numpy as np
import pyamg
import r1
import scipy.sparse as sp
import scipy.sparse.linalg as sla
import sfepy
from sfepy.base.base import output
from sfepy.discrete import Equation, Equations, FieldVariable, Function, Functions, Integral, Material, Problem
from sfepy.discrete.conditions import Conditions, EssentialBC
from sfepy.discrete.fem import FEDomain, Field, Mesh
from sfepy.terms import Term

FLAT, FULL = Integral("flat", order=1), Integral("full", order=2)


class Coefficients:
    """Values per cell, or per cell and point, that a material hands to its terms at their quadrature points."""

    def __init__(self, n_cells, names):
        self._n_cells = n_cells
        self.values = {name: np.ones((n_cells, 1)) for name in names}

    def __call__(self, ts, coordinates, mode=None, **_):
        """What sfepy calls: arrays of shape (n_points, 1, 1)."""
        if mode != "qp":
            return None
        n = len(coordinates) // self._n_cells
        fitting = {name: value for name, value in self.values.items() if value.shape[1] in (1, n)}
        return {
            name: np.repeat(value, n // value.shape[1], axis=1).reshape(-1, 1, 1) for name, value in fitting.items()
        }


class Linear:
    """A linear problem of sfepy that is solved around what its last solutions go on to."""

    def __init__(self, name, equation, conditions, start, is_solution):
        self._problem = Problem(name, equations=Equations([equation]))
        self._problem.set_bcs(ebcs=Conditions(conditions))
        self._problem.time_update()
        self._problem.update_materials()
        self._variables = self._problem.get_variables()
        self._variables.init_state()
        self._evaluator = self._problem.get_evaluator()
        self._variables.set_state(start)
        self._variables.apply_ebc()
        self._start = self._variables.get_reduced_state().copy()
        self._goes_on = r1.Continuation(self._start if is_solution else None)

    def assemble(self):
        """Matrix, minus the residual of the start, and the norm of the right side."""
        self._problem.update_materials()
        matrix = self._evaluator.eval_tangent_matrix(self._start, mtx=self._problem.mtx_a)
        residual = self._evaluator.eval_residual(self._start)
        return matrix, -residual, np.linalg.norm(matrix @ self._start - residual)

    def solve(self, system, preconditioner):
        """The solution at all nodes, and the iterations done."""
        matrix, right, norm = system
        counter = []
        target = r1.TOLERANCE * norm
        correction, failed = sla.cg(
            matrix, right, rtol=0.0, atol=target, M=preconditioner, maxiter=2000, callback=counter.append
        )
        if failed:
            message = "the linear solver did not converge"
            raise RuntimeError(message)
        found = self._start + correction
        self._start = self._goes_on.after(found)
        self._variables.set_reduced_state(found)
        return self._variables().copy(), len(counter)


def main():
    """Run R1."""
    output.set_output(quiet=True)
    arrays, steps = r1.arguments()
    points, cells = arrays["points"], arrays["cells"].astype(np.int32)
    n, n_cells = len(points), len(cells)
    course = r1.Course("sfepy", sfepy.__version__, n)
    mesh = Mesh.from_data("r1", points, np.zeros(n, np.int32), [cells], [np.zeros(n_cells, np.int32)], ["3_4"])
    domain = FEDomain("r1", mesh)
    tissue = domain.create_region("tissue", "all")
    surfaces = {"outer": r1.OUTER, "electrode": r1.ELECTRODE, "vein": r1.VEIN}
    nodes = {name: r1.nodes_of(arrays, tag).astype(np.uint32) for name, tag in surfaces.items()}
    choose = Functions([Function(f"on_{name}", lambda _, domain=None, name=name: nodes[name]) for name in nodes])
    outer, electrode, vein = (
        domain.create_region(name, f"vertices by on_{name}", "facet" if name == "vein" else "vertex", functions=choose)
        for name in nodes
    )
    field = Field.from_args("nodal", np.float64, 1, tissue, approx_order=1)
    geometry = r1.Tetrahedra(points, cells)
    in_electric, in_heat = Coefficients(n_cells, ["sigma"]), Coefficients(n_cells, ["k", "c", "f"])

    potential, temperature = np.zeros(n), np.full(n, r1.BODY_C)
    potential[nodes["electrode"]], temperature[nodes["electrode"]] = 1.0, r1.ELECTRODE_C

    def variables(name):
        return FieldVariable(name, "unknown", field), FieldVariable(f"v_{name}", "test", field, primary_var_name=name)

    def held(name, outside, inside):
        return [EssentialBC("o", outer, {f"{name}.0": outside}), EssentialBC("e", electrode, {f"{name}.0": inside})]

    phi, v_phi = variables("phi")
    material = Material("el", function=Function("el", in_electric))
    conduction = Term.new("dw_laplace(el.sigma, v_phi, phi)", FLAT, tissue, el=material, v_phi=v_phi, phi=phi)
    electric = Linear("electric", Equation("electric", conduction), held("phi", 0.0, 1.0), potential, is_solution=False)

    t, v_t = variables("t")
    inside = {"th": Material("th", function=Function("th", in_heat)), "v_t": v_t}
    wall = {"film": Material("film", h=r1.FILM, ht=r1.FILM * r1.BODY_C), "v_t": v_t}
    terms = (
        Term.new("dw_dot(th.c, v_t, t)", FULL, tissue, t=t, **inside)
        + Term.new("dw_laplace(th.k, v_t, t)", FLAT, tissue, t=t, **inside)
        + Term.new("dw_dot(film.h, v_t, t)", FULL, vein, t=t, **wall)
        - Term.new("dw_integrate(film.ht, v_t)", FULL, vein, **wall)
        - Term.new("dw_integrate(th.f, v_t)", FULL, tissue, **inside)
    )
    heat = Linear("heat", Equation("heat", terms), held("t", r1.BODY_C, r1.ELECTRODE_C), temperature, is_solution=True)

    places = FULL.get_qp("3_4")[0]
    basis = np.column_stack([1.0 - places.sum(axis=1), places]).T  # of the four corners at the quadrature points
    integral, dead = np.zeros(n), np.zeros(n)
    multigrid = None
    course.start()
    for step in range(1, steps + 1):
        with course.part("electric assembly"):
            means = geometry.means(temperature)
            sigma = r1.electrical_conductivity(means)
            in_electric.values["sigma"] = sigma[:, None]
            system = electric.assemble()
        if multigrid is None:
            with course.part("multigrid set-up"):
                # its finest level is the matrix that sfepy fills anew in every step
                multigrid = pyamg.smoothed_aggregation_solver(sp.csr_matrix(system[0])).aspreconditioner()
        with course.part("electric solve"):
            potential, iterations = electric.solve(system, multigrid)
            course.iterations["electric"] += iterations
        with course.part("coefficients"):
            joule = sigma * geometry.squared_gradient(potential)
            square_of_voltage = r1.POWER_W / (joule @ geometry.volumes)
            storage = r1.heat_capacity(means) / r1.STEP_S
            perfusion = r1.PERFUSION * (1.0 - geometry.means(dead))
            source = joule * square_of_voltage + perfusion * r1.BODY_C
            stored = storage[:, None] * (temperature[cells] @ basis)
            in_heat.values = {
                "k": r1.thermal_conductivity(means)[:, None],
                "c": (storage + perfusion)[:, None],
                "f": source[:, None] + stored,
            }
        with course.part("heat assembly"):
            system = heat.assemble()
        with course.part("heat solve"):
            temperature, iterations = heat.solve(system, sp.diags(1.0 / system[0].diagonal()))
            course.iterations["heat"] += iterations
        with course.part("damage"):
            integral += r1.STEP_S * r1.damage_rate(temperature)
            dead = (integral >= 1.0).astype(float)
        course.note(step, steps, square_of_voltage**0.5, temperature, integral, geometry.nodal_volumes)
    course.finish()


main()
