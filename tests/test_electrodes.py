"""Electrodes of pulses in a case: which nodes they are, and that a run does not pass their pulses over."""

from dataclasses import replace

import numpy as np
import pytest

from ablasim.build import build_case
from ablasim.errors import MeshError, ScenarioError
from ablasim.mesh import write_mesh
from ablasim.physics.electric import ElectricProblem
from ablasim.scenario import parse_scenario

DATA = {
    "schema_version": 1,
    "title": "A bipolar needle, a needle and plates",
    "organ": {"shape": "box", "size_mm": [40, 50, 60], "tissue": "liver"},
    "applicators": [
        {"name": "probe", "kind": "ire_bipolar", "tip_mm": [5, 0, -11], "direction": [0, 0, 1],
         "distal_length_mm": 7, "gap_mm": 8, "proximal_length_mm": 7},
        {"name": "needle", "kind": "ire_needle", "tip_mm": [-5, 0, -10], "direction": [0, 0, 1], "exposure_mm": 15,
         "body": "left_out"},
        {"name": "left", "kind": "ire_plate", "face": "-x"},
        {"name": "right", "kind": "ire_plate", "face": "+x"},
    ],
    "protocol": [{"pulses": {"voltage_v": 1000, "pairs": [{"between": ["left", "right"]}]}}],
    "numerics": {"mesh": {"needle_mm": 0.9, "far_mm": 10, "growth": 0.5}},
}  # fmt: skip


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    return tmp_path_factory.mktemp("meshes")


@pytest.fixture(scope="module")
def case(cache):
    return build_case(parse_scenario(DATA), cache)


def test_every_pole_has_the_nodes_on_its_metal(case):
    assert case.pole_names == ("probe.distal", "probe.proximal", "needle", "left", "right")
    points = {name: 1e3 * case.mesh.points[case.electrode_nodes(name)] for name in case.pole_names}
    for name, low, high in (("probe.distal", -11, -4), ("probe.proximal", 4, 11), ("needle", -10, 5)):
        assert (points[name][:, 2].min(), points[name][:, 2].max()) == pytest.approx((low, high))
    np.testing.assert_allclose(points["left"][:, 0], -20)
    np.testing.assert_allclose(points["right"][:, 0], 20)
    assert np.ptp(points["left"], axis=0) == pytest.approx([0, 50, 60])
    nodes = np.concatenate([case.electrode_nodes(name) for name in case.pole_names])
    assert len(nodes) == len(np.unique(nodes))


def test_an_unknown_pole_is_told(case):
    with pytest.raises(MeshError, match=r"no facet region 'probe\.middle'; it has: .*probe\.distal"):
        case.electrode_nodes("probe.middle")


def test_current_between_plates_is_that_of_a_slab(cache):
    """σ A / L, exact on any mesh, as the potential is linear in place."""
    plain = {**DATA, "applicators": DATA["applicators"][2:]}
    case = build_case(parse_scenario(plain), cache)
    ends = case.electrode_nodes("left"), case.electrode_nodes("right")
    problem = ElectricProblem(case.space, case.pattern, *ends, np.ones(case.mesh.n_cells, dtype=bool))
    conductivity = np.full(len(case.space.gradient_weights), 0.2)
    assert problem.solve(conductivity).conductance == pytest.approx(0.2 * 0.05 * 0.06 / 0.04, rel=1e-6)


def test_a_mesh_file_without_a_pole_is_refused(case, tmp_path):
    names = tuple("lost" if name == "probe.proximal" else name for name in case.mesh.facet_region_names)
    write_mesh(replace(case.mesh, facet_region_names=names), tmp_path / "mesh.msh")
    data = {**DATA, "numerics": {"mesh_file": "mesh.msh"}}
    with pytest.raises(ScenarioError, match=r"mesh\.msh: the mesh has no surface for probe\.proximal: must have one"):
        build_case(parse_scenario(data, folder=tmp_path))
