import numpy as np
import pytest
import scipy.sparse as sp

from ablasim.errors import SolverError
from ablasim.fem.direct import Factors, elimination_order


@pytest.mark.parametrize("factor", [1.0, 1.0 - 2.0j])
def test_solutions_satisfy_the_equations(factor):
    random = np.random.default_rng(1)
    upper = sp.random_array((200, 200), density=0.02, rng=random)
    matrix = sp.csc_array(factor * (upper + upper.T) + sp.diags_array(np.full(200, 3.0)))
    right = random.normal(size=(200, 3)) * factor
    solution = Factors(matrix).solve(right)
    assert matrix @ solution == pytest.approx(right, abs=1e-10)


def test_in_an_elimination_order_factors_stay_as_sparse():
    side = 40
    line = sp.diags_array([-1.0, 2.0, -1.0], offsets=[-1, 0, 1], shape=(side, side))
    grid = sp.csc_array(sp.kron(line, sp.eye_array(side)) + sp.kron(sp.eye_array(side), line))
    order = elimination_order(grid)
    assert np.array_equal(np.sort(order), np.arange(side**2))
    found, ordered = Factors(grid), Factors(sp.csc_array(grid[order][:, order]), is_ordered=True)
    assert ordered.n_entries == pytest.approx(found.n_entries, rel=0.02)
    assert found.n_entries < 0.5 * Factors(grid, is_ordered=True).n_entries
    right = np.arange(side**2, dtype=float)
    solution = np.empty(side**2)
    solution[order] = ordered.solve(right[order])
    assert grid @ solution == pytest.approx(right, abs=1e-8)


def test_a_singular_matrix_is_refused():
    with pytest.raises(SolverError, match="the system cannot be solved"):
        Factors(sp.csc_array(np.ones((3, 3))))
