"""Occlusions in a scenario: when they close, and what is refused."""

import re

import pytest

from ablasim.errors import ScenarioError
from ablasim.schedule import schedule

OCCLUSION = "occlusions: [{name: pringle, systems: [portal_vein, hepatic_artery]}]\n"


def stages(load_text, demo_text, occlusion):
    scenario = load_text(demo_text + f"occlusions: [{{name: clamp, systems: [portal_vein], {occlusion}}}]\n")
    return [(stage.start, stage.end, bool(stage.closed), stage.is_powered) for stage in schedule(scenario)]


def test_stages_begin_and_end_where_an_occlusion_switches(load_text, demo_text):
    """The demo heats for 720 s and is followed for 600 s more."""
    assert stages(load_text, demo_text, "start_s: 100, on_s: 400, off_s: 300, end_s: 1000") == [
        (0.0, 100.0, False, True),
        (100.0, 500.0, True, True),
        (500.0, 720.0, False, True),
        (720.0, 800.0, False, False),
        (800.0, 1000.0, True, False),
        (1000.0, 1320.0, False, False),
    ]


def test_an_occlusion_without_an_end_lasts_through_the_cool_down(load_text, demo_text):
    assert stages(load_text, demo_text, "start_s: 720") == [(0.0, 720.0, False, True), (720.0, 1320.0, True, False)]


def test_overlapping_occlusions_close_what_either_closes(load_text, demo_text):
    first, second = "{name: a, systems: [portal_vein], end_s: 400}", "{name: b, systems: [hepatic_vein], start_s: 200}"
    closed = [stage.closed for stage in schedule(load_text(demo_text + f"occlusions: [{first}, {second}]\n"))]
    assert closed == [{"portal_vein"}, {"portal_vein", "hepatic_vein"}, {"hepatic_vein"}, {"hepatic_vein"}]


@pytest.mark.parametrize(
    ("occlusions", "sentence"),
    [
        ("[{name: a, systems: [portal]}]", "must be portal_vein, hepatic_artery or hepatic_vein"),
        ("[{name: a, systems: []}]", "occlusions.a.systems: 0 values: must have at least 1"),
        ("[{name: a, systems: [portal_vein], start_s: 9, end_s: 9}]", "a.end_s: 9 s: must be after start_s, 9 s"),
        ("[{name: a, systems: [portal_vein], on_s: 9}]", "a.off_s: missing: an intermittent occlusion needs on_s and"),
        ("[{name: a, systems: [portal_vein], off_s: 9}]", "a.on_s: missing: an intermittent occlusion needs on_s and"),
        (
            "[{name: a, systems: [portal_vein]}, {name: a, systems: [portal_vein]}]",
            "occlusions.1.name: 'a': already the name of another occlusion",
        ),
    ],
)
def test_an_occlusion_that_cannot_be_is_refused(occlusions, sentence, load_text, demo_text):
    with pytest.raises(ScenarioError, match=rf"(?m)^case\.yaml:\d+:\d+: .*{re.escape(sentence)}"):
        load_text(demo_text + f"occlusions: {occlusions}\n")


def test_shares_above_one_and_times_of_a_steady_state_are_refused(load_text, demo_text, sphere_text):
    supply = "{perfusion_factor: 0.5, blood_supply: {organ: {portal_vein: 0.9}}}"
    with pytest.raises(ScenarioError, match=r"organ\.hepatic_artery: 0\.25: with portal_vein, 0\.9, it makes 1\.15"):
        load_text(demo_text.replace("{perfusion_factor: 0.5}", supply))
    load_text(sphere_text + OCCLUSION)
    with pytest.raises(ScenarioError, match=r"occlusions\.pringle: .*closed throughout where the steady state"):
        load_text(sphere_text + OCCLUSION.replace("}]", ", end_s: 5}]"))
