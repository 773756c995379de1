"""Run the shipped scenarios on coarse meshes, and keep a picture and the headline numbers of each for the gallery.

    python tools/make_gallery.py --runs DIR [--as-shipped] [SCENARIO ...]

Whole runs go to ``DIR/<name>`` and are taken again when their scenario and version are the same. What the documentation
needs is kept in ``docs/gallery``: ``<name>.png`` and ``gallery.json``. Scenarios run on the coarse sizes of the quick
look, with a time tolerance of 1 K and the twin without vessels alone. Those with pulses run as they are shipped: the
thin rim that lives beside a vessel decides their margin, and is lost on coarse meshes. ``--as-shipped`` does so with
all that are named, which suits scenarios whose own mesh is coarse.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from PIL import Image

from ablasim.comparison import FinishedRun, read_run
from ablasim.errors import AblasimError
from ablasim.results.folder import ResultFolder
from ablasim.results.paths import at
from ablasim.scenario import Scenario, load_scenario, scenario_hash
from ablasim.scenario.document import read_document
from ablasim.simulate import run
from ablasim.views.publish import write_results
from docsite.gallery import RECORD, read_record

ROOT = Path(__file__).resolve().parents[1]
GALLERY = ROOT / "docs" / "gallery"
COARSE = {
    "numerics.mesh": {
        "needle_mm": 0.6,
        "vessel_mm": 1.6,
        "tumour_mm": 1.5,
        "shell_mm": 2.0,
        "far_mm": 12.0,
        "growth": 0.35,
    },
    "numerics.time_tolerance": 1.0,
    "heat_sink.twins": ["no_vessel"],
}
PICTURES = ("effect.png", "temperature.png")  # the first that a run has
WIDTH = 1000  # pixels
COLOURS = 255
LARGEST = 150_000  # bytes of a picture

KEPT = {
    "volume_ml": "zone.volume_ml",
    "minimum_margin_mm": "margin.minimum_mm",
    "margin_class": "margin.class",
    "margin_loss_mm": "heat_sink.margin_loss_mm",
    "volume_loss_percent": "heat_sink.volume_loss_percent",
    "energy_delivered_j": "source.energy_delivered_j",
    "max_temperature_c": "source.max_temperature_c",
    "simulated_s": "time.simulated_s",
    "n_points": "mesh.n_points",
    "wall_s": "time.wall_s",
}


def main() -> int:
    """Make the gallery, or the part of it that is named; a scenario that fails is told and costs only itself."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=Path, required=True, help="folder of the whole runs")
    parser.add_argument("--as-shipped", action="store_true", help="keep the scenarios' own meshes, steps and twins")
    parser.add_argument("names", nargs="*", help="names of scenarios (default: all)")
    given = parser.parse_args()
    failed = 0
    for file in sorted((ROOT / "scenarios").glob("*.yaml")):
        if given.names and file.stem not in given.names:
            continue
        try:
            folder = given.runs / file.stem
            keep(file, finished(form(file, as_shipped=given.as_shipped), folder), folder)
        except AblasimError as error:
            sys.stderr.write(f"{file.stem}: {error}\n")
            failed += 1
    return 1 if failed else 0


def form(file: Path, *, as_shipped: bool) -> Scenario:
    """A scenario as it is run: coarse, or as it is shipped where that is asked for or pulses need it."""
    shipped = load_scenario(file)
    has_pulses = any(step.pulses is not None for step in shipped.protocol)
    return shipped if as_shipped or has_pulses else load_scenario(file, COARSE)


def finished(scenario: Scenario, folder: Path) -> FinishedRun:
    """Run of a scenario, found in its folder or made now."""
    if folder.is_dir():
        before = read_run(folder)
        if before.is_of_its_scenario and before.summary["scenario_hash"] == scenario_hash(scenario):
            return before
    sys.stderr.write(f"{folder.name} …\n")
    with ResultFolder(folder, overwrite=True) as target:
        write_results(run(scenario, threads=1), target.folder)
    return read_run(folder)


def keep(file: Path, done: FinishedRun, folder: Path, gallery: Path = GALLERY) -> None:
    """Keep the picture and the headline numbers of a run."""
    gallery.mkdir(exist_ok=True)
    picture = next(folder / name for name in PICTURES if (folder / name).is_file())
    shrink(picture, gallery / f"{file.stem}.png")
    record = read_record(gallery)
    record[file.stem] = {
        "scenario": fingerprint(file),
        "picture_of": picture.stem,
        "as_shipped": done.summary["scenario_hash"] == scenario_hash(load_scenario(file)),
        "status": done.summary["status"],
        "version": done.summary["versions"]["ablasim"],
        **{name: at(done.summary, path) for name, path in KEPT.items()},
    }
    text = json.dumps(dict(sorted(record.items())), indent=1, ensure_ascii=False)
    (gallery / RECORD).write_text(text + "\n", encoding="utf-8")


def fingerprint(file: Path) -> str:
    """Hash of what a scenario file says, its title and comments left out."""
    data, _ = read_document(file)
    said: Mapping[str, Any] = {key: value for key, value in data.items() if key != "title"}
    return sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:16]


def shrink(source: Path, target: Path) -> None:
    """Write a picture small: fewer pixels, a palette of colours by an octree, which keeps rare ones such as of a twig.

    Raises
    ------
    ValueError
        If it stays too large for a page.
    """
    with Image.open(source) as picture:
        small = picture.convert("RGB")
        small.thumbnail((WIDTH, 10 * WIDTH), Image.Resampling.LANCZOS)
    small.quantize(COLOURS, method=Image.Quantize.FASTOCTREE).save(target, optimize=True)
    if target.stat().st_size > LARGEST:
        message = f"{target.name}: {target.stat().st_size} bytes: must be below {LARGEST}"
        raise ValueError(message)


if __name__ == "__main__":
    sys.exit(main())
