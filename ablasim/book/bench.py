"""What a case works with while it runs: its scenario, its figures, its notes."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ablasim.mesh import Mesh, write_mesh
from ablasim.results.outcome import Results
from ablasim.scenario import Scenario, load_scenario
from ablasim.simulate import run
from ablasim.views.book_figures import Curve, Series, convergence_figure, profile_figure


@dataclass(frozen=True)
class Figure:
    """A picture of a case: file in its output folder, and caption."""

    file: str
    caption: str


@dataclass(frozen=True)
class TableOfCase:
    """A table of a case's page: caption, headings and rows of text."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass
class Bench:
    """What a case's ``run(bench)`` is given.

    Parameters
    ----------
    folder : Path
        The case's folder, with its scenario and reference data.
    output : Path
        Folder that figures and scratch files are written into.
    quick : bool
        Whether the quick set runs: cases then leave out their finest meshes.
    """

    folder: Path
    output: Path
    quick: bool
    figures: list[Figure] = field(default_factory=list)
    tables: list[TableOfCase] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def scenario(self, changes: Mapping[str, Any] | None = None, file: str = "scenario.yaml") -> Scenario:
        """The case's scenario, with some values changed by dotted path.

        Raises
        ------
        ScenarioError
            If the scenario cannot be.
        """
        return load_scenario(self.folder / file, changes)

    def run(self, changes: Mapping[str, Any] | None = None, file: str = "scenario.yaml") -> Results:
        """Run the case's scenario as a user would.

        Raises
        ------
        AblasimError
            As `ablasim.run` does.
        """
        return run(self.scenario(changes, file))

    def reference(self, file: str = "reference.csv") -> list[dict[str, str]]:
        """Rows of the case's reference data by heading."""
        with (self.folder / file).open(encoding="utf-8", newline="") as stream:
            return list(csv.DictReader(line for line in stream if not line.startswith("#")))

    def mesh_file(self, name: str, mesh: Mesh) -> str:
        """Write a mesh beside the figures; gives the path for ``numerics.mesh_file``."""
        path = self.output / f"{name}.msh"
        write_mesh(mesh, path)
        return str(path.resolve())

    def figure(self, name: str, caption: str) -> Path:
        """Announce a picture that the case draws itself; gives the PNG file to write."""
        self.figures.append(Figure(f"{name}.png", caption))
        return self.output / f"{name}.png"

    def convergence(
        self, name: str, caption: str, series: Sequence[Series], *, x_label: str, y_label: str, orders: Sequence[float]
    ) -> None:
        """Draw errors over mesh size or time step with slope triangles; see `convergence_figure`."""
        convergence_figure(self.figure(name, caption), series, x_label=x_label, y_label=y_label, orders=orders)

    def profile(
        self, name: str, caption: str, curves: Sequence[Curve], *, x_label: str, y_label: str, **options: Any
    ) -> None:
        """Draw answers as points on exact curves; see `profile_figure`."""
        profile_figure(self.figure(name, caption), curves, x_label=x_label, y_label=y_label, **options)

    def table(self, caption: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """Put a table on the case's page."""
        self.tables.append(TableOfCase(caption, tuple(columns), tuple(tuple(row) for row in rows)))

    def note(self, text: str) -> None:
        """Put a sentence on the case's page."""
        self.notes.append(text)
