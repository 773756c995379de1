import numpy as np
import pytest
import scipy.sparse as sp

from ablasim.errors import SolverError
from ablasim.fem.direct import Factors


@pytest.mark.parametrize("factor", [1.0, 1.0 - 2.0j])
def test_solutions_satisfy_the_equations(factor):
    random = np.random.default_rng(1)
    upper = sp.random_array((200, 200), density=0.02, rng=random)
    matrix = sp.csc_array(factor * (upper + upper.T) + sp.diags_array(np.full(200, 3.0)))
    right = random.normal(size=(200, 3)) * factor
    solution = Factors(matrix).solve(right)
    assert matrix @ solution == pytest.approx(right, abs=1e-10)


def test_a_singular_matrix_is_refused():
    with pytest.raises(SolverError, match="the system cannot be solved"):
        Factors(sp.csc_array(np.ones((3, 3))))
