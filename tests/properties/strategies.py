"""Small scenarios drawn at random: any organ, tumour, vessels, needle or given heat, and treatment, in seconds of work.

A scenario is drawn as plain data, the dictionary that `ablasim.parse_scenario` takes, so that a test can turn it into
its mirror image or change a number of it. Lengths are whole tenths of a millimetre: what fails then shrinks to
something that a person can read.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import assume
from hypothesis import strategies as st

from ablasim.errors import ScenarioError
from ablasim.scenario import parse_scenario

Data = dict[str, Any]

COARSE = {"needle_mm": 0.9, "vessel_mm": 2.5, "tumour_mm": 2.5, "shell_mm": 4, "far_mm": 10, "growth": 0.5}
"""Mesh sizes of about 2000 points: two seconds for everything."""

CONSTANT = {  # no property depends on temperature, nothing boils
    "electrical_conductivity_slope_per_k": 0,
    "thermal_conductivity_slope_per_k": 0,
    "vaporisation": False,
}
EVERYTHING_AT_ONCE: Data = {
    "schema_version": 1,
    "title": "Cooled needle, ellipsoid, bent vein with flow, artery held at body temperature, both twins",
    "organ": {"shape": "box", "size_mm": [44, 50, 47], "centre_mm": [12, -20, 7], "tissue": "liver"},
    "tumour": {
        "shape": "ellipsoid",
        "centre_mm": [13, -19, 6],
        "diameters_mm": [8, 11, 9],
        "tissue": "colorectal_metastasis",
    },
    "vessels": [
        {
            "name": "vein",
            "points_mm": [[20, -80, 0], [21, -21, 9], [35, 20, 50]],
            "diameter_mm": 4,
            "model": "convective",
            "mean_speed_mm_s": 60,
        },
        {
            "name": "artery",
            "points_mm": [[-20, -25, -60], [10, -8, 55]],
            "diameter_mm": 3,
            "model": "fixed_temperature",
        },
    ],
    "applicators": [
        {
            "name": "electrode",
            "kind": "rf_needle",
            "tip_mm": [11, -16.5, 2],
            "direction": [1, -2, 3],
            "diameter_mm": 1.8,
            "active_length_mm": 11,
            "coolant_temperature_c": 10,
        }
    ],
    "protocol": [
        {"duration_s": 15, "drive": {"electrode": {"control": "power", "power_w": 14, "voltage_limit_v": 55}}},
        {"duration_s": 3},
    ],
    "cool_down_s": 0,
    "body": {"perfusion_factor": 1},
    "boundary": {"thermal": "fixed", "series_resistance_ohm": 20},
    "damage": {"headline": "isotherm_50", "models": ["isotherm_50"], "perfusion_shutdown": {"model": "none"}},
    "heat_sink": {"twins": ["no_vessel", "occluded"]},
    "numerics": {"mesh": COARSE, "time_tolerance": 0.3},
}
"""Most of what can be drawn in one scenario: the few drawn for the fast tests may miss a cooled needle, or flow."""

IN_EACH_OTHERS_WAY = ("passes through", "crosses", "the gap between")
"""What the check of a scenario says of bodies that were drawn into each other: nothing is wrong then but the draw."""


def tenths(low: float, high: float) -> st.SearchStrategy[float]:
    """Numbers from low to high in steps of 0.1."""
    return st.integers(round(10 * low), round(10 * high)).map(lambda number: number / 10)


def places(reach: float) -> st.SearchStrategy[list[float]]:
    """Places within a cube about the origin, mm."""
    return st.lists(tenths(-reach, reach), min_size=3, max_size=3)


_COMPONENT = st.integers(-9, 9)
DIRECTIONS = (
    st.tuples(_COMPONENT, _COMPONENT, _COMPONENT).filter(any).map(lambda whole: [float(part) for part in whole])
)


@st.composite
def scenarios(
    draw: st.DrawFn,
    *,
    sources: tuple[str, ...] = ("needle", "given"),
    surfaces: tuple[str, ...] = ("plain", "cooled", "held"),
    organ_shapes: tuple[str, ...] = ("box", "cylinder", "sphere"),
    tumour_shapes: tuple[str | None, ...] = ("sphere", "ellipsoid", None),
    vessel_models: tuple[str, ...] = ("convective", "fixed_temperature"),
    tissue: Data | None = None,
    **blocks: Any,
) -> Data:
    """Draw a scenario that `parse_scenario` accepts.

    Parameters
    ----------
    sources : tuple of str
        What may heat: a ``needle``, or heat that is ``given`` without a device.
    surfaces : tuple of str
        What the needle's surface may be: ``plain``, ``cooled`` from inside, ``held`` at a temperature.
    organ_shapes, tumour_shapes : tuple of (str or None)
        Shapes of the organ and of the tumour; None for no tumour.
    vessel_models : tuple of str
        Models of vessels; none for no vessels.
    tissue : dict, optional
        Properties that replace those of liver and metastasis.
    **blocks
        Blocks of the scenario that replace the drawn ones: values, or strategies that draw them.
    """
    centre = np.array(draw(places(40)))
    data: Data = {
        "schema_version": 1,
        "title": "Drawn",
        "organ": draw(organs(centre, draw(st.sampled_from(organ_shapes)))),
        "vessels": draw(vessels(centre, vessel_models)),
        "body": {"perfusion_factor": draw(st.sampled_from([0.0, 0.5, 1.0, 3.0]))},
        "boundary": {
            "thermal": draw(st.sampled_from(["fixed", "insulated"])),
            "series_resistance_ohm": draw(st.sampled_from([0, 20])),
        },
        "damage": draw(DAMAGE),
        "heat_sink": {"twins": draw(st.sampled_from([[], ["no_vessel"], ["no_vessel", "occluded"]]))},
        "numerics": {"mesh": COARSE, "time_tolerance": draw(st.sampled_from([0.3, 1.0]))},
        "outputs": {"save_every_s": 10},
    }
    if (shape := draw(st.sampled_from(tumour_shapes))) is not None:
        data["tumour"] = draw(tumours(centre, shape))
    if draw(st.sampled_from(sources)) == "needle":
        source, drives = draw(needles(centre, surfaces)), NEEDLE_DRIVES
    else:
        source, drives = draw(given_heats(centre, with_tumour="tumour" in data)), GIVEN_DRIVES
    data |= {"applicators": [source]} | draw(treatments(source["name"], drives))
    data |= {key: draw(block) if isinstance(block, st.SearchStrategy) else block for key, block in blocks.items()}
    if tissue is not None:
        data |= _made_of(data, tissue)
    assume(_has_room(data))
    return data


def _made_of(data: Data, tissue: Data) -> Data:
    own = {"drawn_liver": {"from": "liver"} | tissue, "drawn_tumour": {"from": "colorectal_metastasis"} | tissue}
    changed: Data = {"tissues": own, "organ": data["organ"] | {"tissue": "drawn_liver"}}
    if "tumour" in data:
        changed["tumour"] = data["tumour"] | {"tissue": "drawn_tumour"}
    return changed


def _has_room(data: Data) -> bool:
    """Whether bodies are clear of each other; any other complaint about a drawn scenario is an error."""
    try:
        parse_scenario(data)
    except ScenarioError as error:
        lines = str(error).splitlines()
        if not all(any(words in line for words in IN_EACH_OTHERS_WAY) for line in lines):
            raise
        return False
    return True


@st.composite
def organs(draw: st.DrawFn, centre: np.ndarray, shape: str) -> Data:
    """An organ so large that no drawn zone reaches its outside."""
    place = {"centre_mm": centre.tolist(), "tissue": "liver"}
    if shape == "box":
        return {"shape": shape, "size_mm": draw(st.tuples(*3 * [tenths(40, 55)]).map(list)), **place}
    if shape == "sphere":
        return {"shape": shape, "diameter_mm": draw(tenths(44, 55)), **place}
    lengths = {"diameter_mm": draw(tenths(40, 55)), "length_mm": draw(tenths(40, 55))}
    return {"shape": shape, "axis": draw(st.sampled_from("xyz")), **lengths, **place}


@st.composite
def tumours(draw: st.DrawFn, centre: np.ndarray, shape: str) -> Data:
    """A ball or an ellipsoid near the centre of the organ."""
    diameters = {"diameter_mm": draw(tenths(6, 14))} if shape == "sphere" else {}
    if shape == "ellipsoid":
        diameters = {"diameters_mm": draw(st.tuples(*3 * [tenths(6, 16)]).map(list))}
    return {"shape": shape, "centre_mm": moved(centre, draw(places(4))), "tissue": "colorectal_metastasis", **diameters}


@st.composite
def vessels(draw: st.DrawFn, centre: np.ndarray, models: tuple[str, ...]) -> list[Data]:
    """None, one or two vessels that pass the centre of the organ at some millimetres, straight or with a bend."""
    names = ("vein", "artery")[: draw(st.integers(0, 2))] if models else ()
    return [draw(_vessels(name, centre, models)) for name in names]


@st.composite
def _vessels(draw: st.DrawFn, name: str, centre: np.ndarray, models: tuple[str, ...]) -> Data:
    along = np.array(draw(DIRECTIONS))
    along /= np.linalg.norm(along)
    aside = np.array(draw(DIRECTIONS))
    aside -= (aside @ along) * along
    assume(np.linalg.norm(aside) > 0.5)
    middle = centre + draw(tenths(8, 15)) * aside / np.linalg.norm(aside)
    outwards = 60.0 * along  # beyond any organ
    corners = [middle - outwards, middle + outwards]
    if draw(st.booleans()):
        bent = middle + outwards + draw(st.sampled_from([20, 40])) * aside / np.linalg.norm(aside)
        corners = [middle - outwards, middle, bent]
    model = draw(st.sampled_from(models))
    flow = {"mean_speed_mm_s": float(draw(st.integers(10, 400)))} if model == "convective" else {}
    points = np.round(corners, 1).tolist()
    return {"name": name, "points_mm": points, "diameter_mm": draw(tenths(2, 6)), "model": model, **flow}


@st.composite
def needles(draw: st.DrawFn, centre: np.ndarray, surfaces: tuple[str, ...]) -> Data:
    """A needle whose active part has its middle near the centre of the organ."""
    direction = np.array(draw(DIRECTIONS))
    length = draw(tenths(6, 14))
    middle = centre + draw(places(4))
    needle: Data = {
        "name": "electrode",
        "kind": "rf_needle",
        "tip_mm": np.round(middle - 0.5 * length * direction / np.linalg.norm(direction), 1).tolist(),
        "direction": direction.tolist(),
        "diameter_mm": draw(tenths(1.5, 2.5)),
        "active_length_mm": length,
        "body": draw(st.sampled_from(["meshed", "left_out"])),
    }
    if draw(st.booleans()):
        needle["shaft_length_mm"] = draw(tenths(3, 8))
    surface = draw(st.sampled_from(surfaces))
    if surface == "cooled":
        needle["coolant_temperature_c"] = draw(st.sampled_from([5, 20]))
        needle["coolant_stops_with_power"] = draw(st.booleans())
    elif surface == "held":
        needle["surface_temperature_c"] = draw(st.sampled_from([15, 37]))
    return needle


_LIMIT = {"voltage_limit_v": 45}  # so that nothing chars
NEEDLE_DRIVES = st.one_of(
    tenths(1, 15).map(lambda power: {"control": "power", "power_w": power, **_LIMIT}),
    tenths(5, 35).map(lambda voltage: {"control": "voltage", "voltage_v": voltage}),
    tenths(0.1, 0.4).map(lambda current: {"control": "current", "current_a": current, **_LIMIT}),
)
"""A generator that holds power, voltage or current."""


@st.composite
def given_heats(draw: st.DrawFn, centre: np.ndarray, *, with_tumour: bool) -> Data:
    """Heat without a device: uniform in a tissue, or a bell round a place near the centre."""
    kind = draw(st.sampled_from(["uniform", "bell"] if with_tumour else ["bell"]))
    source: Data = {"name": "heat", "kind": "prescribed"}
    if kind == "uniform":
        return source | {"region": "tumour", "heat_w_m3": 1e5 * draw(st.integers(1, 40))}
    return source | {
        "region": draw(st.sampled_from(["everywhere", "organ"])),
        "heat_w_m3": bell(1e5 * draw(st.integers(1, 60)), moved(centre, draw(places(4))), draw(tenths(3, 6))),
    }


def bell(height_w_m3: float, centre_mm: list[float], width_mm: float) -> str:
    """Formula of a bell of heat."""
    x, y, z = centre_mm
    squares = f"(x_mm - {x!r})**2 + (y_mm - {y!r})**2 + (z_mm - {z!r})**2"
    return f"{height_w_m3!r} * exp(-({squares}) / {width_mm!r}**2)".replace("- -", "+ ")


GIVEN_DRIVES = st.just({"control": "as_given"}) | tenths(0.5, 4).map(
    lambda power: {"control": "power", "power_w": power}
)
"""Heat as it is written, or scaled to a power."""


@st.composite
def treatments(draw: st.DrawFn, name: str, drives: st.SearchStrategy[Data]) -> Data:
    """Power for some seconds, perhaps a pause, perhaps more power, perhaps some cooling down."""
    steps = [{"duration_s": draw(tenths(5, 20)), "drive": {name: draw(drives)}}]
    if draw(st.booleans()):
        steps.append({"duration_s": draw(tenths(1, 5))})
    if draw(st.booleans()):
        steps.append({"duration_s": draw(tenths(2, 10)), "drive": {name: draw(drives)}})
    return {"protocol": steps, "cool_down_s": draw(st.sampled_from([0, 5]))}


DAMAGE = st.builds(
    lambda headline, law: {"headline": headline, "models": [headline], "perfusion_shutdown": {"model": law}},
    st.sampled_from(["isotherm_50", "cem43_240"]),
    st.sampled_from(["cem43", "none"]),
)


def moved(place: Any, shift: Any) -> list[float]:
    """A place moved by a vector, to 0.1 mm."""
    rounded: list[float] = np.round(np.add(place, shift), 1).tolist()
    return rounded
