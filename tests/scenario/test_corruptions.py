"""Whatever happens to one key of the demo: a scenario, or a ScenarioError; never another exception."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from ablasim.errors import ScenarioError
from ablasim.scenario import Scenario, parse_scenario, scenario_hash

SCENARIOS = Path(__file__).parents[2] / "scenarios"
FILES = [*sorted(SCENARIOS.glob("*.yaml")), Path(__file__).parents[1] / "data" / "microwave.yaml"]
WHOLE = [YAML(typ="safe").load(file) for file in FILES]
DROP = object()


def paths_of(data: Any, above: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in items:
        yield (*above, key)
        yield from paths_of(value, (*above, key))


VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(min_value=10**320, max_value=10**330),
    st.floats(allow_nan=True, allow_infinity=True),
    st.sampled_from([-1, 0, 0.001, 40_000, float("nan"), "", "thick", "6 mm", "x_mm * (", b"x", {"a", "b"}]),
    st.text(max_size=8),
    st.lists(st.floats(-99, 99), max_size=4),
    st.dictionaries(st.text(max_size=4), st.integers(), max_size=2),
    st.just(DROP),
)


@st.composite
def corrupted(draw: st.DrawFn) -> dict[str, Any]:
    data = deepcopy(draw(st.sampled_from(WHOLE)))
    path = draw(st.sampled_from(list(paths_of(data))))
    parent = data
    for key in path[:-1]:
        parent = parent[key]
    value = parent.pop(path[-1])
    if isinstance(parent, list):
        replacement = draw(VALUES)
        parent[path[-1] : path[-1]] = [] if replacement is DROP else [replacement]
    elif draw(st.booleans()):
        parent[draw(st.text(min_size=1, max_size=9)) if draw(st.booleans()) else f"{path[-1]}s"] = value
    elif (replacement := draw(VALUES)) is not DROP:
        parent[path[-1]] = replacement
    return data


@settings(max_examples=400, deadline=None)
@given(data=corrupted())
def test_a_corrupted_scenario_is_valid_or_a_scenario_error(data):
    try:
        scenario = parse_scenario(data, folder=SCENARIOS)
    except ScenarioError:
        return
    assert isinstance(scenario, Scenario)
    assert len(scenario_hash(scenario)) == 64
