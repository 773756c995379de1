"""Layers and real faces that cannot be are refused in the user's words."""

import re

import pytest

from ablasim.errors import ScenarioError

LAYER = '{name: fluid, face: "+y", thickness_mm: 10, tissue: dextrose_5}'


@pytest.mark.parametrize(
    ("added", "sentence"),
    [
        (f"layers: [{LAYER.replace('+y', '+w')}]", "layers.fluid.face: '+w': must be -x, +x, -y, +y, -z or +z"),
        (f"layers: [{LAYER.replace('10', '0.01')}]", "layers.fluid.thickness_mm: 0.01 mm: must be between 0.5 and 200"),
        (f"layers: [{LAYER.replace('fluid', 'hepatic_vein')}]", "'hepatic_vein': already the name of vessels"),
        (f"layers: [{LAYER}, {LAYER}]", "layers.1.name: 'fluid': already the name of layers"),
        (
            f"layers: [{LAYER.replace('+y', '+z')}]",
            "needle 'electrode' comes within 0 mm of the face +z, which layers lie on: must stay 0.2 mm below it",
        ),
        (
            f"layers: [{LAYER.replace('+y', '-z')}]",
            "vessel 'hepatic_vein' comes within 0 mm of the face -z, which layers lie on",
        ),
        ('boundary: {faces: {"+x": {}}}', "boundary.faces.+x.film_coefficient_w_m2_k: missing: a film needs it"),
        (
            'boundary: {faces: {"+x": {thermal: fixed, film_coefficient_w_m2_k: 9}}}',
            "boundary.faces.+x.film_coefficient_w_m2_k: 9 W/(m² K): must come with thermal: film",
        ),
        (
            'boundary: {faces: {"+x": {thermal: insulated, temperature_c: 9}}}',
            "boundary.faces.+x.temperature_c: 9 °C: must be left out of an insulated face",
        ),
        ("boundary: {faces: {top: {thermal: insulated}}}", "must be -x, +x, -y, +y, -z or +z"),
    ],
)
def test_surroundings_that_cannot_be_are_refused(added, sentence, load_text, demo_text):
    with pytest.raises(ScenarioError, match=rf"(?m)^case\.yaml:\d+:\d+: .*{re.escape(sentence)}"):
        load_text(demo_text + added + "\n")


@pytest.mark.parametrize("added", [f"layers: [{LAYER}]", 'boundary: {faces: {"+x": {thermal: insulated}}}'])
def test_only_a_box_has_faces(added, load_text, demo_text):
    ball = demo_text.replace("{shape: box, size_mm: [100, 100, 100]", "{shape: sphere, diameter_mm: 100")
    with pytest.raises(ScenarioError, match="a sphere has no faces, only an organ of shape box"):
        load_text(ball + added + "\n")


def test_the_tissue_of_a_layer_must_be_known(load_text, demo_text):
    from ablasim.resolve import check_names

    with pytest.raises(ScenarioError, match=r"layers\.fluid\.tissue: .*dextrse.*did you mean dextrose_5"):
        check_names(load_text(demo_text + f"layers: [{LAYER.replace('dextrose_5', 'dextrse_5')}]\n"))
