"""How well two zones agree: predicted against observed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ablasim.margins.sampling import SURFACE_SPACING
from ablasim.margins.signed import SignedSearch
from ablasim.margins.statistics import area_percentiles
from ablasim.masks.frames import check_frames, no_overlap
from ablasim.masks.grid import Grid
from ablasim.masks.read import Shape
from ablasim.units import MM_PER_M, millilitres

_SPACINGS = (0.25e-3, 1e-3)  # m; finest and coarsest lattice for volumes
_LATTICE_SHARE = 1.0 / 32.0  # of the smaller shape's least extent
_PERCENT = 95


@dataclass(frozen=True)
class Overlap:
    """Agreement of a predicted with an observed shape.

    Parameters
    ----------
    dice : float
        Twice the common volume over the sum of the volumes, 0 to 1.
    predicted_volume, observed_volume, common_volume : float
        Volumes, m³.
    mean_distance : float
        Average symmetric surface distance, m: the mean, over the area of both surfaces together, of the distance to
        the other surface.
    percentile_distance : float
        95th-percentile (Hausdorff) distance, m: for each surface, the distance to the other that 95 % of its area
        stay below; the larger of the two.
    error : float
        How far masks leave distances open, m: half a voxel of each; 0 for surfaces.
    warnings : tuple of str
        What a reader must know.
    """

    dice: float
    predicted_volume: float
    observed_volume: float
    common_volume: float
    mean_distance: float
    percentile_distance: float
    error: float
    warnings: tuple[str, ...]


def measure_overlap(predicted: Shape, observed: Shape, *, spacing: float = SURFACE_SPACING) -> Overlap:
    """Measure how well two shapes agree.

    Distances are taken from points all over one surface to the triangles of the other, and weighted with the area
    that each point stands for: tools that count voxels or vertices instead differ by much [2]_. Definitions are
    those that [1]_ recommends under the names DSC, ASSD and HD95 (the latter as the larger of two directed
    percentiles; some tools pool both directions). Read: the abstracts; the formulas were not checked there.

    Parameters
    ----------
    predicted, observed : Shape
        The shapes.
    spacing : float, optional
        Largest spacing of the points, m.

    Returns
    -------
    Overlap
        The agreement; all of it but the volumes' difference is symmetric.

    Raises
    ------
    MaskError
        If they do not overlap.

    References
    ----------
    .. [1] Maier-Hein, Reinke et al., Metrics reloaded, Nat. Methods 21:195-212, 2024, doi:10.1038/s41592-023-02151-z.
    .. [2] Podobnik and Vrtovec, Understanding implementation pitfalls of distance-based metrics for image
       segmentation, arXiv:2410.02630, 2024.
    """
    check_frames(predicted, observed)
    searches = [SignedSearch.of(shape.surface) for shape in (predicted, observed)]
    bounds = [shape.surface.bounds for shape in (predicted, observed)]
    low, high = np.minimum(bounds[0][0], bounds[1][0]), np.maximum(bounds[0][1], bounds[1][1])
    step = float(np.clip(min((end - start).min() for start, end in bounds) * _LATTICE_SHARE, *_SPACINGS))
    grid = Grid.covering(low - step, high + step, step)
    points = grid.points()
    one, other = (search.depth(points) for search in searches)
    cells = grid.cells((one > 0.0) | (other > 0.0))
    volumes = [float(grid.volumes(cells, level).sum()) for level in (one, other)]
    common = float(grid.volumes(cells, one, other).sum())
    if common == 0.0:
        raise no_overlap(predicted, observed)
    means, percentiles, areas = [], [], []
    for shape, search in ((predicted, searches[1]), (observed, searches[0])):
        places, area, _ = shape.surface.sample_surface(spacing)
        distance = search.search.distance(places)
        areas.append(float(area.sum()))
        means.append(float(distance @ area))
        percentiles.append(area_percentiles(distance, area, (_PERCENT,))[_PERCENT])
    return Overlap(
        dice=2.0 * common / sum(volumes),
        predicted_volume=predicted.surface.volume,
        observed_volume=observed.surface.volume,
        common_volume=common,
        mean_distance=sum(means) / sum(areas),
        percentile_distance=max(percentiles),
        error=predicted.error + observed.error,
        warnings=(*predicted.warnings, *observed.warnings),
    )


def overlap_summary(overlap: Overlap) -> dict[str, Any]:
    """The agreement in ml, mm and percent.

    Parameters
    ----------
    overlap : Overlap
        The agreement.
    """
    difference = overlap.predicted_volume - overlap.observed_volume
    return {
        "dice": overlap.dice,
        "predicted_ml": millilitres(overlap.predicted_volume),
        "observed_ml": millilitres(overlap.observed_volume),
        "common_ml": millilitres(overlap.common_volume),
        "volume_difference_ml": millilitres(difference),
        "volume_difference_percent": 100.0 * difference / overlap.observed_volume,
        "mean_surface_distance_mm": overlap.mean_distance * MM_PER_M,
        "surface_distance_95_percent_mm": overlap.percentile_distance * MM_PER_M,
        "voxel_error_mm": overlap.error * MM_PER_M,
    }
