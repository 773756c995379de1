"""What a result folder keeps of its fields, read back: the mesh with its regions, and every saved time."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

from ablasim.errors import OutputError
from ablasim.mesh.tetrahedra import OUTER, Mesh, boundary_triangles
from ablasim.results.fields import NAMES_ATTRIBUTE, ZONE_LEVELS
from ablasim.variants import Variant

FIELDS = "fields.vtkhdf"
"""Name of the file in a result folder."""

Floats = NDArray[np.float64]


_ALL = slice(None)


class SavedFields:
    """The file ``fields.vtkhdf`` of a finished run, opened for reading; a context manager.

    Parameters
    ----------
    folder : Path
        Folder of the run.

    Raises
    ------
    OutputError
        If the file is missing, or is none that a run has written.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / FIELDS
        if not self.path.is_file():
            message = f"{folder}: has no {FIELDS}, which holds temperature and zone over time: run the scenario again"
            raise OutputError(message)
        try:
            self._file = h5py.File(self.path, "r")
            self._root = self._file["VTKHDF"]
            self.times: tuple[float, ...] = tuple(self._root["Steps/Values"][()].tolist())
            self._n_points = int(self._root["NumberOfPoints"][0])
            self._regions = tuple(str(name) for name in self._root["CellData"].attrs[NAMES_ATTRIBUTE])
        except (OSError, KeyError, ValueError) as error:
            message = f"{self.path}: cannot be read: {error}: must be the fields of a finished run"
            raise OutputError(message) from error

    @cached_property
    def mesh(self) -> Mesh:
        """The mesh; of its facets only the outside is known, lumens' ends included."""
        cells = self._read("Connectivity").reshape(-1, 4).astype(np.int32)
        outside = boundary_triangles(cells)
        return Mesh(
            points=self._read("Points"),
            cells=cells,
            cell_region=self._read("CellData/region").astype(np.int32),
            cell_region_names=self._regions,
            facets=outside,
            facet_region=np.zeros(len(outside), dtype=np.int32),
            facet_region_names=(OUTER,),
        )

    def has_levels(self, variant: Variant = "actual") -> bool:
        """Whether the zone of the run, or of its twin without vessels, is kept over time."""
        return ZONE_LEVELS[variant] in self._root["PointData"]

    def temperature_c(self, index: int) -> Floats:
        """Nodal temperature at a saved time, °C, shape (n_points,)."""
        return self._at("temperature_c", index)

    def level(self, index: int, variant: Variant = "actual") -> Floats:
        """Level of the headline model of damage at a saved time, dead where positive, NaN outside tissue."""
        return self._at(ZONE_LEVELS[variant], index)

    def constant(self, name: str) -> Floats | None:
        """Nodal field that is kept once, such as ``level_{model}`` of a run with pulses; None without it."""
        if name not in self._root["PointData"]:
            return None
        values: Floats = self._read(f"PointData/{name}").astype(float)
        return values

    def __enter__(self) -> SavedFields:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._file.close()

    def _at(self, name: str, index: int) -> Floats:
        start = range(len(self.times))[index] * self._n_points
        values: Floats = self._read(f"PointData/{name}", slice(start, start + self._n_points)).astype(float)
        return values

    def _read(self, name: str, which: slice = _ALL) -> NDArray[Any]:
        try:
            values: NDArray[Any] = self._root[name][which]
        except (OSError, KeyError) as error:
            message = f"{self.path}: damaged: {name} cannot be read: run the scenario again, or copy the file anew"
            raise OutputError(message) from error
        return values
