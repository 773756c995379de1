"""Direct solution of sparse systems, on one thread."""

from __future__ import annotations

from contextlib import AbstractContextManager
from functools import lru_cache
from typing import Any

import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.sparse.linalg import splu
from threadpoolctl import ThreadpoolController

from ablasim.errors import SolverError


class Factors:
    """LU factors of a sparse matrix whose pattern is symmetric.

    SuperLU calls the dense library for thousands of tiny blocks. The threads of that library spin while they wait, and
    on a busy machine make a solve of 0.2 s take 10 s: so they are kept out.

    Parameters
    ----------
    matrix : csc_array, shape (n, n)
        Real or complex.

    Raises
    ------
    SolverError
        If the matrix is singular.
    """

    def __init__(self, matrix: sp.csc_array) -> None:
        try:
            with _one_thread():
                self._factors: Any = splu(matrix, permc_spec="MMD_AT_PLUS_A", options={"SymmetricMode": True})
        except RuntimeError as error:
            message = f"the system cannot be solved: {error}"
            raise SolverError(message) from error

    def solve(self, right: NDArray[Any]) -> NDArray[Any]:
        """Solution for one right-hand side, or for each column of several.

        Parameters
        ----------
        right : ndarray, shape (n,) or (n, n_sides)
            Of the matrix' type.
        """
        with _one_thread():
            solution: NDArray[Any] = self._factors.solve(right)
        return solution


def _one_thread() -> AbstractContextManager[Any]:
    """Keep the dense library to the calling thread meanwhile."""
    limit: AbstractContextManager[Any] = _controller().limit(limits=1, user_api="blas")
    return limit


@lru_cache(maxsize=1)
def _controller() -> ThreadpoolController:
    return ThreadpoolController()
