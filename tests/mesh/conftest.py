"""A small case that is meshed in a second, shared by the tests of meshes."""

import pytest

from ablasim.geometry import Box, Needle, Sphere, Vessel
from ablasim.mesh import MeshSizes, build_mesh


class SmallCase:
    """A block of 60 mm with a tumour of 16 mm, a vein and a needle, and ways to vary it."""

    organ = Box((0, 0, 0), (0.06, 0.06, 0.06))
    tumour = Sphere((0, 0, 0), 0.016)
    vein = Vessel("vein", [[0.014, 0, -0.03], [0.014, 0, 0.03]], 0.006)
    needle = Needle("needle", (0, 0, -0.01), (0, 0, 1), 0.0015, 0.02)
    sizes = MeshSizes.preset("coarse").scaled(2.6)

    def mesh(self, **changes):
        parts = {
            "organ": self.organ,
            "tumour": self.tumour,
            "vessels": [self.vein],
            "needles": [self.needle],
            "sizes": self.sizes,
        }
        return build_mesh(**(parts | changes))


@pytest.fixture(scope="session")
def case():
    return SmallCase()


@pytest.fixture(scope="session")
def small_mesh(case):
    return case.mesh()
