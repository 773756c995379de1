import numpy as np
import pytest

from ablasim.fem import make_space
from ablasim.fem.operators import Pattern, mass, stiffness
from ablasim.mesh.structured import box_mesh


@pytest.fixture
def slab_system():
    """A conducting slab with two faces held: operator, constrained system, fixed mask."""
    mesh = box_mesh((0.02, 0.01, 0.01), (8, 4, 4))
    space = make_space(mesh)
    pattern = Pattern.of(space)
    operator = stiffness(space, pattern, np.ones(len(space.gradient_weights)))
    fixed = np.zeros(mesh.n_points, dtype=bool)
    fixed[mesh.points_of_facets("x_min", "x_max")] = True
    return mesh, space, operator, operator.constrained(fixed), fixed


@pytest.fixture
def with_mass():
    """Adds a mass term to an operator."""

    def add(space, operator, amount):
        return operator.plus(1.0, mass(space, operator.pattern, space.measure(np.full(len(space.cells), amount))))

    return add
