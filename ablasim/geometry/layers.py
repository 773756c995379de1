"""Layers outside the organ: fluid that was put there, and organs that lie beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ablasim.errors import ModelError
from ablasim.geometry.checks import check_positive
from ablasim.geometry.organ import Box, Organ

Floats = NDArray[np.float64]

FACES = ("-x", "+x", "-y", "+y", "-z", "+z")
"""Names of the faces of a box, by the direction in which they look."""


@dataclass(frozen=True)
class Layer:
    """A slab on a face of the organ, as wide as the face.

    Parameters
    ----------
    name : str
        Its name.
    face : str
        Face of the organ that it lies on or above.
    depth : int
        Place in the stack on that face, 0 on the organ itself.
    box : Box
        Where it is, m.
    """

    name: str
    face: str
    depth: int
    box: Box

    @property
    def thickness(self) -> float:
        """Thickness, m."""
        return self.box.size[axis_of(self.face)[0]]

    @property
    def side_area(self) -> float:
        """Area of its four sides, m²."""
        one, other = (size for axis, size in enumerate(self.box.size) if axis != axis_of(self.face)[0])
        return 2.0 * (one + other) * self.thickness


def axis_of(face: str) -> tuple[int, float]:
    """Axis across a face, 0 to 2, and the sign of the direction in which it looks.

    Examples
    --------
    >>> axis_of("-z")
    (2, -1.0)
    """
    return "xyz".index(face[1]), 1.0 if face[0] == "+" else -1.0


def stacked(organ: Organ, layers: Sequence[tuple[str, str, float]]) -> tuple[Layer, ...]:
    """Stack layers on the faces of an organ, those named first nearest to it.

    Parameters
    ----------
    organ : Box
        The organ.
    layers : sequence of (str, str, float)
        Name, face and thickness, m, of each.

    Raises
    ------
    ModelError
        If the organ is no box, or a thickness not above zero.
    """
    if not isinstance(organ, Box):
        if layers:
            message = "layers lie on the faces of a box: the organ must be one"
            raise ModelError(message)
        return ()
    found: list[Layer] = []
    for name, face, thickness in layers:
        check_positive(thickness, name=f"thickness of layer {name}")
        axis, sign = axis_of(face)
        below = [layer for layer in found if layer.face == face]
        height = 0.5 * organ.size[axis] + sum(layer.thickness for layer in below) + 0.5 * thickness
        centre, size = list(organ.centre), list(organ.size)
        centre[axis] += sign * height
        size[axis] = thickness
        box = Box((centre[0], centre[1], centre[2]), (size[0], size[1], size[2]))
        found.append(Layer(name, face, len(below), box))
    return tuple(found)


def outermost(organ: Box, layers: Sequence[Layer], face: str) -> float:
    """Coordinate, along the axis across it, of the outermost surface above a face of the organ, m."""
    axis, sign = axis_of(face)
    heights = sum(layer.thickness for layer in layers if layer.face == face)
    return organ.centre[axis] + sign * (0.5 * organ.size[axis] + heights)
