"""The README's section on speed is that of the committed results, and is not there without them."""

from __future__ import annotations

import json

import pytest

from benchmarks.errors import BenchmarkError
from benchmarks.record import RESULTS, keep, read_records
from benchmarks.sitting import Sitting, record
from benchmarks.table import BEFORE, BEGIN, END, readme_with, section_text, write_section

README = f"# Title\n\nText.\n\n{BEFORE}\nMore.\n"


@pytest.fixture
def records(line):
    def sitting(mesh, zone):
        answers = {"end": {"voltage_v": 45.0, "ablated_mm3": zone}}
        own = line("ablasim", 20.0, least_bytes=12_000_000_000, simulated_s=720.0, answers=answers)
        lines = {"ablasim": [own], "FreeFEM": [line("FreeFEM", 240.0) | {"iterations": None}]}
        found = record(Sitting(mesh, 144, "adaptive", 1, ("dolfinx",)), lines, gb_per_s=10.0)
        return found | {"machine": {"processor": "A processor"}}

    return {"r1 s adaptive 144": sitting("s", 55000.0), "r1 m adaptive 144": sitting("m", 50000.0)}


def test_the_readme_says_what_the_committed_results_say(root):
    text = (root / "README.md").read_text(encoding="utf-8")
    assert readme_with(text, read_records(RESULTS) if RESULTS.is_file() else None) == text


def test_a_row_holds_the_numbers_of_a_code(records):
    text = section_text(records)
    assert "| ablasim | 1.00 | 10 | 1.900 | 20.0 | 1 | 1 | 30, 60 | 100 | 55.00 |" in text
    assert "| FreeFEM | 1.00 | 10 | 23.900 | 240.0 | 12.0 | 12.6 | – | 100 | 55.00 |" in text
    assert "36 times as fast as the treatment" in text
    assert "16.7 times as long as the memory, at" in text
    assert "needs for the 12 GB that its loops over matrices move." in text


def test_beside_the_bytes_of_its_loops_stand_those_of_the_first_prototype(records):
    with_first = {name: record | {"prototype_bound_s": 10.0} for name, record in records.items()}
    assert "takes 2.0 times as long as the memory, at" in section_text(with_first)
    assert "and 16.7 times as long as for the 12 GB" in section_text(with_first)


def test_the_error_of_the_mesh_stands_beside_the_speed_where_both_meshes_were_run(records):
    assert "from s to m ablasim's voltage at the end moves by 0.0%, the zone by 10.0%." in section_text(records)
    del records["r1 m adaptive 144"]
    assert "the zone by" not in section_text(records)


def test_other_benchmarks_have_a_sentence_each(records):
    more = {
        "start": {
            "help_wall_s": 0.2,
            "first_step_wall_s": 5.0,
            "n_points": 95136,
            "heavy_imports": {"--help": ["scipy"], "check": ["vtkmodules"]},
        },
        "mesh": {"scaled": {"n_points": 99469, "cpu_s": 8.0, "parts_s": {"gmsh": 6.0}}},
        "twin": {"wall_ratio": 1.25, "cpu_ratio": 2.0, "threads": 2, "one_core_cpu_ratio": 1.75},
        "microwave": {
            "field_cpu_s": 0.06,
            "loop_ratio_per_point": 0.95,
            "fields_share": 0.14,
            "loop_ratio_per_point_without_fields": 0.82,
            "runs": {
                "microwave": {"antenna_solves": 21, "n_points": 50, "parts_s": {"set-up": 2.0, "other": 4.0}},
                "radiofrequency": {"antenna_solves": 0, "n_points": 100, "parts_s": {"set-up": 1.0, "other": 9.0}},
            },
        },
        "pulses": {
            "run": {"n_points": 99469, "trains": 15, "fields": 31},
            "pair_cpu_s": 1.9,
            "slowest_field_cpu_s": 2.7,
            "fields_cpu_s": 28.0,
            "run_cpu_s": 44.0,
            "run_wall_s": {"1": 44.5, "2": 27.0},
        },
        "frames": {"n_frames": 150, "n_nodes": 117649, "wall_s": 1.0, "file_mb": 23.0},
        "threads": {"gain": 1.01, "mesh": "m", "triad_gain": 1.7},
    }
    text = section_text(records | more)
    for words in (
        "takes 0.20 s",
        "`ablasim --help` imports none.",
        "`ablasim check` imports VTK (it draws its picture).",
        "gmsh's generation 6.0 s",
        "1.25 times",
        "the slowest field 2.7 s; all 15 pairs 28 s in 31 fields, 44 s with everything else",
        "27 s with `--threads 2`",
        "5.0 s (95136 nodes, mesh cached and kernels compiled)",
        "The time loop of ten minutes of microwaves takes 0.95 times as long a node",
        "with set-up and results 1.20 times.",
        "23 MB",
        "0.59 of what a triad gains, 1.70",
    ):
        assert words in text


def test_the_section_comes_goes_and_stays_in_its_place(records):
    once = readme_with(README, records)
    assert once.index(BEGIN) < once.index("## Speed") < once.index(END) < once.index(BEFORE)
    assert readme_with(once, records) == once
    assert readme_with(once, None) == README


def test_a_readme_that_has_no_place_for_it_is_refused(records, tmp_path):
    with pytest.raises(BenchmarkError, match="must have the heading"):
        readme_with("# Title\n", records)
    with pytest.raises(BenchmarkError, match="both marks"):
        readme_with(README + BEGIN, records)
    with pytest.raises(BenchmarkError, match=r"nowhere\.md: must be there"):
        write_section(tmp_path / "nowhere.md", records)


@pytest.mark.parametrize(
    ("name", "content"), [("twin", {}), ("r1 s adaptive 144", {"mesh": "s"}), ("mesh", {"scaled": 3})]
)
def test_a_record_that_lacks_something_is_named(name, content, records):
    with pytest.raises(BenchmarkError, match=f"record '{name}': must be as its benchmark keeps it"):
        section_text(records | {name: content})


def test_a_record_replaces_the_earlier_one_of_its_name(tmp_path):
    file = tmp_path / "results.json"
    keep(file, "start", {"help_wall_s": 0.3})
    keep(file, "frames", {"wall_s": 1.0})
    keep(file, "start", {"help_wall_s": 0.2})
    records = read_records(file)
    assert (records["start"]["help_wall_s"], records["frames"]["wall_s"]) == (0.2, 1.0)
    assert records["start"]["machine"]["cores"] >= 1


@pytest.mark.parametrize("content", ["no json", json.dumps([1]), json.dumps({"r1": 3})])
def test_a_file_that_holds_no_results_is_refused(content, tmp_path):
    file = tmp_path / "results.json"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(BenchmarkError, match=r"results\.json: (cannot be read|must hold)"):
        keep(file, "start", {})
