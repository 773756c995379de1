"""The files of an antenna alone: numbers, tables and pictures."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ablasim.antenna_study import AntennaStudy
from ablasim.mesh.antenna_outline import core_outline
from ablasim.results.files import write_columns_csv, write_json
from ablasim.units import HZ_PER_MHZ, celsius, millimetres
from ablasim.views.antenna_pictures import DECADES, SarPicture, decibels, s11_plot, sar_picture
from ablasim.views.sar_table import sar_table

Floats = NDArray[np.float64]
Block = dict[str, Any]

NUMBERS = "antenna.json"

BUDGET = (
    ("forward_w", "forward power of the generator"),
    ("reflected_w", "comes back to it"),
    ("cable_loss_w", "lost in the cable, both ways"),
    ("absorbed_w", "absorbed by the tissue"),
    ("catheter_w", "absorbed by the catheter"),
    ("coolant_w", "absorbed by the coolant"),
    ("radiated_w", "leaves the computed tissue"),
    ("residual_w", "not accounted for"),
)
"""Parts of a power budget, with words for them."""

_PIXELS = 420  # on the longer side of a picture
_SCAN = 121  # places on each side, to find where absorption is worth drawing
_NEAR_RADII, _NEAR_END = 6.0, 3e-3


def write_antenna(study: AntennaStudy, folder: Path) -> Block:
    """Write everything about an antenna alone; gives the content of ``antenna.json``.

    Parameters
    ----------
    study : AntennaStudy
        The antenna.
    folder : Path
        An existing folder.
    """
    numbers = antenna_numbers(study)
    write_json(folder / NUMBERS, numbers)
    columns = {
        "frequency_mhz": study.frequencies / HZ_PER_MHZ,
        "s11_db": decibels(study.s11),
        "s11_real": study.s11.real,
        "s11_imag": study.s11.imag,
    }
    write_columns_csv(folder / "s11.csv", columns)
    write_columns_csv(folder / "sar_map.csv", sar_table(study))
    own = (study.frequency, study.s11_at_frequency)
    s11_plot(folder / "s11.png", study.frequencies, study.s11, own, title=f"Reflection of {_where(study)}")
    parts = _parts(study)
    watts, megahertz = study.budget.forward_w, study.frequency / HZ_PER_MHZ
    title = f"Absorption round {_where(study)}, {watts:g} W forward at {megahertz:g} MHz"
    top = study.sar_scale
    sar_picture(folder / "sar.png", *_windows(study, parts, top), top=top, title=title)
    return numbers


def antenna_numbers(study: AntennaStudy) -> Block:
    """Content of ``antenna.json``."""
    s11, budget = study.s11_at_frequency, study.budget
    return {
        "antenna": study.name,
        "frequency_mhz": study.frequency / HZ_PER_MHZ,
        "tissue": {
            "name": study.tissue.name,
            "temperature_c": celsius(study.temperature),
            "relative_permittivity": study.medium[0],
            "conductivity_s_m": study.medium[1],
            "density_kg_m3": study.tissue.density,
        },
        "s11": {
            "real": s11.real,
            "imag": s11.imag,
            "db": float(decibels(s11)),
            "reflected_share_percent": 100.0 * abs(s11) ** 2,
            "reference_mm": float(millimetres(study.antenna.radiator_end)),
        },
        "power": {key: getattr(budget, key) for key, _ in BUDGET}
        | {"incident_w": budget.incident_w, "entering_w": budget.entering_w},
        "computed_tissue_mm": dict(
            zip(("radius", "above_tip"), millimetres(study.model.mesh.points.max(axis=0)).tolist(), strict=True)
        )
        | {"below_tip": float(-millimetres(study.model.mesh.points[:, 1].min()))},
    }


def _where(study: AntennaStudy) -> str:
    return f"antenna '{study.name}' in {study.tissue.name} at {celsius(study.temperature):.3g} °C"


def _parts(study: AntennaStudy) -> list[tuple[str, Floats]]:
    """Polygons of the antenna as they are drawn: its core is metal but for dielectric and slots."""
    top = float(study.model.mesh.points[:, 1].max())
    core = [*core_outline(study.antenna), (study.antenna.line.outer_radius, top), (0.0, top)]
    parts = [(name.partition("_")[0], np.array(outline)) for name, outline in study.polygons.items()]
    around = [part for part in parts if part[0] in ("catheter", "coolant")]
    inside = [part for part in parts if part[0] in ("dielectric", "slot")]
    return [*around, ("metal", np.array(core)), *inside]


def _windows(study: AntennaStudy, parts: list[tuple[str, Floats]], brightest: float) -> tuple[SarPicture, SarPicture]:
    """All that is worth drawing, and the antenna's end."""
    low, high = study.model.mesh.points.min(axis=0), study.model.mesh.points.max(axis=0)
    r, z = np.linspace(low[0], high[0], _SCAN), np.linspace(low[1], high[1], _SCAN)
    sar = _on_grid(study, r, z)
    worth = sar > brightest / 10.0**DECADES
    rows, columns = np.flatnonzero(worth.any(axis=1)), np.flatnonzero(worth.any(axis=0))
    whole = (r[columns[-1]], z[rows[0]], z[rows[-1]])
    near = (_NEAR_RADII * study.antenna.radius, -_NEAR_END, study.antenna.radiator_end + _NEAR_END)
    wide, close = (_picture(study, parts, *map(float, window)) for window in (whole, near))
    return wide, close


def _picture(
    study: AntennaStudy, parts: list[tuple[str, Floats]], radius: float, bottom: float, top: float
) -> SarPicture:
    size = max(radius, top - bottom) / _PIXELS
    r, z = np.arange(0.0, radius, size), np.arange(bottom, top, size)
    return SarPicture(r, z, _on_grid(study, r, z), parts)


def _on_grid(study: AntennaStudy, r: Floats, z: Floats) -> Floats:
    return study.sar(np.stack(np.meshgrid(r, z), axis=-1).reshape(-1, 2)).reshape(len(z), len(r))
