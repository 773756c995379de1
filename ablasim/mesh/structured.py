"""Regular meshes made without a mesh generator, for verification against exact solutions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import permutations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ablasim.errors import MeshError
from ablasim.mesh.assemble import assemble_mesh, boundary_faces
from ablasim.mesh.tetrahedra import ORGAN, OUTER, Mesh

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Stretch = Callable[[Floats], Floats]

_SIDES = ("x_min", "x_max", "y_min", "y_max", "z_min", "z_max")


def box_mesh(size: Sequence[float], divisions: Sequence[int]) -> Mesh:
    """Mesh a box, each brick split into six tetrahedra along its diagonal.

    Parameters
    ----------
    size : sequence of float, length 3
        Edge lengths along x, y and z, m; the box is centred on the origin.
    divisions : sequence of int, length 3
        Bricks along each edge.

    Returns
    -------
    Mesh
        Cell region ``organ``; facet regions ``x_min``, ``x_max``, ``y_min``, ``y_max``, ``z_min``, ``z_max``.

    Raises
    ------
    MeshError
        If a length is not above zero or a division is below one.

    Examples
    --------
    >>> mesh = box_mesh((1.0, 1.0, 1.0), (2, 1, 1))
    >>> mesh.n_points, mesh.n_cells, round(float(mesh.cell_volumes.sum()), 12)
    (12, 12, 1.0)
    """
    lengths, counts = np.asarray(size, dtype=float), np.asarray(divisions, dtype=np.int64)
    if lengths.shape != (3,) or counts.shape != (3,) or lengths.min() <= 0.0 or counts.min() < 1:
        message = f"box mesh: size {size} must be three lengths above 0, divisions {divisions} three counts from 1"
        raise MeshError(message)
    axes = [np.linspace(-0.5, 0.5, n + 1) * length for n, length in zip(counts, lengths, strict=True)]
    points = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, 3)
    step = np.array([(counts[1] + 1) * (counts[2] + 1), counts[2] + 1, 1])
    bricks = np.stack(np.meshgrid(*[np.arange(n) for n in counts], indexing="ij"), axis=-1).reshape(-1, 3) @ step
    paths = [np.concatenate([[0], np.cumsum(step[list(order)])]) for order in permutations(range(3))]
    cells = np.concatenate([bricks[:, None] + path for path in paths])
    facets = boundary_faces(cells)
    sides = _side_of(points[facets], lengths)
    return assemble_mesh(points, cells, np.zeros(len(cells), dtype=np.int64), [ORGAN], facets, sides, _SIDES)


def _side_of(corners: Floats, lengths: Floats) -> Ints:
    """Index into `_SIDES` of each triangle on the outside of a box."""
    centres = corners.mean(axis=1) / (0.5 * lengths)
    axis = np.argmax(np.abs(centres), axis=1)
    high = centres[np.arange(len(centres)), axis] > 0.0
    side: Ints = 2 * axis + high
    return side


def shell_mesh(
    radii: ArrayLike,
    subdivisions: int,
    stretch: Stretch | None = None,
    region_names: Sequence[str] | None = None,
) -> Mesh:
    """Mesh the space between concentric spheres.

    Parameters
    ----------
    radii : array_like, shape (n,)
        Increasing radii of the layers of points, m; at least two.
    subdivisions : int
        Times that each triangle of an icosahedron is split into four; 20 · 4^subdivisions triangles a sphere.
    stretch : callable, optional
        Map of points (n, 3), m, to points (n, 3), m, for example to confocal spheroids.
    region_names : sequence of str, optional
        Cell region of each of the n − 1 layers; ``organ`` by default.

    Returns
    -------
    Mesh
        Facet regions ``inner`` and ``outer``.

    Raises
    ------
    MeshError
        If the radii do not increase from above zero, or the map folds or mirrors the mesh.

    Examples
    --------
    >>> mesh = shell_mesh([1.0, 2.0], 1)
    >>> mesh.n_points, mesh.n_cells
    (84, 240)
    """
    levels = _checked_radii(radii, least=2)
    sphere, triangles = _icosphere(subdivisions)
    points = (levels[:, None, None] * sphere).reshape(-1, 3)
    bottoms = triangles[None] + len(sphere) * np.arange(len(levels) - 1)[:, None, None]
    layer = np.repeat(np.arange(len(levels) - 1), 3 * len(triangles))
    cells = _split_prisms(bottoms.reshape(-1, 3), len(sphere))
    facets = np.concatenate([triangles, triangles + len(sphere) * (len(levels) - 1)])
    sides = np.repeat([0, 1], len(triangles))
    return _finished(points, cells, layer, facets, (sides, ["inner", OUTER]), stretch, region_names)


def ball_mesh(
    radii: ArrayLike,
    subdivisions: int,
    stretch: Stretch | None = None,
    region_names: Sequence[str] | None = None,
) -> Mesh:
    """Mesh a ball in concentric layers, filled to the centre.

    Parameters
    ----------
    radii : array_like, shape (n,)
        Increasing radii of the layers of points, m; at least one.
    subdivisions : int
        Times that each triangle of an icosahedron is split into four.
    stretch : callable, optional
        Map of points (n, 3), m, to points (n, 3), m.
    region_names : sequence of str, optional
        Cell region of each of the n layers, from the centre; ``organ`` by default.

    Returns
    -------
    Mesh
        Facet region ``outer``.

    Raises
    ------
    MeshError
        If the radii do not increase from above zero, or the map folds or mirrors the mesh.

    Examples
    --------
    >>> mesh = ball_mesh([1.0, 2.0], 0, region_names=["tumour", "organ"])
    >>> mesh.cell_region_names, mesh.n_cells
    (('organ', 'tumour'), 80)
    """
    levels = _checked_radii(radii, least=1)
    sphere, triangles = _icosphere(subdivisions)
    points = np.concatenate([(levels[:, None, None] * sphere).reshape(-1, 3), np.zeros((1, 3))])
    core = np.column_stack([np.full(len(triangles), len(points) - 1), triangles])
    bottoms = triangles[None] + len(sphere) * np.arange(len(levels) - 1)[:, None, None]
    cells = np.concatenate([core, _split_prisms(bottoms.reshape(-1, 3), len(sphere))])
    counts = [len(triangles)] + [3 * len(triangles)] * (len(levels) - 1)
    layer = np.repeat(np.arange(len(levels)), counts)
    facets = triangles + len(sphere) * (len(levels) - 1)
    sides = np.zeros(len(facets), dtype=np.int64)
    return _finished(points, cells, layer, facets, (sides, [OUTER]), stretch, region_names)


def _checked_radii(radii: ArrayLike, *, least: int) -> Floats:
    levels = np.asarray(radii, dtype=float)
    if levels.ndim != 1 or len(levels) < least or levels[0] <= 0.0 or np.any(np.diff(levels) <= 0.0):
        message = f"radii {radii!r}: must be {least} or more, increasing, above 0"
        raise MeshError(message)
    return levels


def _finished(
    points: Floats,
    cells: Ints,
    layer: Ints,
    facets: Ints,
    sides: tuple[Ints, list[str]],
    stretch: Stretch | None,
    region_names: Sequence[str] | None,
) -> Mesh:
    """Stretch, name the layers and put in order."""
    n_layers = int(layer.max()) + 1
    names = [ORGAN] * n_layers if region_names is None else list(region_names)
    if len(names) != n_layers:
        message = f"region names {names}: must be {n_layers}, one for each layer"
        raise MeshError(message)
    known = sorted(set(names))
    region = np.array([known.index(name) for name in names], dtype=np.int64)[layer]
    if stretch is not None:
        before, points = points, np.asarray(stretch(points), dtype=float)
        if points.shape != before.shape or np.any(_turns(before, cells) * _turns(points, cells) <= 0.0):
            message = "the stretch folds or mirrors some tetrahedra, or changes the number of points"
            raise MeshError(message)
    return assemble_mesh(points, cells, region, known, facets, *sides)


def _turns(points: Floats, cells: Ints) -> Floats:
    """Sign of the volume of each tetrahedron."""
    corners = points[cells]
    signs: Floats = np.sign(np.linalg.det(corners[:, 1:] - corners[:, :1]))
    return signs


def _split_prisms(bottoms: Ints, rise: int) -> Ints:
    """Split prisms, each a triangle and the same one `rise` points higher, into three tetrahedra.

    Each quadrilateral side is split from its lower-numbered bottom point, so that neighbours agree.
    """
    a, b, c = np.sort(bottoms, axis=1).T
    top = rise
    pieces = [(a, b, c, c + top), (a, b, b + top, c + top), (a, a + top, b + top, c + top)]
    return np.stack([np.stack(piece, axis=1) for piece in pieces], axis=1).reshape(-1, 4)


def _icosphere(subdivisions: int) -> tuple[Floats, Ints]:
    """Points and triangles of an icosahedron, split and projected to the unit sphere."""
    if subdivisions < 0:
        message = f"subdivisions = {subdivisions}: must be 0 or more"
        raise MeshError(message)
    golden = (1.0 + np.sqrt(5.0)) / 2.0
    base = np.array([[0.0, i, j * golden] for i in (-1, 1) for j in (-1, 1)])
    points = np.concatenate([np.roll(base, shift, axis=1) for shift in range(3)])
    points /= np.linalg.norm(points, axis=1, keepdims=True)
    triangles = _icosahedron_triangles(points)
    for _ in range(subdivisions):
        points, triangles = _split_triangles(points, triangles)
    return points, triangles


def _icosahedron_triangles(points: Floats) -> Ints:
    """All triples of mutual neighbours among the twelve corners, wound outwards."""
    near = points @ points.T > 0.4  # neighbours have cosine 1/√5, the others −1/√5 or −1
    triples = [
        (i, j, k)
        for i in range(12)
        for j in range(i + 1, 12)
        for k in range(j + 1, 12)
        if near[i, j] and near[j, k] and near[i, k]
    ]
    triangles = np.array(triples, dtype=np.int64)
    inwards = np.linalg.det(points[triangles]) < 0.0
    triangles[inwards] = triangles[inwards][:, ::-1]
    return triangles


def _split_triangles(points: Floats, triangles: Ints) -> tuple[Floats, Ints]:
    """Split each triangle into four at the middles of its edges, moved out to the unit sphere."""
    edges = np.sort(np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]]), axis=1)
    unique, inverse = np.unique(edges, axis=0, return_inverse=True)
    middles = points[unique].mean(axis=1)
    middles /= np.linalg.norm(middles, axis=1, keepdims=True)
    ab, bc, ca = (len(points) + inverse.ravel()).reshape(3, -1)
    a, b, c = triangles.T
    quarters = [(a, ab, ca), (ab, b, bc), (ca, bc, c), (ab, bc, ca)]
    return np.concatenate([points, middles]), np.concatenate([np.stack(q, axis=1) for q in quarters])
