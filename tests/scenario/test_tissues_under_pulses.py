"""A scenario's own values for pulses reach the tissue, and bad ones are refused where they stand."""

from __future__ import annotations

import pytest

from ablasim.errors import ScenarioError
from ablasim.materials import electroporation
from ablasim.mesh.tetrahedra import ORGAN
from ablasim.resolve import build_materials

MINE = "tissues: {my_liver: {from: liver, %s}}\n"


def with_own_liver(demo_text, values):
    return MINE % values + demo_text.replace("tissue: liver}", "tissue: my_liver}")


def test_own_values_reach_the_tissue(demo_text, load_text):
    values = "irreversible_threshold_v_per_cm: 637, electroporation_law: sigmoid, pulse_conductivity_slope_per_k: 0.02"
    liver = electroporation(build_materials(load_text(with_own_liver(demo_text, values)))[ORGAN])
    assert (liver.irreversible_threshold, liver.law, liver.slope_per_k) == (63_700.0, "sigmoid", 0.02)
    assert liver.after == 0.32


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ("irreversible_threshold_v_per_cm: 0.1", "must be between 1 and 100000 V/cm"),
        ("irreversible_threshold_v_per_m: 50000", "did you mean 'irreversible_threshold_v_per_cm'"),
        ("electroporation_law: linear", "smoothstep"),
    ],
)
def test_bad_values_are_refused_with_their_place(demo_text, load_text, values, message):
    with pytest.raises(ScenarioError, match=rf"case\.yaml:1:\d+: tissues\.my_liver\.{values.split(':')[0]}.*{message}"):
        load_text(with_own_liver(demo_text, values))


def test_values_that_contradict_each_other_are_refused_when_materials_are_built(demo_text, load_text):
    scenario = load_text(with_own_liver(demo_text, "conductivity_rise_to_v_per_cm: 300"))
    with pytest.raises(ScenarioError, match=r"conductivity_rise_to_v_per_cm = 300: must be above"):
        build_materials(scenario)
