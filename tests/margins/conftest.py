"""Small structured boxes of tetrahedra, with bodies cut out of them cell by cell."""

from collections.abc import Callable
from itertools import permutations
from typing import Any

import numpy as np
import pytest

from ablasim.margins import Domain


def box_cells(n: int) -> np.ndarray:
    """Kuhn's six tetrahedra for each cube of an n x n x n grid."""
    i, j, k = (grid.ravel() for grid in np.meshgrid(*3 * [np.arange(n)], indexing="ij"))

    def number(corner: np.ndarray) -> np.ndarray:
        return ((i + corner[0]) * (n + 1) + j + corner[1]) * (n + 1) + k + corner[2]

    cells = []
    for order in permutations(range(3)):
        path = np.cumsum([np.zeros(3, dtype=int), *np.eye(3, dtype=int)[list(order)]], axis=0)
        corners = [number(corner) for corner in path]
        is_odd = np.linalg.det(np.diff(path, axis=0)) < 0
        cells.append(np.column_stack([corners[c] for c in ((0, 2, 1, 3) if is_odd else (0, 1, 2, 3))]))
    return np.concatenate(cells)


def _box(half: float, n: int, jitter: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    axis = np.linspace(-half, half, n + 1)
    points = np.stack(np.meshgrid(axis, axis, axis, indexing="ij"), axis=-1).reshape(-1, 3)
    outer = np.flatnonzero((np.abs(points) > half * (1 - 1e-12)).any(axis=1))
    moves = np.random.default_rng(7).uniform(-jitter, jitter, points.shape) * 2 * half / n
    moves[outer] = 0.0
    return points + moves, box_cells(n), outer


@pytest.fixture(scope="session")
def box() -> Callable[..., Domain]:
    """Cube of tissue, in metres; bodies and tumour are the cells whose centre fulfils a test."""

    def make(
        *,
        half: float = 0.03,
        n: int = 24,
        jitter: float = 0.1,
        shift: Any = (0.0, 0.0, 0.0),
        lumen: Callable[[np.ndarray], np.ndarray] | None = None,
        applicator: Callable[[np.ndarray], np.ndarray] | None = None,
        tumour: Callable[[np.ndarray], np.ndarray] | None = None,
    ) -> Domain:
        points, cells, outer = _box(half, n, jitter)
        centres = points[cells].mean(axis=1)

        def mask(test: Callable[[np.ndarray], np.ndarray] | None) -> np.ndarray:
            return np.zeros(len(cells), dtype=bool) if test is None else test(centres)

        return Domain(
            points=points + np.asarray(shift),
            cells=cells,
            is_lumen=mask(lumen),
            is_applicator=mask(applicator),
            is_tumour=mask(tumour),
            outer_points=outer,
        )

    return make


@pytest.fixture(scope="session")
def ball_level() -> Callable[..., np.ndarray]:
    """Smooth level of a ball: the logarithm of a dose that falls off with the square of the radius."""

    def make(points: np.ndarray, radius: float, centre: Any = (0.0, 0.0, 0.0)) -> np.ndarray:
        squared = ((points - np.asarray(centre)) ** 2).sum(axis=1)
        return 1.0 - squared / radius**2

    return make
