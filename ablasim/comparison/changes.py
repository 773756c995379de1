"""How tumours and vessels of cases differ, in a few words each."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ablasim.comparison.courses import SAME_WITHIN_MM, farthest_apart, moved_by
from ablasim.comparison.differences import Difference
from ablasim.comparison.runs import Case
from ablasim.units import millilitres, millimetres

_COURSE = "points_mm"
_SAME_VOLUME = 1e-3  # relative


def changes_of_anatomy(differences: Sequence[Difference], cases: Sequence[Case]) -> tuple[str, ...]:
    """What is different about tumour and vessels, a few words each.

    Parameters
    ----------
    differences : sequence of Difference
        Where the cases differ.
    cases : sequence of Case
        The cases.

    Returns
    -------
    tuple of str
        Such as ``hepatic_vein moved by 5 mm``; none where tumour and vessels are the same, or one case has no tumour.
    """
    of_anatomy = [difference for difference in differences if difference.of_anatomy]
    of_vessels = [difference for difference in of_anatomy if not difference.path.startswith("tumour.")]
    of_tumour = _tumour(cases) if len(of_vessels) < len(of_anatomy) else []
    return (*of_tumour, *(_vessel(difference, cases) for difference in of_vessels))


def _tumour(cases: Sequence[Case]) -> list[str]:
    """Whether the tumour is larger, lies elsewhere, or is of another shape and no more."""
    tumours = {case.name: case.anatomy.tumour for case in cases if case.anatomy.tumour is not None}
    volumes = {name: millilitres(tumour.volume) for name, tumour in tumours.items()}
    least, most = min(volumes, key=volumes.__getitem__), max(volumes, key=volumes.__getitem__)
    centres = [millimetres(tumour.centre) for tumour in tumours.values()]
    moved = max(float(np.linalg.norm(one - other)) for one in centres for other in centres)
    found = []
    if volumes[most] > volumes[least] * (1.0 + _SAME_VOLUME):
        found.append(
            f"the tumour is larger in {most} ({volumes[most]:.3g} ml) than in {least} ({volumes[least]:.3g} ml)"
        )
    if moved > SAME_WITHIN_MM:
        found.append(f"the tumour moved by {moved:.3g} mm")
    return found or ["the tumour has another shape"]


def _vessel(difference: Difference, cases: Sequence[Case]) -> str:
    """How a vessel differs: moved as a whole, on another course, or what each case has."""
    _, name, key = [*difference.path.split("."), "", ""][:3]
    if key != _COURSE:
        return difference.text.partition(".")[2]
    courses = [vessel.points_mm for case in cases for vessel in case.scenario.vessels if vessel.name == name]
    if (moved := moved_by(courses)) is not None:
        return f"{name} moved by {moved:.3g} mm"
    return f"{name} runs up to {farthest_apart(courses):.3g} mm elsewhere"
