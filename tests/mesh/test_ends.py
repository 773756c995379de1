"""Bodies that end inside the organ, or hardly leave it."""

import numpy as np
import pytest

from ablasim.geometry import Ball, Box, Needle, Vessel
from ablasim.geometry.layers import stacked
from ablasim.mesh import MeshSizes, build_mesh
from ablasim.mesh.outside import needle_length

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


def test_shafts_may_meet_beyond_the_organ():
    """Their axes cross 60 mm above their tips, 35 mm outside."""
    needles = [Needle(name, (x, 0, 0), (-x, 0, 0.06), 0.0015, 0.010) for name, x in (("one", -0.01), ("two", 0.01))]
    mesh = build_mesh(ORGAN, None, [], needles, SIZES)
    assert all(mesh.has_facets(f"{needle.name}.shaft") for needle in needles)


@pytest.mark.parametrize("direction", [(0, 0, 1), (1, 0.3, 2), (-1, 1, 1), (1, 0, 1e-3), (0, -1, 0)])
@pytest.mark.parametrize("organ", [ORGAN, Ball((0, 0, 0), 0.05)])
def test_a_shaft_is_cut_where_all_of_its_end_is_outside_and_little_further(organ, direction):
    needle = Needle("electrode", (0.003, -0.002, 0.001), direction, 0.003, 0.010)
    layers = stacked(organ, [("fluid", "+z", 0.007)]) if organ is ORGAN else ()
    length, along = needle_length(needle, organ, layers), np.array(needle.direction)
    ring = np.cross(along, np.eye(3)[np.argmin(np.abs(along))])
    turns = np.linspace(0.0, 2.0 * np.pi, 36)[:, None]
    ring = needle.radius * (np.cos(turns) * ring + np.sin(turns) * np.cross(along, ring)) / np.linalg.norm(ring)
    end = np.array(needle.tip) + length * along + ring
    assert not organ.contains(end).any()
    assert not any(layer.box.contains(end).any() for layer in layers)
    if organ is ORGAN:
        inside = np.array(needle.tip) + (length - 0.006) * along
        assert organ.contains(inside[None])[0] or any(layer.box.contains(inside[None])[0] for layer in layers)


def test_a_shaft_that_ends_inside_keeps_its_length():
    assert needle_length(Needle("electrode", (0, 0, 0), (0, 0, 1), 0.0015, 0.010, 0.005), ORGAN) == 0.015
