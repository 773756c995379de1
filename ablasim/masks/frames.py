"""Whether two shapes can lie in one frame, and what is likely wrong if not."""

from __future__ import annotations

import numpy as np

from ablasim.errors import MaskError
from ablasim.margins.clip import Floats
from ablasim.masks.read import Shape
from ablasim.units import MM_PER_M

_MIRRORED = np.array([-1.0, -1.0, 1.0])  # from LPS to RAS
_OTHER_UNIT = 1000.0
_ALIKE = 30.0  # ratio of sizes up to which tumour, zone and organ may be in one unit


def check_frames(one: Shape, other: Shape) -> None:
    """Check that the boxes round two shapes overlap.

    Raises
    ------
    MaskError
        If they do not; the message says how far apart they are, and whether patient coordinates that count to the
        left and the back (LPS) instead of the right and the front (RAS), or another unit, would explain it.
    """
    if _overlap(_box(one), _box(other)):
        return
    gap = np.linalg.norm(np.asarray(one.surface.centre) - np.asarray(other.surface.centre)) * MM_PER_M
    message = (
        f"{one.name} ({_spans(one)}) and {other.name} ({_spans(other)}) do not overlap: their centres are "
        f"{gap:.0f} mm apart; {_guess(one, other)}"
    )
    raise MaskError(message)


def no_overlap(one: Shape, other: Shape) -> MaskError:
    """Error for shapes whose boxes overlap, and who do not."""
    message = f"{one.name} and {other.name} do not overlap: are they registered, and of the same lesion?"
    return MaskError(message)


def _guess(one: Shape, other: Shape) -> str:
    low, high = _box(other)
    turned = np.sort(np.stack([low * _MIRRORED, high * _MIRRORED]), axis=0)
    if _overlap(_box(one), (turned[0], turned[1])):
        return (
            "they would overlap if x and y of one changed their sign: one is in LPS, the other in RAS coordinates "
            "(NIfTI volumes are RAS)"
        )
    ratio = float((high - low).max() / np.subtract(*reversed(_box(one))).max())
    for factor in (_OTHER_UNIT, 1.0 / _OTHER_UNIT):
        is_alike = 1.0 / _ALIKE < ratio * factor < _ALIKE
        if is_alike and _overlap(_box(one), (low * factor, high * factor)):
            return "they would overlap if one was in metres and the other in millimetres: give them one unit"
    return "are they in one coordinate frame (registered, same origin and axes)?"


def _box(shape: Shape) -> tuple[Floats, Floats]:
    return shape.surface.bounds


def _overlap(one: tuple[Floats, Floats], other: tuple[Floats, Floats]) -> bool:
    return bool((one[0] < other[1]).all() and (other[0] < one[1]).all())


def _spans(shape: Shape) -> str:
    low, high = (bound * MM_PER_M for bound in _box(shape))
    return (
        ", ".join(f"{axis} {start:.0f} to {end:.0f}" for axis, start, end in zip("xyz", low, high, strict=True)) + " mm"
    )
