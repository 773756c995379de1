"""What can go wrong with a benchmark, in words."""

from __future__ import annotations


class BenchmarkError(Exception):
    """Something was asked for that cannot be, or a measured program failed."""
