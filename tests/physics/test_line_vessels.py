"""Vessels as lines in the mesh: exact fields, conservation, limits."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))

from cylinder import TissueCylinder
from lines import CONDUCTIVITY, DEVELOPED, Block

from ablasim.geometry.trees import VesselTree
from ablasim.materials import blood
from ablasim.physics.tree_flow import shared_flow

BODY = 310.15
HALF_LENGTH = 0.1  # m, so that the vessel's ends are far from the block
PER_VOLUME = blood().density * blood().heat_capacity


def through(block, radius, seed=0):
    """A straight oblique vessel that leaves the block on both sides, placed at random in a brick of the mesh."""
    along = np.array([0.31, 0.17, 1.0])
    along /= np.linalg.norm(along)
    middle = np.random.default_rng(seed).uniform(-0.5, 0.5, 3) * block.edge
    return VesselTree.along("line", [middle - HALF_LENGTH * along, middle + HALF_LENGTH * along], 2.0 * radius)


def cylindrical(block, tree):
    """Distance from the vessel's axis, at least its radius, and place along it from its middle, of the nodes."""
    start, end = tree.points
    along = (end - start) / np.linalg.norm(end - start)
    offset = block.space.points - 0.5 * (start + end)
    z = offset @ along
    return np.maximum(np.sqrt((offset**2).sum(axis=1) - z**2), tree.radii[1]), z


def found_length(block, vessel, temperature):
    """Equilibration length from the blood's temperature 6 mm before and behind the middle of the block, m."""
    embedded = vessel.embedded
    ends = embedded.along - HALF_LENGTH
    low, high = np.searchsorted(ends, [-6e-3, 6e-3])
    blood_temperature = vessel.bulk(temperature)
    return (ends[high] - ends[low]) / np.log(blood_temperature[low] / blood_temperature[high])


def exchange_with_cylinder(block, radius, speed, seed):
    """A line in the exact field of its cylinder, held on the outside of the block; both found and exact."""
    tree = through(block, radius, seed)
    flow = np.pi * radius**2 * speed
    cylinder = TissueCylinder(radius, 0.02, CONDUCTIVITY, np.pi * 0.52 * DEVELOPED, PER_VOLUME * flow)
    vessel = block.vessel(tree, flow)
    first = np.flatnonzero(vessel.embedded.in_tissue > 0.0)[0]
    begin = vessel.embedded.along[first] - 0.5 * vessel.embedded.lengths[first] - HALF_LENGTH
    vessel.inlet = cylinder.blood(cylinder.beta) * np.exp(-cylinder.beta * begin)
    r, z = cylindrical(block, tree)
    exact = cylinder.tissue(r, cylinder.beta) * np.exp(-cylinder.beta * z)
    return vessel, cylinder, block.steady([vessel], exact, tolerance=1e-6 * abs(vessel.inlet)), exact


# edge over radius from 2 to 10, edge below a tenth of the equilibration length (13, 47 and 116 mm)
@pytest.mark.parametrize(
    ("radius", "speed", "n"),
    [(0.25e-3, 0.01, 16), (0.25e-3, 0.01, 24), *((r, 0.03, n) for r in (0.25e-3, 0.3e-3, 0.5e-3) for n in (8, 13, 20))],
)
def test_the_equilibration_length_is_exact_to_1_percent_whatever_the_mesh(radius, speed, n):
    block = Block(0.02, n)
    vessel, cylinder, temperature, _ = exchange_with_cylinder(block, radius, speed, seed=n)
    assert found_length(block, vessel, temperature) == pytest.approx(1.0 / cylinder.beta, rel=0.01)


def test_the_exact_length_is_that_of_the_closed_form_where_conduction_along_the_vessel_does_not_count():
    film = np.pi * 0.52 * DEVELOPED
    for radius, speed, closed in ((0.5e-3, 0.03, 115.999e-3), (1e-3, 0.06, 776.116e-3)):  # V-A14, ρc = 3.798 MJ/(m³ K)
        cylinder = TissueCylinder(radius, 0.02, 0.52, film, PER_VOLUME * np.pi * radius**2 * speed)
        assert cylinder.closed_form_length == pytest.approx(closed, rel=1e-3)
        assert 1.0 / cylinder.beta == pytest.approx(closed, rel=3e-3)


def test_the_tissue_away_from_the_line_comes_to_the_field_of_the_cylinder_with_second_order():
    errors = []
    for n in (12, 24):
        block = Block(0.02, n)
        vessel, cylinder, found, exact = exchange_with_cylinder(block, 0.3e-3, 0.03, seed=0)
        r, z = cylindrical(block, vessel.embedded.tree)
        away = (r > 3e-3) & (np.abs(z) < 7e-3)
        errors.append(np.abs(found - exact)[away].max() / abs(cylinder.blood(cylinder.beta)))
    assert errors[1] < 0.005
    assert np.log2(errors[0] / errors[1]) > 1.6


def test_the_equivalent_radius_hangs_on_the_mesh_and_not_on_a_thin_vessel():
    block = Block(0.02, 10)
    radii = [0.02e-3, 0.05e-3, 0.1e-3]
    found = [np.nanmedian(block.embed(through(block, radius)).equivalent_radius) for radius in radii]
    assert found == pytest.approx([found[0]] * len(found), rel=0.02)
    assert 0.2 * block.edge < found[0] < 0.6 * block.edge


def test_a_mesh_that_resolves_the_wall_leaves_no_resistance_to_model():
    block = Block(0.01, 25)
    embedded = block.embed(through(block, 1.2e-3))
    inner = (embedded.in_tissue > 0.999) & (np.abs(embedded.along - HALF_LENGTH) < 3e-3)
    assert embedded.equivalent_radius[inner] / 1.2e-3 == pytest.approx(1.0, abs=0.1)


def test_weights_of_a_piece_sum_to_one_and_none_is_negative():
    block = Block(0.02, 9)
    embedded = block.embed(through(block, 0.4e-3))
    inside = np.abs(embedded.centres).max(axis=1) < 0.009
    assert embedded.in_tissue[inside] == pytest.approx(1.0, abs=1e-12)
    assert embedded.weight.min() >= 0.0


def warm(block, seed=3):
    return BODY + 30.0 * np.random.default_rng(seed).random(block.space.n_nodes)


@pytest.mark.parametrize("speed", [1e-6, 1e-3, 0.1, 10.0])
@pytest.mark.parametrize("towards_root", [False, True])
def test_blood_gains_what_tissue_loses_to_rounding(speed, towards_root):
    block = Block(0.02, 8)
    tree = bush(0.3e-3)
    flow = shared_flow(tree, np.pi * tree.radii[1] ** 2 * speed)
    vessel = block.vessel(tree, flow, towards_root=towards_root)
    temperature = warm(block)
    course = vessel.course(temperature)
    assert course.exchange.power(temperature) == pytest.approx(course.carried, rel=1e-12)
    assert course.carried == pytest.approx(vessel.capacity_rate * (course.outlet - BODY), rel=1e-9)
    assert vessel.capacity_rate == pytest.approx(PER_VOLUME * flow[0], rel=1e-12)


@pytest.mark.parametrize("speed", [1e-6, 1e-3, 0.1])
def test_blood_stays_between_its_inlet_and_the_hottest_tissue(speed):
    block = Block(0.02, 8)
    tree = bush(0.3e-3)
    vessel = block.vessel(tree, shared_flow(tree, np.pi * tree.radii[1] ** 2 * speed))
    temperature = warm(block)
    course = vessel.course(temperature)
    assert course.temperature.min() >= BODY
    assert course.temperature.max() <= temperature.max()
    assert course.exchange.conductance.min() >= 0.0


def test_fast_blood_keeps_its_temperature():
    block = Block(0.02, 8)
    tree = through(block, 0.3e-3)
    temperature = warm(block)
    fast, faster = (block.vessel(tree, 1e-3 * speed).course(temperature) for speed in (1.0, 2.0))
    assert fast.outlet == pytest.approx(BODY, abs=1e-3)
    assert fast.exchange.reference[fast.exchange.conductance > 0.0] == pytest.approx(BODY, abs=1e-3)
    assert fast.carried == pytest.approx(faster.carried, rel=1e-4)


def test_blood_that_stands_still_takes_nothing():
    block = Block(0.02, 8)
    tree = through(block, 0.3e-3)
    temperature = warm(block)
    slow, slower = (block.vessel(tree, 1e-16 * flow) for flow in (1.0, 0.5))
    assert slow.course(temperature).carried == pytest.approx(2.0 * slower.course(temperature).carried, rel=1e-9)
    assert slow.course(temperature).carried < 1e-6
    # and it leaves with the temperature of the tissue it passed last
    last = slow.embedded.piece.max()
    here = slow.embedded.node[slow.embedded.piece == last]
    assert temperature[here].min() <= slow.course(temperature).outlet <= temperature[here].max()


def test_turning_the_flow_round_mirrors_the_blood():
    block = Block(0.02, 10)
    tree = VesselTree.along("line", [[0, 0, -0.05], [0, 0, 0.05]], 0.6e-3)
    flow = np.pi * 0.3e-3**2 * 0.02
    hot = BODY + 20.0 * np.exp(-((block.space.points / 6e-3) ** 2).sum(axis=1))
    upwards = block.vessel(tree, flow).course(hot)
    downwards = block.vessel(tree, flow, towards_root=True).course(hot)
    assert upwards.outlet == pytest.approx(downwards.outlet, abs=1e-3)
    assert upwards.temperature[-1] == upwards.outlet
    assert downwards.temperature[0] == downwards.outlet
    assert upwards.temperature[0] == downwards.temperature[-1] == BODY


def bush(radius, generations=3):
    """Tree that forks in two at each generation, with equal children, m."""
    points, parents, radii = [np.array([0.0, 0.0, -9e-3]), np.array([0.0, 0.0, -5e-3])], [-1, 0], [0.0, radius]
    tips = [(1, np.array([0.0, 0.0, 1.0]), np.array([1.0, 0.0, 0.0]), radius)]
    for _ in range(generations):
        new = []
        for parent, forward, aside, thick in tips:
            for sign in (1.0, -1.0):
                way = forward + 0.7 * sign * aside
                points.append(points[parent] + 3e-3 * way / np.linalg.norm(way))
                parents.append(parent)
                radii.append(thick * 2.0 ** (-1.0 / 3.0))
                new.append((len(points) - 1, way / np.linalg.norm(way), np.cross(forward, aside), radii[-1]))
        tips = new
    return VesselTree("bush", np.array(points), parents, radii)


def test_a_symmetric_tree_in_uniform_heat_warms_all_its_ends_alike():
    block = Block(0.03, 24)
    tree = bush(0.3e-3, generations=1)
    vessel = block.vessel(tree, shared_flow(tree, 1e-9))
    course = vessel.course(np.full(block.space.n_nodes, BODY + 10.0))
    one, other = course.temperature[tree.ends]
    assert one - BODY == pytest.approx(other - BODY, rel=0.02)
    assert course.outlet == pytest.approx(0.5 * (one + other), abs=1e-9)


def test_a_vein_mixes_by_flow_where_its_branches_meet():
    # no exchange on the way: the tree lies outside the tissue but for one branch
    block = Block(0.02, 10)
    tree = VesselTree(
        "vein", [[0, 0, 0.05], [0, 0, 0.03], [0, 0, -0.05], [0.05, 0, 0.02]], [-1, 0, 1, 1], [0, 1e-3, 5e-4, 8e-4]
    )
    flow = shared_flow(tree, 2e-9)
    course = block.vessel(tree, flow, towards_root=True).course(np.full(block.space.n_nodes, BODY + 10.0))
    warmed = course.carried / (PER_VOLUME * flow[1])
    assert warmed > 0.1
    assert course.outlet - BODY == pytest.approx(warmed * flow[1] / flow[0], rel=1e-9)


def test_a_line_in_lumens_and_outside_exchanges_nothing_there():
    block = Block(0.02, 10)
    tree = through(block, 0.3e-3)
    upper = block.mesh.points[block.mesh.cells].mean(axis=1)[:, 2] > 0.0
    whole, half = block.vessel(tree, 1e-9), block.vessel(tree, 1e-9, tissue=upper)
    assert half.embedded.in_tissue.sum() == pytest.approx(0.5 * whole.embedded.in_tissue.sum(), rel=0.05)
    assert block.vessel(tree, 1e-9, tissue=upper & ~upper).course(warm(block)).carried == 0.0


def test_an_artery_warms_the_vein_beside_it():
    block = Block(0.02, 16)
    up = VesselTree.along("artery", [[-1.5e-3, 1e-4, -0.05], [-1.5e-3, 1e-4, 0.05]], 0.6e-3)
    down = VesselTree.along("vein", [[1.5e-3, 1e-4, 0.05], [1.5e-3, 1e-4, -0.05]], 0.6e-3)
    vessels = [block.vessel(up, 3e-9, inlet=BODY + 10.0), block.vessel(down, 3e-9, inlet=BODY)]
    temperature = block.steady(vessels, np.full(block.space.n_nodes, BODY))
    artery, vein = (vessel.course(temperature) for vessel in vessels)
    assert artery.carried < 0.0 < vein.carried < -artery.carried
