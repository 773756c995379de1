"""All pictures of a study."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ablasim.errors import OutputError
from ablasim.study.pictures.curve_sets import draw_curves
from ablasim.study.pictures.maps import draw_maps
from ablasim.study.pictures.smooth_maps import draw_smooth_maps
from ablasim.study.pictures.studied import read_studied
from ablasim.study.pictures.tornados import draw_tornados
from ablasim.study.store import StudyFolder

PICTURES = "pictures"
"""Folder of the pictures, in that of the study."""

HEADLINE = ("margin.minimum_mm",)
"""Results that are drawn unless others are asked for."""


def draw_pictures(
    folder: StudyFolder, results: Sequence[str] = HEADLINE, rows: Any = None, *, smooth: bool = False
) -> list[Path]:
    """Draw response maps, curves and tornado plots of a study, as far as its design has them.

    Parameters
    ----------
    folder : StudyFolder
        Folder of the study; pictures go into ``pictures/`` in it.
    results : sequence of str, optional
        Columns of the table with numbers.
    rows : pandas.DataFrame, optional
        Rows of its table to draw; by default all.
    smooth : bool, optional
        Whether to draw, of all rows, maps by the surrogate instead of these pictures.

    Returns
    -------
    list of Path
        What was written; nothing while no case has such a result.

    Raises
    ------
    OutputError
        If it is no folder of a study, a result is no column with numbers, or the pictures cannot be written.
    AnalysisError
        If there is no smooth map to draw, or too few cases for one.
    """
    studied = read_studied(folder, rows)
    target = folder.path / PICTURES
    written: list[Path] = []
    try:
        target.mkdir(exist_ok=True)
        for result in results:
            if result not in studied.table:
                continue
            if studied.table[result].dtype != "float64":
                message = f"'{result}': holds words, and a picture needs numbers"
                raise OutputError(message)
            if not np.isfinite(studied.numbers(result)).any():
                continue
            if smooth:
                written += draw_smooth_maps(folder, studied, result, target)
                continue
            for draw in (draw_maps, draw_curves, draw_tornados):
                written += draw(studied, result, target)
    except OSError as error:
        message = f"{target}: cannot be written: {error.strerror or error}"
        raise OutputError(message) from error
    return written
