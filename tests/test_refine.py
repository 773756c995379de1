"""The finer scenario that a run is verified against."""

from dataclasses import asdict
from math import sqrt
from pathlib import Path

import pytest
from ruamel.yaml import YAML

import ablasim
from ablasim.anatomy import mesh_sizes_of
from ablasim.errors import ScenarioError
from ablasim.mesh import MeshSizes, write_mesh
from ablasim.mesh.structured import ball_mesh
from ablasim.refine import finer
from ablasim.scenario import load_scenario, parse_scenario

ROOT = Path(__file__).parents[1]
QUICK = ROOT / "tests" / "data" / "quick.yaml"
STEADY = ROOT / "scenarios" / "steady_heated_sphere.yaml"
DEMO = ROOT / "scenarios" / "rfa_hepatic_vein.yaml"


@pytest.fixture
def quick():
    """The quick scenario with some of its numerics replaced."""

    def scenario(**numerics):
        data = YAML(typ="safe").load(QUICK.read_text(encoding="utf-8"))
        data["numerics"] |= numerics
        return parse_scenario(data)

    return scenario


def test_a_preset_becomes_the_sizes_of_the_next_finer_one():
    coarse = load_scenario(DEMO)
    coarse = coarse.model_copy(update={"numerics": coarse.numerics.model_copy(update={"mesh": "coarse"})})
    sizes, normal = asdict(mesh_sizes_of(finer(coarse))), asdict(MeshSizes.preset("normal"))
    assert sizes.pop("edge") is normal.pop("edge") is None
    assert sizes == pytest.approx(normal, rel=1e-12)


def test_every_size_and_the_growth_are_divided_by_the_square_root_of_two(quick):
    lengths = {"needle_mm": 0.6, "edge_mm": 0.05, "vessel_mm": 2, "tumour_mm": 2.5, "shell_mm": 4, "far_mm": 9}
    said = lengths | {"growth": 0.5}
    sizes = finer(quick(mesh=said)).numerics.mesh
    for name, value in said.items():
        assert getattr(sizes, name) == pytest.approx(value / sqrt(2.0)), name


def test_sizes_that_the_shapes_do_not_allow_are_refined_from_what_was_meshed(quick):
    """At most 0.7 of a radius (1 and 3 mm), and a fifth of the organ's 50 mm."""
    sizes = finer(quick(mesh={"needle_mm": 5, "vessel_mm": 9, "far_mm": 40})).numerics.mesh
    found = [sizes.needle_mm, sizes.vessel_mm, sizes.far_mm]
    assert found == pytest.approx([0.7 / sqrt(2.0), 2.1 / sqrt(2.0), 10.0 / sqrt(2.0)])


def test_sizes_at_the_bounds_of_a_scenario_file_can_still_be_refined(quick):
    assert finer(quick(mesh={"needle_mm": 0.05, "growth": 0.75})).numerics.mesh.needle_mm < 0.05


def test_the_time_tolerance_is_halved_and_the_longest_step_shortened_with_it(quick):
    numerics = finer(quick(time_tolerance=0.8, max_time_step_s=8)).numerics
    assert numerics.time_tolerance == pytest.approx(0.4)
    assert numerics.max_time_step_s == pytest.approx(8.0 / 2.0 ** (1.0 / 3.0))
    assert numerics.time_step_s is None


def test_a_fixed_time_step_is_halved_instead(quick):
    scenario = quick(time_step_s=2)
    numerics = finer(scenario).numerics
    assert numerics.time_step_s == pytest.approx(1.0)
    assert numerics.time_tolerance == scenario.numerics.time_tolerance


def test_of_a_steady_protocol_the_mesh_alone_is_refined():
    scenario = load_scenario(STEADY)
    said, numerics = scenario.numerics, finer(scenario).numerics
    assert numerics.model_copy(update={"mesh": said.mesh}) == said
    assert numerics.mesh.tumour_mm == pytest.approx(0.75 / sqrt(2.0))


def test_nothing_but_the_numerics_changes_and_the_scenario_is_left_as_it_was(quick):
    scenario = quick()
    before = scenario.model_dump()
    refined = finer(scenario)
    assert refined.model_copy(update={"numerics": scenario.numerics}) == scenario
    assert scenario.model_dump() == before


def test_a_mesh_from_a_file_is_refused_at_its_place_before_anything_runs(tmp_path):
    write_mesh(ball_mesh([0.01, 0.02], 1), tmp_path / "ball.msh")
    text = QUICK.read_text(encoding="utf-8").replace("  time_tolerance: 1", "  mesh_file: ball.msh")
    (tmp_path / "quick.yaml").write_text(text, encoding="utf-8")
    line = next(i for i, row in enumerate(text.splitlines(), 1) if "mesh_file" in row)
    place = rf"quick\.yaml:{line}:\d+: numerics\.mesh_file: 'ball\.msh': a mesh from a file cannot be refined"
    with pytest.raises(ScenarioError, match=place):
        ablasim.run(tmp_path / "quick.yaml", verify=True)


def test_a_finer_mesh_of_too_many_points_is_refused_before_anything_runs(quick, monkeypatch):
    monkeypatch.setattr("ablasim.refine.MOST_POINTS", 2500)
    message = r"numerics\.mesh: the finer mesh .* about \d,\d{3} points: must be below 2,500; take larger sizes"
    with pytest.raises(ScenarioError, match=message):
        ablasim.run(quick(), verify=True)
