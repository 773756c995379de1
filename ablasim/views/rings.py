"""From the lines in which a plane cuts an open surface to areas that can be filled."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np
from matplotlib.path import Path

from ablasim.units import Floats


def closed_rings(lines: Sequence[Floats]) -> list[Floats]:
    """Rings, shape (n, 2), made of lines: open ones are joined by straight pieces, the nearest ends first.

    The surface of a zone ends where dead tissue touches an applicator or a lumen. A straight piece across one of them
    lies within it, where its body is drawn on top.

    Examples
    --------
    >>> left, right = np.array([[1.0, 3], [0, 3], [0, 0], [1, 0]]), np.array([[2.0, 0], [3, 0], [3, 3], [2, 3]])
    >>> [ring.tolist() for ring in closed_rings([left, right])]
    [[[1.0, 3.0], [0.0, 3.0], [0.0, 0.0], [1.0, 0.0], [2.0, 0.0], [3.0, 0.0], [3.0, 3.0], [2.0, 3.0]]]
    """
    rings = [line[:-1] for line in lines if _is_closed(line)]
    chains = [line for line in lines if not _is_closed(line)]
    while len(chains) > 1:
        first, second = min(
            ((i, j) for i in range(len(chains)) for j in range(i + 1)), key=lambda pair: _gap(chains, *pair)
        )
        if first == second:
            rings.append(chains.pop(first))
        else:
            chains.append(_joined(chains.pop(first), chains.pop(second)))
    return rings + chains


def area_path(rings: Sequence[Floats]) -> Path:
    """Path that fills rings, those within others being holes."""
    closed = [np.concatenate([ring, ring[:1]]) for ring in rings if len(ring) > 2]
    if not closed:
        return Path(np.zeros((0, 2)))
    return Path.make_compound_path(*(Path(_turned(ring, closed), closed=True) for ring in closed))


def inside_rings(points: Floats, rings: Sequence[Floats]) -> np.ndarray:
    """Whether points, shape (n, 2), lie in an odd number of rings."""
    inside = np.zeros(len(points), dtype=bool)
    for ring in rings:
        inside ^= Path(ring).contains_points(points)
    return inside


def _is_closed(line: Floats) -> bool:
    return len(line) > 2 and bool(np.allclose(line[0], line[-1]))


def _gap(chains: Sequence[Floats], first: int, second: int) -> float:
    """Least distance between ends of two chains, or between the two ends of one."""
    one, other = chains[first], chains[second]
    pairs = [(one[0], one[-1])] if first == second else product((one[0], one[-1]), (other[0], other[-1]))
    return min(float(np.linalg.norm(a - b)) for a, b in pairs)


def _joined(one: Floats, other: Floats) -> Floats:
    """Two chains as one, joined where their ends are nearest; the second keeps its sense if it can."""
    ways = [
        np.concatenate([start, end])
        for start, end in ((other, one), (one, other), (other[::-1], one), (other, one[::-1]))
    ]
    lengths = (len(other), len(one), len(other), len(other))
    gaps = [float(np.linalg.norm(way[n - 1] - way[n])) for way, n in zip(ways, lengths, strict=True)]
    return ways[int(np.argmin(gaps))]


def _turned(ring: Floats, rings: Sequence[Floats]) -> Floats:
    """A ring run through counter-clockwise, or clockwise if it is a hole."""
    depth = sum(bool(Path(other).contains_point(ring[0])) for other in rings if other is not ring)
    x, y = ring.T
    is_left = float(x[:-1] @ y[1:] - x[1:] @ y[:-1]) > 0.0
    return ring if is_left == (depth % 2 == 0) else ring[::-1]
