"""Direct solution of sparse systems, on one thread."""

from __future__ import annotations

from contextlib import AbstractContextManager
from functools import lru_cache
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.sparse.linalg import splu
from threadpoolctl import ThreadpoolController

from ablasim.errors import SolverError

_MINIMUM_DEGREE = "MMD_AT_PLUS_A"


class Factors:
    """LU factors of a sparse matrix whose pattern is symmetric.

    SuperLU calls the dense library for thousands of tiny blocks. The threads of that library spin while they wait, and
    on a busy machine make a solve of 0.2 s take 10 s: so they are kept out.

    Parameters
    ----------
    matrix : csc_array, shape (n, n)
        Real or complex.
    is_ordered : bool, optional
        Whether its rows and columns stand in an `elimination_order` already; otherwise one is found.

    Raises
    ------
    SolverError
        If the matrix is singular.
    """

    def __init__(self, matrix: sp.csc_array, *, is_ordered: bool = False) -> None:
        # Ordered matrices are split into the smallest blocks: measured a third faster than with the default of 10.
        order: dict[str, Any] = {"permc_spec": "NATURAL", "relax": 1} if is_ordered else {"permc_spec": _MINIMUM_DEGREE}
        try:
            with _one_thread():
                self._factors: Any = splu(matrix, **order, options={"SymmetricMode": True})
        except RuntimeError as error:
            message = f"the system cannot be solved: {error}"
            raise SolverError(message) from error

    @property
    def n_entries(self) -> int:
        """Entries of both factors."""
        return int(self._factors.L.nnz + self._factors.U.nnz)

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


def elimination_order(pattern: sp.csc_array) -> NDArray[np.int64]:
    """Order of the rows and columns of a matrix in which its factors stay sparse: by multiple minimum degree.

    Parameters
    ----------
    pattern : csc_array, shape (n, n)
        Matrix with a symmetric pattern; its values do not matter.
    """
    size = pattern.shape[0]
    entries_a_column = np.diff(pattern.indptr)
    values = np.full(pattern.nnz, -1.0)
    dominant = sp.csc_array((values, pattern.indices, pattern.indptr), shape=pattern.shape)
    dominant = sp.csc_array(dominant + sp.diags_array(2.0 * entries_a_column, shape=(size, size)))
    with _one_thread():
        factors: Any = splu(dominant, permc_spec=_MINIMUM_DEGREE, options={"SymmetricMode": True})
    order: NDArray[np.int64] = np.argsort(factors.perm_c)
    return order


def _one_thread() -> AbstractContextManager[Any]:
    """Keep the dense library to the calling thread meanwhile."""
    limit: AbstractContextManager[Any] = _controller().limit(limits=1, user_api="blas")
    return limit


@lru_cache(maxsize=1)
def _controller() -> ThreadpoolController:
    return ThreadpoolController()
