"""The gallery: each shipped scenario with its question, its picture and its headline numbers."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ablasim.scenario.document import read_document
from docsite.tables import plain, table

LEAD = """\
Every scenario that is shipped in `scenarios/`, run by `tools/make_gallery.py` as it is shipped, or on a coarser mesh:
the last line of its table says which. Coarse meshes give first looks, some tenths of a millimetre off:
`ablasim run SCENARIO --verify` says what holds. Pictures show the plane of applicator and nearest vessel at the end of
power, or what pulses kill."""
CLASSES = {"residual": "residual tumour", "below_5": "below 5 mm", "5_to_10": "5 to 10 mm", "a0": "above 10 mm"}
RECORD = "gallery.json"
FAMILIES = {
    "rfa": "Radiofrequency",
    "mwa": "Microwave",
    "ire": "Irreversible electroporation",
    "": "Verification",
}


def gallery_page(scenarios: Path, record: Mapping[str, Mapping[str, Any]], pictures: str = "gallery") -> str:
    """The page, in families of modalities.

    Parameters
    ----------
    scenarios : Path
        Folder of the scenario files.
    record : mapping
        What ``tools/make_gallery.py`` kept, by name of the scenario.
    pictures : str, optional
        Folder of the pictures, seen from the page.
    """
    blocks = ["# Gallery", LEAD]
    files = sorted(scenarios.glob("*.yaml"))
    for family, words in FAMILIES.items():
        members = [file for file in files if _family(file.stem) == family]
        blocks += [f"## {words}"] if members else []
        for file in members:
            blocks += _entry(file, record.get(file.stem), f"{pictures}/{file.stem}.png")
    return "\n\n".join(blocks) + "\n"


def read_record(folder: Path) -> dict[str, Any]:
    """What ``tools/make_gallery.py`` has kept in a folder so far, by name of the scenario."""
    file = folder / RECORD
    return json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}


def _family(name: str) -> str:
    return next(family for family in FAMILIES if name.startswith(family))


def _entry(file: Path, kept: Mapping[str, Any] | None, picture: str) -> list[str]:
    data, _ = read_document(file)
    asked = [f"### {plain(data['title'])}", plain(question(file)).replace("\\`", "`")]
    if kept is None:
        return [*asked, f"`scenarios/{file.name}`, which was not run for this page yet."]
    return [
        *asked,
        f"![{_alternative(data['title'], kept)}]({picture})",
        table((f"`scenarios/{file.name}`", ""), _numbers(kept)),
    ]


def question(file: Path) -> str:
    """What a scenario file asks: the comment at its head up to the first question mark, or its first sentence."""
    lines = []
    for line in file.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            break
        if "yaml-language-server" not in line:
            lines.append(line.lstrip("# "))
    text = " ".join(lines)
    asked = text.find("?") + 1
    return text[:asked] if asked else re.split(r"(?<=[.])\s+(?=[A-Z])", text)[0]


def _alternative(title: str, kept: Mapping[str, Any]) -> str:
    what = {"effect": "What pulses and their heat kill", "temperature": "Temperature and edge of the zone"}
    return f"{what.get(kept['picture_of'], 'Picture')}: {plain(title)}"


def _numbers(kept: Mapping[str, Any]) -> list[tuple[str, str]]:
    rows = [("ablation zone", f"{kept['volume_ml']:.1f} ml")]
    if kept["minimum_margin_mm"] is not None:
        words = CLASSES.get(kept["margin_class"], kept["margin_class"])
        rows.append(("smallest margin", f"{_signed(kept['minimum_margin_mm'])} mm ({words})"))
    if kept["margin_loss_mm"] is not None:
        rows.append(("margin that the vessels cost", f"{_signed(kept['margin_loss_mm'])} mm"))
    if kept["volume_loss_percent"] is not None:
        rows.append(("zone that the vessels cost", f"{_signed(kept['volume_loss_percent'])} %"))
    if kept["simulated_s"] is not None:  # a steady state has a power and no energy
        rows.append(("energy delivered", f"{kept['energy_delivered_j'] / 1000.0:.1f} kJ"))
    form = "as shipped" if kept["as_shipped"] else "coarser than shipped"
    return [*rows, ("mesh", f"{kept['n_points']:,} points, ".replace(",", " ", 1) + form)]


def _signed(value: float) -> str:
    return f"{value:.1f}".replace("-", "−")
