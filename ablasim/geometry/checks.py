"""Checks shared by the shapes: vectors of three finite numbers, lengths above zero."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ablasim.errors import ModelError

Vector = tuple[float, float, float]


def as_vector(value: ArrayLike, *, name: str) -> Vector:
    """Three finite numbers as a tuple of floats, so that frozen shapes compare and hash by value.

    Raises
    ------
    ModelError
        If `value` is not three finite numbers.
    """
    array = np.asarray(value, dtype=float)
    if array.shape != (3,) or not np.isfinite(array).all():
        message = f"{name} = {value!r}: must be three finite numbers"
        raise ModelError(message)
    x, y, z = array.tolist()
    return x, y, z


def as_unit_vector(value: ArrayLike, *, name: str) -> Vector:
    """Direction of a vector, as a unit vector.

    Raises
    ------
    ModelError
        If `value` is not three finite numbers or has no length.
    """
    vector = as_vector(value, name=name)
    length = sqrt(sum(component**2 for component in vector))
    if length == 0.0:
        message = f"{name} = {value!r}: a direction must have a length"
        raise ModelError(message)
    return vector[0] / length, vector[1] / length, vector[2] / length


def check_positive(value: float, *, name: str) -> None:
    """Check that a length is finite and above zero.

    Raises
    ------
    ModelError
        If it is not.
    """
    if not (np.isfinite(value) and value > 0.0):
        message = f"{name} = {value:g} m: must be above 0"
        raise ModelError(message)


def check_lengths(shape: object, names: Sequence[str], *, name: str) -> None:
    """Check that lengths of a shape, named as its attributes, are above zero.

    Raises
    ------
    ModelError
        If one is not.
    """
    for attribute in names:
        check_positive(getattr(shape, attribute), name=f"{name}: {attribute.replace('_', ' ')}")


def check_medium(permittivity: float, conductivity: float = 0.0, *, name: str) -> None:
    """Check a relative permittivity and a conductivity in S/m.

    Raises
    ------
    ModelError
        If the permittivity is below 1 or the conductivity below 0.
    """
    if not (np.isfinite(permittivity) and permittivity >= 1.0):
        message = f"{name}: permittivity = {permittivity:g}: must be at least 1 (vacuum)"
        raise ModelError(message)
    if not (np.isfinite(conductivity) and conductivity >= 0.0):
        message = f"{name}: conductivity = {conductivity:g} S/m: must be at least 0"
        raise ModelError(message)


def as_points(value: ArrayLike, *, name: str) -> NDArray[np.float64]:
    """Points as a read-only array of shape (n, 3), a copy of what was given.

    Raises
    ------
    ModelError
        If `value` is not n rows of three finite numbers.
    """
    points = np.array(value, dtype=float)
    if points.ndim != 2 or points.shape[1] != 3 or not np.isfinite(points).all():
        message = f"{name}: must be rows of three finite numbers, not an array of shape {points.shape}"
        raise ModelError(message)
    points.setflags(write=False)
    return points
