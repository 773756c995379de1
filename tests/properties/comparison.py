"""Whether two runs tell the same story of the same scene in two places."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from motion import Motion

from ablasim.margins.margin import signed_margin
from ablasim.margins.sampling import SURFACE_SPACING
from ablasim.results.outcome import Results
from ablasim.units import millimetres

TEMPERATURE_K = 1e-4
"""On a moved mesh the same sums are added up from other digits, and corrections of up to 100 K are found in single
precision, of seven digits. The largest difference of a drawn scene is 1.3e-5 K; with corrections in double precision
it is 7e-9 K there."""

PATCH_MM = 0.02
"""The smallest margin is looked for on patches of ever finer points, 0.019 mm apart in the end. They turn neither with
the tumour nor with the mesh, and a margin differs between two places by no more than their distance."""

_OF_THE_RUN = {"versions", "scenario_hash", "time", "warnings", "title"}
_PLACES = {"minimum_at_mm", "max_temperature_at_mm", "max_temperature_time_s", "minimum_direction"}
_PLACES |= {"nearest_on_applicator_mm", "nearest_on_vessel_mm", "centre_mm", "angle_deg"}
_SAMPLED = {"surface_share_percent", "percentiles_mm", "excluded_surface_percent", "rules"}
_MARGINS = {"minimum_mm", "minimum_margin_mm", "margin_loss_mm", "mm"}


def assert_same_answer(still: Results, other: Results, motion: Motion) -> None:
    """Assert that a run on a moved mesh has the moved answer, to the accuracy of the solvers.

    Places are compared by what is there, not by their coordinates: where two places are equally hot or equally near,
    rounding decides which is named.
    """
    for variant, march in still.marches.items():
        moved = other.marches[variant]
        assert len(moved.steps) == len(march.steps)
        for name in ("temperature", "temperature_end_of_power"):
            np.testing.assert_allclose(getattr(moved, name), getattr(march, name), rtol=0.0, atol=TEMPERATURE_K)
        assert moved.hottest[0] == pytest.approx(march.hottest[0], abs=TEMPERATURE_K)
    _assert_same_numbers(still.summary, other.summary, "summary", is_turned=not motion.keeps_directions)
    assert_place_of_smallest_margin(still, other, motion, PATCH_MM)
    if still.margin is not None and not motion.keeps_directions:
        spacing_mm = float(millimetres(SURFACE_SPACING))
        percentiles = [results.summary["margin"]["percentiles_mm"] for results in (still, other)]
        assert percentiles[1] == pytest.approx(percentiles[0], abs=spacing_mm)


def assert_place_of_smallest_margin(still: Results, other: Results, motion: Motion, within_mm: float) -> None:
    """Assert that where the margin is smallest it is, in the moved scene, as small as anywhere."""
    if still.margin is None or other.margin is None or still.margin.minimum_at is None:
        return
    place = motion.metres(still.margin.minimum_at[None])
    there = millimetres(signed_margin(other.zone, place)[0])
    assert there == pytest.approx(millimetres(other.margin.minimum), abs=within_mm)


def _assert_same_numbers(still: Any, other: Any, where: str, *, is_turned: bool) -> None:
    """Compare two summaries key by key, but for what depends on when and how they were computed."""
    if isinstance(still, dict):
        left_out = _OF_THE_RUN | _PLACES | (_SAMPLED if is_turned else set())
        assert still.keys() == other.keys(), where
        for key in still.keys() - left_out:
            _assert_same_numbers(still[key], other[key], f"{where}.{key}", is_turned=is_turned)
    elif isinstance(still, list) and all(isinstance(item, dict) for item in still):
        assert len(still) == len(other), where
        for number, (one, two) in enumerate(zip(still, other, strict=True)):
            _assert_same_numbers(one, two, f"{where}.{number}", is_turned=is_turned)
    elif isinstance(still, float) and math.isfinite(still):
        is_margin = is_turned and where.rpartition(".")[2] in _MARGINS
        allowed = 2.0 * PATCH_MM if is_margin else 1e-5
        assert other == pytest.approx(still, rel=1e-6, abs=allowed), where
    else:
        assert still == other, where
