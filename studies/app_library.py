"""The library of the teaching app: computes it, and packs it into what is shipped.

``python -m studies.app_library run`` runs what its folder lacks of the studies ``app/library.yaml`` and
``app/held_back.yaml``; ``build`` packs the folder into ``ablasim/app/data/`` and writes the table in docs/app.md.
`ablasim sweep` keeps of a twin only where it ended, and the app shows it at all times, so the cases are run here.
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

from ablasim.app.courses import Course, follow, vessel_mm
from ablasim.app.library import read_library
from ablasim.app.modalities import DATA, MODALITIES, power_of
from ablasim.errors import AblasimError
from ablasim.scenario import Scenario, parse_scenario
from ablasim.study.load import load_study
from ablasim.study.plan import make_plan

HERE = Path(__file__).resolve().parent
STUDIES = {"library": HERE / "app" / "library.yaml", "held_back": HERE / "app" / "held_back.yaml"}
FOLDER = HERE.parent / "results" / "app_library"
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
    fields: dict[str, Any] = {
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
    from studies import app_packing

    for modality in chosen.only:
        library = app_packing.build(chosen.folder, modality)
        library = dataclasses.replace(library, held_back=app_packing.held_back_errors(library, chosen.folder))
        file = DATA / f"{modality}.npz"
        app_packing.write_library(library, file)
        _logger.info("%s: %.1f MB, held back: %s", file.name, 1e-6 * file.stat().st_size, dict(library.held_back))
    app_packing.write_page([read_library(modality, DATA / f"{name}.npz") for name, modality in MODALITIES.items()])


if __name__ == "__main__":
    main()
