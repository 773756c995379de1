"""The plain files of a result: JSON, CSV and surfaces."""

from __future__ import annotations

import base64
import csv
import json
import math
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

import numpy as np
from numpy.typing import NDArray

from ablasim.results.folder import ResultFolder

__all__ = ["ResultFolder", "plain", "write_columns_csv", "write_json", "write_surface_vtp"]

VTK_TYPES = {"f4": "Float32", "f8": "Float64", "i4": "Int32", "i8": "Int64", "u1": "UInt8"}


def write_json(path: Path, content: Mapping[str, Any]) -> None:
    """Write a JSON file: keys in the order given, full precision, NaN and infinities as ``null``.

    Parameters
    ----------
    path : Path
        File to write.
    content : mapping
        Nested mappings, sequences, numpy arrays and scalars, strings, numbers, booleans, None.

    Raises
    ------
    TypeError
        If a value is of a kind that JSON does not have.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as place:
    ...     write_json(Path(place) / "a.json", {"b": np.float64("nan"), "a": np.array([0.1, 2.0])})
    ...     json.loads((Path(place) / "a.json").read_text())
    {'b': None, 'a': [0.1, 2.0]}
    """
    text = json.dumps(plain(content), indent=2, ensure_ascii=False, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8")


def plain(value: Any) -> Any:
    """Reduce a value to what JSON has: numpy to Python, tuples to lists, NaN and infinities to None.

    Raises
    ------
    TypeError
        If a value is of a kind that JSON does not have.

    Examples
    --------
    >>> plain({"a": (np.int64(1), float("inf"), None)})
    {'a': [1, None, None]}
    """
    if isinstance(value, np.ndarray | np.generic):
        value = value.tolist()
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, Sequence | set | frozenset):
        return [plain(item) for item in value]
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    message = f"cannot write a {type(value).__name__} into JSON: {value!r}"
    raise TypeError(message)


def write_columns_csv(path: Path, columns: Mapping[str, NDArray[Any]]) -> None:
    """Write columns of equal length as CSV; the header holds their names, which carry the units.

    Parameters
    ----------
    path : Path
        File to write.
    columns : mapping of str to ndarray, shape (n_times,)
        Such as ``{"time_s": ..., "power_w": ...}``; NaN is written as an empty field.

    Raises
    ------
    ValueError
        If the columns differ in length.
    """
    lengths = {name: len(column) for name, column in columns.items()}
    if len(set(lengths.values())) > 1:
        message = f"columns must be of one length: {lengths}"
        raise ValueError(message)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        for row in zip(*(np.asarray(column).tolist() for column in columns.values()), strict=True):
            writer.writerow(["" if isinstance(value, float) and math.isnan(value) else value for value in row])


def write_surface_vtp(
    path: Path,
    points: NDArray[np.floating],
    triangles: NDArray[np.integer],
    point_data: Mapping[str, NDArray[Any]] | None = None,
) -> None:
    """Write a triangle surface as VTK XML PolyData (.vtp), for ParaView.

    Parameters
    ----------
    path : Path
        File to write.
    points : ndarray, shape (n_points, 3)
        Coordinates, m.
    triangles : ndarray of int, shape (n_triangles, 3)
        Point indices.
    point_data : mapping of str to ndarray, shape (n_points,) or (n_points, k), optional
        Values at the points; names carry the units.

    Raises
    ------
    ValueError
        If an array of point data does not fit the points.
    """
    data = dict(point_data or {})
    for name, values in data.items():
        if len(values) != len(points):
            message = f"point data '{name}' has {len(values)} values for {len(points)} points"
            raise ValueError(message)
    corners = np.asarray(triangles, dtype=np.int64).reshape(-1, 3)
    ends = np.arange(3, corners.size + 1, 3, dtype=np.int64)
    at_points = "".join(_data_array(name, np.asarray(values)) for name, values in data.items())
    path.write_text(
        '<?xml version="1.0"?>\n'
        '<VTKFile type="PolyData" version="1.0" byte_order="LittleEndian" header_type="UInt64">\n'
        f'<PolyData>\n<Piece NumberOfPoints="{len(points)}" NumberOfPolys="{len(corners)}">\n'
        f"<PointData>\n{at_points}</PointData>\n"
        f"<Points>\n{_data_array('Points', np.asarray(points, dtype=np.float64).reshape(-1, 3))}</Points>\n"
        f"<Polys>\n{_data_array('connectivity', corners.ravel())}{_data_array('offsets', ends)}</Polys>\n"
        "</Piece>\n</PolyData>\n</VTKFile>\n",
        encoding="utf-8",
    )


def _data_array(name: str, values: NDArray[Any]) -> str:
    kept = values.astype(np.uint8) if values.dtype == bool else values
    code = kept.dtype.str[1:]
    little = np.ascontiguousarray(kept, dtype=f"<{code}")
    components = f' NumberOfComponents="{little.shape[1]}"' if little.ndim == 2 else ""
    raw = little.tobytes()
    text = base64.b64encode(np.uint64(len(raw)).astype("<u8").tobytes() + raw).decode("ascii")
    attributes = f'type="{VTK_TYPES[code]}" Name={quoteattr(name)}{components} format="binary"'
    return f"<DataArray {attributes}>\n{text}\n</DataArray>\n"
