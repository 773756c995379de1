"""Measured temperatures from a CSV file."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ablasim.errors import ScenarioError
from ablasim.scenario.messages import did_you_mean

Floats = NDArray[np.float64]

TIME = "time_s"
COLDEST_C, HOTTEST_C = -20.0, 150.0
_ENDINGS = ("_sensor_c", "_c")
_OTHER_UNITS = {"_f": "°F", "_k": "K", "_degf": "°F", "_fahrenheit": "°F", "_kelvin": "K"}
_NEAR_K = 8.0
_EARLY_S = 10.0
"""Until when a reading must be near the temperature at which the scenario starts."""


@dataclass(frozen=True, eq=False)
class Measured:
    """Readings of sensors.

    Parameters
    ----------
    file : Path
        Where they came from.
    sensors : tuple of str
        Their names.
    times : ndarray, shape (n_times,)
        s, increasing.
    temperatures : ndarray, shape (n_times, n_sensors)
        °C; NaN where nothing was read.
    """

    file: Path
    sensors: tuple[str, ...]
    times: Floats
    temperatures: Floats


def read_measured(path: Path, sensors: Sequence[str], wanted: Sequence[str] | None = None) -> Measured:
    """Read a table of measured temperatures.

    The first line that is no comment (``#``) names the columns: ``time_s``, and ``NAME_c`` for the sensor NAME, °C.
    As in `history.csv`, ``NAME_sensor_c`` is understood too. An empty cell means that nothing was read.

    Parameters
    ----------
    path : Path
        The file.
    sensors : sequence of str
        Sensors of the scenario.
    wanted : sequence of str, optional
        Sensors to use; other columns are then passed over. By default every column must be a sensor's.

    Raises
    ------
    ScenarioError
        If it cannot be read, or says what cannot be; the message names the line.
    """
    rows = _rows(path)
    line, header = rows[0]
    columns = _columns(f"{path}:{line}", header, sensors, wanted)
    values = np.array(
        [[_value(f"{path}:{line}", header, row, column) for column in columns.values()] for line, row in rows[1:]]
    ).reshape(-1, len(columns))
    lines = [line for line, _ in rows[1:]]
    times, temperatures = values[:, 0], values[:, 1:]
    _check_times(path, lines, times)
    names = tuple(columns)[1:]
    for name, course in zip(names, temperatures.T, strict=True):
        if np.isnan(course).all():
            raise _error(str(path), f"column of the sensor '{name}': must have a reading at least")
    return Measured(path, names, times, temperatures)


def check_plausible(measured: Measured, start_c: float) -> None:
    """Check that the first readings look like °C, from the temperature at which the scenario starts.

    Raises
    ------
    ScenarioError
        If they look like °F or kelvin, or cannot be the temperature of tissue.
    """
    for name, course in zip(measured.sensors, measured.temperatures.T, strict=True):
        there = np.flatnonzero(np.isfinite(course))[0]
        first, is_early = float(course[there]), measured.times[there] <= _EARLY_S
        for unit, in_c in (("°F", (first - 32.0) / 1.8), ("kelvin", first - 273.15)):
            if is_early and abs(in_c - start_c) < _NEAR_K < abs(first - start_c):
                words = f"begins with {first:g}, the scenario at {start_c:g} °C: that looks like {unit}"
                raise _error(str(measured.file), f"column of the sensor '{name}': {words}; must be °C")
        out = (course < COLDEST_C) | (course > HOTTEST_C)
        if out.any():
            worst = float(course[out][0])
            words = f"{worst:g} at {measured.times[out][0]:g} s: must be between {COLDEST_C:g} and {HOTTEST_C:g} °C"
            raise _error(str(measured.file), f"column of the sensor '{name}': {words}")


def _rows(path: Path) -> list[tuple[int, list[str]]]:
    """Rows that are neither empty nor comments, with their lines."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise _error(str(path), "no such file: must be a CSV table of measured temperatures") from error
    except (OSError, UnicodeDecodeError) as error:
        raise _error(str(path), f"cannot be read as a CSV table: {error}") from error
    rows = [
        (number, [cell.strip() for cell in next(csv.reader(StringIO(line)))])
        for number, line in enumerate(text.splitlines(), start=1)
        if line.strip() and not line.startswith("#")
    ]
    if len(rows) < 2:
        words = f"{max(len(rows) - 1, 0)} rows of readings: must have one at least, below the names of the columns"
        raise _error(str(path), words)
    return rows


def _columns(where: str, header: list[str], sensors: Sequence[str], wanted: Sequence[str] | None) -> dict[str, int]:
    """Place of the time and of each sensor's column."""
    if TIME not in header:
        raise _error(where, f"column {TIME} missing: must be there; has {', '.join(header)}")
    columns = {TIME: header.index(TIME)}
    for place, column in enumerate(header):
        if place == columns[TIME]:
            continue
        name = _sensor(where, column, sensors, strict=wanted is None)
        if name in columns:
            raise _error(where, f"'{column}': the sensor '{name}' has a column already")
        if name is not None and (wanted is None or name in wanted):
            columns[name] = place
    if missing := [name for name in wanted or () if name not in columns]:
        raise _error(where, f"no column {', '.join(f'{name}_c' for name in missing)}; has {', '.join(header)}")
    if len(columns) == 1:
        raise _error(where, f"no column of a sensor: must have one at least, such as {sensors[0]}_c")
    return columns


def _sensor(where: str, column: str, sensors: Sequence[str], *, strict: bool) -> str | None:
    for ending in _ENDINGS:
        name = column.removesuffix(ending)
        if name != column and name in sensors:
            return name
    if not strict:
        return None
    if column in sensors:
        raise _error(where, f"'{column}': has no unit: must be {column}_c, in °C")
    for ending, unit in _OTHER_UNITS.items():
        if (name := column.lower().removesuffix(ending)) in sensors:
            raise _error(where, f"'{column}': {unit}: must be °C, in a column {name}_c")
    known = tuple(f"{name}_c" for name in sensors)
    hint = did_you_mean(column, known) or f"; known: {', '.join(known)}"
    raise _error(where, f"'{column}': no column of a sensor of the scenario{hint}")


def _value(where: str, header: list[str], row: list[str], place: int) -> float:
    cell = row[place] if place < len(row) else ""
    if len(row) > len(header):
        raise _error(where, f"{len(row)} cells: must be at most {len(header)}, as there are names")
    is_time = header[place] == TIME
    if not cell and not is_time:
        return float("nan")
    try:
        value = float(cell)
    except ValueError:
        value = float("nan")
    if not np.isfinite(value):
        allowed = "must be a number" if is_time else "must be a number, or empty where nothing was read"
        raise _error(where, f"{header[place]} = {cell or 'nothing'}: {allowed}")
    return value


def _check_times(path: Path, lines: list[int], times: Floats) -> None:
    if times[0] < 0.0:
        where, words = f"{path}:{lines[0]}", f"{TIME} = {times[0]:g}: must be at least 0, the start of the protocol"
        raise _error(where, words)
    late = np.flatnonzero(np.diff(times) <= 0.0)
    if len(late):
        k = int(late[0]) + 1
        where, words = f"{path}:{lines[k]}", f"{TIME} = {times[k]:g} after {times[k - 1]:g}: must increase"
        raise _error(where, words)


def _error(where: str, words: str) -> ScenarioError:
    return ScenarioError(f"{where}: {words}")
