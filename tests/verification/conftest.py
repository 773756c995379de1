"""Problems with exact answers, built straight from the inner parts."""

from types import SimpleNamespace

import numpy as np
import pytest

from ablasim.fem import make_space
from ablasim.fem.operators import Pattern
from ablasim.materials import Tissue
from ablasim.physics.bioheat import Bioheat, Hold, Region

BLOOD_HEAT_CAPACITY = 1000.0 * 4180.0  # J/(m³ K), of the COMSOL liver model that the cases use
LIV = SimpleNamespace(k=0.52, rho=1079.0, c=3540.0, w=26752.0, body=310.15)
"""Standard tissue of the cases: W/(m K), kg/m³, J/(kg K), W/(m³ K), K."""


def simple_tissue(**changes):
    """The standard tissue with constant properties and no boiling."""
    values = {
        "name": "standard",
        "density": LIV.rho,
        "heat_capacity": LIV.c,
        "thermal_conductivity": LIV.k,
        "thermal_conductivity_slope_per_k": 0.0,
        "thermal_conductivity_cap": 373.15,
        "electrical_conductivity": 0.333,
        "electrical_conductivity_slope_per_k": 0.0,
        "electrical_conductivity_cap": 373.15,
        "perfusion_rate_per_s": LIV.w / BLOOD_HEAT_CAPACITY,
        "metabolic_heat_w_m3": 0.0,
        "vaporisation": None,
        "user_defined": True,
        "provenance": {},
    }
    return Tissue(**(values | changes))


def bioheat_on(mesh, tissue, holds=(), order=1):
    """One tissue everywhere, with nodes of facet regions held at temperatures: [(region, K), ...]."""
    space = make_space(mesh, order)
    held = tuple(Hold(name, nodes_of(mesh, space, name), value) for name, value in holds)
    return Bioheat(
        space=space,
        pattern=Pattern.of(space),
        regions=(Region(tissue, np.ones(mesh.n_cells, dtype=bool)),),
        blood_heat_capacity=BLOOD_HEAT_CAPACITY,
        blood_temperature=LIV.body,
        perfusion_factor=1.0,
        metabolism=False,
        holds=held,
    )


def nodes_of(mesh, space, name):
    """Nodes of a facet region, midpoints of second-order elements included."""
    on_facets = np.zeros(mesh.n_points, dtype=bool)
    on_facets[mesh.points_of_facets(name)] = True
    if space.order == 1:
        return np.flatnonzero(on_facets)
    triangles = mesh.facets_of(name)
    edges = np.sort(np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [0, 2]]]), axis=1)
    middles = 0.5 * (mesh.points[edges[:, 0]] + mesh.points[edges[:, 1]])
    known = {tuple(p): i for i, p in enumerate(np.round(space.points, 10).tolist())}
    midpoint_nodes = [known[tuple(p)] for p in np.round(middles, 10).tolist()]
    return np.unique(np.concatenate([np.flatnonzero(on_facets), midpoint_nodes]))


@pytest.fixture
def tools():
    """Everything above, for the cases."""
    return SimpleNamespace(
        LIV=LIV,
        simple_tissue=simple_tissue,
        bioheat_on=bioheat_on,
        nodes_of=nodes_of,
    )
