"""Finished runs side by side: what each reached, and whether they asked the same of the same patient."""

from ablasim.comparison.compare import Comparison, compare_runs
from ablasim.comparison.differences import Difference
from ablasim.comparison.quantities import Quantity, Row
from ablasim.comparison.runs import FinishedRun, read_run

__all__ = ["Comparison", "Difference", "FinishedRun", "Quantity", "Row", "compare_runs", "read_run"]
