"""The bytes that a run must move, on an example by hand."""

from __future__ import annotations

import pytest

from benchmarks.bound import MatrixSize, least_bytes

SIZE = MatrixSize(n_nodes=10, n_pairs=20, n_cells=8)  # 10 + 2 * 20 = 50 entries
NOTHING = dict.fromkeys(("steps", "rejected_steps", "electric_solves", "heat_iterations", "electric_iterations"), 0)


@pytest.mark.parametrize(
    ("done", "moved"),
    [
        # 6 entries of 12 bytes and a coefficient per cell, pairs written and read, entries with pair and column, rows
        ({"steps": 1}, 8 * (72 + 8) + 20 * (8 + 8) + 50 * (8 + 4 + 4) + 10 * 4),
        ({"rejected_steps": 2}, 2 * 1800),
        ({"electric_solves": 1}, 1800),
        # entries of 8 + 4 bytes, row starts, 12 passes over doubles
        ({"heat_iterations": 1}, 50 * 12 + 10 * 4 + 12 * 10 * 8),
        # one product in double and two in single precision, with their vectors
        ({"electric_iterations": 3}, 3 * (50 * (12 + 2 * 8) + 10 * (4 + 8 * 8 + 20 + 12 + 8 + 32))),
    ],
)
def test_each_piece_of_work_moves_its_bytes(done, moved):
    assert least_bytes(SIZE, NOTHING | done) == moved


def test_work_adds_up():
    whole = {"steps": 2, "rejected_steps": 1, "electric_solves": 4, "heat_iterations": 30, "electric_iterations": 9}
    parts = [least_bytes(SIZE, NOTHING | {kind: count}) for kind, count in whole.items()]
    assert least_bytes(SIZE, whole) == sum(parts)
