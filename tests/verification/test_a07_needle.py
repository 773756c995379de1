"""V-A7 on the mesh of a real needle: the tie between voltage and temperature holds for any shape."""

import numpy as np
import pytest

from ablasim.fem import make_space
from ablasim.fem.operators import Pattern
from ablasim.geometry import Box, Needle
from ablasim.mesh import MeshSizes, build_mesh
from ablasim.physics.bioheat import Bioheat, Hold, Region
from ablasim.physics.electric import ElectricProblem
from ablasim.physics.steady import solve_steady

SIGMA, K, VOLTS, BODY, COOLED = 0.333, 0.52, 22.0, 310.15, 293.15
ORGAN = Box((0, 0, 0), (0.06, 0.06, 0.06))
NEEDLE = Needle("needle", (0, 0, -0.01), (0, 0, 1), 0.0015, 0.02)


def needle_case(tools, factor, active_temperature):
    """Largest errors of the steady temperature, everywhere and 2 mm from the needle, relative to the largest rise."""
    sizes = MeshSizes(needle=0.3e-3, vessel=1e-3, tumour=1e-3, shell=1e-3, far=5e-3, growth=0.2).scaled(factor)
    mesh = build_mesh(ORGAN, None, [], [NEEDLE], sizes)
    space, tissue_cells = make_space(mesh), mesh.cells_of_body("")
    tissue = tools.simple_tissue(perfusion_rate_per_s=0.0)
    active, outer = mesh.points_of_facets("needle.active"), mesh.points_of_facets("outer")
    bioheat = Bioheat(
        space=space,
        pattern=Pattern.of(space),
        regions=(Region(tissue, tissue_cells),),
        blood_heat_capacity=1.0,
        blood_temperature=BODY,
        perfusion_factor=0.0,
        metabolism=False,
        holds=(Hold("outer", outer, BODY), Hold("needle", active, active_temperature)),
    )
    problem = ElectricProblem(space, bioheat.pattern, active, outer, tissue_cells)
    unit = problem.solve(bioheat.laws.electrical(np.full(mesh.n_points, BODY)))
    heat = unit.joule_heat * VOLTS**2
    temperature = solve_steady(bioheat, lambda T: heat, (), np.full(mesh.n_points, BODY), tolerance=1e-6)
    phi = VOLTS * unit.potential
    exact = BODY + (active_temperature - BODY) * phi / VOLTS + SIGMA * phi * (VOLTS - phi) / (2 * K)
    rise = SIGMA * VOLTS**2 / (8 * K)
    assert rise == pytest.approx(38.743269, abs=1e-5)
    error = np.abs(temperature - exact) / rise
    away = NEEDLE.distance(mesh.points) > 2e-3
    return error[bioheat.active].max(), error[bioheat.active & away].max()


@pytest.mark.parametrize("active_temperature", [BODY, COOLED])
def test_temperature_at_every_point_follows_from_the_potential(tools, active_temperature):
    """The edges of the flat tip and of the active part make the field singular: the order is below two there."""
    coarse, coarse_away = needle_case(tools, 1.0, active_temperature)
    fine, fine_away = needle_case(tools, 0.6, active_temperature)
    assert fine < 0.7 * coarse
    assert fine_away < 0.55 * coarse_away
    assert fine_away < 0.01
