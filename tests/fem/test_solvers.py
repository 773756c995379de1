import numpy as np
import pytest

from ablasim.errors import SolverError
from ablasim.fem import MultigridSolver, make_space, solve_jacobi
from ablasim.fem.multigrid import COARSEST_SIZE
from ablasim.fem.operators import Pattern, stiffness
from ablasim.mesh.structured import box_mesh


def linear_profile(mesh, fixed):
    """Exact solution between two faces at -1 and 1, and the same with zeros inside as first guess."""
    exact = mesh.points[:, 0] / mesh.points[:, 0].max()
    return exact, np.where(fixed, exact, 0.0)


def test_both_solvers_reproduce_a_linear_profile_exactly(slab_system):
    mesh, _, operator, system, fixed = slab_system
    exact, guess = linear_profile(mesh, fixed)
    residual = -operator.apply(guess)
    by_jacobi, _ = solve_jacobi(operator, 1.0, operator.diagonal, fixed, residual, tolerance=1e-6)
    norm = float(np.linalg.norm(residual))
    by_multigrid, _ = MultigridSolver("test").solve(system, residual, tolerance=1e-12, reference=norm)
    assert np.abs(guess + by_jacobi - exact).max() < 1e-5  # single precision
    assert np.abs(guess + by_multigrid - exact).max() < 1e-10


def test_corrections_leave_fixed_nodes_alone(slab_system):
    _, _, operator, _, fixed = slab_system
    correction, _ = solve_jacobi(operator, 1.0, operator.diagonal, fixed, np.ones(len(fixed)), tolerance=1e-6)
    assert np.array_equal(correction[fixed], np.zeros(fixed.sum()))


def test_jacobi_says_so_when_it_does_not_converge(slab_system):
    _, _, operator, _, fixed = slab_system
    growing = np.arange(len(fixed), dtype=float)
    with pytest.raises(SolverError, match=r"heat problem did not converge.*iterations 2"):
        solve_jacobi(operator, 1.0, operator.diagonal, fixed, growing, tolerance=1e-6, max_iterations=2)


def test_jacobi_refuses_numbers_that_are_not_finite(slab_system):
    _, _, operator, _, fixed = slab_system
    with pytest.raises(SolverError, match="did not converge"):
        solve_jacobi(operator, 1.0, operator.diagonal, fixed, np.full(len(fixed), np.nan), tolerance=1e-6)


def test_multigrid_says_so_when_it_does_not_converge(slab_system):
    _, _, _, system, fixed = slab_system
    right_side = np.random.default_rng(0).normal(size=len(fixed))
    solver = MultigridSolver("test")
    with pytest.raises(SolverError, match="test problem did not converge"):
        solver.solve(system, right_side, tolerance=1e-14, reference=1e-3, max_iterations=1)


def test_multigrid_keeps_its_hierarchy_while_the_matrix_drifts_little(slab_system, with_mass):
    _, space, operator, _, fixed = slab_system
    solver = MultigridSolver("test")
    right_side = np.random.default_rng(0).normal(size=len(fixed))
    for amount in (1e3, 1.1e3, 1.2e3):
        system = with_mass(space, operator, amount).constrained(fixed)
        solver.solve(system, right_side, tolerance=1e-8, reference=float(np.linalg.norm(right_side)))
    assert (solver.setups, solver.solves) == (1, 3)


def test_the_same_matrix_gives_the_same_solution_to_the_last_bit():
    mesh = box_mesh((0.02, 0.02, 0.02), (12, 12, 12))
    space = make_space(mesh)
    fixed = np.zeros(mesh.n_points, dtype=bool)
    fixed[mesh.points_of_facets("x_min", "x_max")] = True
    conductivity = np.random.default_rng(0).uniform(0.1, 1.0, len(space.gradient_weights))
    system = stiffness(space, Pattern.of(space), conductivity).constrained(fixed)
    assert mesh.n_points > 2 * COARSEST_SIZE  # there is something to make coarser
    first, second = (
        MultigridSolver("test").solve(system, np.ones(mesh.n_points), tolerance=1e-6, reference=1.0)[0]
        for _ in range(2)
    )
    np.testing.assert_array_equal(first, second)
