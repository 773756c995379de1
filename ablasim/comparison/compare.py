"""The comparison of finished runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ablasim.comparison.changes import changes_of_anatomy
from ablasim.comparison.differences import Difference, differences
from ablasim.comparison.quantities import Row, comparison_rows
from ablasim.comparison.runs import FinishedRun
from ablasim.errors import ScenarioError
from ablasim.results.paths import at


@dataclass(frozen=True, eq=False)
class Comparison:
    """Runs side by side.

    Parameters
    ----------
    runs : tuple of FinishedRun
        The runs.
    rows : tuple of Row
        What they reached.
    differences : tuple of Difference
        Where they differ apart from device and treatment.
    changes : tuple of str
        How tumours and vessels differ, a few words each.
    remarks : tuple of str
        What a reader must know of single runs: stopped early, numbers of another scenario.
    failed : mapping of str to str
        Cases that have no run, each with the reason.
    """

    runs: tuple[FinishedRun, ...]
    rows: tuple[Row, ...]
    differences: tuple[Difference, ...]
    changes: tuple[str, ...]
    remarks: tuple[str, ...]
    failed: Mapping[str, str] = field(default_factory=dict)

    @property
    def same_patient(self) -> bool:
        """Whether tissues, their blood supply and layers are the same in all runs, and all have a tumour or none."""
        return not any(difference.of_patient for difference in self.differences)

    @property
    def same_anatomy(self) -> bool:
        """Whether tumour and vessels are the same as well."""
        return self.same_patient and not any(difference.of_anatomy for difference in self.differences)


def compare_runs(runs: Sequence[FinishedRun], failed: Mapping[str, str] | None = None) -> Comparison:
    """Put finished runs side by side.

    Parameters
    ----------
    runs : sequence of FinishedRun
        At least two, each with a name of its own.
    failed : mapping of str to str, optional
        Cases that have no run, each with the reason.

    Raises
    ------
    ScenarioError
        If there are fewer than two, or two have one name.
    """
    names = [run.name for run in runs]
    if len(runs) < 2 or len(set(names)) < len(names):
        message = f"{', '.join(names) or 'nothing'}: must be at least two runs, each with a name of its own"
        raise ScenarioError(message)
    found = differences(runs)
    return Comparison(
        runs=tuple(runs),
        rows=comparison_rows(runs),
        differences=found,
        changes=changes_of_anatomy(found, runs),
        remarks=tuple(remark for run in runs for remark in _remarks(run)),
        failed=dict(failed or {}),
    )


def _remarks(run: FinishedRun) -> list[str]:
    remarks = []
    if run.summary["status"] != "complete":
        remarks.append(f"{run.name} was stopped before its end: its numbers are those of that moment")
    if not run.is_of_its_scenario:
        remarks.append(f"{run.name}: its numbers carry the hash of another scenario than the one that lies beside them")
    if run.anatomy.centre_lines and at(run.summary, "heat_sink.volume_loss_ml") is None:
        remarks.append(f"{run.name} ran without the twin no_vessel: what its vessels cost is not known")
    if run.kind == "ire" and at(run.summary, "heat_sink.volume_loss_ml") is not None:
        remarks.append(
            f"{run.name}: what vessels cost it is the field's distortion by blood, not heat that they carry off; "
            "what is 'drawn in' counts the lumen, what is lost on that line does not"
        )
    return remarks
