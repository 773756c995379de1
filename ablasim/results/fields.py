"""Temperature and damage over time as one transient VTKHDF file, which ParaView opens as it is.

The file follows the VTKHDF specification, version 2.2, for a static ``UnstructuredGrid`` [1]_: points, cells, cell
data and point data that stays the same are stored once and every time step points back to them; other point data is
appended step after step. gzip with byte shuffling and the library's default file version are used, because VTK reads
neither lzf nor ``libver="latest"``.

References
----------
.. [1] Kitware, VTK file formats, "VTKHDF file format", section "Temporal data".
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from types import TracebackType
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

from ablasim.results.disk import DiskFile
from ablasim.variants import Variant

VTKHDF_VERSION = (2, 2)
VTK_TETRA = 10
GZIP_LEVEL = 1
SINGLE_BITS = 24  # significant ones of a single
BITS = 16  # significant ones that are kept
LEVEL_BITS = 8
"""Significant bits of the levels of a zone. The place t along an edge of the mesh where a level changes its sign
moves by at most t (1 - t) 2 * 2⁻⁸ of the edge: two thousandths."""

NAMES_ATTRIBUTE = "region_names"
ZONE_LEVELS: Mapping[Variant, str] = {"actual": "zone_level", "no_vessel": "zone_level_without_vessels"}
"""Names of the levels of the headline damage model, dead where positive, NaN outside tissue, cut off at ±3."""

GEOMETRY_OFFSETS = ("PartOffsets", "PointOffsets")
TOPOLOGY_OFFSETS = ("CellOffsets", "ConnectivityIdOffsets")


class FieldsWriter:
    """Transient fields on a tetrahedral mesh that does not change.

    Parameters
    ----------
    path : path
        File to write, ``fields.vtkhdf``.
    points : ndarray, shape (n_points, 3)
        Coordinates, m.
    cells : ndarray of int, shape (n_cells, 4)
        Point indices of the tetrahedra.
    cell_data : mapping of str to ndarray, shape (n_cells,), optional
        Values that do not change, such as the region index of every cell.
    region_names : sequence of str, optional
        Names of the region indices; kept as an attribute of the file, since VTK data arrays hold numbers
        alone.
    constant_data : mapping of str to ndarray, shape (n_points,), optional
        Point data that is the same at every time, rounded as the rest.

    Raises
    ------
    ValueError
        If an array does not fit the mesh, times do not increase, or a step brings other fields than the
        first.
    OSError
        If the file cannot be written.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> points, cells = np.vstack([np.zeros(3), np.eye(3)]), np.array([[0, 1, 2, 3]])
    >>> with TemporaryDirectory() as place:
    ...     with FieldsWriter(Path(place) / "fields.vtkhdf", points, cells) as fields:
    ...         fields.append(0.0, {"temperature_c": np.full(4, 37.0)})
    ...     fields.n_steps
    1
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        points: NDArray[np.floating],
        cells: NDArray[np.integer],
        cell_data: Mapping[str, NDArray[Any]] | None = None,
        *,
        region_names: tuple[str, ...] = (),
        constant_data: Mapping[str, NDArray[Any]] | None = None,
    ) -> None:
        data, constant = dict(cell_data or {}), dict(constant_data or {})
        for name, values in data.items():
            _check_length(f"cell data '{name}'", values, len(cells))
        for name, values in constant.items():
            _check_length(f"field '{name}'", values, len(points))
        self._n_points = len(points)
        self._times: list[float] = []
        self._names: tuple[str, ...] = ()
        self._disk = DiskFile(path)
        self._file = h5py.File(self._disk, "w")
        self._root = self._file.create_group("VTKHDF")
        self._root.attrs["Version"] = VTKHDF_VERSION
        self._root.attrs.create("Type", b"UnstructuredGrid", dtype=h5py.string_dtype("ascii", 16))
        self._write_geometry(points, cells)
        for name, values in data.items():
            self._root.require_group("CellData").create_dataset(name, data=values, **_packed(len(values)))
        if region_names:
            self._root.require_group("CellData").attrs[NAMES_ATTRIBUTE] = list(region_names)
        self._root.create_group("PointData")
        self._constant = tuple(constant)
        for name, values in constant.items():
            self._root["PointData"].create_dataset(name, data=rounded(values), **_packed(len(values)))

    @property
    def n_steps(self) -> int:
        """Number of time steps written so far."""
        return len(self._times)

    def append(self, time_s: float, point_data: Mapping[str, NDArray[Any]]) -> None:
        """Write the fields at a time, in single precision, as `rounded` leaves them.

        Parameters
        ----------
        time_s : float
            Simulated time, s, later than the last.
        point_data : mapping of str to ndarray, shape (n_points,)
            The same names at every time; names carry the units, such as ``temperature_c``.

        Raises
        ------
        ValueError
            If a field does not fit the mesh, the names change, or time does not increase.
        OSError
            If the file cannot be written.
        """
        self._disk.check()
        if self._times and not time_s > self._times[-1]:
            message = f"time must increase: {time_s:g} s after {self._times[-1]:g} s"
            raise ValueError(message)
        for name, values in point_data.items():
            _check_length(f"field '{name}'", values, self._n_points)
        if self._times and set(point_data) != set(self._names):
            message = f"every time needs the same fields: {sorted(point_data)} after {sorted(self._names)}"
            raise ValueError(message)
        if not self._times:
            self._start_fields(point_data)
        for name, values in point_data.items():
            dataset = self._root["PointData"][name]
            start = self.n_steps * self._n_points
            dataset.resize(start + self._n_points, axis=0)
            dataset[start:] = rounded(values)
        self._times.append(float(time_s))

    def close(self) -> None:
        """Write the table of time steps and close the file; a second call does nothing.

        Raises
        ------
        OSError
            If the file cannot be written.
        """
        if self._file.id.valid:
            try:
                self._write_steps()
                self._file.close()
            finally:
                self._disk.close()

    def __enter__(self) -> FieldsWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def _write_geometry(self, points: NDArray[np.floating], cells: NDArray[np.integer]) -> None:
        corners = np.asarray(cells, dtype=np.int64)
        arrays: dict[str, NDArray[Any]] = {
            "Points": np.asarray(points, dtype=np.float64),
            "Connectivity": corners.ravel(),
            "Offsets": np.arange(0, corners.size + 1, 4, dtype=np.int64),
            "Types": np.full(len(corners), VTK_TETRA, dtype=np.uint8),
        }
        for name, array in arrays.items():
            self._root.create_dataset(name, data=array, **_packed(*array.shape))
        counts = (len(points), len(corners), corners.size)
        for name, count in zip(("Points", "Cells", "ConnectivityIds"), counts, strict=True):
            self._root.create_dataset(f"NumberOf{name}", data=np.array([count], dtype=np.int64))

    def _start_fields(self, point_data: Mapping[str, NDArray[Any]]) -> None:
        self._names = tuple(point_data)
        for name in self._names:
            self._root["PointData"].create_dataset(
                name, shape=(0,), maxshape=(None,), dtype=np.float32, **_packed(self._n_points)
            )

    def _write_steps(self) -> None:
        steps = self._root.create_group("Steps")
        n = self.n_steps
        steps.attrs["NSteps"] = np.int64(n)
        steps["Values"] = np.asarray(self._times, dtype=np.float64)
        steps["NumberOfParts"] = np.ones(n, dtype=np.int64)
        for name in GEOMETRY_OFFSETS:
            steps[name] = np.zeros(n, dtype=np.int64)
        for name in TOPOLOGY_OFFSETS:
            steps[name] = np.zeros((n, 1), dtype=np.int64)
        for name in self._names:
            steps[f"PointDataOffsets/{name}"] = np.arange(n, dtype=np.int64) * self._n_points
        for name in self._constant:
            steps[f"PointDataOffsets/{name}"] = np.zeros(n, dtype=np.int64)
        for name in self._root.get("CellData", ()):
            steps[f"CellDataOffsets/{name}"] = np.zeros(n, dtype=np.int64)


def rounded(values: NDArray[Any], bits: int = BITS) -> NDArray[np.float32]:
    """Round to single precision with fewer significant bits; 16 halve the compressed file.

    Parameters
    ----------
    values : ndarray
        Any numbers.
    bits : int, optional
        Significant bits to keep, 1 to 23.

    Returns
    -------
    ndarray of float32
        Values off by at most 2⁻ᵇ of themselves; with 16 bits 1.5e-5: 0.5 mK below 64 °C, 1 mK below 128 °C. NaN,
        infinities and signs stay.

    Examples
    --------
    >>> rounded(np.array([37.0, 0.0, np.nan])).tolist()
    [37.0, 0.0, nan]
    """
    single = np.array(values, dtype=np.float32)
    word = single.view(np.uint32)
    dropped = SINGLE_BITS - bits
    half = np.uint32(1 << (dropped - 1))
    mask = np.uint32(0xFFFFFFFF << dropped & 0xFFFFFFFF)
    shortened = ((word + half) & mask).view(np.float32)
    return np.where(np.isfinite(single), shortened, single)


def _check_length(what: str, values: NDArray[Any], expected: int) -> None:
    if np.shape(values) != (expected,):
        message = f"{what} has shape {np.shape(values)}; the mesh asks for ({expected},)"
        raise ValueError(message)


def _packed(*chunk: int) -> dict[str, Any]:
    """Compression in chunks of one frame; an empty array is stored as it is."""
    if 0 in chunk:
        return {}
    return {"chunks": chunk, "compression": "gzip", "compression_opts": GZIP_LEVEL, "shuffle": True}
