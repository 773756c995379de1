"""The bytes that a run must move, on an example by hand."""

from __future__ import annotations

import pytest

from benchmarks.bound import MatrixSize, least_bytes

SIZE = MatrixSize(n_nodes=10, n_pairs=20, n_cells=8)  # 2 * 20 = 40 entries off the diagonal
NOTHING = dict.fromkeys(("steps", "rejected_steps", "electric_solves", "heat_iterations", "electric_iterations"), 0)


@pytest.mark.parametrize(
    ("done", "moved"),
    [
        # 6 entries of 12 bytes and a coefficient per cell; row start, two places and two entries per pair
        ({"steps": 1}, 8 * (6 * 12 + 8) + 20 * (4 + 2 * 4 + 2 * 8)),
        ({"rejected_steps": 2}, 2 * 1200),
        ({"electric_solves": 1}, 1200),
        # entries of 4 + 2 bytes, row starts and first columns, 12 passes over singles
        ({"heat_iterations": 1}, 40 * 6 + 10 * 8 + 12 * 10 * 4),
        # a product in double precision and four, diagonal included, in single, with the steps that go with them
        (
            {"electric_iterations": 3},
            3
            * (
                40 * 10
                + 10 * (8 + 24 + 48 + 1 + 4 + 12 + 20)
                + 4 * (50 * 6 + 10 * 8)
                + 10 * (12 + 4 + 2 * 20 + 12 + 20)
            ),
        ),
    ],
)
def test_each_piece_of_work_moves_its_bytes(done, moved):
    assert least_bytes(SIZE, NOTHING | done) == moved


def test_work_adds_up():
    whole = {"steps": 2, "rejected_steps": 1, "electric_solves": 4, "heat_iterations": 30, "electric_iterations": 9}
    parts = [least_bytes(SIZE, NOTHING | {kind: count}) for kind, count in whole.items()]
    assert least_bytes(SIZE, whole) == sum(parts)
