"""The files of a comparison: table, numbers, picture and page."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from ablasim.anatomy import Anatomy
from ablasim.comparison import Comparison
from ablasim.results.files import plain, write_json
from ablasim.views.compare_page import render_comparison
from ablasim.views.compare_panels import common_plane, read_panel
from ablasim.views.compare_picture import Captioned, compare_picture
from ablasim.views.compare_text import alarm, modality, short_line

NUMBERS, TABLE, PICTURE, PAGE = "compare.json", "compare.csv", "compare.png", "compare.html"

_FOOTNOTE = (
    "Plane through the tumour's centre and the nearest point of a vessel; one plane and one scale.\n"
    "For research and teaching only, not for clinical decisions."
)


def write_comparison(comparison: Comparison, folders: Mapping[str, Path], target: Path) -> dict[str, Any]:
    """Write a comparison into an existing folder, its numbers even if the picture cannot be drawn.

    Parameters
    ----------
    comparison : Comparison
        The comparison.
    folders : mapping of str to Path
        Folder of each run's files, by its name.
    target : Path
        Where to write.

    Returns
    -------
    dict
        The content of ``compare.json``.

    Raises
    ------
    OSError
        If something cannot be written.
    """
    picture: Path | None = target / PICTURE
    try:
        _draw(comparison, folders, target / PICTURE)
    except OSError:
        raise
    except Exception as error:  # whatever a library of pictures stumbles over: the numbers are kept
        remark = f"the picture could not be drawn ({type(error).__name__}: {error}); all numbers are written"
        comparison, picture = replace(comparison, remarks=(*comparison.remarks, remark)), None
    numbers = comparison_numbers(comparison)
    write_json(target / NUMBERS, numbers)
    _write_table(comparison, target / TABLE)
    render_comparison(target / PAGE, comparison, picture)
    return numbers


def comparison_numbers(comparison: Comparison) -> dict[str, Any]:
    """Content of ``compare.json``; see the reference page for each key."""
    return {
        "same_patient": comparison.same_patient,
        "same_anatomy": comparison.same_anatomy,
        "cases": {
            run.name: {
                "title": run.summary["title"],
                "kind": run.kind,
                "status": run.summary["status"],
                "scenario_hash": run.summary["scenario_hash"],
                "is_of_its_scenario": run.is_of_its_scenario,
                "versions": dict(run.summary["versions"]),
                "warnings": list(run.summary.get("warnings") or ()),
            }
            for run in comparison.runs
        },
        "rows": [
            {
                "key": row.quantity.key,
                "group": row.quantity.group,
                "label": row.quantity.label,
                "unit": row.quantity.unit or None,
                "values": _by_name(comparison, row.values),
                "plus_minus": _by_name(comparison, row.spreads),
            }
            for row in comparison.rows
        ],
        "changes": list(comparison.changes),
        "differences": [asdict(difference) for difference in comparison.differences],
        "remarks": list(comparison.remarks),
        "failed": dict(comparison.failed),
    }


def _by_name(comparison: Comparison, values: tuple[Any, ...]) -> dict[str, Any]:
    return {run.name: value for run, value in zip(comparison.runs, values, strict=True)}


def _write_table(comparison: Comparison, path: Path) -> None:
    """A row for each quantity; a column for each run, and one for its ± where any was verified."""
    verified = [any(row.spreads[index] is not None for row in comparison.rows) for index in range(len(comparison.runs))]
    names = [
        column
        for run, has_spread in zip(comparison.runs, verified, strict=True)
        for column in ((run.name, f"{run.name}_plus_minus") if has_spread else (run.name,))
    ]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["key", "quantity", "unit", *names])
        for row in comparison.rows:
            cells = [
                cell
                for value, spread, has_spread in zip(row.values, row.spreads, verified, strict=True)
                for cell in ((value, spread) if has_spread else (value,))
            ]
            label = f"{row.quantity.group}: {row.quantity.label}"
            writer.writerow([row.quantity.key, label, row.quantity.unit, *map(plain, cells)])


def _shown(anatomy: Anatomy) -> int:
    """How much of what the plane is laid through a case has: a tumour, and vessels."""
    return (anatomy.tumour is not None) + bool(anatomy.centre_lines)


def _draw(comparison: Comparison, folders: Mapping[str, Path], path: Path) -> None:
    plane = common_plane(max((run.anatomy for run in comparison.runs), key=_shown))
    captioned = [
        Captioned(modality(run), str(run.summary["title"]), short_line(run), read_panel(run, folders[run.name], plane))
        for run in comparison.runs
    ]
    compare_picture(path, captioned, footnote=_FOOTNOTE, alarm=alarm(comparison))
