"""A hierarchy that several solvers share: one set-up, the same answers, side by side."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from ablasim.fem import ConstrainedSystem, MultigridSolver, SharedHierarchy, make_space
from ablasim.fem.operators import Pattern, stiffness
from ablasim.mesh.structured import box_mesh


@pytest.fixture(scope="module")
def system() -> ConstrainedSystem:
    mesh = box_mesh((1.0, 1.0, 1.0), (16, 16, 16))
    space = make_space(mesh)
    fixed = np.zeros(space.n_nodes, dtype=bool)
    fixed[mesh.points_of_facets("x_min", "x_max")] = True
    return stiffness(space, Pattern.of(space), np.ones(len(space.gradient_weights))).constrained(fixed)


def load(system: ConstrainedSystem, seed: int) -> np.ndarray:
    return np.where(system.fixed, 0.0, np.random.default_rng(seed).normal(size=len(system.fixed)))


def test_solvers_that_share_a_hierarchy_work_side_by_side_and_build_it_once(system: ConstrainedSystem) -> None:
    asked = []

    def give() -> ConstrainedSystem:
        asked.append(1)
        return system

    shared = SharedHierarchy(give)

    def solve(solver: MultigridSolver, seed: int) -> np.ndarray:
        right_side = load(system, seed)
        return solver.solve(system, right_side, tolerance=1e-10, reference=float(np.linalg.norm(right_side)))[0]

    with ThreadPoolExecutor(4) as pool:
        side_by_side = list(pool.map(lambda seed: solve(MultigridSolver("a", shared), seed), range(8)))
    assert len(asked) == 1
    for seed, answer in enumerate(side_by_side):
        np.testing.assert_array_equal(answer, solve(MultigridSolver("its own"), seed))


def test_a_system_with_other_fixed_nodes_does_not_borrow(system: ConstrainedSystem) -> None:
    shared = SharedHierarchy(lambda: system)
    assert shared.lend(system.fixed) is not None
    assert shared.lend(np.zeros_like(system.fixed)) is None
