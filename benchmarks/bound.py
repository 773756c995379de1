"""The least that a run must move through memory, and the time that takes at the memory's bandwidth.

Counted are the loops that run over whole matrices, as they are written, each array once per loop, as if nothing
stayed in the caches, and nothing else: no coarse levels of the multigrid, no residuals of Newton's method, no Joule
heat, no error estimates, no step control. A run can be faster than the bound only where its data stay in the caches
(mesh s).

Sizes: n nodes, p pairs of nodes that share a cell, c cells; a matrix has e = 2 p entries off its diagonal. Double
precision takes 8 bytes, single 4, an index 4, a column within its row 2, a flag 1.

assembly
    One sparse product from coefficients to pairs (6 c entries of 8 + 4 bytes, c coefficients read, p row starts),
    each written to both of its places in the matrix (two places read and two entries written per pair): 72 c + 8 c +
    28 p. Once per electric solve, and once per step or rejected step.
heat iteration
    In single precision: one product (6 e + 8 n) and 12 passes over vectors of 4 n: direction and diagonal read and
    product written; scaled residual read and written, product and inverse diagonal read; solution and direction read
    and written, scaled residual read:  6 e + 56 n.
electric iteration
    One product in double precision (10 e + 8 n; direction and diagonal read, product written: 24 n), the update
    (solution and residual read and written, direction and product read: 48 n; flags: n; residual rounded: 4 n), a
    product of residual and preconditioned residual (12 n) and the new direction (20 n): 10 e + 117 n. On the finest
    level of the cycle four passes over the matrix in single precision with its diagonal, row starts and first columns
    (4 (6 e + 14 n)). Between zero and the first of them the first step (12 n) and a solution set to zero (4 n); with
    the passes, both steps at once twice (2 · 20 n: residual, change and inverse diagonal read, solution read and
    written), what is left (12 n) and the first step after the coarse correction (20 n): 24 e + 144 n. Together
    34 e + 261 n.

The count falls when the loops move less. With columns of four bytes and two more passes over vectors it was 8 e + 60 n
and 44 e + 249 n; at first, with a diagonal in every matrix and heat in double precision, 80 c + 16 p + 16 (e + n) +
4 n, 12 (e + n) + 100 n and 28 (e + n) + 140 n.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

FIRST_PROTOTYPE_BYTES = {("m", "euler"): 0.77e9}
"""What a first prototype of the same loops had to move in each step, by mesh and scheme.

The count above falls with the iterations of the run and the bytes of its loops, so that a code which moves less comes
off worse. This one stays.
"""


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
        """Entries of a matrix off its diagonal."""
        return 2 * self.n_pairs

    @property
    def assembly_bytes(self) -> int:
        """Bytes moved by one assembly."""
        return 80 * self.n_cells + 28 * self.n_pairs

    @property
    def heat_iteration_bytes(self) -> int:
        """Bytes moved by one iteration of the heat equation."""
        return 6 * self.n_entries + 56 * self.n_nodes

    @property
    def electric_iteration_bytes(self) -> int:
        """Bytes moved by one iteration of the potential."""
        return 34 * self.n_entries + 261 * self.n_nodes


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
    >>> least_bytes(size, work) == 2 * (80 * 8 + 28 * 20)
    True
    """
    assemblies = work["electric_solves"] + work["steps"] + work["rejected_steps"]
    return (
        assemblies * size.assembly_bytes
        + work["heat_iterations"] * size.heat_iteration_bytes
        + work["electric_iterations"] * size.electric_iteration_bytes
    )
