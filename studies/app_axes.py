"""Along which axis the library of the teaching app is off, before cases are spent on one.

``python -m studies.app_axes MODALITY`` runs cases halfway between two of the library's values on one axis that are on
its values on all others (two distances, the widest and slowest vein, least and most power), and prints the error of the
smallest margin as docs/app.md counts it. Runs are kept in a folder, as those of `studies.app_library` are.
"""

from __future__ import annotations

import argparse
import logging
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import numpy as np

from ablasim.app.computing import Computed, scenario_of
from ablasim.app.courses import Course, follow
from ablasim.app.fields import state
from ablasim.app.library import AXES, Library, shipped
from ablasim.app.modalities import MODALITIES
from ablasim.app.settings import Setting
from ablasim.variants import Variant
from studies.app_library import FOLDER, name_of, read_course, write_course
from studies.app_packing import COMPARED_AT, smallest_margin, tumour_beside

_logger = logging.getLogger("studies.app_axes")


def between(library: Library, name: str) -> Iterator[list[dict[str, float]]]:
    """For each gap between two values of an axis the cases in its middle."""
    axes = dict(zip(AXES, library.axes, strict=True))
    kept = {
        "gap_mm": axes["gap_mm"][1:3],
        "diameter_mm": axes["diameter_mm"][-1:],
        "speed_mm_s": axes["speed_mm_s"][:1],
        "power": axes["power"][[0, -1]],
    }
    low, high = axes[name][:-1], axes[name][1:]
    for middle in np.sqrt(low * high) if name == "speed_mm_s" else 0.5 * (low + high):
        values = product(*([middle] if axis == name else kept[axis] for axis in AXES))
        yield [dict(zip(AXES, map(float, value), strict=True)) for value in values]


def course(modality: str, variant: Variant, said: dict[str, float], folder: Path) -> Course:
    """A case as the solver finds it, run now unless the folder has it."""
    file = folder / f"{variant}_{modality}_{name_of(said)}.npz"
    if not file.exists():
        settings = MODALITIES[modality]
        scenario = scenario_of(Setting(modality, **said))
        found = follow(scenario, (variant,), settings.places, settings.times_s)
        write_course(file, found[variant], said)
    return read_course(file)[0]


def errors(library: Library, said: dict[str, float], folder: Path) -> list[float]:
    """Smallest margin that the library says minus that of the solver, mm, at the times of the comparison."""
    modality = library.modality
    runs = (course(modality.name, variant, said, folder) for variant in ("actual", "no_vessel"))
    exact = Computed(Setting(modality.name, **said), *runs)
    found = []
    for share in COMPARED_AT:
        time_s = share * float(modality.times_s[-1])
        setting = Setting(modality.name, **said, time_s=time_s, tumour_mm=tumour_beside(said["gap_mm"]))
        own, true = (state(kept, modality, time_s) for kept in (library.at(setting), exact))
        found.append(smallest_margin(own, setting) - smallest_margin(true, setting))
    return found


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("modality", choices=list(MODALITIES))
    parser.add_argument("--folder", type=Path, default=FOLDER.with_name("app_axes"))
    chosen = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    chosen.folder.mkdir(parents=True, exist_ok=True)
    library = shipped(chosen.modality)
    for name in AXES:
        for cases in between(library, name):
            off = np.abs([errors(library, said, chosen.folder) for said in cases])
            _logger.info("%s %g: margin off by %.2f, %.2f mm", name, cases[0][name], off.mean(), off.max())


if __name__ == "__main__":
    main()
