"""The nonlinear field: floating metal, memory, convergence, balance."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise

import numpy as np
import pytest

from ablasim.book.prisms import wedge_mesh
from ablasim.errors import ModelError, SolverError
from ablasim.fem import make_space
from ablasim.fem.operators import Pattern, stiffness
from ablasim.materials import tissue
from ablasim.mesh.structured import box_mesh
from ablasim.physics.bioheat import Region
from ablasim.physics.electroporation.field import PulseFields
from ablasim.physics.electroporation.media import Media
from ablasim.physics.electroporation.nonlinear import NonlinearPotential
from ablasim.units import kelvin

CONSTANT = {"pulse_conductivity_s_m": 0.1, "electroporated_conductivity_s_m": 0.1}


class Block:
    """A block of tissue with three plates of metal on one face: the corner of a small clinic."""

    def __init__(self, *, blood=False, own=None, order=1):
        self.mesh = box_mesh((0.03, 0.02, 0.01), (18, 12, 6))
        self.space = make_space(self.mesh, order)
        self.cells = np.ones(self.mesh.n_cells, dtype=bool)
        x, y, z = self.space.points.T
        on_top = z > 5e-3 - 1e-9
        places = {"left": (-0.009, 0.001), "right": (0.009, -0.002), "third": (0.002, 0.006)}
        self.electrodes = {
            name: np.flatnonzero(on_top & (np.hypot(x - a, y - b) < 3.2e-3)) for name, (a, b) in places.items()
        }
        centres = self.mesh.points[self.mesh.cells].mean(axis=1)
        self.lumen = (centres[:, 1] > 5e-3) & (centres[:, 2] < 0.0) if blood else np.zeros_like(self.cells)
        regions = [Region(tissue("liver", own), ~self.lumen), Region(tissue("blood"), self.lumen)]
        self.media = Media(self.space, regions)
        self.fields = PulseFields(self.space, self.media, self.cells, self.electrodes, self.lumen)
        self.warm = np.full(self.space.n_nodes, kelvin(37.0))

    def solve(self, anode="left", cathode="right", voltage=1000.0, **options):
        return self.fields.solve(anode, cathode, voltage, self.warm, **{"tolerance": 1e-9} | options)


@lru_cache
def block():
    return Block()


@pytest.mark.parametrize("order", [1, 2])
def test_currents_balance_and_power_is_voltage_times_current(order):
    found = Block(order=order).solve()
    assert found.anode_current == pytest.approx(found.current, rel=1e-6)
    assert found.cathode_current == pytest.approx(found.current, rel=1e-6)
    assert found.current_imbalance < 1e-6
    np.testing.assert_allclose(np.linalg.norm(found.electric_field, axis=1), found.field_strength)


def test_floating_metal_has_one_potential_and_no_net_current():
    here = block()
    found = here.solve()
    third = found.potential[here.electrodes["third"]]
    assert np.ptp(third) == 0.0
    assert 300.0 < third[0] < 700.0
    reactions = stiffness(here.space, Pattern.of(here.space), found.conductivity).apply_at(
        here.electrodes["third"], found.potential
    )
    assert abs(reactions.sum()) < 1e-7 * found.current
    assert np.abs(reactions).sum() > 1e-2 * found.current  # what it is not: an insulator


def test_floating_metal_is_where_the_matrix_of_conductances_puts_it():
    here = Block(own=CONSTANT)
    problem = NonlinearPotential(here.space, here.media, here.cells, list(here.electrodes.values()))
    names, nodes = list(here.electrodes), np.array([group[0] for group in here.electrodes.values()])
    conductance = np.empty((3, 3))
    for column in range(3):
        found = problem.solve(nodes, np.eye(3)[column], here.warm, tolerance=1e-11)
        conductance[:, column] = [problem.current(here.electrodes[name], found) for name in names]
    np.testing.assert_allclose(conductance, conductance.T, atol=1e-9 * conductance.max())
    expected = -conductance[2, 0] / conductance[2, 2] * 1000.0  # right is at 0 V
    assert here.solve().potential[here.electrodes["third"][0]] == pytest.approx(expected, rel=1e-7)


def test_swapping_the_electrodes_mirrors_the_potential():
    here = block()
    one, other = here.solve(), here.solve("right", "left")
    np.testing.assert_allclose(one.potential, 1000.0 - other.potential, atol=1e-3)
    assert one.current == pytest.approx(other.current, rel=1e-7)


def test_current_grows_faster_than_voltage_until_all_is_open():
    here = block()
    conductance = [here.solve(voltage=volts).current / volts for volts in (1.0, 500.0, 2000.0, 1e6)]
    assert conductance == sorted(conductance)
    assert conductance[-1] / conductance[0] == pytest.approx(4.0, rel=1e-3)


def test_doubled_voltage_quadruples_power_where_the_conductivity_is_constant():
    here = Block(own=CONSTANT)
    one, two = here.solve(voltage=500.0), here.solve(voltage=1000.0)
    assert two.power == pytest.approx(4.0 * one.power, rel=1e-7)
    assert one.iterations <= 3


def test_a_train_starts_from_what_the_last_one_left_and_its_order_matters():
    here = block()
    strong = here.solve(voltage=2000.0)
    kept = here.fields.remember(None, strong.field_strength)
    after, alone = here.solve("left", "third", 500.0, highest=kept), here.solve("left", "third", 500.0)
    assert after.current > 1.2 * alone.current
    again = here.solve(voltage=2000.0, highest=kept)
    np.testing.assert_allclose(again.conductivity, strong.conductivity, rtol=1e-6)
    assert here.fields.remember(kept, after.field_strength).min() >= kept.min()
    first = here.fields.remember(None, alone.field_strength)
    assert here.solve(voltage=2000.0, highest=first).current > strong.current


def test_what_flows_away_is_not_remembered():
    here = Block(blood=True)
    kept = here.fields.remember(None, here.solve(voltage=2000.0).field_strength)
    assert not kept[here.lumen].any()
    assert kept[~here.lumen].all()


def test_temperature_raises_the_current_by_the_tissues_slope():
    here = block()
    cold = here.solve(voltage=100.0)
    here_warm = here.fields.solve("left", "right", 100.0, here.warm + 10.0, tolerance=1e-9)
    assert here_warm.current / cold.current == pytest.approx(1.12, rel=1e-6)


def test_newton_ends_quadratically():
    mesh = wedge_mesh(np.geomspace(1e-3, 20e-3, 41), np.pi / 6.0, 10, 1e-3)
    space = make_space(mesh)
    law = {"electroporation_law": "gompertz", "gompertz_displacement": 3.0, "gompertz_rate_cm_per_v": 0.002}
    media = Media(space, [Region(tissue("liver", law), np.ones(mesh.n_cells, dtype=bool))])
    problem = NonlinearPotential(space, media, np.ones(mesh.n_cells, dtype=bool))
    inner, outer = mesh.points_of_facets("inner"), mesh.points_of_facets("outer")
    nodes, values = np.concatenate([inner, outer]), np.repeat([1500.0, 0.0], [len(inner), len(outer)])
    found = problem.solve(nodes, values, np.full(space.n_nodes, kelvin(37.0)), tolerance=1e-7)
    last = [residual for residual in found.residuals if residual < 0.05]
    assert len(last) >= 3
    for before, after in pairwise(last):
        assert after < 30.0 * before**2 + 2e-4 * before  # the second term is what linear solves leave over


def test_from_a_far_start_and_with_a_sudden_law_it_still_converges():
    own = {"conductivity_rise_from_v_per_cm": 490.0, "conductivity_rise_to_v_per_cm": 510.0}
    here = Block(own=own | {"electroporated_conductivity_s_m": 0.8})
    wild = np.random.default_rng(0).uniform(-2e3, 2e3, here.space.n_nodes)
    one, other = here.solve(tolerance=1e-7), here.solve(start=wild, tolerance=1e-7)
    np.testing.assert_allclose(one.potential, other.potential, atol=0.1)


def test_a_warm_start_needs_fewer_steps():
    here = block()
    cold = here.solve()
    assert here.solve(start=cold.potential).iterations == 0
    assert here.solve(voltage=1010.0, start=1.01 * cold.potential).iterations < cold.iterations


def test_a_solve_that_does_not_converge_says_so_with_its_numbers():
    here = block()
    problem = NonlinearPotential(here.space, here.media, here.cells, list(here.electrodes.values()))
    nodes = np.array([here.electrodes["left"][0], here.electrodes["right"][0]])
    with pytest.raises(SolverError, match=r"did not converge \(iterations 1, residual over target") as caught:
        problem.solve(nodes, np.array([1000.0, 0.0]), here.warm, tolerance=1e-9, max_iterations=1)
    assert caught.value.iterations == 1
    assert caught.value.residual > 1.0


def test_insulated_cells_carry_no_current_and_change_it():
    here = block()
    centres = here.mesh.points[here.mesh.cells].mean(axis=1)
    conducting = np.abs(centres[:, 0]) > 2e-3
    conducting |= centres[:, 2] < 0.0
    fields = PulseFields(here.space, here.media, conducting, here.electrodes)
    found = fields.solve("left", "right", 1000.0, here.warm, tolerance=1e-9)
    assert not found.joule_heat[~conducting].any()
    assert not found.field_strength[~conducting].any()
    assert found.current < here.solve().current


def test_a_tissue_without_values_is_named():
    mesh = box_mesh((0.01, 0.01, 0.01), (2, 2, 2))
    with pytest.raises(ModelError, match="'kidney' has no values for pulses"):
        Media(make_space(mesh), [Region(tissue("kidney"), np.ones(mesh.n_cells, dtype=bool))])


def test_thresholds_are_those_of_each_points_tissue():
    here = Block(blood=True)
    assert np.all(here.media.irreversible_threshold[here.lumen] == 45e3)
    assert np.all(here.media.irreversible_threshold[~here.lumen] == 50e3)
    assert np.all(here.media.reversible_threshold[~here.lumen] == 35e3)


@pytest.mark.parametrize(
    ("anode", "cathode", "voltage", "message"),
    [
        ("left", "left", 100.0, "between left and itself"),
        ("left", "lft", 100.0, "no electrode 'lft': known: left, right, third"),
        ("left", "right", 0.0, "voltage 0 V: must be above 0"),
        ("left", "right", np.nan, "must be above 0"),
    ],
)
def test_pairs_that_cannot_be_are_refused(anode, cathode, voltage, message):
    with pytest.raises(ModelError, match=message):
        block().solve(anode, cathode, voltage)


def test_electrodes_that_touch_are_refused():
    here = block()
    touching = here.electrodes | {"fourth": here.electrodes["left"][:3]}
    with pytest.raises(ModelError, match="shares a node"):
        PulseFields(here.space, here.media, here.cells, touching)


def test_the_hierarchy_is_shared_by_pairs():
    here = Block()
    for pair in (("left", "right"), ("left", "third"), ("right", "third")):
        here.solve(*pair, tolerance=1e-6)
    work = here.fields.work
    assert work["setups"] < work["solves"] / 2


def test_nothing_that_drives_a_current_is_refused():
    here = block()
    problem = NonlinearPotential(here.space, here.media, here.cells)
    with pytest.raises(ModelError, match="nothing drives a current"):
        problem.solve(np.array([0, 5]), np.array([0.0, 0.0]), here.warm)
