"""Positions of one needle on one axis, as before and after it is pulled back: one track in the mesh, with cuts.

The needles of a track overlap, so they are meshed as one: a chain of cylinders that is cut across wherever a tip, an
active part or a shaft of one of them ends. Afterwards every cell and every named triangle is told which of the needles
it is part of.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ablasim.geometry.applicators import ACTIVE, SHAFT, Needle, NeedlePart
from ablasim.geometry.coaxial import height_on_axis
from ablasim.geometry.organ import Organ
from ablasim.mesh.assemble import assemble_mesh, boundary_faces, cell_faces, face_keys
from ablasim.mesh.outside import needle_length
from ablasim.mesh.tetrahedra import JOINT, Mesh

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_SAME_PLACE = 1e-8  # m: heights nearer to each other are one


@dataclass(frozen=True)
class Track(Needle):
    """Needles of one axis and diameter that overlap, as one needle.

    It is active from the lowest tip to the highest end of an active part, and shaft above.

    Parameters
    ----------
    positions : tuple of Needle
        The needles, the one with the lowest tip first.
    cuts : tuple of float
        Heights above the tip at which the mesh is to follow a cross-section, m, increasing.
    """

    positions: tuple[Needle, ...] = ()
    cuts: tuple[float, ...] = ()

    @classmethod
    def of(cls, needles: Sequence[Needle], organ: Organ) -> Track:
        """The track of some needles in an organ."""
        axis = np.array(needles[0].direction)
        positions = tuple(sorted(needles, key=lambda needle: (float(axis @ np.array(needle.tip)), needle.name)))
        first = positions[0]
        rises = [float((np.array(needle.tip) - np.array(first.tip)) @ axis) for needle in positions]
        active = max(rise + needle.active_length for rise, needle in zip(rises, positions, strict=True))
        top = max(rise + needle.length for rise, needle in zip(rises, positions, strict=True))
        track = cls(
            JOINT.join(needle.name for needle in positions),
            first.tip,
            first.direction,
            first.diameter,
            active,
            None if np.isinf(top) else top - active,
            positions=positions,
        )
        inner = [rise + end for rise, needle in zip(rises, positions, strict=True) for end in _ends(needle)]
        cuts: list[float] = []
        for height in sorted(inner):
            last = cuts[-1] if cuts else 0.0
            if height - last > _SAME_PLACE and height < needle_length(track, organ) - _SAME_PLACE:
                cuts.append(height)
        return replace(track, cuts=tuple(cuts))

    @property
    def parts(self) -> tuple[NeedlePart, ...]:
        """Stretches from the tip upwards, between one cut and the next."""
        heights = [0.0, *self.cuts, self.length]
        return tuple(
            NeedlePart(ACTIVE if end <= self.active_length + _SAME_PLACE else SHAFT, start, end)
            for start, end in pairwise(heights)
        )

    @cached_property
    def rises(self) -> Floats:
        """Height of each position's tip above the lowest, m, shape (n_positions,)."""
        return self.along_and_across([needle.tip for needle in self.positions])[0]

    def members_at(self, heights: Floats) -> NDArray[np.bool_]:
        """Which of the positions have a place at some heights above the tip, shape (n_heights, n_positions)."""
        tops = self.rises + [needle.length for needle in self.positions]
        members: NDArray[np.bool_] = (heights[:, None] > self.rises) & (heights[:, None] < tops)
        return members

    def part_at(self, position: int, height: float) -> str:
        """Facet region of a position at a height above the track's tip."""
        needle = self.positions[position]
        kind = ACTIVE if height < self.rises[position] + needle.active_length else SHAFT
        return f"{needle.name}.{kind}"


def joined_positions(needles: Sequence[Needle], organ: Organ) -> list[Needle]:
    """Needles with those that overlap on one axis joined to tracks; without such the needles as they are."""
    groups: list[list[Needle]] = []
    for needle in needles:
        mine = [group for group in groups if any(_overlap(needle, other) for other in group)]
        groups = [group for group in groups if group not in mine]
        groups.append([*(member for group in mine for member in group), needle])
    groups.sort(key=lambda group: min(needles.index(needle) for needle in group))
    return [Track.of(group, organ) if len(group) > 1 else group[0] for group in groups]


def tell_positions(mesh: Mesh, needles: Sequence[Needle]) -> Mesh:
    """The mesh with the cells and named triangles of its tracks told apart by the needles they are part of.

    Parameters
    ----------
    mesh : Mesh
        A mesh of needles and tracks.
    needles : sequence of Needle
        These.

    Returns
    -------
    Mesh
        A cell region of a track is named after all needles that it is part of, such as ``deep+shallow.organ``; a
        facet region after all surfaces, such as ``deep.shaft+shallow.active``. The face across the track where one
        needle ends and another goes on is part of the one that ends.
    """
    for track in needles:
        if isinstance(track, Track):
            mesh = _told(mesh, track)
    return mesh


def _told(mesh: Mesh, track: Track) -> Mesh:
    names = list(mesh.cell_region_names)
    mine = (mesh.cell_bodies == track.name)[mesh.cell_region]
    heights = track.along_and_across(mesh.points[mesh.cells].mean(axis=1))[0]
    members = track.members_at(heights[mine])
    cell_region = mesh.cell_region.astype(np.int64)
    tissue = mesh.cell_tissues[mesh.cell_region[mine]]
    labels = [f"{_joint(track, row)}.{where}" for row, where in zip(members, tissue, strict=True)]
    known = {name: len(names) + i for i, name in enumerate(dict.fromkeys(labels))}
    cell_region[mine] = [known[label] for label in labels]
    kept = ~np.isin(mesh.facet_region, [i for i, n in enumerate(mesh.facet_region_names) if _is_part(n, track)])
    triangles, surfaces = _surfaces(mesh, track, mine, members, heights[mine])
    facet_names = [*mesh.facet_region_names, *dict.fromkeys(surfaces)]
    added = [facet_names.index(name) for name in surfaces]
    return assemble_mesh(
        mesh.points,
        mesh.cells,
        cell_region,
        [*names, *known],
        np.concatenate([mesh.facets[kept], triangles]),
        np.concatenate([mesh.facet_region[kept], np.array(added, dtype=np.int64)]),
        facet_names,
    )


def _surfaces(
    mesh: Mesh, track: Track, mine: NDArray[np.bool_], members: NDArray[np.bool_], heights: Floats
) -> tuple[Ints, list[str]]:
    """Triangles on the outside of a track and across it where needles end, and the name of each."""
    faces = cell_faces(mesh.cells[mine]).astype(np.int64).reshape(-1, 3)
    keys, cell = face_keys(faces), np.repeat(np.arange(len(members)), 4)
    outside = np.isin(keys, face_keys(boundary_faces(mesh.cells)))
    order = np.argsort(keys, kind="stable")
    triangles, names = [], []
    for pair in _equal_runs(keys[order]):
        first = order[pair[0]]
        if outside[first]:
            continue
        inside = members[cell[first]]
        beyond = members[cell[order[pair[1]]]] if len(pair) == 2 else np.zeros_like(inside)
        surfaces = [
            track.part_at(position, heights[cell[first if inside[position] else order[pair[1]]]])
            for position in np.flatnonzero(inside != beyond).tolist()
        ]
        if surfaces:
            triangles.append(faces[first])
            names.append(JOINT.join(surfaces))
    return np.array(triangles, dtype=np.int64).reshape(-1, 3), names


def _equal_runs(keys: Ints) -> Iterator[range]:
    """Places of equal values that follow each other."""
    starts = np.flatnonzero(np.r_[True, keys[1:] != keys[:-1]])
    for start, end in zip(starts, [*starts[1:], len(keys)], strict=True):
        yield range(start, end)


def _joint(track: Track, members: NDArray[np.bool_]) -> str:
    return JOINT.join(needle.name for needle, has in zip(track.positions, members, strict=True) if has)


def _is_part(facet_region: str, track: Track) -> bool:
    return facet_region.rpartition(".")[0] == track.name


def _ends(needle: Needle) -> tuple[float, ...]:
    """Heights above its tip at which something of a needle begins or ends, m."""
    return 0.0, needle.active_length, needle.length


def _overlap(one: Needle, other: Needle) -> bool:
    """Whether two needles of one diameter share a stretch of one axis, or touch on it."""
    rise = height_on_axis(one.tip, one.direction, other.tip, other.direction, within=_SAME_PLACE)
    if rise is None or one.diameter != other.diameter or one.gap is not None or other.gap is not None:
        return False
    return rise <= one.length + _SAME_PLACE if rise >= 0.0 else -rise <= other.length + _SAME_PLACE
