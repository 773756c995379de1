"""Sets of needles drawn at random beside a tumour and a vein: the mesh has all their metal, wherever they stand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, reject
from hypothesis import strategies as st
from runs import examples
from strategies import COARSE, DIRECTIONS, organs, places, tenths, tumours, vessels

from ablasim.anatomy import build_anatomy, build_scenario_mesh
from ablasim.errors import ScenarioError
from ablasim.mesh.tetrahedra import triangle_areas
from ablasim.scenario import parse_scenario
from ablasim.scenario.poles import needle_pairs

IN_THE_WAY = ("passes through", "crosses", "the gap between", "outside the organ", "below the organ's outside")


@st.composite
def needle_sets(draw: st.DrawFn, centre: np.ndarray) -> dict[str, Any]:
    """A set about the centre of the organ, of which some needles may be tilted or stand deeper."""
    count = draw(st.integers(2, 6))
    tilted = draw(st.lists(st.integers(1, count), unique=True, max_size=2))
    layout = draw(st.sampled_from(["line", "polygon"]))
    return {
        "name": "needles",
        "kind": "ire_needles",
        "count": count,
        "layout": layout if count > 2 else "line",
        "spacing_mm": draw(tenths(5, 12)),
        "rotation_deg": float(draw(st.integers(0, 359))),
        "centre_mm": np.round(centre + draw(places(3)), 1).tolist(),
        "direction": draw(DIRECTIONS),
        "exposure_mm": draw(tenths(6, 14)),
        "diameter_mm": draw(st.sampled_from([1.07, 1.27, 1.65])),
        "depth_offsets_mm": draw(st.lists(tenths(-4, 4), min_size=count, max_size=count)),
        "tilts": [
            {
                "needle": number,
                "angle_deg": float(draw(st.integers(1, 25))),
                "towards_deg": float(draw(st.integers(0, 359))),
            }
            for number in tilted
        ],
    }


@st.composite
def scenarios(draw: st.DrawFn) -> dict[str, Any]:
    """A block with a tumour, up to two vessels and a set of needles."""
    centre = np.array(draw(places(40)))
    return {
        "schema_version": 1,
        "title": "Drawn needles",
        "organ": draw(organs(centre, "box")),
        "tumour": draw(tumours(centre, "sphere")),
        "vessels": draw(vessels(centre, ("convective",))),
        "applicators": [draw(needle_sets(centre))],
        "protocol": [{"pulses": {"voltage_v": 1000, "pairs": [{"between": ["needles_1", "needles_2"]}]}}],
        "numerics": {"mesh": COARSE},
    }


def check_the_mesh_has_all_the_metal(data: dict[str, Any]) -> None:
    try:
        scenario = parse_scenario(data)
    except ScenarioError as error:
        if not all(any(words in line for words in IN_THE_WAY) for line in str(error).splitlines()):
            raise
        reject()
    asked = data["applicators"][0]
    if not asked["tilts"] and asked["layout"] == "polygon":
        assert min(pair.spacing for pair in needle_pairs(scenario)) == pytest.approx(asked["spacing_mm"])
    mesh = build_scenario_mesh(scenario, build_anatomy(scenario))
    radius, exposure = 0.5e-3 * asked["diameter_mm"], 1e-3 * asked["exposure_mm"]
    for number in range(1, asked["count"] + 1):
        metal = triangle_areas(mesh.points, mesh.facets_of(f"needles_{number}.active")).sum()
        assert metal == pytest.approx(2 * np.pi * radius * exposure + np.pi * radius**2, rel=0.05)


@given(scenarios())
@examples(3)
def test_needles_that_have_room_are_meshed(data):
    check_the_mesh_has_all_the_metal(data)


@pytest.mark.slow
@given(scenarios())
@examples(15)
def test_needles_that_have_room_are_meshed_in_many_scenarios(data):
    check_the_mesh_has_all_the_metal(data)
