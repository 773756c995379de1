"""Rigid motions and mirror images of whole scenarios and of meshes."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import permutations, product
from typing import Any

import numpy as np
from hypothesis import strategies as st

from ablasim.mesh import Mesh
from ablasim.units import metres

Data = dict[str, Any]

_AXES = "xyz"


@dataclass(frozen=True, eq=False)
class Motion:
    """Turn or mirror image about the origin, then a shift.

    Parameters
    ----------
    matrix : ndarray, shape (3, 3)
        Orthogonal; of determinant -1 for a mirror image.
    shift : ndarray, shape (3,)
        mm.
    """

    matrix: np.ndarray
    shift: np.ndarray

    @property
    def is_mirror(self) -> bool:
        """Whether left and right change places."""
        return bool(np.linalg.det(self.matrix) < 0.0)

    @property
    def keeps_directions(self) -> bool:
        """Whether this is a shift only."""
        return bool((self.matrix == np.eye(3)).all())

    def directions(self, directions: Any) -> np.ndarray:
        """Directions of shape (3,) or (n, 3)."""
        return np.asarray(directions, dtype=float) @ self.matrix.T

    def metres(self, places: np.ndarray) -> np.ndarray:
        """Places, m, of shape (3,) or (n, 3)."""
        return self.directions(places) + metres(self.shift)

    def back(self, places: np.ndarray) -> np.ndarray:
        """Where moved places, m, shape (n, 3), were before."""
        return (places - metres(self.shift)) @ self.matrix

    def places(self, places: Any) -> list[Any]:
        """Places, mm, of shape (3,) or (n, 3)."""
        moved: list[Any] = (self.directions(places) + self.shift).tolist()
        return moved

    def extents(self, extents: Any) -> list[float]:
        """Extents along x, y and z, of shapes whose axes become axes."""
        moved: list[float] = (np.abs(self.matrix) @ np.asarray(extents, dtype=float)).tolist()
        return moved

    def axis(self, name: str) -> str:
        """Name of the axis that an axis becomes."""
        return _AXES[int(np.argmax(np.abs(self.matrix[:, _AXES.index(name)])))]

    def formula(self, text: str) -> str:
        """Formula of place that has at the moved place the value that the given one has at the original place."""
        names = [f"({axis}_mm - {float(by)!r})" for axis, by in zip(_AXES, self.shift, strict=True)]
        back = self.matrix.T
        sums = [
            "({})".format(" + ".join(f"{float(share)!r} * {name}" for share, name in zip(row, names, strict=True)))
            for row in back
        ]
        return re.sub(r"([xyz])_mm", lambda found: sums[_AXES.index(found[1])], text)

    def scenario(self, data: Data) -> Data:
        """The scenario that describes the moved scene."""
        moved = data | {"organ": self._shape(data["organ"])}
        if "tumour" in data:
            moved["tumour"] = self._shape(data["tumour"])
        moved["vessels"] = [v | {"points_mm": self.places(v["points_mm"])} for v in data.get("vessels", [])]
        moved["applicators"] = [self._applicator(applicator) for applicator in data.get("applicators", [])]
        return moved

    def _shape(self, shape: Data) -> Data:
        moved = shape | {"centre_mm": self.places(shape["centre_mm"])}
        for key in ("size_mm", "diameters_mm"):
            if key in shape:
                moved[key] = self.extents(shape[key])
        if "axis" in shape:
            moved["axis"] = self.axis(shape["axis"])
        return moved

    def _applicator(self, applicator: Data) -> Data:
        if applicator["kind"] == "prescribed":
            heat = applicator["heat_w_m3"]
            return applicator | {"heat_w_m3": self.formula(heat) if isinstance(heat, str) else heat}
        direction = self.directions(applicator["direction"]).tolist()
        return applicator | {"tip_mm": self.places(applicator["tip_mm"]), "direction": direction}

    def mesh(self, mesh: Mesh) -> Mesh:
        """The same mesh, its points moved; in a mirror image two corners of each cell and facet change places."""
        turned = [0, 2, 1, 3] if self.is_mirror else [0, 1, 2, 3]
        return replace(
            mesh,
            points=self.metres(mesh.points),
            cells=np.ascontiguousarray(mesh.cells[:, turned]),
            facets=np.ascontiguousarray(mesh.facets[:, turned[:3]]),
        )


SHIFTS = st.lists(st.integers(-500, 500).map(lambda tenths: tenths / 10), min_size=3, max_size=3).map(np.array)
SIGNED_AXES = [
    np.array(signs)[:, None] * np.eye(3)[list(order)]
    for order in permutations(range(3))
    for signs in product((1.0, -1.0), repeat=3)
]
"""All 48 turns and mirror images that carry axes to axes."""

SHIFTED = st.builds(Motion, st.just(np.eye(3)), SHIFTS)

TURNED_OR_MIRRORED = st.builds(Motion, st.sampled_from(SIGNED_AXES[1:]), SHIFTS)


@st.composite
def _turns(draw: st.DrawFn) -> np.ndarray:
    """Turn given by a quaternion of whole numbers, or its mirror image."""
    whole = st.integers(-5, 5)
    w, x, y, z = draw(st.tuples(whole, whole, whole, whole).filter(any))
    columns = [
        [w * w + x * x - y * y - z * z, 2 * (x * y + w * z), 2 * (x * z - w * y)],
        [2 * (x * y - w * z), w * w - x * x + y * y - z * z, 2 * (y * z + w * x)],
        [2 * (x * z + w * y), 2 * (y * z - w * x), w * w - x * x - y * y + z * z],
    ]
    matrix: np.ndarray = draw(st.sampled_from([1.0, -1.0])) * np.array(columns).T / (w * w + x * x + y * y + z * z)
    return matrix


ANY_TURN = st.builds(Motion, _turns(), SHIFTS)
"""Turns and mirror images in any direction: for balls of organ and tumour, which look the same from everywhere."""
