"""Trees of small vessels: centre-lines with radii that part or meet."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ablasim.errors import ModelError
from ablasim.geometry.checks import as_points, check_positive

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Branch:
    """Unbranched stretch of a tree's centre-line.

    Parameters
    ----------
    name : str
        Name of the tree.
    points : ndarray, shape (m, 3)
        Corners from the root's side on, m.
    diameter : float
        Mean inner diameter, m, weighted by length.
    """

    name: str
    points: Floats
    diameter: float


@dataclass(frozen=True, eq=False)
class VesselTree:
    """A tree of vessels as points, each joined to its parent by a straight segment.

    Parameters
    ----------
    name : str
        Name of the tree in results.
    points : array_like, shape (n_points, 3)
        Places, m; parents come before their children, so that the first point is the root.
    parents : array_like of int, shape (n_points,)
        Index of each point's parent; -1 for the root.
    radii : array_like, shape (n_points,)
        Inner radius of the segment between each point and its parent, m; the root's has no meaning.

    Raises
    ------
    ModelError
        If there is not one root and at least one segment, a parent does not come before its child, or a segment has
        no length or no radius above zero.

    Examples
    --------
    >>> fork = VesselTree("fork", [[0, 0, 0], [0, 0, 2], [1, 0, 3], [-1, 0, 3]], [-1, 0, 1, 1], [1, 1, 0.8, 0.8])
    >>> fork.n_segments, [len(branch.points) for branch in fork.branches], fork.ends.tolist()
    (3, [2, 2, 2], [2, 3])
    """

    name: str
    points: Floats
    parents: Ints
    radii: Floats

    def __post_init__(self) -> None:
        points = as_points(self.points, name=f"vessel {self.name}: points")
        parents = np.array(self.parents, dtype=np.int64)
        radii = np.array(self.radii, dtype=float)
        n = len(points)
        if n < 2 or parents.shape != (n,) or radii.shape != (n,):
            message = f"vessel {self.name}: must be two or more points, each with a parent and a radius"
            raise ModelError(message)
        if parents[0] != -1 or np.any(parents[1:] < 0) or np.any(parents >= np.arange(n)):
            message = f"vessel {self.name}: the root must come first, with parent -1, and parents before their children"
            raise ModelError(message)
        for array in (parents, radii):
            array.setflags(write=False)
        object.__setattr__(self, "points", points)
        object.__setattr__(self, "parents", parents)
        object.__setattr__(self, "radii", radii)
        for point in range(1, n):
            check_positive(radii[point], name=f"vessel {self.name}: radius at point {point}")
            check_positive(self.segment_lengths[point - 1], name=f"vessel {self.name}: segment to point {point}")

    @classmethod
    def along(cls, name: str, points: ArrayLike, diameter: float) -> VesselTree:
        """Unbranched vessel of one diameter, m, along a polyline that starts at its root."""
        n = len(np.asarray(points))
        return cls(name, np.asarray(points, dtype=float), np.arange(n) - 1, np.full(n, 0.5 * diameter))

    @property
    def n_segments(self) -> int:
        """Number of straight segments; segment i ends at point i + 1."""
        return len(self.points) - 1

    @property
    def starts(self) -> Floats:
        """Ends of the segments on the root's side, m, shape (n_segments, 3)."""
        return self.points[self.parents[1:]]

    @property
    def segment_radii(self) -> Floats:
        """Radii of the segments, m, shape (n_segments,)."""
        return self.radii[1:]

    @cached_property
    def segment_lengths(self) -> Floats:
        """Lengths of the segments, m, shape (n_segments,)."""
        lengths: Floats = np.linalg.norm(self.points[1:] - self.starts, axis=1)
        return lengths

    @cached_property
    def n_children(self) -> Ints:
        """Number of children of each point, shape (n_points,)."""
        return np.bincount(self.parents[1:], minlength=len(self.points))

    @property
    def ends(self) -> Ints:
        """Points without children: where the branches end."""
        return np.flatnonzero(self.n_children == 0)

    @cached_property
    def branch_of_segment(self) -> Ints:
        """Number of the branch each segment belongs to, in the order of `branches`, shape (n_segments,)."""
        number = np.empty(self.n_segments, dtype=np.int64)
        n_branches = 0
        for segment, parent in enumerate(self.parents[1:]):
            if parent != 0 and self.n_children[parent] == 1:
                number[segment] = number[parent - 1]
            else:
                number[segment] = n_branches
                n_branches += 1
        return number

    @cached_property
    def branches(self) -> tuple[Branch, ...]:
        """Stretches between the root, the places where it branches, and the ends."""
        branches = []
        for number in range(int(self.branch_of_segment.max()) + 1):
            segments = np.flatnonzero(self.branch_of_segment == number)
            points = np.concatenate([self.starts[segments[:1]], self.points[segments + 1]])
            diameter = 2.0 * float(np.average(self.segment_radii[segments], weights=self.segment_lengths[segments]))
            branches.append(Branch(self.name, points, diameter))
        return tuple(branches)
