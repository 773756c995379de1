"""Words below the pictures of a run, by their file, in the order of the report."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ablasim.anatomy import Anatomy
from ablasim.damage import PULSE_ZONES
from ablasim.views.viewing import plane_words

Summary = Mapping[str, Any]


def picture_captions(anatomy: Anatomy, summary: Summary) -> dict[str, str]:
    """Caption of every picture that a run may have, by the name of its file."""
    around = "." if anatomy.tumour is None else " round the tumour."
    edge = "and the edge of the final zone"
    return {
        "zone.png": f"The ablation zone{around}",
        "temperature.png": f"{moment_words(summary)} {plane_words(anatomy)}, {edge}.",
        "temperature_across.png": f"{moment_words(summary)} across the applicators, {edge}.",
        "margin.png": "Ablative margin on the tumour's surface; the marker shows the smallest margin.",
        "margin_map.png": "The same, unrolled: the margin by direction from the tumour's centre, in a projection that "
        "keeps areas. Longitude runs from +x to +y, +z is up.",
        "margin_coverage.png": "How much of the tumour's surface has at least a given margin.",
        **_of_pulses(summary),
        "outline.png": "Extent of the zone across the applicator (of several the one it names), in the plane through "
        "the middle of its active part, with the vessels and without them; angle zero points to the nearest vessel. A "
        "lumen is no tissue and counts as no loss.",
        "history.png": "The course of the ablation.",
    }


def pictures_in(folder: Path, anatomy: Anatomy, summary: Summary) -> dict[str, Path]:
    """Pictures that a folder of a run holds, by caption."""
    captions = picture_captions(anatomy, summary)
    return {caption: folder / name for name, caption in captions.items() if (folder / name).is_file()}


def moment_words(summary: Summary) -> str:
    """What a picture of the temperature shows."""
    return "Temperature at the end of power" if summary["time"]["n_steps"] else "Steady temperature"


def _of_pulses(summary: Summary) -> dict[str, str]:
    block = summary.get("electroporation")
    if not block:
        return {}
    by_pulses = summary["zone"]["damage_model"] in {zone.name for zone in PULSE_ZONES}
    has_twin = by_pulses and summary.get("heat_sink") is not None  # twins have the headline's zone alone
    shadow = "; dashed: what pulses would kill if the vessels were tissue" if has_twin else ""
    opened = ", and later trains find the tissue that earlier ones opened" if block["conductivity_stays"] else ""
    return {
        "field.png": "Largest field over the sequence, with the edges of where it kills and where it opens cells (each "
        "tissue has its own thresholds), across the electrodes and along them.",
        "effect.png": "What pulses kill, what they open for a while, and what their heat would kill by "
        f"itself{shadow}.",
        "trains.png": f"Current of every train while a pulse is on: it rises within a train as tissue warms{opened}.",
    }
