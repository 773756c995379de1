"""Bodies that end inside the organ, or hardly leave it."""

from ablasim.geometry import Box, Needle, Vessel
from ablasim.mesh import MeshSizes, build_mesh

ORGAN = Box((0, 0, 0), (0.05, 0.05, 0.05))
SIZES = MeshSizes(needle=0.8e-3, vessel=1e-3, tumour=1.5e-3, shell=2e-3, far=6e-3, growth=0.25)


def test_a_vessel_may_end_blind_in_the_organ():
    vein = Vessel("vein", [[0.012, 0, -0.025], [0.012, 0, 0.003]], 0.006)
    mesh = build_mesh(ORGAN, None, [vein], [], SIZES)
    assert mesh.has_facets("vein")


def test_a_shaft_may_leave_the_organ_after_a_fraction_of_a_millimetre():
    needle = Needle("electrode", (0, 0, 0.0147), (0, 0, 1), 0.0015, 0.010)
    mesh = build_mesh(ORGAN, None, [], [needle], SIZES)
    assert mesh.has_facets("electrode.shaft")


def test_a_shaft_may_leave_the_organ_aslant():
    needle = Needle("electrode", (0, 0, 0), (1, 0.3, 2), 0.0015, 0.010)
    mesh = build_mesh(ORGAN, None, [], [needle], SIZES)
    assert mesh.has_facets("electrode.shaft")
