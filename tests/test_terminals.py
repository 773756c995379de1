"""Current between electrodes, pads and the outside: balances, reciprocity, what insulates, and exact slabs."""

from math import log, pi

import numpy as np
import pytest

from ablasim.build import build_case
from ablasim.scenario import parse_scenario
from ablasim.scenario.terminal_pairs import TerminalPair, driven_pairs
from ablasim.simulate import run

NEEDLE = {"kind": "rf_needle", "direction": [0, 0, 1], "active_length_mm": 12}
BIPOLAR = {"name": "probe", "kind": "rf_bipolar", "tip_mm": [0, 14, -9], "direction": [0, 0, 1], "distal_length_mm": 7,
           "gap_mm": 4, "proximal_length_mm": 7}  # fmt: skip
PAD = {"name": "pad", "kind": "ground_pad", "face": "-z",
       "patch": {"shape": "rectangle", "centre_mm": [0, 0], "size_mm": [30, 20]}}  # fmt: skip
CLUSTER = {"name": "cluster", "kind": "rf_needles", "count": 3, "spacing_mm": 8, "centre_mm": [-10, 0, 0],
           "direction": [0, 0, 1], "active_length_mm": 12}  # fmt: skip
STAR = {"name": "star", "kind": "rf_tines", "shape": "star", "tip_mm": [12, -4, 0], "direction": [0, 0, 1],
        "active_length_mm": 6, "tine_count": 2, "tine_length_mm": 7}  # fmt: skip
COARSE = {"mesh": {"needle_mm": 0.6, "far_mm": 8, "growth": 0.4, "vessel_mm": 2.0}}
VOLTS = {"control": "voltage", "voltage_v": 10}


def scenario_of(*applicators, drive, **more):
    return parse_scenario(
        {
            "schema_version": 1,
            "title": "Terminals",
            "organ": {"shape": "box", "size_mm": [60, 60, 50], "tissue": "liver"},
            "applicators": list(applicators),
            "protocol": [{"duration_s": 4, "drive": drive}],
            "cool_down_s": 0,
            "numerics": COARSE,
        }
        | more
    )


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    return tmp_path_factory.mktemp("meshes")


@pytest.fixture(scope="module")
def case(cache):
    return build_case(scenario_of(CLUSTER, STAR, BIPOLAR, PAD, drive={"star": VOLTS}), cache)


def solve(case, pair):
    sigma = case.conductors("actual").electrical(np.full(case.mesh.n_points, 310.15))
    return case.electric_problem(pair, "actual").solve(sigma)


def test_currents_and_power_balance_between_any_terminals(case):
    needles = ("cluster_1", "cluster_2", "cluster_3")
    for pair in (
        TerminalPair(needles),
        TerminalPair(("star",)),
        TerminalPair(needles, ("pad",)),
        TerminalPair(("star",), needles),
        TerminalPair(("cluster_1",), ("cluster_2",)),
        TerminalPair(("probe.distal",), ("probe.proximal",)),
        TerminalPair(("star", "cluster_3"), ("pad", "probe.distal")),
    ):
        unit = solve(case, pair)
        assert unit.current_imbalance < 1e-6
        assert unit.power_imbalance < 1e-6
        assert unit.potential.min() >= -1e-9
        assert unit.potential.max() <= 1.0 + 1e-9


def test_terminals_may_be_exchanged(case):
    one, other = ("cluster_1", "cluster_2"), ("star", "pad")
    there, back = solve(case, TerminalPair(one, other)), solve(case, TerminalPair(other, one))
    assert back.conductance == pytest.approx(there.conductance, rel=1e-7)
    active = case.bioheat("actual").active & (there.potential > 0.0)
    np.testing.assert_allclose(back.potential[active], 1.0 - there.potential[active], atol=1e-6)


def test_three_terminals_are_a_triangle_of_conductances(case):
    """With every metal a terminal, the nine pairs of three terminals have three unknowns."""
    a, b, c = ("cluster_1", "cluster_2", "cluster_3"), ("star",), ("pad",)

    def conductance(active, back):
        return solve(case, TerminalPair(active, back)).conductance

    a_bc, b_ac, c_ab = conductance(a, b + c), conductance(b, a + c), conductance(c, a + b)
    ab, ac, bc = 0.5 * (a_bc + b_ac - c_ab), 0.5 * (a_bc + c_ab - b_ac), 0.5 * (b_ac + c_ab - a_bc)
    assert min(ab, ac, bc) > 0.0
    assert conductance(a + b, c) == pytest.approx(ac + bc, rel=1e-7)
    # metal that is no terminal has no potential to hold: a little less conducts than with floating metal
    assert conductance(a, b) == pytest.approx(ab + ac * bc / (ac + bc), rel=0.1)
    assert conductance(a, b) < ab + ac * bc / (ac + bc)


def test_needles_at_one_potential_drive_more_current_than_one_alone_but_less_than_three_times(case):
    alone = solve(case, TerminalPair(("cluster_1",))).conductance
    together = solve(case, TerminalPair(("cluster_1", "cluster_2", "cluster_3"))).conductance
    assert 1.3 * alone < together < 2.5 * alone


def test_a_bipolar_needle_knows_no_ground(cache):
    """Its current is the same to the last digit whether or not the outside is grounded, and none leaves through it."""
    results = []
    for electric in ("ground", "insulated"):
        scenario = scenario_of(BIPOLAR, drive={"probe": VOLTS}, boundary={"electric": electric})
        case = build_case(scenario, cache)
        results.append(solve(case, driven_pairs(scenario)[0]))
        outer = case.mesh.points_of_facets("outer")
        assert np.ptp(results[-1].potential[outer]) > 0.01  # free, not held
    assert results[0].conductance == results[1].conductance


def test_a_long_needle_against_pads_all_round_is_a_coaxial_line(cache):
    """A needle nearly through a slab, in a square of pads: R = ln(1.0787 b/a) / (2πσL).

    The square of half edge b has the conductance of a circle of radius 1.0787 b (its conformal radius).
    """
    slab = {"shape": "box", "size_mm": [30, 30, 10], "tissue": "liver"}
    needle = {"name": "line", **NEEDLE, "tip_mm": [0, 0, -4.75], "active_length_mm": 9.5, "diameter_mm": 2}
    sides = [
        {"name": f"pad_{i}", "kind": "ground_pad", "face": face} for i, face in enumerate(("-x", "+x", "-y", "+y"))
    ]
    fine = {"mesh": {"needle_mm": 0.25, "far_mm": 1.5, "growth": 0.2}}
    case = build_case(scenario_of(needle, *sides, drive={"line": VOLTS}, organ=slab, numerics=fine), cache)
    pair = driven_pairs(case.scenario)[0]
    assert pair == TerminalPair(("line",), ("pad_0", "pad_1", "pad_2", "pad_3"))
    sigma = np.full_like(case.conductors("actual").electrical(np.full(case.mesh.n_points, 310.15)), 0.3)
    found = case.electric_problem(pair, "actual").solve(sigma).conductance
    per_length = 2 * pi * 0.3 / log(1.0787 * 15.0 / 1.0)
    # less conducts if all above and below the needle is insulated, more if the needle is as long as the slab; straight
    # edges and first order add up to 2 %
    assert 9.5e-3 * per_length < found < 1.02 * 10e-3 * per_length


def test_a_run_tells_its_balances_and_where_current_went(cache):
    results = run(
        scenario_of(CLUSTER, STAR, PAD, drive={"cluster": VOLTS}, outputs={"pictures": False}), mesh_cache=cache
    )
    source = results.summary["source"]
    assert source["kind"] == "rf"
    assert source["electrode_current_imbalance"] < 1e-3
    assert source["power_imbalance"] < 5e-3
    assert source["voltage_v"]["start"] == pytest.approx(10.0)
    power = source["voltage_v"]["end"] * source["current_a"]["end"]
    assert source["power_w"]["end"] == pytest.approx(power, rel=5e-3)
    assert abs(results.summary["energy"]["residual_percent"]) < 0.5
