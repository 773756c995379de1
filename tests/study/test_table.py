"""The table of a study: a row for each case, columns of one type, nothing lost on the way to a file."""

from __future__ import annotations

import math
from pathlib import Path

import pandas as pd
import pytest

from ablasim.errors import OutputError
from ablasim.study.store import StudyFolder
from ablasim.study.table import build_table, filtered, write_csv, write_parquet

SUMMARY = {
    "status": "complete",
    "zone": {"volume_ml": 2, "touches_outside": False},
    "margin": {"minimum_mm": 1.5, "class": "below_5", "minimum_at_mm": [1.0, 0.0, 2.0]},
    "heat_sink": {"vessels": {"vein": {"power_removed_end_w": 1.25}}},
    "electroporation": None,
    "warnings": ["warm", "hot"],
    "time": {"wall_s": 1.0, "work": {"steps": 4}},
    "uncertainty": {"status": "verified", "margin": {"minimum_mm": 0.2}, "finer": {"margin": {"minimum_mm": 1.6}}},
}


@pytest.fixture
def folder(plan_of, quick_text, tmp_path: Path) -> StudyFolder:
    """Two distances and one that cannot be: done with no margin, failed, and invalid; one more waits."""
    plan = plan_of(quick_text.replace("values: [1, 4]", "values: [1, 2, 4, 1.0, 900]"))
    folder = StudyFolder(tmp_path / "out")
    folder.begin(plan)
    done = {"status": "done", "error": None, "seconds": 2.5, "versions": {"ablasim": "1"}, "summary": SUMMARY}
    first, second, _ = plan.cases
    folder.write_record(first, done | {"cpu_seconds": 2.25})
    folder.write_record(second, done | {"summary": SUMMARY | {"margin": None, "heat_sink": None}})
    return folder


def test_there_is_one_row_for_each_case_and_for_each_point_that_cannot_be(folder):
    table = build_table(folder)
    assert list(table["distance_mm"]) == [1.0, 2.0, 4.0, 900.0]
    assert list(table["status"]) == ["done", "done", "waiting", "invalid"]
    assert "does not enter the organ" in table["error"][3]


def test_columns_are_inputs_state_results_and_provenance(folder):
    table = build_table(folder)
    assert list(table.columns) == [
        "base", "distance_mm", "status", "error",
        "zone.volume_ml", "zone.touches_outside",
        "margin.minimum_mm", "margin.class",
        "margin.minimum_at_mm.x", "margin.minimum_at_mm.y", "margin.minimum_at_mm.z",
        "heat_sink.vessels.vein.power_removed_end_w",
        "time.wall_s", "uncertainty.status", "uncertainty.margin.minimum_mm",
        "seconds", "cpu_seconds", "warnings", "case", "versions.ablasim",
    ]  # fmt: skip


def test_columns_are_of_one_type_and_missing_is_missing(folder):
    table = build_table(folder)
    assert table["zone.volume_ml"].dtype == "float64"
    assert table["zone.touches_outside"].dtype == "boolean"
    assert table["margin.class"].dtype == "string"
    assert math.isnan(table["margin.minimum_mm"][1])
    assert math.isnan(table["zone.volume_ml"][2])
    assert table["warnings"][0] == "warm\nhot"
    assert table["versions.ablasim"].isna().tolist() == [False, False, True, True]


def test_time_of_the_processor_stands_beside_that_of_the_clock_where_a_record_has_it(folder):
    table = build_table(folder)
    assert table["seconds"].tolist()[:2] == [2.5, 2.5]
    assert table["cpu_seconds"][0] == 2.25
    assert table["cpu_seconds"].isna().tolist() == [False, True, True, True]


def test_the_table_comes_back_from_a_file_as_it_was(folder, tmp_path):
    table = build_table(folder)
    write_parquet(table, tmp_path / "t.parquet")
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "t.parquet"), table, check_dtype=False)
    write_csv(table, tmp_path / "t.csv")
    assert list(pd.read_csv(tmp_path / "t.csv")["distance_mm"]) == [1.0, 2.0, 4.0, 900.0]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "study.yaml", "t.csv", "t.parquet"]


@pytest.mark.parametrize(
    ("where", "rows"),
    [
        ("margin.minimum_mm < 5", [1.0]),
        ("status == 'done' and distance_mm > 1", [2.0]),
        ("margin.class == 'below_5' or status == 'invalid'", [1.0, 900.0]),
        ("`distance_mm` in [1, 4]", [1.0, 4.0]),
    ],
)
def test_rows_are_chosen_by_comparisons_of_columns(folder, where, rows):
    assert list(filtered(build_table(folder), where)["distance_mm"]) == rows


@pytest.mark.parametrize("where", ["margin.minimum < 5", "status = 'done'", "(", "import os", "distance_mm"])
def test_a_filter_that_cannot_be_understood_is_told(folder, where):
    with pytest.raises(OutputError, match=r"--where .*must compare columns"):
        filtered(build_table(folder), where)


def test_a_folder_that_is_no_study_has_no_table(tmp_path):
    with pytest.raises(OutputError, match=r"must be the folder of a study, with study\.json"):
        build_table(StudyFolder(tmp_path))
