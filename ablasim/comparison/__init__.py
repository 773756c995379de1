"""Finished runs side by side: what each reached, and whether they asked the same of the same patient."""

from ablasim.comparison.changes import changes_of_anatomy
from ablasim.comparison.compare import Comparison, compare_runs
from ablasim.comparison.differences import Difference, differences_of_scenarios
from ablasim.comparison.quantities import Quantity, Row
from ablasim.comparison.runs import Case, FinishedRun, read_run

__all__ = [
    "Case",
    "Comparison",
    "Difference",
    "FinishedRun",
    "Quantity",
    "Row",
    "changes_of_anatomy",
    "compare_runs",
    "differences_of_scenarios",
    "read_run",
]
