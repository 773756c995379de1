"""The library of the teaching app: from its runs to what is shipped, and how far interpolation in it is off."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ablasim.app.codec import packed_kelvin, packed_level
from ablasim.app.computing import Computed, numbers_of
from ablasim.app.courses import Course
from ablasim.app.fields import BODY_C, State, state
from ablasim.app.library import AXES, Library
from ablasim.app.modalities import MODALITIES
from ablasim.app.settings import Setting
from ablasim.app.zones import grid_margin, zone_surface
from ablasim.errors import AblasimError
from ablasim.results.summary import package_versions
from studies.app_library import inputs, name_of, read_course, scenarios
from studies.records import table

PAGE = Path(__file__).resolve().parents[1] / "docs" / "app.md"
MARKS = "<!-- made by `python -m studies.app_library build`: begin -->", "<!-- made by it: end -->"
COMPARED_AT = (1 / 3, 2 / 3, 1.0)
"""Shares of the treatment after which the library is compared with cases that it does not hold."""


def build(folder: Path, modality: str) -> Library:
    """Pack the cases of a modality.

    Raises
    ------
    AblasimError
        If a case is missing.
    """
    settings, cases = MODALITIES[modality], dict[tuple[float, ...], tuple[Course, str]]()
    for _, scenario in (case for case in scenarios("library") if case[0] == modality):
        said = inputs(modality, scenario)
        file = folder / f"library_{modality}_{name_of(said)}.npz"
        if not file.exists():
            message = f"{modality} {said}: not run yet: `python -m studies.app_library run` runs what is missing"
            raise AblasimError(message)
        course, kept = read_course(file)
        cases[tuple(said[name] for name in AXES)] = course, kept["twin"]
    axes = tuple(np.unique([key[axis] for key in cases]) for axis in range(len(AXES)))
    shape = tuple(len(axis) for axis in axes)
    twins = {name: read_course(folder / name)[0] for name in {twin for _, twin in cases.values()}}
    by_power = [sorted({twin for key, (_, twin) in cases.items() if key[3] == power}) for power in axes[3]]
    free = [np.mean([twins[name].grid for name in names], axis=0) for names in by_power]
    free_plane = [np.mean([twins[name].plane for name in names], axis=0) for names in by_power]
    first, _ = next(iter(cases.values()))
    difference = np.zeros((*shape, *first.polar.shape), dtype=np.int8)
    plane = np.zeros((*shape, *first.polar_plane.shape), dtype=np.int8)
    numbers = np.zeros((*shape, len(settings.times_s), 5), dtype=np.float32)
    for key, (course, name) in cases.items():
        at = tuple(int(np.searchsorted(axis, value)) for axis, value in zip(axes, key, strict=True))
        difference[at] = packed_level(course.polar - twins[name].polar)
        plane[at] = packed_kelvin(course.polar_plane - twins[name].polar_plane)
        numbers[at] = [dataclasses.astuple(numbers_of(course, twins[name], t)) for t in range(len(settings.times_s))]
    return Library(
        settings,
        (axes[0], axes[1], axes[2], axes[3]),
        packed_level(np.array(free)),
        difference,
        packed_kelvin(np.array(free_plane) - BODY_C),
        plane,
        numbers,
        {},
    )


def held_back_errors(library: Library, folder: Path) -> dict[str, Any]:
    """How far the library is off in the cases that it does not hold: smallest margin, mm, and volume, %."""
    modality = library.modality
    margins, volumes, losses = [], [], []
    for _, scenario in (case for case in scenarios("held_back") if case[0] == modality.name):
        said = inputs(modality.name, scenario)
        actual, kept = read_course(folder / f"held_back_{modality.name}_{name_of(said)}.npz")
        twin, _ = read_course(folder / kept["twin"])
        for share in COMPARED_AT:
            time_s = share * float(modality.times_s[-1])
            setting = Setting(modality.name, **said, time_s=time_s, tumour_mm=tumour_beside(said["gap_mm"]))
            exact, found = (
                state(kept, modality, time_s) for kept in (Computed(setting, actual, twin), library.at(setting))
            )
            margins.append(smallest_margin(found, setting) - smallest_margin(exact, setting))
            volumes.append(100.0 * (found.numbers.volume_ml / exact.numbers.volume_ml - 1.0))
            losses.append(
                (found.numbers.twin_volume_ml - found.numbers.volume_ml)
                - (exact.numbers.twin_volume_ml - exact.numbers.volume_ml)
            )
    worst = {
        name: np.abs(values)
        for name, values in (("margin_mm", margins), ("volume_percent", volumes), ("loss_ml", losses))
    }
    return {
        "n_cases": len(margins) // len(COMPARED_AT),
        "n_compared": len(margins),
        **{f"{name}_mean": round(float(values.mean()), 3) for name, values in worst.items()},
        **{f"{name}_max": round(float(values.max()), 3) for name, values in worst.items()},
    }


def tumour_beside(gap_mm: float) -> float:
    """Diameter of the tumour round which margins are compared, mm: one that does not touch the vein."""
    return 20.0 if gap_mm > 10.5 else 10.0


def smallest_margin(found: State, setting: Setting) -> float:
    """Smallest margin round the tumour of a setting, mm."""
    places, vessel = MODALITIES[setting.modality].places, (setting.gap_mm, 0.5 * setting.diameter_mm)
    zone = zone_surface(found.level, places, vessel)
    return grid_margin(found.level, zone, places, setting.tumour_mm, vessel).minimum_mm


def write_library(library: Library, file: Path) -> None:
    """Write a library as the app reads it."""
    said = {
        "axes": {name: axis.tolist() for name, axis in zip(AXES, library.axes, strict=True)},
        "held_back": dict(library.held_back),
        "ablasim": package_versions()["ablasim"],
    }
    arrays = {
        name: getattr(library, name) for name in ("free", "difference", "free_plane", "plane_difference", "numbers")
    }
    part = file.with_name(f".{file.name}.part")
    with part.open("wb") as stream:
        np.savez_compressed(stream, **arrays, said=np.array(json.dumps(said)))
    part.replace(file)


def section_of(libraries: Sequence[Library]) -> str:
    """What docs/app.md says of the libraries."""
    rows = []
    for library in libraries:
        gaps, diameters, speeds, powers = (", ".join(f"{value:g}" for value in axis) for axis in library.axes)
        told, modality = library.held_back, library.modality
        rows.append(
            (
                modality.title,
                str(int(np.prod([len(axis) for axis in library.axes]))),
                gaps,
                diameters,
                speeds,
                f"{powers} {modality.power_unit}",
                f"{told['margin_mm_mean']:.2f}, {told['margin_mm_max']:.2f} mm",
                f"{told['volume_percent_mean']:.1f}, {told['volume_percent_max']:.1f} %",
                f"{told['loss_ml_mean']:.2f}, {told['loss_ml_max']:.2f} ml",
            )
        )
    heads = (
        "modality",
        "runs",
        "wall to axis, mm",
        "diameter, mm",
        "speed, mm/s",
        "power",
        "margin off by",
        "zone off by",
        "loss off by",
    )
    cases = libraries[0].held_back["n_cases"]
    return (
        table(heads, rows)
        + f"\n\nThe last three columns are mean and largest error in {cases} cases held back for each modality, after "
        "a third, two thirds\nand all of the treatment: smallest margin round a tumour of 20 mm (10 mm where the vein "
        "is nearer than 10.5 mm),\nvolume of the zone, and volume lost to the vein."
    )


def write_page(libraries: Sequence[Library], page: Path = PAGE) -> None:
    """Write what the page says of the libraries between its marks."""
    before, _, rest = page.read_text(encoding="utf-8").partition(MARKS[0])
    _, _, after = rest.partition(MARKS[1])
    page.write_text(f"{before}{MARKS[0]}\n\n{section_of(libraries)}\n\n{MARKS[1]}{after}", encoding="utf-8")
