"""The page of a comparison: one self-contained HTML file."""

from __future__ import annotations

from pathlib import Path

from ablasim.comparison import Comparison, FinishedRun
from ablasim.views.compare_text import headline, notes, sections, verdict
from ablasim.views.report import DISCLAIMER, embedded, environment


def render_comparison(path: Path, comparison: Comparison, picture: Path | None) -> None:
    """Write the page of a comparison with its picture inside.

    Parameters
    ----------
    path : Path
        HTML file to write.
    comparison : Comparison
        The comparison.
    picture : Path or None
        PNG file; None leaves it out.
    """
    page = (
        environment()
        .get_template("compare.html")
        .render(
            title=headline(comparison),
            disclaimer=DISCLAIMER,
            verdict=verdict(comparison),
            is_same=comparison.same_anatomy,
            picture=None if picture is None else embedded(picture),
            columns=("", *(run.name for run in comparison.runs)),
            sections=sections(comparison),
            notes=notes(comparison),
            warnings={run.name: run.summary["warnings"] for run in comparison.runs if run.summary.get("warnings")},
            provenance=[_provenance(run) for run in comparison.runs],
        )
    )
    path.write_text(page, encoding="utf-8")


def _provenance(run: FinishedRun) -> str:
    versions = " · ".join(f"{package} {version}" for package, version in run.summary["versions"].items())
    return f"{run.name}: {versions} · scenario hash {run.summary['scenario_hash']}"
