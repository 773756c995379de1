"""The tumour: sphere, ellipsoid or closed triangle surface."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ablasim.geometry.checks import Vector, as_vector, check_positive
from ablasim.geometry.ellipsoid_maths import ellipsoid_area, ellipsoid_foot, equal_area_map
from ablasim.geometry.surface import Surface

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

_GOLDEN_TURN = (np.sqrt(5.0) - 1.0) / 2.0
_FEWEST_SAMPLES = 64


def _sample_ellipsoid(centre: Vector, semi_axes: Floats, spacing: float) -> tuple[Floats, Floats, Floats]:
    """Points, areas and outward normals of a golden-section lattice carried to an ellipsoid, areas kept."""
    check_positive(spacing, name="spacing")
    area = ellipsoid_area(semi_axes)
    n_points = max(_FEWEST_SAMPLES, int(np.ceil(area / spacing**2)))
    index = np.arange(n_points)
    lattice = np.column_stack([(index + 0.5) / n_points, np.mod(index * _GOLDEN_TURN, 1.0)])
    direction = equal_area_map(semi_axes)(lattice)
    normals = direction / semi_axes
    normals /= np.linalg.norm(normals, axis=1, keepdims=True)
    return np.array(centre) + direction * semi_axes, np.full(n_points, area / n_points), normals


@dataclass(frozen=True)
class Ellipsoid:
    """Ellipsoid with its axes along x, y and z.

    Parameters
    ----------
    centre : array_like, shape (3,)
        Centre, m.
    diameters : array_like, shape (3,)
        Full axes along x, y and z, m.

    Raises
    ------
    ModelError
        If a diameter is not above zero.

    Examples
    --------
    >>> tumour = Ellipsoid(centre=(0, 0, 0), diameters=(0.02, 0.02, 0.04))
    >>> tumour.signed_distance([[0, 0, 0], [0, 0, 0.03]]).round(9).tolist()
    [-0.01, 0.01]
    """

    centre: Vector
    diameters: Vector

    def __post_init__(self) -> None:
        object.__setattr__(self, "centre", as_vector(self.centre, name="tumour centre"))
        object.__setattr__(self, "diameters", as_vector(self.diameters, name="tumour diameters"))
        for diameter in self.diameters:
            check_positive(diameter, name="tumour diameter")

    @property
    def semi_axes(self) -> Floats:
        """Half the diameters, m, shape (3,)."""
        return 0.5 * np.array(self.diameters)

    @property
    def volume(self) -> float:
        """Volume, m³."""
        return float(4.0 / 3.0 * np.pi * np.prod(self.semi_axes))

    @property
    def depth(self) -> float:
        """Largest distance of an inside point to the surface, m."""
        return float(self.semi_axes.min())

    @property
    def bounds(self) -> tuple[Floats, Floats]:
        """Lowest and highest corner of the enclosing box, m, each of shape (3,)."""
        centre = np.array(self.centre)
        return centre - self.semi_axes, centre + self.semi_axes

    def moved(self, shift: ArrayLike) -> Ellipsoid:
        """Copy of the tumour, moved by `shift`, m, shape (3,)."""
        return replace(self, centre=as_vector(np.add(self.centre, shift), name="tumour centre"))

    def contains(self, points: ArrayLike) -> Mask:
        """Mask of the points inside or on the surface, shape (n,)."""
        scaled = (np.asarray(points, dtype=float) - np.array(self.centre)) / self.semi_axes
        inside: Mask = np.sum(scaled**2, axis=1) <= 1.0
        return inside

    def signed_distance(self, points: ArrayLike) -> Floats:
        """Distance of points to the surface, m, shape (n,); negative inside; accurate to rounding."""
        offset = np.abs(np.asarray(points, dtype=float) - np.array(self.centre))
        distance: Floats = np.linalg.norm(offset - ellipsoid_foot(offset, self.semi_axes), axis=1)
        return np.where(self.contains(points), -distance, distance)

    def sample_surface(self, spacing: float) -> tuple[Floats, Floats, Floats]:
        """Points spread evenly over the surface, each standing for the same area.

        Parameters
        ----------
        spacing : float
            Distance aimed at between neighbours, m.

        Returns
        -------
        points : ndarray, shape (n, 3)
            Points on the surface, m.
        area_weights : ndarray, shape (n,)
            Area each point stands for, m²; they sum to the area of the surface.
        normals : ndarray, shape (n, 3)
            Outward unit normals.
        """
        return _sample_ellipsoid(self.centre, self.semi_axes, spacing)


@dataclass(frozen=True)
class Sphere:
    """Sphere.

    Parameters
    ----------
    centre : array_like, shape (3,)
        Centre, m.
    diameter : float
        Diameter, m.

    Raises
    ------
    ModelError
        If the diameter is not above zero.

    Examples
    --------
    >>> Sphere(centre=(0, 0, 0), diameter=0.02).signed_distance([[0, 0, 0.015]]).round(9).tolist()
    [0.005]
    """

    centre: Vector
    diameter: float

    def __post_init__(self) -> None:
        object.__setattr__(self, "centre", as_vector(self.centre, name="tumour centre"))
        check_positive(self.diameter, name="tumour diameter")

    @property
    def semi_axes(self) -> Floats:
        """The radius three times, m, shape (3,): a sphere is an ellipsoid with equal axes."""
        return np.full(3, 0.5 * self.diameter)

    @property
    def volume(self) -> float:
        """Volume, m³."""
        return float(np.pi / 6.0 * self.diameter**3)

    @property
    def depth(self) -> float:
        """Largest distance of an inside point to the surface, m: the radius."""
        return 0.5 * self.diameter

    @property
    def bounds(self) -> tuple[Floats, Floats]:
        """Lowest and highest corner of the enclosing box, m, each of shape (3,)."""
        centre = np.array(self.centre)
        return centre - self.depth, centre + self.depth

    def moved(self, shift: ArrayLike) -> Sphere:
        """Copy of the tumour, moved by `shift`, m, shape (3,)."""
        return replace(self, centre=as_vector(np.add(self.centre, shift), name="tumour centre"))

    def contains(self, points: ArrayLike) -> Mask:
        """Mask of the points inside or on the surface, shape (n,)."""
        return self.signed_distance(points) <= 0.0

    def signed_distance(self, points: ArrayLike) -> Floats:
        """Distance of points to the surface, m, shape (n,); negative inside."""
        from_centre = np.linalg.norm(np.asarray(points, dtype=float) - np.array(self.centre), axis=1)
        distance: Floats = from_centre - 0.5 * self.diameter
        return distance

    def sample_surface(self, spacing: float) -> tuple[Floats, Floats, Floats]:
        """Points (n, 3), areas (n,) and outward normals (n, 3), as for an ellipsoid."""
        return _sample_ellipsoid(self.centre, self.semi_axes, spacing)


Tumour: TypeAlias = Sphere | Ellipsoid | Surface
