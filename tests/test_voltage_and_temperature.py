"""The exact relation of potential and temperature (Kohlrausch) on electrodes of every form.

Steady, without perfusion, σ and k constant, insulated for current and heat at the same places, V across the electrodes:
T = T0 + σ φ (V − φ) / 2k where both are at T0, T = T0 + σ (V φ − φ²/2) / k where the active one is thermally insulated
(V-A7). It holds on any geometry, so that it tests electrodes, terminals and the heat between them together.
"""

import numpy as np
import pytest

from ablasim.book.direct import mean_size
from ablasim.scenario import parse_scenario
from ablasim.scenario.terminal_pairs import driven_pairs
from ablasim.simulate import run

SIGMA, K, VOLTS = 0.333, 0.52, 12.0
SIZES = {"needle_mm": 0.35, "edge_mm": 0.02, "tine_mm": 0.18, "far_mm": 3, "growth": 0.15}
RATIO = 1.6
TISSUE = {
    "from": "liver",
    "electrical_conductivity_s_m": SIGMA,
    "electrical_conductivity_slope_per_k": 0,
    "thermal_conductivity_w_m_k": K,
    "thermal_conductivity_slope_per_k": 0,
    "vaporisation": False,
}
TINES = {"name": "electrode", "kind": "rf_tines", "body": "left_out", "tip_mm": [0, 0, 0], "direction": [0.2, 0, 1],
         "active_length_mm": 6, "shape": "umbrella", "tine_count": 3, "bend_radius_mm": 5}  # fmt: skip
CLUSTER = {"name": "electrode", "kind": "rf_needles", "body": "left_out", "count": 3, "spacing_mm": 6,
           "centre_mm": [0, 0, 0], "direction": [0, 0, 1], "active_length_mm": 12, "diameter_mm": 2}  # fmt: skip
PAIR = {"name": "pair", "kind": "rf_needles", "body": "left_out", "count": 2, "layout": "line", "spacing_mm": 12,
        "centre_mm": [0, 0, 0], "direction": [0, 0, 1], "active_length_mm": 12, "diameter_mm": 2,
        "surface_temperature_c": 37}  # fmt: skip


def solved(applicator, drive, finer, **boundary):
    """Mean size, m, potential for 1 V and rise of temperature at the tissue's nodes, with sizes divided by a number."""
    sizes = {name: size / finer for name, size in SIZES.items()}
    results = run(
        parse_scenario(
            {
                "schema_version": 1,
                "title": "Potential and temperature",
                "organ": {"shape": "box", "size_mm": [50, 50, 50], "tissue": "plain"},
                "tissues": {"plain": TISSUE},
                "applicators": [applicator],
                "protocol": [{"steady": True, "drive": drive}],
                "body": {"perfusion_factor": 0},
                "boundary": boundary,
                "damage": {"headline": "isotherm_60", "models": ["isotherm_60"]},
                "heat_sink": {"twins": []},
                "numerics": {"mesh": sizes},
                "outputs": {"pictures": False},
            }
        )
    )
    case, temperature = results.case, results.actual.temperature
    pair = driven_pairs(case.scenario)[0]
    unit = case.electric_problem(pair, "actual").solve(case.conductors("actual").electrical(temperature))
    tissue = case.bioheat("actual").active
    return mean_size(case.mesh), unit.potential[tissue], temperature[tissue] - 310.15


def held(phi):
    return SIGMA * VOLTS**2 * phi * (1.0 - phi) / (2.0 * K)


def insulated(phi):
    return SIGMA * VOLTS**2 * (phi - 0.5 * phi**2) / K


@pytest.mark.slow
@pytest.mark.parametrize(
    ("applicator", "drive", "boundary", "rise"),
    [
        (TINES, {"electrode": {}}, {}, insulated),
        (CLUSTER, {"electrode": {}}, {}, insulated),
        (PAIR, {"pair_1": {"against": "pair_2"}}, {"thermal": "insulated", "electric": "insulated"}, held),
    ],
    ids=["tines", "cluster", "needle against needle"],
)
def test_temperature_comes_to_that_of_its_potential(applicator, drive, boundary, rise):
    """First order falls short beside thin metal; its largest error falls with the first power of the size (V-A7n).

    It does so where the mesh is graded to the rims, at which the potential goes with the root of the distance.
    """
    volts = {name: {"control": "voltage", "voltage_v": VOLTS, **more} for name, more in drive.items()}
    largest = rise(np.linspace(0.0, 1.0, 101)).max()
    sizes, errors = [], []
    for finer in (1.0, RATIO):
        size, phi, found = solved(applicator, volts, finer, **boundary)
        sizes.append(size)
        assert found.max() > 0.8 * largest
        errors.append(float(np.abs(found - rise(phi)).max()) / largest)
    order = np.log(errors[0] / errors[1]) / np.log(sizes[0] / sizes[1])
    assert order > 0.8
    assert errors[1] < 0.03
