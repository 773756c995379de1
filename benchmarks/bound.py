"""The least that a run must move through memory, and the time that takes at the memory's bandwidth.

Counted are the loops that run over whole matrices, each array once per loop, as if nothing stayed in the caches, and
nothing else: no coarse levels of the multigrid, no error estimates, no step control. A run can be faster than the bound
only where its data stay in the caches (mesh s) or with fewer bytes per entry.

Sizes: n nodes, p pairs of nodes that share a cell, c cells; a matrix has e = n + 2 p entries. Double precision takes
8 bytes, single 4, an index 4.

assembly
    One sparse product from coefficients to pairs (6 c entries of 8 + 4 bytes, c coefficients read, p values written),
    and the matrix filled from the pairs (p values read; e entries written, with the number of their pair and column
    read; n row starts):  72 c + 8 c + 16 p + 16 e + 4 n. Once per electric solve, and once per step or rejected step.
heat iteration
    One product in double precision (12 e + 4 n) and 12 passes over vectors of 8 n: direction read and product written;
    solution and residual read and written, direction and product read; residual, diagonal and direction read, direction
    written:  12 e + 100 n.
electric iteration
    The same product and updates without the diagonal's turn (12 e + 4 n, 8 passes of 8 n), the new direction (4 n read,
    8 n read and written), and on the finest level two passes over the matrix in single precision (2 (8 e + 4 n)) with
    their vectors (residual rounded: 12 n; right side, solution, residual, inverse diagonal: 32 n):  28 e + 140 n.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class MatrixSize:
    """Sizes that the count rests on.

    Parameters
    ----------
    n_nodes, n_pairs, n_cells : int
        Nodes, pairs of nodes that share a cell, and cells.
    """

    n_nodes: int
    n_pairs: int
    n_cells: int

    @property
    def n_entries(self) -> int:
        """Entries of a matrix."""
        return self.n_nodes + 2 * self.n_pairs

    @property
    def assembly_bytes(self) -> int:
        """Bytes moved by one assembly."""
        return 80 * self.n_cells + 16 * self.n_pairs + 16 * self.n_entries + 4 * self.n_nodes

    @property
    def heat_iteration_bytes(self) -> int:
        """Bytes moved by one iteration of the heat equation."""
        return 12 * self.n_entries + 100 * self.n_nodes

    @property
    def electric_iteration_bytes(self) -> int:
        """Bytes moved by one iteration of the potential."""
        return 28 * self.n_entries + 140 * self.n_nodes


def least_bytes(size: MatrixSize, work: Mapping[str, int]) -> int:
    """Bytes that a run must at least move.

    Parameters
    ----------
    size : MatrixSize
        The matrices.
    work : mapping of str to int
        ``time.work`` of the summary: steps, solves and iterations.

    Examples
    --------
    >>> size = MatrixSize(n_nodes=10, n_pairs=20, n_cells=8)
    >>> work = {"steps": 1, "rejected_steps": 0, "electric_solves": 1, "heat_iterations": 0, "electric_iterations": 0}
    >>> least_bytes(size, work) == 2 * (80 * 8 + 16 * 20 + 16 * 50 + 4 * 10)
    True
    """
    assemblies = work["electric_solves"] + work["steps"] + work["rejected_steps"]
    return (
        assemblies * size.assembly_bytes
        + work["heat_iterations"] * size.heat_iteration_bytes
        + work["electric_iterations"] * size.electric_iteration_bytes
    )
