"""What an ablation achieved: the zone, the margin round the tumour, and what vessels took from both."""

from ablasim.margins.axes import Axes, measure_axes
from ablasim.margins.clip import dead_fraction, dead_volume
from ablasim.margins.common import common_volume
from ablasim.margins.contour import Contour, contour
from ablasim.margins.contraction import PRESETS, Contraction, SeenMargin, Shrinkage, seen_margin
from ablasim.margins.distance import CellSearch, TriangleSearch, interpolate
from ablasim.margins.domain import Domain
from ablasim.margins.heat_sink import (
    HeatSink,
    Loss,
    Outcome,
    VesselEffect,
    compare_twins,
    nearest_branch,
    vessel_effect,
)
from ablasim.margins.lines import nearest_places
from ablasim.margins.margin import Margin, assess_margin, describe_margin, minimum_margin, signed_margin
from ablasim.margins.profile import AngularProfile, angular_profile
from ablasim.margins.ray import ray_exit
from ablasim.margins.rim import Rim, measure_rim
from ablasim.margins.sampling import SampledTumour, sample_tumour
from ablasim.margins.statistics import MarginClass, SurfaceShares, coverage_curve
from ablasim.margins.summary import heat_sink_summary, margin_summary, seen_summary, zone_summary
from ablasim.margins.zone import Zone, ablation_zone

__all__ = [
    "PRESETS",
    "AngularProfile",
    "Axes",
    "CellSearch",
    "Contour",
    "Contraction",
    "Domain",
    "HeatSink",
    "Loss",
    "Margin",
    "MarginClass",
    "Outcome",
    "Rim",
    "SampledTumour",
    "SeenMargin",
    "Shrinkage",
    "SurfaceShares",
    "TriangleSearch",
    "VesselEffect",
    "Zone",
    "ablation_zone",
    "angular_profile",
    "assess_margin",
    "common_volume",
    "compare_twins",
    "contour",
    "coverage_curve",
    "dead_fraction",
    "dead_volume",
    "describe_margin",
    "heat_sink_summary",
    "interpolate",
    "margin_summary",
    "measure_axes",
    "measure_rim",
    "minimum_margin",
    "nearest_branch",
    "nearest_places",
    "ray_exit",
    "sample_tumour",
    "seen_margin",
    "seen_summary",
    "signed_margin",
    "vessel_effect",
    "zone_summary",
]
