"""The assembly operators give the entries of sfepy's own terms."""

import contextlib
import io

import numpy as np
import pytest
import scipy.sparse as sp

from ablasim.fem import Diffusion, make_space
from ablasim.fem.operators import Pattern, mass, stiffness
from ablasim.mesh.structured import box_mesh

ENTRY_TOLERANCE = 1e-12


@pytest.fixture(scope="module")
def mesh():
    """A box whose inner points are moved, so that no two cells are alike."""
    regular = box_mesh((0.03, 0.02, 0.04), (3, 2, 4))
    shake = np.random.default_rng(1).uniform(-1.5e-3, 1.5e-3, regular.points.shape)
    points = regular.points + shake
    return type(regular)(
        points,
        regular.cells,
        regular.cell_region,
        regular.cell_region_names,
        regular.facets,
        regular.facet_region,
        regular.facet_region_names,
    )


def sfepy_matrix(mesh, term, order, coefficient):
    """Matrix of one of sfepy's terms with a coefficient per cell, in sfepy's numbering, and its node coordinates."""
    with contextlib.redirect_stdout(io.StringIO()):
        from sfepy.base.base import output
        from sfepy.discrete import (
            Equation,
            Equations,
            FieldVariable,
            Function,
            Integral,
            Material,
            Problem,
        )
        from sfepy.discrete.fem import FEDomain, Field
        from sfepy.discrete.fem import Mesh as SfepyMesh
        from sfepy.terms import Term

        output.set_output(quiet=True)
        sfepy_mesh = SfepyMesh.from_data(
            "m",
            mesh.points,
            np.zeros(mesh.n_points, np.int32),
            [mesh.cells],
            [np.zeros(mesh.n_cells, np.int32)],
            ["3_4"],
        )
        omega = FEDomain("d", sfepy_mesh).create_region("Omega", "all")
        field = Field.from_args("f", np.float64, 1, omega, approx_order=order)
        u = FieldVariable("u", "unknown", field)
        v = FieldVariable("v", "test", field, primary_var_name="u")

        def values(ts, coors, mode=None, **kwargs):
            if mode == "qp":
                repeated = np.repeat(coefficient, len(coors) // mesh.n_cells)
                return {"c": repeated.reshape(-1, 1, 1)}
            return None

        material = Material("m", function=Function("values", values))
        integral = Integral("i", order=2 * order)
        new = Term.new(term, integral, omega, m=material, v=v, u=u)
        problem = Problem("p", equations=Equations([Equation("e", new)]))
        problem.time_update()
        problem.update_materials()
        problem.get_variables().init_state()
        evaluator = problem.get_evaluator()
        matrix = evaluator.eval_tangent_matrix(problem.get_variables()(), mtx=problem.mtx_a, is_full=True)
    return sp.csr_array(matrix), field.get_coor()


def our_matrix(operator: Diffusion):
    """All entries of an operator."""
    return operator.constrained(np.zeros(len(operator.loss), dtype=bool)).matrix().toarray()


def in_our_numbering(matrix, coordinates, space):
    """sfepy's matrix with rows and columns in our order of nodes."""
    ours = {tuple(row): i for i, row in enumerate(np.round(space.points, 9).tolist())}
    order = np.array([ours[tuple(row)] for row in np.round(coordinates, 9).tolist()])
    renumbered = np.zeros(matrix.shape)
    renumbered[np.ix_(order, order)] = matrix.toarray()
    return renumbered


@pytest.mark.parametrize("order", [1, 2])
def test_stiffness_entries_equal_those_of_sfepys_laplace_term(mesh, order):
    conductivity = np.random.default_rng(2).uniform(0.1, 2.0, mesh.n_cells)
    space = make_space(mesh, order)
    ours = our_matrix(stiffness(space, Pattern.of(space), space.on_gradient_points(conductivity)))
    theirs = in_our_numbering(*sfepy_matrix(mesh, "dw_laplace(m.c, v, u)", order, conductivity), space)
    assert np.abs(ours - theirs).max() <= ENTRY_TOLERANCE * np.abs(theirs).max()


def test_second_order_mass_entries_equal_those_of_sfepys_dot_term(mesh):
    capacity = np.random.default_rng(3).uniform(0.1, 2.0, mesh.n_cells)
    space = make_space(mesh, 2)
    ours = our_matrix(mass(space, Pattern.of(space), space.measure(capacity)))
    theirs = in_our_numbering(*sfepy_matrix(mesh, "dw_dot(m.c, v, u)", 2, capacity), space)
    assert np.abs(ours - theirs).max() <= ENTRY_TOLERANCE * np.abs(theirs).max()


def test_first_order_mass_is_the_row_sum_of_sfepys_dot_term(mesh):
    capacity = np.random.default_rng(4).uniform(0.1, 2.0, mesh.n_cells)
    space = make_space(mesh, 1)
    ours = our_matrix(mass(space, Pattern.of(space), space.measure(capacity)))
    theirs = in_our_numbering(*sfepy_matrix(mesh, "dw_dot(m.c, v, u)", 1, capacity), space)
    assert np.abs(np.diag(ours) - theirs.sum(axis=1)).max() <= ENTRY_TOLERANCE * theirs.max()


@pytest.mark.parametrize("order", [1, 2])
def test_dissipation_sums_to_the_quadratic_form(mesh, order):
    space = make_space(mesh, order)
    potential = np.sin(100.0 * space.points[:, 0]) + space.points[:, 2] ** 2 * 1e3
    coefficient = np.random.default_rng(7).uniform(0.2, 3.0, len(space.gradient_weights))
    operator = stiffness(space, Pattern.of(space), coefficient)
    assert space.dissipation(coefficient, potential).sum() == pytest.approx(
        potential @ operator.apply(potential), rel=1e-12
    )


@pytest.mark.parametrize("order", [1, 2])
def test_loads_and_measures_sum_to_the_integral(mesh, order):
    space = make_space(mesh, order)
    density = np.random.default_rng(5).uniform(0.0, 1.0, mesh.n_cells)
    expected = density @ mesh.cell_volumes
    assert space.from_values(space.measure(density)).sum() == pytest.approx(expected, rel=1e-12)
    amounts = space.on_gradient_points(density) * space.gradient_weights
    assert space.from_gradient_points(amounts).sum() == pytest.approx(expected, rel=1e-12)


def test_an_unknown_order_is_refused(mesh):
    with pytest.raises(ValueError, match="must be 1 or 2"):
        make_space(mesh, 3)
