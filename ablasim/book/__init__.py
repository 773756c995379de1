"""The verification and validation book: cases that run, what they found, and the pages that show it.

The cases themselves stand in ``validation/`` of the repository, one folder each; this package finds, runs and publishes
them.
"""

from __future__ import annotations

from ablasim.book.bench import Bench
from ablasim.book.checks import (
    Check,
    compare,
    context,
    converges,
    experiment,
    states,
    stays_below,
    within_band,
)

__all__ = [
    "Bench",
    "Check",
    "compare",
    "context",
    "converges",
    "experiment",
    "states",
    "stays_below",
    "within_band",
]
