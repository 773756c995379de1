"""Which electrodes are out of the body in each step."""

import copy
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from ablasim.scenario import parse_scenario
from ablasim.scenario.moves import absences, are_never_together, movable
from ablasim.schedule import schedule

QUICK = YAML(typ="safe").load(Path(__file__).parents[1] / "data" / "quick.yaml")
NEEDLES = ("fixed", "one", "two", "three")


def scenario_of(in_place, cool_down_s=5, occlusions=()):
    data = copy.deepcopy(QUICK)
    (needle,) = data["applicators"]
    data["applicators"] = [{**needle, "name": n, "tip_mm": [10 * i - 20, 12, -6]} for i, n in enumerate(NEEDLES)]
    data["protocol"] = [
        {"duration_s": 10} if names is None else {"duration_s": 10, "in_place": list(names)} for names in in_place
    ]
    data["vessels"][0]["system"] = "portal_vein"
    return parse_scenario(data | {"cool_down_s": cool_down_s, "occlusions": list(occlusions)})


def test_a_protocol_without_moves_has_all_in_place():
    scenario = scenario_of([None, None])
    assert movable(scenario) == frozenset()
    assert absences(scenario) == (frozenset(), frozenset())


def test_one_that_is_named_somewhere_is_out_until_then_and_the_others_stay():
    scenario = scenario_of([None, ["one"], None, ["two", "three"], []])
    out = [sorted(absent) for absent in absences(scenario)]
    assert out == [
        ["one", "three", "two"],
        ["three", "two"],
        ["three", "two"],
        ["one"],
        ["one", "three", "two"],
    ]


def test_the_cool_down_goes_on_as_the_last_step_left_it():
    stages = schedule(scenario_of([["one"], ["two"]]))
    assert [sorted(stage.absent) for stage in stages] == [["two"], ["one"], ["one"]]
    assert stages[-1].until_cool


def test_the_parts_of_a_step_cut_by_an_occlusion_have_the_same_needles():
    pringle = {"name": "pringle", "systems": ["portal_vein"], "start_s": 4, "end_s": 14}
    stages = schedule(scenario_of([["one"], ["two"]], cool_down_s=0, occlusions=[pringle]))
    assert [(stage.start, sorted(stage.absent)) for stage in stages] == [
        (0, ["two"]),
        (4, ["two"]),
        (10, ["one"]),
        (14, ["one"]),
    ]


@given(
    st.lists(st.none() | st.sets(st.sampled_from(NEEDLES[1:])), min_size=1, max_size=6).filter(
        lambda steps: any(steps) or all(step is None for step in steps)
    )
)
def test_what_is_named_is_in_and_all_else_that_moves_is_out(steps):
    scenario = scenario_of([None if names is None else sorted(names) for names in steps])
    moved = frozenset().union(*(names or () for names in steps))
    assert movable(scenario) == moved
    before = moved
    for names, absent in zip(steps, absences(scenario), strict=True):
        assert absent <= moved
        assert absent == (before if names is None else moved - names)
        before = absent
    for one in NEEDLES:
        for other in NEEDLES:
            together = any(not {one, other} & absent for absent in absences(scenario))
            assert are_never_together(one, other, scenario) == (not together)
    assert all(stage.absent <= moved for stage in schedule(scenario))


@pytest.mark.parametrize("name", NEEDLES[1:])
def test_a_fixed_needle_is_together_with_whatever_comes(name):
    scenario = scenario_of([["one"], ["two"], ["three"]])
    assert not are_never_together("fixed", name, scenario)
    assert are_never_together("one", "two", scenario)
