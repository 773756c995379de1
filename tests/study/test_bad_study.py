"""Study files that cannot be: each mistake is told with its place, what was given and what is allowed."""

from __future__ import annotations

import re

import pytest

from ablasim.errors import ScenarioError
from ablasim.study.plan import make_plan

POWER = "values: [1, 2, 3, 4]"
NORMAL = "distribution: {kind: normal, mean: 3, sd: 1}"
CUT = "distribution: {kind: truncated_normal, mean: 3, sd: 1"
SAMPLING = "sampling: {method: sobol, count: 8}\n"


@pytest.mark.parametrize(
    ("old", "new", "at", "words"),
    [
        ("ball.power_w", "ball.powr_w", "path: protocol", "unknown key 'powr_w'; did you mean 'power_w'?"),
        ("drive.ball", "drive.bal", "path: protocol", "unknown key 'bal'; did you mean 'ball'?"),
        ("protocol.0", "protocol.3", "path: protocol", "'3': no such item; known: 0"),
        ("path: tumour.diameter_mm", "path: tumour.diameter_mm.x_mm", "path: tumour", "cannot go below a plain value"),
        (POWER, "values: []", "values: []", "0 values: must have at least 1"),
        (POWER, "values: [2026-01-01]", "values: [2026", "2026-01-01: must be a number, a word"),
        (POWER, "range: {from: 5, to: 5, count: 3}", "range:", "an empty range; 'to' must be above 'from'"),
        (POWER, "range: {from: 1, to: 5, count: 1}", "count: 1", "must be between 2 and 10000"),
        (POWER, "range: {from: 0, to: 5, count: 3, spacing: log}", "from: 0", "must be above 0"),
        (POWER, "distribution: {kind: normal}", "distribution:", "missing: Mean"),
        (POWER, "distribution: {kind: gauss, mean: 1, sd: 1}", "kind: gauss", "must be uniform, normal, lognormal or"),
        (POWER, "distribution: {kind: uniform, low: 3, high: 2}", "distribution:", "high must be above low"),
        (POWER, f"{CUT}, low: 40, high: 41}}", "distribution:", "37 standard deviations (1 each) away from the mean 3"),
        (POWER, f"{CUT}, low: 0, high: 1e-3}}".replace("mean: 3", "mean: 300"), "distribution:", "in the same unit?"),
        (POWER, NORMAL, "distribution:", "needs `sampling`"),
        (POWER, "between: {low: 3, high: 3}", "between: {", "low 3, high 3: high must be above low"),
        (POWER, "between: {low: 1, high: 3}", "between: {", "needs `sampling`"),
        (f", {POWER}", "", "{name: power_w", "must have one of values, range, distribution, between"),
        (POWER, f"{POWER}, range: {{from: 1, to: 2, count: 2}}", "{name: power_w", "has values and range"),
        ("path: tumour.diameter_mm, ", "", "{name: size_mm", "must have either a path or an offset"),
        ("name: size_mm", "name: size", "name: size", "must end in the unit of what it sets, _mm, such as 'size_mm'"),
        ("name: size_mm", "name: power_w", "name: power_w, path: tumour", "must be the name of one variable alone"),
        ("values: [9, 10]", "values: [9, 10], linked_to: power_w", "linked_to", "2 values, 'power_w' has 4"),
        ("values: [9, 10]", "values: [9, 10], linked_to: pwer_w", "linked_to", "did you mean 'power_w'?"),
        ("values: [9, 10]", "values: [9, 10], bases: [rf]", "bases", "'rf': no such base"),
        ("title: Heated", "titel: Heated", "titel", "unknown key 'titel'; did you mean 'title'?"),
        ("steady_heated_sphere.yaml", "sphere.yaml", "base:", "no such scenario file"),
        ("numerics.mesh: {", "numerics.mehs: {", "base:", "unknown key 'mehs'; did you mean 'mesh'?"),
    ],
)
def test_a_mistake_is_told_with_its_place(load, place_of, sphere_text, old, new, at, words):
    assert sphere_text.count(old) == 1
    text = sphere_text.replace(old, new)
    with pytest.raises(ScenarioError) as error:
        load(text)
    assert place_of(text, at) in str(error.value)
    assert words in str(error.value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "the file is empty: must be a study"),
        ("- 1\n", "must be keys and values"),
        ("a: [", "no valid YAML"),
    ],
)
def test_a_file_that_is_no_study_is_told(load, text, words):
    with pytest.raises(ScenarioError, match=re.escape(words)):
        load(text)


def test_a_sample_that_sobol_cannot_balance_is_told(load, place_of, sphere_text):
    text = sphere_text.replace(POWER, NORMAL) + SAMPLING.replace("8", "12")
    with pytest.raises(ScenarioError, match=re.escape("12: must be a power of 2, such as 8 or 16")) as error:
        load(text)
    assert place_of(text, "count: 12") in str(error.value)


@pytest.mark.parametrize(
    ("sampling", "at", "words"),
    [
        ("{method: morris, trajectories: 8, levels: 5}", "levels: 5", "5: must be an even number, such as 4"),
        ("{method: morris, count: 8}", "count: 8", "unknown key 'count'"),
        ("{method: morris, trajectories: 1}", "trajectories: 1", "must be between 2 and 10000"),
        ("{method: latin_hypercube, trajectories: 8}", "trajectories: 8", "unknown key 'trajectories'"),
        ("{method: moris, trajectories: 8}", "method: moris", "must be latin_hypercube, sobol, random or morris"),
    ],
)
def test_a_sampling_that_cannot_be_is_told(load, place_of, sphere_text, sampling, at, words):
    text = sphere_text.replace(POWER, NORMAL) + f"sampling: {sampling}\n"
    with pytest.raises(ScenarioError, match=re.escape(words)) as error:
        load(text)
    assert place_of(text, at) in str(error.value)


def test_sampling_without_a_distribution_is_told(load, sphere_text):
    with pytest.raises(ScenarioError, match="no variable has a distribution"):
        load(sphere_text + SAMPLING)


def test_a_vessel_that_is_not_there_is_told(load, place_of, quick_text):
    text = quick_text.replace("vessel: vein", "vessel: vain")
    with pytest.raises(ScenarioError, match="did you mean 'vein'") as error:
        load(text)
    assert place_of(text, "offset:") in str(error.value)


@pytest.mark.parametrize(
    ("more", "at"),
    [
        (
            "{name: other_w, path: protocol.0.drive.ball.power_w, values: [5, 6]}",
            "path: protocol.0.drive.ball.power_w, values: [5",
        ),
        (
            "{name: drive, path: protocol.0.drive, values: [{ball: {control: power, power_w: 5}}]}",
            "path: protocol.0.drive, ",
        ),
    ],
)
def test_a_variable_that_undoes_another_is_told(load, place_of, sphere_text, more, at):
    text = f"{sphere_text}  - {more}\n"
    with pytest.raises(ScenarioError, match="undoes what 'power_w' sets: leave one of them out") as error:
        load(text)
    assert place_of(text, at) in str(error.value)
    load(f"{text}design: one_at_a_time\n")  # each alone: nothing is undone


def test_a_vessel_at_two_distances_at_once_is_told(load, quick_text):
    again = "  - {name: again_mm, offset: {kind: vessel_distance, vessel: vein}, values: [2]}\n"
    with pytest.raises(ScenarioError, match="'vein': undoes what 'distance_mm' sets"):
        load(quick_text + again)


def test_a_direction_without_a_length_is_told(load, quick_text):
    text = quick_text.replace("kind: vessel_distance, vessel: vein", "kind: shift, body: tumour, along: [0, 0, 0]")
    with pytest.raises(ScenarioError, match="must have a length"):
        load(text)


def test_a_design_of_which_nothing_can_be_is_told(load, place_of, quick_text):
    text = quick_text.replace("values: [1, 4]", "values: [900, 950]")
    with pytest.raises(ScenarioError, match=r"no point of the design can be; the first: .*does not enter the organ"):
        make_plan(load(text))
