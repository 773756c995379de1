"""Tissues at microwave frequencies: spectra of published tables, laws in temperature, clear refusals."""

from __future__ import annotations

from copy import deepcopy

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ablasim.errors import ModelError
from ablasim.materials import PropertyRangeWarning, dielectric, library_table, tissue, tissue_names
from ablasim.materials.dielectric_laws import JI_BRACE_2011, LAW_NAMES, LINEAR_915, LOPRESTO, temperature_law
from ablasim.materials.records import parse_record, read_record

WITHOUT_SPECTRUM = ("dextrose_5", "normal_saline")
WITH_SPECTRUM = tuple(name for name in tissue_names() if name not in WITHOUT_SPECTRUM)
QUIET = pytest.mark.filterwarnings("ignore::ablasim.materials.PropertyRangeWarning")


def kelvins(*celsius: float) -> np.ndarray:
    return np.array(celsius) + 273.15


# Values of the law computed independently from the coefficients as they are remembered (V-D3); liver also stands in
# COMSOL's model of microwave ablation as 43.03 and 1.69. All agree to the digits given.
@pytest.mark.parametrize(
    ("name", "frequency", "expected"),
    [
        ("liver", 915e6, (46.764, 0.8612)),
        ("liver", 2.45e9, (43.035, 1.6863)),
        ("ex_vivo_liver", 2.45e9, (43.03, 1.69)),
        ("blood", 915e6, (61.313, 1.5446)),
        ("blood", 2.45e9, (58.262, 2.5452)),
        ("kidney", 915e6, (58.556, 1.4007)),
        ("kidney", 2.45e9, (52.742, 2.4298)),
        ("lung_inflated", 915e6, (21.972, 0.4593)),
        ("lung_inflated", 2.45e9, (20.477, 0.8043)),
    ],
)
def test_the_spectra_give_the_published_values(name, frequency, expected):
    found = dielectric(tissue(name), frequency).at_body_temperature
    np.testing.assert_allclose(found, expected, rtol=2.5e-3 if expected[1] == 1.69 else 3e-4)


def test_the_same_coefficients_give_the_conductivities_of_radiofrequency():
    for name in ("ex_vivo_liver", "blood", "kidney", "lung_inflated", "fat"):
        law, library = read_record(name).spectrum, tissue(name)
        assert law.cole_cole.at(500e3)[1] == pytest.approx(library.electrical_conductivity, abs=6e-4), name


def test_tumours_have_more_of_both_than_liver():
    names = ("liver", "colorectal_metastasis")
    liver, tumour = (np.array(dielectric(tissue(name), 2.45e9).at_body_temperature) for name in names)
    np.testing.assert_allclose(tumour / liver, [1.12, 1.24])


# Values of the sigmoids at 20 to 110 °C (D5, evaluated from their coefficients).
CELSIUS = (20, 37, 60, 80, 90, 100, 110)


@QUIET
@pytest.mark.parametrize(
    ("law", "permittivity", "conductivity"),
    [
        ("ji_brace_2011", (48.979, 47.915, 41.929, 27.295, 18.258, 10.931, 6.195),
         (2.150, 2.101, 1.856, 1.288, 0.913, 0.576, 0.331)),
        ("lopresto", (44.880, 43.922, 40.497, 33.569, 28.411, 22.557, 16.733),
         (1.794, 1.779, 1.713, 1.536, 1.370, 1.145, 0.881)),
    ],
)  # fmt: skip
def test_a_tissue_with_the_values_of_a_sigmoid_at_37_degrees_follows_it(law, permittivity, conductivity):
    own = {
        "relative_permittivity": permittivity[1],
        "microwave_conductivity_s_m": conductivity[1],
        "dielectric_law": law,
    }
    measured = dielectric(tissue("liver", own), 2.45e9)
    np.testing.assert_allclose(measured.permittivity(kelvins(*CELSIUS)), permittivity, atol=1.1e-3)
    np.testing.assert_allclose(measured.conductivity(kelvins(*CELSIUS)), conductivity, atol=1.1e-3)


def test_at_915_mhz_conductivity_rises_by_182_permille_of_a_kelvin_and_permittivity_falls():
    liver = dielectric(tissue("liver", {"dielectric_law": "linear_915"}), 915e6)
    permittivity, conductivity = liver.at_body_temperature
    np.testing.assert_allclose(liver.conductivity(kelvins(47)), conductivity * 1.182)
    np.testing.assert_allclose(liver.permittivity(kelvins(47)), permittivity * 0.987)


def test_above_boiling_the_linear_law_dries_as_the_sigmoid_does_and_does_not_jump():
    before, at, after = LINEAR_915.conductivity(1.0, np.array([100.0 - 1e-6, 100.0, 100.0 + 1e-6]))
    assert (before, after) == (pytest.approx(at, rel=1e-6), pytest.approx(at, rel=1e-6))
    hot = np.array([100.0, 110.0, 130.0])
    ratio = LINEAR_915.conductivity(1.0, hot) / at
    np.testing.assert_allclose(ratio, JI_BRACE_2011.of_conductivity(hot) / JI_BRACE_2011.of_conductivity(hot[:1]))


@QUIET
@pytest.mark.parametrize("law", LAW_NAMES)
@given(celsius=st.floats(0.0, 300.0), permittivity=st.floats(1.0, 80.0), frequency=st.sampled_from([0.5e9, 2.45e9]))
def test_every_law_keeps_37_degrees_and_never_falls_below_air(law, celsius, permittivity, frequency):
    chosen = temperature_law(law, frequency)
    assert chosen.permittivity(permittivity, np.array(37.0)) == pytest.approx(permittivity)
    assert chosen.conductivity(1.5, np.array(37.0)) == pytest.approx(1.5)
    assert chosen.permittivity(permittivity, np.array(celsius)) >= 1.0
    assert chosen.conductivity(1.5, np.array(celsius)) >= 0.0


def test_the_law_by_frequency_is_that_of_the_nearer_measurement():
    assert temperature_law("by_frequency", 2.45e9) is JI_BRACE_2011
    assert temperature_law("by_frequency", 5.8e9) is JI_BRACE_2011
    assert temperature_law("by_frequency", 915e6) is LINEAR_915
    assert temperature_law("lopresto", 915e6) is LOPRESTO
    assert tissue("liver").dielectric_law == tissue("kidney").dielectric_law == "by_frequency"
    assert tissue("blood").dielectric_law == tissue("fat").dielectric_law == "constant"


@pytest.mark.parametrize("name", WITH_SPECTRUM)
def test_every_tissue_keeps_the_shape_and_leaves_its_input_alone(name):
    temperature = np.full((3, 4), 320.0)
    temperature.flags.writeable = False
    values = dielectric(tissue(name), 2.45e9)
    assert values.permittivity(temperature).shape == values.conductivity(temperature).shape == (3, 4)
    assert values.permittivity(310.15) == pytest.approx(values.at_body_temperature[0])
    assert values.conductivity(np.empty(0)).shape == (0,)


@pytest.mark.parametrize("frequency", [0.0, 13.56e6, 399e6, 10.1e9, float("nan")])
def test_a_frequency_out_of_range_is_refused_with_what_is_allowed(frequency):
    with pytest.raises(ModelError, match=r"liver: frequency .* MHz: must be between 400 and 10000 MHz"):
        dielectric(tissue("liver"), frequency)


@pytest.mark.parametrize("name", [*WITHOUT_SPECTRUM, "stainless_steel"])
def test_a_tissue_without_values_is_refused_until_they_are_given(name):
    with pytest.raises(ModelError, match="no values at microwave frequencies: give its relative_permittivity"):
        dielectric(tissue(name), 2.45e9)
    with pytest.raises(ModelError, match="no values"):
        dielectric(tissue(name, {"relative_permittivity": 70.0}), 2.45e9)
    own = tissue(name, {"relative_permittivity": 70.0, "microwave_conductivity_s_m": 3.0})
    assert dielectric(own, 2.45e9).at_body_temperature == (70.0, 3.0)


def test_own_values_stand_before_those_of_the_spectrum_one_by_one():
    own = tissue("mine", defined={"mine": {"from": "liver", "microwave_conductivity_s_m": 1.9}})
    permittivity, conductivity = dielectric(own, 2.45e9).at_body_temperature
    assert (permittivity, conductivity) == (dielectric(tissue("liver"), 2.45e9).at_body_temperature[0], 1.9)
    assert own.provenance["microwave_conductivity_s_m"].source == "value given by the user"


@pytest.mark.parametrize(
    ("own", "message"),
    [
        ({"relative_permittivity": 0.5}, "must be at least 1"),
        ({"microwave_conductivity_s_m": -1.0}, "must be at least 0"),
        ({"dielectric_law": "ji_brace"}, "did you mean ji_brace_2011"),
        ({"dielectric_law": 3}, "is unknown: known: constant"),
    ],
)
def test_own_values_that_cannot_be_are_refused(own, message):
    with pytest.raises(ModelError, match=message):
        tissue("liver", own)


def test_a_law_beyond_its_measurements_says_so_once():
    liver = dielectric(tissue("liver", {"dielectric_law": "lopresto"}), 2.45e9)
    with pytest.warns(PropertyRangeWarning, match=r"asked at 120.0 °C, measured up to 105 °C"):
        liver.permittivity(kelvins(120.0))


def test_the_table_lists_both_values_at_the_frequencies_of_devices():
    rows = {(row.name, row.quantity): row for row in library_table()}
    row = rows["liver", "conductivity_at_2450_mhz_s_m"]
    assert (row.value, row.range, row.verified) == (1.686, (1.686, 2.1), True)
    assert "Ji and Brace" in row.note
    assert "law by_frequency" in row.conditions
    taken = rows["diaphragm", "relative_permittivity_at_915_mhz"]
    assert not taken.verified
    assert taken.note.startswith("Taken from muscle")


GOOD = {
    "kind": "tissue",
    "title": "test tissue",
    "dielectric": {
        "infinity": 4,
        "strengths": [39, 6000, 5e4, 3e7],
        "times_s": [8.8e-12, 5e-7, 2e-5, 1e-2],
        "spreads": [0.1, 0.2, 0.2, 0.05],
        "ionic_conductivity_s_m": 0.02,
        "source": "a paper",
        "conditions": "37 °C",
    },
}


def spectrum_with(**changes: object) -> dict:
    raw = deepcopy(GOOD)
    raw["dielectric"].update(changes)
    return raw


def spectrum_without(key: str) -> dict:
    raw = deepcopy(GOOD)
    del raw["dielectric"][key]
    return raw


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (spectrum_without("source"), r"bad\.yaml: dielectric: no source"),
        (spectrum_with(conditions=" "), "no conditions"),
        (spectrum_without("infinity"), "no infinity"),
        (spectrum_with(spreads=[0.1, 0.2]), "must have 4 numbers each"),
        (spectrum_with(times_s=[0, 1, 1, 1]), "times_s must be above 0"),
        (spectrum_with(spreads=[0.1, 0.2, 0.2, 1.0]), "spreads from 0 to below 1"),
        (spectrum_with(colour="red"), "must be a mapping with keys among"),
        (spectrum_with(others=[{"frequency_hz": 1e9}]), "others: must be mappings with"),
        (GOOD | {"dielectric": {"source": "s", "conditions": "c", "permittivity_factor": 2}}, "none to build on"),
        (GOOD | {"dielectric_law": "soup"}, "dielectric_law = soup: must be one of constant"),
    ],
)
def test_a_spectrum_that_breaks_the_rules_is_refused(raw, message):
    parse_record("good", GOOD)
    with pytest.raises(ModelError, match=message):
        parse_record("bad", raw)
