"""Margin and overlap of shapes that were drawn or simulated elsewhere: surfaces and label volumes."""

from __future__ import annotations

from ablasim.masks.assess import MaskMargin, assess_masks
from ablasim.masks.overlap import Overlap, measure_overlap, overlap_summary
from ablasim.masks.read import Shape, read_shape

__all__ = [
    "MaskMargin",
    "Overlap",
    "Shape",
    "assess_masks",
    "measure_overlap",
    "overlap_summary",
    "read_shape",
]
