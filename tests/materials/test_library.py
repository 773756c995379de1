from __future__ import annotations

import pickle
from dataclasses import FrozenInstanceError

import pytest

from ablasim.errors import ModelError
from ablasim.materials import blood, solid_names, tissue, tissue_names
from ablasim.materials.records import read_record


def test_the_library_holds_what_ablation_needs():
    assert {
        "liver",
        "colorectal_metastasis",
        "hepatocellular_carcinoma",
        "muscle",
        "fat",
        "kidney",
        "lung_inflated",
        "blood",
        "ex_vivo_liver",
    } <= set(tissue_names())
    assert set(solid_names()) == {"stainless_steel", "cooled_needle_body"}


@pytest.mark.parametrize("name", [*tissue_names(), *solid_names()])
def test_every_material_can_be_built_and_is_not_the_users(name):
    material = tissue(name)
    assert material.name == name
    assert not material.user_defined
    assert material.density > 0.0
    assert material.electrical_conductivity > 0.0


def test_liver_has_the_values_its_file_argues_for():
    liver = tissue("liver")
    assert (liver.density, liver.heat_capacity, liver.thermal_conductivity) == (1079.0, 3540.0, 0.52)
    assert liver.electrical_conductivity == 0.2
    assert liver.perfusion_rate_per_s * 1050 * 3617 == pytest.approx(50e3, rel=0.01)
    assert any("Zurbuchen" in other.source for other in liver.provenance["electrical_conductivity_s_m"].alternatives)


def test_excised_liver_has_no_perfusion():
    assert tissue("ex_vivo_liver").perfusion_rate_per_s == 0.0


def test_blood_is_that_of_the_vessel_models():
    flowing = blood()
    assert (flowing.density, flowing.heat_capacity, flowing.thermal_conductivity) == (1050.0, 3617.0, 0.52)
    assert flowing.viscosity == 3.5e-3
    prandtl = flowing.viscosity * flowing.heat_capacity / flowing.thermal_conductivity
    assert prandtl == pytest.approx(24.345, rel=1e-4)


def test_temperatures_are_kelvin_inside():
    liver = tissue("liver")
    assert liver.electrical_conductivity_cap == 373.15
    assert liver.vaporisation is not None
    assert liver.vaporisation.end == 373.15


def test_own_values_are_laid_over_and_marked():
    own = tissue("liver", {"electrical_conductivity_s_m": 0.333, "vaporisation": False})
    assert own.electrical_conductivity == 0.333
    assert own.vaporisation is None
    assert own.user_defined
    assert own.provenance["electrical_conductivity_s_m"].source == "value given by the user"
    assert own.density == tissue("liver").density
    assert not tissue("liver").user_defined


def test_own_tissues_build_on_each_other():
    defined = {
        "my_liver": {"from": "liver", "electrical_conductivity_s_m": 0.19},
        "tace_tumour": {"from": "my_liver", "perfusion_rate_per_s": 0.0},
    }
    tumour = tissue("tace_tumour", defined=defined)
    assert (tumour.electrical_conductivity, tumour.perfusion_rate_per_s) == (0.19, 0.0)
    assert tumour.user_defined
    assert tissue("plain", defined={"plain": {"from": "liver"}}).user_defined


def test_an_own_tissue_that_builds_on_none_has_constant_properties_and_no_blood():
    numbers = {
        "density_kg_m3": 1000.0,
        "heat_capacity_j_kg_k": 4000.0,
        "thermal_conductivity_w_m_k": 0.6,
        "electrical_conductivity_s_m": 0.5,
    }
    gel = tissue("gel", defined={"gel": numbers})
    assert gel.user_defined
    assert (gel.perfusion_rate_per_s, gel.vaporisation) == (0.0, None)
    assert (gel.electrical_conductivity_slope_per_k, gel.thermal_conductivity_slope_per_k) == (0.0, 0.0)


def test_boiling_can_be_switched_on_again():
    defined = {"no_boil": {"from": "liver", "vaporisation": False}}
    assert tissue("no_boil", {"vaporisation": True}, defined).vaporisation == tissue("liver").vaporisation


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        ({"density_kgm3": 1.0}, "did you mean density_kg_m3"),
        ({"viscosity_pa_s": 1.0}, "is unknown"),
        ({"density_kg_m3": 0.0}, "must be above 0"),
        ({"perfusion_rate_per_s": -1.0}, "must be at least 0"),
        ({"density_kg_m3": "heavy"}, "must be a number"),
        ({"density_kg_m3": float("nan")}, "must be a number"),
        ({"density_kg_m3": True}, "must be a number"),
        ({"vaporisation": 1}, "must be true or false"),
        ({"vaporisation_to_c": 98.0}, "must be above vaporisation_from_c"),
        ({"electrical_conductivity_slope_per_k": 0.1}, "must keep the conductivity above zero"),
        ({"thermal_conductivity_slope_per_k": -0.05}, "must keep the conductivity above zero"),
    ],
)
def test_values_that_cannot_be_are_refused(overrides, message):
    with pytest.raises(ModelError, match=message):
        tissue("liver", overrides)


def test_boiling_without_its_numbers_is_refused():
    with pytest.raises(ModelError, match="water_content_kg_m3: is needed"):
        tissue("stainless_steel", {"vaporisation": True})


def test_unknown_names_and_circles_are_refused():
    with pytest.raises(ModelError, match="did you mean liver"):
        tissue("livr")
    with pytest.raises(ModelError, match=r"mine\.heat_capacity_j_kg_k: is needed"):
        tissue("mine", defined={"mine": {"density_kg_m3": 1000.0}})
    with pytest.raises(ModelError, match="builds on itself"):
        tissue("a", defined={"a": {"from": "b"}, "b": {"from": "a"}})


def test_what_one_tissue_takes_from_another_counts_as_unverified_and_says_so():
    taken = read_record("colorectal_metastasis").values["thermal_conductivity_w_m_k"]
    own = read_record("liver").values["thermal_conductivity_w_m_k"]
    assert own.verified
    assert own.alternatives
    assert not taken.verified
    assert taken.note.startswith("Taken from liver")
    assert not taken.alternatives


def test_tissues_are_frozen_and_travel_between_processes():
    liver = tissue("liver")
    with pytest.raises(FrozenInstanceError):
        liver.density = 1.0  # type: ignore[misc]
    assert pickle.loads(pickle.dumps(liver)) == liver
    assert len({liver, tissue("liver")}) == 1
