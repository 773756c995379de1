"""Make `scenarios/portal_twigs.csv`: a tree of small portal branches beside a tumour at the origin.

    python tools/portal_twigs.py > scenarios/portal_twigs.csv

The tree is grown, not measured. Each branch parts in two. Radii follow Murray's law r0³ = r1³ + r2³ [1]_, angles his
law of least work cos θ1 = (r0⁴ + r1⁴ - r2⁴) / (2 r0² r1²) [2]_; the flow parts at random between 35:65 and 65:35. A
branch is about nine times as long as it is thick, bends a little, and forks in a plane turned by about 90° from that of
the fork before. A fork that would come into the tumour, near the electrode, or to where the tree is already, is drawn
again.

References
----------
.. [1] C. D. Murray, Proc. Natl. Acad. Sci. 12:207-214, 1926.
.. [2] C. D. Murray, J. Gen. Physiol. 9:835-841, 1926.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

SEED = 2
ROOT = np.array([-24.0, -12.0, -22.0])  # mm
HEADING = np.array([0.55, 0.15, 0.80])
RADIUS = 0.65  # mm, of the first branch
THINNEST = 0.17  # mm
LENGTH_TO_DIAMETER = 9.0
NEEDLE = np.array([[0.0, 0.0, -15.0], [0.0, 0.0, 50.0]])  # mm
CLEAR_OF_NEEDLE = 2.0  # mm
CLEAR_OF_TUMOUR = 9.5  # mm from its centre
CLEAR_OF_TREE = 1.2  # mm
TRIALS = 200


@dataclass
class Twig:
    """End of a branch that is to part: row of its last point, direction, direction aside, radius."""

    row: int
    forward: Floats
    aside: Floats
    radius: float


class Grower:
    """Grows the tree point by point."""

    def __init__(self) -> None:
        self.random = np.random.default_rng(SEED)
        self.points: list[Floats] = [ROOT]
        self.parents: list[int] = [-1]
        self.radii: list[float] = [RADIUS]

    def grow(self) -> None:
        """Grow until every end is thin."""
        forward = HEADING / np.linalg.norm(HEADING)
        waiting = [self._branch(Twig(0, forward, _aside(forward), RADIUS))]
        while waiting:
            twig = waiting.pop(0)
            for _ in range(TRIALS):
                children = self._fork(twig)
                if all(self._is_free(child, twig) for child in children):
                    waiting += [self._branch(child) for child in children if child.radius > THINNEST]
                    break

    def _fork(self, twig: Twig) -> list[Twig]:
        share = self.random.uniform(0.35, 0.65)
        turned = _turned(twig.aside, twig.forward, self.random.normal(np.pi / 2.0, 0.5))
        first, second = (twig.radius * part ** (1.0 / 3.0) for part in (share, 1.0 - share))
        children = []
        for radius, other, sign in ((first, second, 1.0), (second, first, -1.0)):
            cosine = (twig.radius**4 + radius**4 - other**4) / (2.0 * twig.radius**2 * radius**2)
            sine = np.sqrt(max(1.0 - cosine**2, 0.0))
            children.append(Twig(twig.row, cosine * twig.forward + sign * sine * turned, turned, radius))
        return children

    def _length(self, radius: float) -> float:
        return LENGTH_TO_DIAMETER * 2.0 * radius

    def _branch(self, twig: Twig) -> Twig:
        """Two straight pieces with a slight bend between them."""
        forward, row = twig.forward, twig.row
        for _ in range(2):
            forward = forward + 0.12 * self.random.normal(size=3)
            forward /= np.linalg.norm(forward)
            self.points.append(self.points[row] + 0.5 * self._length(twig.radius) * forward)
            self.parents.append(row)
            self.radii.append(twig.radius)
            row = len(self.points) - 1
        aside = twig.aside - (twig.aside @ forward) * forward
        return Twig(row, forward, aside / np.linalg.norm(aside), twig.radius)

    def _is_free(self, child: Twig, parent: Twig) -> bool:
        end = self.points[child.row] + self._length(child.radius) * child.forward
        places = self.points[child.row] + np.linspace(0.35, 1.0, 6)[:, None] * (end - self.points[child.row])
        along = np.clip(places[:, 2], NEEDLE[0, 2], NEEDLE[1, 2])
        to_needle = np.linalg.norm(places - np.column_stack([np.zeros((len(places), 2)), along]), axis=1)
        others = np.delete(np.array(self.points), [child.row, self.parents[child.row]], axis=0)
        to_tree = np.linalg.norm(places[:, None] - others[None], axis=2)
        to_tumour = np.linalg.norm(places, axis=1)
        is_clear = to_needle.min() > CLEAR_OF_NEEDLE and to_tumour.min() > CLEAR_OF_TUMOUR
        return bool(is_clear and to_tree.min() > CLEAR_OF_TREE)


def _aside(forward: Floats) -> Floats:
    aside = np.cross(forward, np.eye(3)[np.argmin(np.abs(forward))])
    return aside / np.linalg.norm(aside)


def _turned(vector: Floats, axis: Floats, angle: float) -> Floats:
    """Vector square to an axis, turned about it by an angle in rad."""
    return np.cos(angle) * vector + np.sin(angle) * np.cross(axis, vector)


def main() -> None:
    """Write the tree as a table."""
    grower = Grower()
    grower.grow()
    write = sys.stdout.write
    write("# Tree of small portal branches, grown by tools/portal_twigs.py; not measured\n")
    write("id,parent,x_mm,y_mm,z_mm,radius_mm\n")
    for row, (point, parent, radius) in enumerate(zip(grower.points, grower.parents, grower.radii, strict=True)):
        x, y, z = point
        write(f"{row},{'' if parent < 0 else parent},{x:.3f},{y:.3f},{z:.3f},{'' if parent < 0 else f'{radius:.4f}'}\n")


if __name__ == "__main__":
    main()
