"""Small meshes for the tests of result files."""

import numpy as np
import pytest


@pytest.fixture
def two_tetrahedra():
    points = np.array([[0.0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 1]]) * 1e-3
    cells = np.array([[0, 1, 2, 3], [1, 2, 3, 4]], dtype=np.int32)
    return points, cells
