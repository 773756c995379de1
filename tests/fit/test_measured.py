"""Tables of measured temperatures: what is read, and what is refused with its line."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ablasim.errors import ScenarioError
from ablasim.fit.measured import check_plausible, read_measured

SENSORS = ("near", "far")


@pytest.fixture
def read(tmp_path, monkeypatch):
    """Read a text as the file read.csv of the current folder."""
    monkeypatch.chdir(tmp_path)

    def of(text, wanted=None):
        Path("read.csv").write_text(text, encoding="utf-8")
        return read_measured(Path("read.csv"), SENSORS, wanted)

    return of


def test_columns_are_found_by_the_names_of_sensors_in_any_order(read):
    found = read("# made up\n\nfar_sensor_c, time_s, near_c\n37.5, 0, 37\n, 10, 38\n")
    assert found.sensors == ("far", "near")
    assert found.times.tolist() == [0.0, 10.0]
    np.testing.assert_array_equal(found.temperatures, [[37.5, 37.0], [np.nan, 38.0]])


def test_a_table_with_a_byte_order_mark_and_windows_lines_is_read(read):
    assert read("\ufefftime_s,near_c\r\n0,37\r\n1,38\r\n").temperatures.ravel().tolist() == [37.0, 38.0]


def test_other_columns_are_passed_over_when_sensors_are_named(read):
    found = read("time_s,power_w,near_c,far_c\n0,20,37,37\n", wanted=("near",))
    assert found.sensors == ("near",)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("near_c\n37\n", r"read\.csv:1: column time_s missing: must be there; has near_c"),
        (
            "time_s,naer_c\n0,37\n",
            r"read\.csv:1: 'naer_c': no column of a sensor of the scenario; did you mean 'near_c'",
        ),
        ("time_s,probe_7\n0,37\n", r"'probe_7': no column of a sensor of the scenario; known: near_c, far_c"),
        ("time_s,near\n0,37\n", r"read\.csv:1: 'near': has no unit: must be near_c, in °C"),
        ("time_s,near_F\n0,98.6\n", r"'near_F': °F: must be °C, in a column near_c"),
        ("time_s,near_k\n0,310\n", r"'near_k': K: must be °C, in a column near_c"),
        ("time_s,near_c,near_sensor_c\n0,1,1\n", r"'near_sensor_c': the sensor 'near' has a column already"),
        ("# x\ntime_s,near_c\n0,37\n10,NaN\n", r"read\.csv:4: near_c = NaN: must be a number, or empty"),
        ("time_s,near_c\n0,37\n10,38 C\n", r"read\.csv:3: near_c = 38 C: must be a number"),
        ("time_s,near_c\n0,37\n,38\n", r"read\.csv:3: time_s = nothing: must be a number"),
        ("time_s,near_c\n0,37\n20,38\n10,38\n", r"read\.csv:4: time_s = 10 after 20: must increase"),
        ("time_s,near_c\n0,37\n0,38\n", r"read\.csv:3: time_s = 0 after 0: must increase"),
        ("time_s,near_c\n-5,37\n", r"read\.csv:2: time_s = -5: must be at least 0, the start of the protocol"),
        ("time_s,near_c\n0,37,38\n", r"read\.csv:2: 3 cells: must be at most 2"),
        ("time_s,near_c\n", r"0 rows of readings: must have one at least"),
        ("time_s\n0\n", r"no column of a sensor: must have one at least, such as near_c"),
        ("time_s,near_c,far_c\n0,37,\n1,37,\n", r"column of the sensor 'far': must have a reading at least"),
    ],
)
def test_a_table_that_cannot_be_is_refused_with_its_line(read, text, sentence):
    with pytest.raises(ScenarioError, match=sentence):
        read(text)


def test_a_missing_file_and_a_missing_column_are_told(read, tmp_path):
    with pytest.raises(ScenarioError, match="no such file: must be a CSV table of measured temperatures"):
        read_measured(tmp_path / "none.csv", SENSORS)
    with pytest.raises(ScenarioError, match=r"read\.csv:1: no column far_c; has time_s, near_c"):
        read("time_s,near_c\n0,37\n", wanted=("near", "far"))


@pytest.mark.parametrize(
    ("first", "start", "sentence"),
    [
        (98.6, 37.0, "begins with 98.6, the scenario at 37 °C: that looks like °F; must be °C"),
        (72.0, 22.0, "that looks like °F"),
        (310.1, 37.0, "begins with 310.1, the scenario at 37 °C: that looks like kelvin; must be °C"),
        (160.0, 37.0, "160 at 0 s: must be between -20 and 150 °C"),
    ],
)
def test_readings_in_another_unit_are_recognised(read, first, start, sentence):
    found = read(f"time_s,near_c\n0,{first}\n10,{first}\n")
    with pytest.raises(ScenarioError, match=sentence):
        check_plausible(found, start)


@pytest.mark.parametrize(
    ("first", "start", "time"), [(36.0, 37.0, 0), (44.0, 37.0, 0), (20.0, 22.0, 0), (60.0, 22.0, 30)]
)
def test_plausible_readings_are_taken(read, first, start, time):
    check_plausible(read(f"time_s,near_c\n{time},{first}\n"), start)
