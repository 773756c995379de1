"""Draw the pictures of docs/study.md from the folders of the shipped studies.

``python tools/study_images.py`` takes them from results/, where ``ablasim sweep studies/NAME.yaml`` leaves them, or
from the folder that is given; those of studies that are not there are left as they are.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from PIL import Image

IMAGES = Path(__file__).resolve().parents[1] / "docs" / "images" / "study"
COLOURS = 128


class Picture(NamedTuple):
    """A picture: its name in the docs, its study, the words of the command, and what that leaves in the study."""

    name: str
    study: str
    words: tuple[str, ...]
    left: str = ""


PICTURES = (
    Picture("vessel_distance_power", "vessel_distance_power", ("results", "--pictures"), "map_margin_minimum_mm"),
    Picture("smooth_map", "vessel_distance_power", ("results", "--smooth"), "smooth_map_margin_minimum_mm"),
    Picture("modalities", "modalities_by_distance", ("results", "--pictures"), "curve_margin_minimum_mm"),
    Picture("placement_error", "placement_error", ("results", "--pictures"), "tornado_margin_minimum_mm"),
    Picture("sensitivity", "tissue_uncertainty", ("sensitivity",)),
    Picture("probability", "least_treatment", ("probability", "--over", "power_w", "--at", "duration_s=600")),
)


def main() -> None:
    """Draw what there are studies for."""
    parser = argparse.ArgumentParser(description="Draw the pictures of docs/study.md.")
    parser.add_argument("results", nargs="?", type=Path, default=Path("results"), help="folder of the studies' folders")
    results = parser.parse_args().results
    for picture in PICTURES:
        folder = results / picture.study
        if not (folder / "study.json").is_file():
            sys.stderr.write(f"{picture.name}: {folder} is not there\n")
            continue
        with TemporaryDirectory() as scratch:
            drawn = Path(scratch) / "picture.png"
            command, *rest = picture.words
            asked = [] if picture.left else ["--picture", str(drawn)]
            subprocess.run([sys.executable, "-m", "ablasim", command, str(folder), *rest, *asked], check=True)
            source = folder / "pictures" / f"{picture.left}.png" if picture.left else drawn
            shrink(source, IMAGES / f"{picture.name}.png")


def shrink(source: Path, target: Path) -> None:
    """Write a picture with few colours, which takes a third of the space."""
    with Image.open(source) as image:
        flat = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image.convert("RGBA")).convert("RGB")
        flat.quantize(COLOURS, dither=Image.Dither.NONE).save(target, optimize=True)
    sys.stderr.write(f"{target}: {target.stat().st_size / 1024:.0f} kB\n")


if __name__ == "__main__":
    main()
