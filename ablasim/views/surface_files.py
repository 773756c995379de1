"""Surfaces of a result folder, read back."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

import numpy as np

from ablasim.errors import OutputError
from ablasim.units import Floats
from ablasim.views.shapes import Surface

_HEAD_BYTES = 4096


class SurfaceFile(NamedTuple):
    """A surface, m, and the array at its points that was asked for; empty without one."""

    surface: Surface
    values: Floats


def read_surface(file: Path, array: str | None = None) -> SurfaceFile:
    """Read a triangle surface that a run has written.

    Parameters
    ----------
    file : Path
        VTK XML PolyData (.vtp).
    array : str, optional
        Array at the points that is wanted too.

    Raises
    ------
    OutputError
        If the file is not whole, or lacks the array.
    """
    from vtkmodules.util.numpy_support import vtk_to_numpy  # heavy, and needed here only
    from vtkmodules.vtkCommonCore import vtkObject
    from vtkmodules.vtkIOXML import vtkXMLPolyDataReader

    reader, errors = vtkXMLPolyDataReader(), list[str]()
    reader.AddObserver("ErrorEvent", lambda *_: errors.append("told"))
    reader.SetFileName(str(file))
    shows = vtkObject.GetGlobalWarningDisplay()
    vtkObject.GlobalWarningDisplayOff()
    try:
        reader.Update()
    finally:
        vtkObject.SetGlobalWarningDisplay(shows)
    content = reader.GetOutput()
    found = content.GetNumberOfPoints(), content.GetNumberOfPolys()
    values = None if array is None else content.GetPointData().GetArray(array)
    if errors or found != _announced(file) or (array is not None and values is None):
        raise OutputError(_damaged(file))
    if found == (0, 0):
        return SurfaceFile(Surface(np.empty((0, 3)), np.empty((0, 3), dtype=int)), np.empty(0))
    points = np.asarray(vtk_to_numpy(content.GetPoints().GetData()), dtype=float)
    triangles = np.asarray(vtk_to_numpy(content.GetPolys().GetConnectivityArray()), dtype=int).reshape(-1, 3)
    if not np.isfinite(points).all() or not ((triangles >= 0) & (triangles < len(points))).all():
        raise OutputError(_damaged(file))
    return SurfaceFile(Surface(points, triangles), np.empty(0) if values is None else np.asarray(vtk_to_numpy(values)))


def _damaged(file: Path) -> str:
    return f"{file}: damaged: must be as the run has written it; run the scenario again, or copy the file anew"


def _announced(file: Path) -> tuple[int, int]:
    """Numbers of points and polygons that the head of a file announces; negative where it does not."""
    with file.open("rb") as opened:
        head = opened.read(_HEAD_BYTES).decode("utf-8", errors="replace")
    numbers = [re.search(rf'{name}="(\d+)"', head) for name in ("NumberOfPoints", "NumberOfPolys")]
    points, polygons = (-1 if number is None else int(number[1]) for number in numbers)
    return points, polygons
