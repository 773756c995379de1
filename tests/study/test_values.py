"""Values that cannot be where they would be set are refused before anything runs, with their place."""

from __future__ import annotations

import pytest

from ablasim.errors import ScenarioError
from ablasim.study.plan import make_plan
from ablasim.study.values import doubtful_values

POWER = "values: [1, 2, 3, 4]"
AT = "vary.power_w.values.1: protocol.0.drive.ball.power_w: "
BOUNDS = "must be between 0 and 1000 W"
ELLIPSOID = "{shape: ellipsoid, centre_mm: [0, 0, 0], diameters_mm: [8, 9, 10], tissue: uniform_liver}"
SPHERE = "{shape: sphere, centre_mm: [0, 0, 0], diameter_mm: 10, tissue: uniform_liver}"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (".nan", "nan: must be a finite number: Power delivered to tissue, W"),
        ("-.inf", "-inf: must be a finite number"),
        ("twenty", "'twenty': must be a number: Power delivered to tissue, W"),
        ("'20,5'", "'20,5': must be a number with a point: 20.5"),
        ("25 W", "'25 W': must be a number alone, without unit or quotes"),
        ("true", "true: must be a number"),
        ("[5, 6]", "[5, 6]: must be a number"),
        ("-4", f"-4 W: {BOUNDS}"),
    ],
)
def test_a_value_that_its_key_cannot_have_is_told_with_its_place(load, place_of, sphere_text, value, words):
    text = sphere_text.replace(POWER, f"values: [1, {value}, 3]")
    with pytest.raises(ScenarioError) as error:
        load(text)
    (line,) = str(error.value).splitlines()
    assert line.startswith(f"{place_of(text, f'{value}, 3]')}: {AT}{words}")


@pytest.mark.parametrize(
    ("said", "at", "words"),
    [
        ("range: {from: 1, to: 3000, count: 3}", "to: 3000", f"3000 W: {BOUNDS}"),
        ("between: {low: -1, high: 3}", "low: -1", f"-1 W: {BOUNDS}"),
    ],
)
def test_an_end_that_its_key_cannot_have_is_told(load, place_of, sphere_text, said, at, words):
    text = sphere_text.replace(POWER, said) + ("sampling: {method: sobol, count: 8}\n" if "low" in said else "")
    with pytest.raises(ScenarioError) as error:
        load(text)
    assert place_of(text, at) in str(error.value)
    assert words in str(error.value)


def test_all_values_that_cannot_be_are_told_at_once(load, sphere_text):
    with pytest.raises(ScenarioError) as error:
        load(sphere_text.replace(POWER, "values: [1, .nan, x]").replace("[9, 10]", "[9, 1e4]"))
    assert [line.split(": ")[1] for line in str(error.value).splitlines()] == [
        "vary.power_w.values.1",
        "vary.power_w.values.2",
        "vary.size_mm.values.1",
    ]


@pytest.mark.parametrize("value", [".nan", ".inf", "near"])
def test_an_offset_that_is_no_finite_number_is_told(load, place_of, quick_text, value):
    text = quick_text.replace("[1, 4]", f"[1, {value}]")
    with pytest.raises(ScenarioError, match="an offset has finite numbers, mm, as values") as error:
        load(text)
    assert f"{place_of(text, f'{value}]')}: vary.distance_mm.values.1: " in str(error.value)


def test_a_key_that_varies_twice_one_at_a_time_is_checked_twice(load, sphere_text):
    again = "  - {name: again_w, path: protocol.0.drive.ball.power_w, values: [1, x]}\ndesign: one_at_a_time\n"
    with pytest.raises(
        ScenarioError, match=r"vary\.again_w\.values\.1: protocol\.0\.drive\.ball\.power_w: 'x': must be"
    ):
        load(sphere_text + again)


def test_a_word_that_its_key_does_not_know_is_told(load, quick_text):
    more = "  - {name: model, path: vessels.vein.model, values: [convective, fixed_temprature]}\n"
    with pytest.raises(ScenarioError, match=r"values\.1: vessels\.vein\.model: .*did you mean 'fixed_temperature'"):
        load(quick_text + more)


def test_what_no_key_forbids_by_itself_is_left_to_the_points(load, quick_text):
    plan = make_plan(load(quick_text.replace("values: [1, 4]", "values: [1, 900]")))
    assert [point.inputs for point in plan.invalid] == [{"distance_mm": 900}]


def test_values_need_only_be_possible_with_a_kind_that_another_variable_sets(load, sphere_text):
    text = sphere_text.replace("path: tumour.diameter_mm, values: [9, 10]", "path: tumour.diameters_mm.2, values: [9]")
    shapes = f"  - {{name: shape, path: tumour, values: [{SPHERE}, {ELLIPSOID}]}}\n"
    head, size = text.split("  - {name: size_mm")
    base = head.replace("set: {", f"set: {{tumour: {ELLIPSOID}, ")
    loaded = load(f"{base}{shapes}  - {{name: size_mm{size}")
    assert "diameters_mm" not in loaded.study.vary[1].values[0]
    plan = make_plan(loaded)
    assert len(plan.cases) == len(plan.invalid) == 4
    with pytest.raises(ScenarioError, match=r"size_mm\.values\.0: tumour\.diameters_mm\.2: 9000 mm: must be between"):
        load(f"{base}{shapes}  - {{name: size_mm{size.replace('[9]', '[9000]')}")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("[20,5, 29]", "20, 5, 29: 3 values that neither rise nor fall"),
        ("[20,5, 29]", "a decimal comma makes two of one, numbers are written with a point; did you mean 20.5, 29?"),
        ("[1,5, 2,5, 3]", "did you mean 1.5, 2.5, 3?"),
        ("[3,5, 2,5]", "did you mean 3.5, 2.5?"),
        ("[5,5, 6]", "did you mean 5.5, 6?"),
        ("[20, 5.5, 29]", "20, 5.5, 29: 3 values that neither rise nor fall"),
    ],
)
def test_values_out_of_order_are_told_as_a_comma_may_have_made_them(load, place_of, sphere_text, given, words):
    text = sphere_text.replace(POWER, f"values: {given}")
    loaded = load(text)
    (note,) = doubtful_values(loaded.study)
    assert words in note.message
    assert loaded.source.sentence(note).startswith(place_of(text, f"values: {given}"))


@pytest.mark.parametrize("given", ["[1, 2, 3]", "[4, 2.5, 1]", "[7]"])
def test_values_in_order_are_not_doubted(load, sphere_text, given):
    assert not list(doubtful_values(load(sphere_text.replace(POWER, f"values: {given}")).study))


def test_values_in_step_with_others_have_their_order(load, sphere_text):
    text = sphere_text.replace("values: [9, 10]", "values: [9, 10, 8, 9], linked_to: power_w")
    assert not list(doubtful_values(load(text).study))
