"""Where the thermal boundary layer of a vessel begins."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from ruamel.yaml import YAML

from ablasim.build import build_case
from ablasim.physics.blood_flow import film_coefficient
from ablasim.scenario import parse_scenario

QUICK = Path(__file__).parent / "data" / "quick.yaml"
ALONG = np.linspace(0.0, 0.05, 51)


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Film coefficient along the quick scenario's vein, and that of a layer that begins at an arc length."""
    cache = tmp_path_factory.mktemp("meshes")

    def of(**changes: Any) -> tuple[np.ndarray, Any]:
        data = copy.deepcopy(YAML(typ="safe").load(QUICK))
        data["vessels"][0] |= changes
        case = build_case(parse_scenario(data), cache)
        settings = case.scenario.vessels[0]
        found = case.walls().coefficient(settings, ALONG)
        return found, lambda start: film_coefficient(ALONG - start, 0.006, 0.15, case.blood)

    return of


def test_beside_an_electrode_the_layer_begins_once_the_distance_ahead_of_its_active_part(film: Any) -> None:
    """Active part from z = −6 to 6 mm, 12 mm away; the vein comes from z = −25 mm."""
    found, begun_at = film()
    np.testing.assert_allclose(found, begun_at(0.025 - 0.006 - 0.012), rtol=1e-2)


def test_the_layer_begins_earlier_the_farther_the_vessel_is(film: Any) -> None:
    near = film(points_mm=[[8, 0, -25], [8, 0, 25]])[0]
    far = film(points_mm=[[16, 0, -25], [16, 0, 25]])[0]
    assert (near >= far - 1e-9).all()
    assert near[25] > 1.05 * far[25]


def test_a_heated_length_lies_about_the_middle_of_the_nearest_stretch(film: Any) -> None:
    found, begun_at = film(heated_length_mm=20)
    np.testing.assert_allclose(found, begun_at(0.025 - 0.010), rtol=1e-2)
    backwards = film(heated_length_mm=20, points_mm=[[12, 0, 25], [12, 0, -25]])[0]
    np.testing.assert_allclose(backwards, found, rtol=1e-2)
