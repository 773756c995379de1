"""The library of the teaching app: computes it, and packs it into what is shipped.

``python -m studies.app_library run`` runs what its folder lacks of the studies ``app/library.yaml`` and
``app/held_back.yaml``; ``build`` packs the folder into ``ablasim/app/data/``. `ablasim sweep` keeps of a twin only where
it ended, and the app shows it at all times, so the cases are run here.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import logging
import time
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ablasim.app.codec import packed_kelvin, packed_level
from ablasim.app.computing import Computed, numbers_of
from ablasim.app.courses import Course, follow, vessel_mm
from ablasim.app.fields import BODY_C, State, state
from ablasim.app.library import AXES, Library
from ablasim.app.modalities import DATA, MODALITIES, power_of
from ablasim.app.settings import Setting
from ablasim.app.zones import grid_margin, zone_surface
from ablasim.errors import AblasimError
from ablasim.results.summary import package_versions
from ablasim.scenario import Scenario, parse_scenario
from ablasim.study.load import load_study
from ablasim.study.plan import make_plan

HERE = Path(__file__).resolve().parent
STUDIES = {"library": HERE / "app" / "library.yaml", "held_back": HERE / "app" / "held_back.yaml"}
FOLDER = HERE.parent / "results" / "app_library"
COMPARED_AT = (1 / 3, 2 / 3, 1.0)
"""Shares of the treatment after which the library is compared with cases that it does not hold."""

_logger = logging.getLogger("studies.app_library")


@cache
def scenarios(study: str) -> tuple[tuple[str, Scenario], ...]:
    """Cases of a study: name of the base, and the scenario."""
    plan = make_plan(load_study(STUDIES[study]))
    cases = []
    for point in plan.points:
        if point.case is None:
            message = f"{study}: {point.problem}"
            raise AblasimError(message)
        case = plan.cases[point.case]
        cases.append((point.base, parse_scenario(case.data, folder=str(case.folder))))
    return tuple(cases)


def inputs(modality: str, scenario: Scenario) -> dict[str, float]:
    """What varies: distance of the wall from the axis, diameter, speed and power (of pulses, the voltage)."""
    gap, radius = vessel_mm(scenario)
    speed = scenario.vessels[0].mean_speed_mm_s
    return {
        "gap_mm": round(gap, 6),
        "diameter_mm": round(2.0 * radius, 6),
        "speed_mm_s": round(float(speed or 0.0), 6),
        "power": round(power_of(modality, scenario), 6),
    }


def name_of(content: dict[str, Any]) -> str:
    """File name of what belongs to some inputs."""
    return sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]


def run_missing(folder: Path, only: tuple[str, ...]) -> None:
    """Run the cases that the folder lacks; each leaves a file, whole or not there."""
    folder.mkdir(parents=True, exist_ok=True)
    todo = [
        (study, *case) for modality in only for study in STUDIES for case in scenarios(study) if case[0] == modality
    ]
    for number, (study, modality, scenario) in enumerate(todo, start=1):
        said = inputs(modality, scenario)
        file = folder / f"{study}_{modality}_{name_of(said)}.npz"
        if file.exists():
            continue
        begun = time.perf_counter()
        settings = MODALITIES[modality]
        twin_said = {key: value for key, value in said.items() if key != "speed_mm_s"}
        twin = folder / f"twin_{modality}_{name_of(twin_said)}.npz"
        try:
            if not twin.exists():
                found = follow(scenario, ("no_vessel",), settings.places, settings.times_s)["no_vessel"]
                write_course(twin, found, twin_said)
            found = follow(scenario, ("actual",), settings.places, settings.times_s)["actual"]
        except AblasimError as error:
            _logger.warning("%s %s: %s", modality, said, error)
            continue
        write_course(file, found, said | {"twin": twin.name})
        _logger.info("%d of %d: %s %s: %.1f s", number, len(todo), modality, said, time.perf_counter() - begun)


def write_course(file: Path, course: Course, said: dict[str, Any]) -> None:
    """Write a course in half precision, under a temporary name first."""
    part = file.with_name(f".{file.name}.part")
    fields: dict[str, NDArray[Any]] = {
        key: np.asarray(value, dtype=np.float16 if value.ndim > 1 else np.float64)
        for key, value in vars(course).items()
    }
    with part.open("wb") as stream:
        np.savez_compressed(stream, **fields, said=np.array(json.dumps(said)))
    part.replace(file)


def read_course(file: Path) -> tuple[Course, dict[str, Any]]:
    """Read a course and the inputs it belongs to."""
    with np.load(file, allow_pickle=False) as content:
        fields = {field.name: content[field.name].astype(float) for field in dataclasses.fields(Course)}
        return Course(**fields), json.loads(str(content["said"]))


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
            time_s, tumour = share * float(modality.times_s[-1]), 20.0 if said["gap_mm"] > 10.5 else 10.0
            setting = Setting(modality.name, **said, time_s=time_s, tumour_mm=tumour)
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


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("what", choices=["run", "build"])
    parser.add_argument("--folder", type=Path, default=FOLDER)
    parser.add_argument("--only", nargs="+", choices=list(MODALITIES), default=list(MODALITIES))
    chosen = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    if chosen.what == "run":
        run_missing(chosen.folder, tuple(chosen.only))
        return
    for modality in chosen.only:
        library = build(chosen.folder, modality)
        library = dataclasses.replace(library, held_back=held_back_errors(library, chosen.folder))
        file = DATA / f"{modality}.npz"
        write_library(library, file)
        _logger.info("%s: %.1f MB, held back: %s", file.name, 1e-6 * file.stat().st_size, dict(library.held_back))


if __name__ == "__main__":
    main()
