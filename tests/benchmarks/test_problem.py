"""Problem R1 as ablasim runs it is the problem that the peers solve."""

from __future__ import annotations

import numpy as np
import pytest

from ablasim.build import build_case
from ablasim.errors import ScenarioError
from ablasim.generators import Driver, operate
from ablasim.materials import electrical_conductivity, thermal_conductivity
from ablasim.physics.vessels import wall_exchanges
from ablasim.scenario import load_scenario
from ablasim.schedule import schedule
from ablasim.units import kelvin
from benchmarks.errors import BenchmarkError
from benchmarks.meshes import scenario_file
from benchmarks.r1.problem import SCENARIO, STEP_S, WHOLE_RUN, changes


@pytest.fixture(scope="module")
def case():
    mesh_file = str(scenario_file("s"))
    return build_case(load_scenario(SCENARIO, changes(mesh_file, steps=WHOLE_RUN, scheme="adaptive")))


@pytest.fixture(scope="module")
def liver(case):
    return case.materials["organ"]


def test_conductivities_are_those_of_the_peers_where_nothing_boils(liver, peers_r1):
    celsius = np.array([20.0, 37.0, 60.0, 95.0, 106.0, 130.0])
    vapour = np.where(celsius > 100.0, 1.0, 0.0)
    own = electrical_conductivity(liver, kelvin(celsius), vapour)
    np.testing.assert_allclose(own, peers_r1.electrical_conductivity(celsius), rtol=1e-12)
    np.testing.assert_allclose(
        thermal_conductivity(liver, kelvin(celsius)), peers_r1.thermal_conductivity(celsius), rtol=1e-12
    )


def test_heat_content_is_that_of_the_peers_before_and_after_boiling(case, peers_r1):
    """The latent heat is spread otherwise over the window, but none is lost (integrated by the midpoint rule)."""
    curve = case.bioheat("actual").enthalpy
    tissue = case.space.measure(np.ones(case.mesh.n_cells))

    def stored(low, high):
        ends = [curve.heat(np.full(case.space.n_nodes, kelvin(end))) for end in (low, high)]
        return (ends[1] - ends[0]) / tissue

    np.testing.assert_allclose(stored(37.0, 90.0), 53.0 * peers_r1.HEAT_CAPACITY, rtol=1e-12)
    middles = 95.0 + (np.arange(10_000) + 0.5) * 1e-3
    np.testing.assert_allclose(stored(95.0, 105.0), peers_r1.heat_capacity(middles).mean() * 10.0, rtol=1e-6)
    np.testing.assert_allclose(stored(95.0, 105.0), 10.0 * peers_r1.HEAT_CAPACITY + peers_r1.LATENT_HEAT, rtol=1e-12)


def test_perfusion_walls_and_held_temperatures_are_those_of_the_peers(case, peers_r1):
    bioheat = case.bioheat("actual")
    tissue = case.space.measure(np.ones(case.mesh.n_cells))
    np.testing.assert_allclose(bioheat.perfusion, peers_r1.PERFUSION * tissue, rtol=1e-12)
    assert bioheat.blood_temperature == kelvin(peers_r1.BODY_C)
    (wall,) = wall_exchanges(case.wall_models("actual"), case.initial_temperature("actual"))
    area = np.pi * 5e-3 * 80e-3
    assert wall.conductance.sum() == pytest.approx(peers_r1.FILM * area, rel=0.01)  # flat facets have less area
    assert {(hold.name, hold.temperature) for hold in bioheat.holds} == {
        ("outer", kelvin(peers_r1.BODY_C)),
        ("electrode", kelvin(peers_r1.ELECTRODE_C)),
    }


def test_damage_stops_perfusion_by_the_rate_of_the_peers(case, peers_r1):
    start = np.full(1, kelvin(60.0))
    for model in (case.headline, case.shutdown.model):
        state = model.advance(model.start(1, start), start, start, 1.0)
        assert float(np.ravel(state)[0]) == pytest.approx(peers_r1.damage_rate(60.0), rel=1e-9)
    assert case.damage_models == (case.headline,)


def test_power_and_duration_are_those_of_the_peers(case, peers_r1):
    stages = schedule(case.scenario)
    assert [stage.end for stage in stages if stage.is_powered] == [WHOLE_RUN * peers_r1.STEP_S]
    output = Driver(stages[0].generator, 0.0).output(0.0)
    assert operate(0.02, output, 0.0).power == pytest.approx(peers_r1.POWER_W)
    assert STEP_S == peers_r1.STEP_S
    assert case.scenario.heat_sink.twins == ()


def test_no_current_flows_through_vessel_or_electrode(case):
    assert not case.lumen_cells().any()
    assert not case.applicator_cells().any()


def test_a_run_can_be_cut_short():
    scenario = load_scenario(SCENARIO, changes(str(scenario_file("s")), steps=12, scheme="adaptive"))
    assert schedule(scenario)[0].end == 60.0


def test_the_scheme_of_the_peers_asks_for_implicit_euler():
    asked = changes("mesh.msh", steps=12, scheme="euler")
    assert asked["numerics.time_method"] == "implicit_euler"
    assert asked["numerics.time_step_s"] == STEP_S


@pytest.mark.parametrize(
    ("steps", "scheme", "message"), [(0, "euler", "0 steps"), (145, "euler", "144"), (1, "x", "euler")]
)
def test_what_cannot_be_run_is_refused_in_words(steps, scheme, message):
    with pytest.raises(BenchmarkError, match=message):
        changes("mesh.msh", steps=steps, scheme=scheme)


def test_the_scenario_without_its_mesh_file_is_refused_by_name():
    with pytest.raises(ScenarioError, match=r"nowhere\.msh"):
        load_scenario(SCENARIO, changes("nowhere.msh", steps=1, scheme="adaptive"))
