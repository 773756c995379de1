"""Values recomputed from what their sources give in other terms."""

from __future__ import annotations

import math

import pytest

from ablasim.materials import tissue
from ablasim.materials.records import read_record

VACUUM_PERMITTIVITY_F_M = 8.8541878128e-12

COLE_COLE = {
    "liver": (
        4.0,
        0.02,
        ((39, 8.842e-12, 0.1), (6000, 530.516e-9, 0.2), (5e4, 22.736e-6, 0.2), (3e7, 15.915e-3, 0.05)),
    ),
    "blood": (4.0, 0.7, ((56, 8.377e-12, 0.1), (5200, 132.629e-9, 0.1))),
    "kidney": (
        4.0,
        0.05,
        ((47, 7.958e-12, 0.1), (3500, 198.944e-9, 0.22), (2.5e5, 79.577e-6, 0.22), (3e7, 4.547e-3, 0.0)),
    ),
    "lung_inflated": (
        2.5,
        0.03,
        ((18, 7.958e-12, 0.1), (500, 63.662e-9, 0.1), (2.5e5, 159.155e-6, 0.2), (4e7, 7.958e-3, 0.0)),
    ),
    "muscle": (
        4.0,
        0.2,
        ((50, 7.234e-12, 0.1), (7000, 353.678e-9, 0.1), (1.2e6, 318.31e-6, 0.1), (2.5e7, 2.274e-3, 0.0)),
    ),
    "fat": (2.5, 0.035, ((9, 7.958e-12, 0.2), (35, 15.915e-9, 0.1), (3.3e4, 159.155e-6, 0.05), (1e7, 15.915e-3, 0.01))),
}
"""High-frequency permittivity, ionic conductivity (S/m) and the terms (Δε, τ in s, α) of Gabriel et al. 1996, table 1,
as in public tables of the law; fat is the average infiltrated."""

DATABASE_FLOW_ML_MIN_KG = {  # and density, kg/m³: IT'IS database, table in the foundation's public repository
    "liver": (860.456666, 1078.75),
    "kidney": (3795.026088, 1066.25),
    "muscle": (36.7382931, 1090.4),
    "fat": (32.70933333, 911.0),
    "lung_inflated": (400.9308511, 394.0),
}


def cole_cole(name: str, frequency_hz: float) -> tuple[float, float]:
    """Relative permittivity and conductivity (S/m) of the four-term law."""
    high, ionic, terms = COLE_COLE[name]
    omega = 2.0 * math.pi * frequency_hz
    permittivity = high + ionic / (1j * omega * VACUUM_PERMITTIVITY_F_M)
    for strength, time, spread in terms:
        permittivity += strength / (1.0 + (1j * omega * time) ** (1.0 - spread))
    return permittivity.real, -omega * VACUUM_PERMITTIVITY_F_M * permittivity.imag


def test_the_law_gives_the_value_of_liver_that_an_independent_model_file_has_at_2450_mhz():
    permittivity, conductivity = cole_cole("liver", 2.45e9)
    assert permittivity == pytest.approx(43.03, rel=1e-3)
    assert conductivity == pytest.approx(1.69, rel=3e-3)


@pytest.mark.parametrize("name", ["blood", "kidney", "lung_inflated", "muscle", "fat"])
def test_conductivities_are_those_of_the_dielectric_law_at_500_khz(name):
    _, conductivity = cole_cole(name, 500e3)
    assert tissue(name).electrical_conductivity == pytest.approx(
        conductivity, rel=6e-3
    )  # given with two to three digits


def test_the_law_for_liver_is_the_value_of_excised_liver_and_the_lowest_alternative_in_vivo():
    _, conductivity = cole_cole("liver", 500e3)
    assert tissue("ex_vivo_liver").electrical_conductivity == pytest.approx(conductivity, rel=1e-3)
    lowest = read_record("liver").values["electrical_conductivity_s_m"].alternatives[0]
    assert lowest.value == pytest.approx(conductivity, rel=1e-3)


@pytest.mark.parametrize("name", DATABASE_FLOW_ML_MIN_KG)
def test_perfusion_rates_are_the_databases_flows_per_mass(name):
    flow, density = DATABASE_FLOW_ML_MIN_KG[name]
    rate = flow * 1e-6 / 60.0 * density
    entry = read_record(name).values["perfusion_rate_per_s"]
    values = [entry.value, *(item.value for item in entry.alternatives)]
    assert min(abs(value / rate - 1.0) for value in values) < 0.015  # given with two to three digits


@pytest.mark.parametrize(
    ("name", "flow_ml_min_100g"), [("colorectal_metastasis", 19.3), ("hepatocellular_carcinoma", 45.7)]
)
def test_perfusion_of_tumours_is_the_measured_flow_per_mass(name, flow_ml_min_100g):
    rate = flow_ml_min_100g / 100.0 * 1.06 / 60.0
    assert tissue(name).perfusion_rate_per_s == pytest.approx(rate, rel=0.01)


def mixture_bounds(share: float, better: float, worse: float) -> tuple[float, float]:
    """Hashin and Shtrikman's bounds on the conductivity of an isotropic mixture; `share` is that of the better."""
    upper = better + (1.0 - share) / (1.0 / (worse - better) + share / (3.0 * better))
    lower = worse + share / (1.0 / (better - worse) + (1.0 - share) / (3.0 * worse))
    return lower, upper


def test_the_conductivity_of_inflated_lung_is_near_what_so_much_air_allows():
    lung = tissue("lung_inflated")
    _, upper = mixture_bounds(lung.density / 1050.0, 0.52, 0.026)
    assert upper == pytest.approx(0.17, abs=0.005)
    assert lung.thermal_conductivity < 1.1 * upper
    (earlier,) = lung.provenance["thermal_conductivity_w_m_k"].alternatives
    assert earlier.value > 2.0 * upper


def test_the_lowest_conductivity_quoted_for_liver_is_below_what_its_water_allows():
    liver = tissue("liver")
    assert liver.vaporisation is not None
    water_share = liver.vaporisation.water_content_kg_m3 / 993.0
    lower, upper = mixture_bounds(water_share, 0.62, 0.2)  # water at 37 °C, and dry matter as of solid protein
    assert lower == pytest.approx(0.5, abs=0.01)
    assert 0.95 * lower < liver.thermal_conductivity < 1.05 * upper
    lowest, _ = liver.provenance["thermal_conductivity_w_m_k"].alternatives
    assert lowest.value < 0.7 * lower
