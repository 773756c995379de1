"""Numerical uncertainty: how far headline numbers may be from those of an endlessly fine mesh, from two runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import isfinite
from typing import Any

from ablasim.errors import ModelError
from ablasim.margins.statistics import classify
from ablasim.units import MM_PER_M

Block = dict[str, Any]
Path = tuple[str, ...]

METHOD = "grid convergence index of two meshes"
SAFETY_FACTOR = 3.0
"""For two meshes, which cannot show the order of convergence; three that do would allow 1.25 (Roache 1994)."""

ORDER = 1.0
"""Order of convergence assumed: that of the roughest part of a run, not that of its elements."""

SMALLEST_RATIO = 1.1
"""Ratio of edge lengths below which the difference of two meshes says nothing about their fineness."""

LENGTH_FLOOR_MM = 0.1
"""± that a length has at least, mm: meshes of equal fineness scatter by about as much (docs/design.md), so that two
which agree better agree by chance."""

VERIFIED, NOT_VERIFIED = "verified", "not_verified"

_QUANTITIES = {
    "zone": ("volume_ml", "long_axis_mm", "short_axis_mm"),
    "margin": ("minimum_mm", "model_low_mm", "model_high_mm"),
    "heat_sink": ("volume_loss_ml", "margin_loss_mm"),
}
_OF_EACH_VESSEL = ("retraction_mm", "power_removed_end_w", "energy_removed_j")
_OF_EACH_SENSOR = ("max_temperature_c", "end_temperature_c")
_OF_A_ZONE = (  # without one they say how deep the tumour is
    ("margin", "minimum_mm"),
    ("margin", "model_low_mm"),
    ("margin", "model_high_mm"),
    ("heat_sink", "margin_loss_mm"),
)


def grid_convergence_index(
    value: float, finer: float, *, ratio: float, order: float = ORDER, safety_factor: float = SAFETY_FACTOR
) -> float:
    """Half-width of the interval round the value of the *coarser* of two meshes that holds the converged value.

    If the error falls with the power `order` of the edge length, the error of the coarser value is the difference of
    the two times r^p / (r^p − 1). The index is `safety_factor` times that [1]_ (there relative to the value) [2]_.

    Parameters
    ----------
    value, finer : float
        A quantity on the mesh asked for and on a finer one.
    ratio : float
        Edge length over that of the finer mesh, above 1.
    order : float, optional
        Order of convergence assumed.
    safety_factor : float, optional
        3 where the order is assumed, 1.25 where three meshes have shown it.

    Returns
    -------
    float
        ± in the unit of the value.

    Raises
    ------
    ValueError
        If the ratio is not above 1, or the order or the factor not above 0.

    References
    ----------
    .. [1] Roache, J. Fluids Eng. 116:405-413, 1994, doi:10.1115/1.2910291.
    .. [2] Celik et al., J. Fluids Eng. 130:078001, 2008, doi:10.1115/1.2960953.

    Examples
    --------
    >>> grid_convergence_index(10.0, 10.5, ratio=2.0, order=1.0, safety_factor=3.0)
    3.0
    """
    if not (ratio > 1.0 and order > 0.0 and safety_factor > 0.0):
        message = (
            f"ratio {ratio:g}, order {order:g}, safety factor {safety_factor:g}: "
            "the ratio must be above 1, order and factor above 0"
        )
        raise ValueError(message)
    gain = float(ratio**order)
    return safety_factor * abs(finer - value) * gain / (gain - 1.0)


def refinement_ratio(summary: Mapping[str, Any], finer: Mapping[str, Any]) -> float:
    """Mean edge length of a run over that of a finer one: the cube root of the ratio of their cells."""
    return float((finer["mesh"]["n_cells"] / summary["mesh"]["n_cells"]) ** (1.0 / 3.0))


def uncertainty(summary: Mapping[str, Any], finer: Mapping[str, Any]) -> Block:
    """Block ``uncertainty`` of a summary: ± under the paths of the values, how it was found, the finer values.

    Parameters
    ----------
    summary, finer : mapping
        Content of ``summary.json`` of the run and of the same scenario on a finer mesh.

    Returns
    -------
    dict
        ± belongs to the values of the run itself: the `grid_convergence_index`, for a length `LENGTH_FLOOR_MM` at
        least. It is None where a value is missing or 0 in either run.

    Raises
    ------
    ModelError
        If the meshes are not different enough.
    """
    ratio = refinement_ratio(summary, finer)
    if ratio < SMALLEST_RATIO:
        message = (
            f"the finer mesh has {finer['mesh']['n_cells']} cells, the run's {summary['mesh']['n_cells']}: "
            f"edges must be shorter by a factor of {SMALLEST_RATIO:g} at least"
        )
        raise ModelError(message)

    def spread(path: Path) -> float | None:
        value, there = _value(summary, path), _value(finer, path)
        if not value or not there or (path in _OF_A_ZONE and not _both_have_a_zone(summary, finer)):
            return None
        index = grid_convergence_index(value, there, ratio=ratio)
        return max(index, LENGTH_FLOOR_MM) if path[-1].endswith("_mm") else index

    return {
        "status": VERIFIED,
        "method": {
            "name": METHOD,
            "safety_factor": SAFETY_FACTOR,
            "order": ORDER,
            "length_floor_mm": LENGTH_FLOOR_MM,
            "refinement_ratio": ratio,
            "n_points": summary["mesh"]["n_points"],
            "finer_n_points": finer["mesh"]["n_points"],
            "n_steps": summary["time"]["n_steps"],
            "finer_n_steps": finer["time"]["n_steps"],
        },
        **_tree(summary, spread),
        "finer": _tree(summary, lambda path: _value(finer, path)),
    }


def verification_warnings(summary: Mapping[str, Any], finer: Mapping[str, Any], found: Mapping[str, Any]) -> list[str]:
    """What a reader must know of a verified run: what the finer mesh changes in kind, and a class that may change.

    Parameters
    ----------
    summary, finer : mapping
        Content of ``summary.json`` of the two runs.
    found : mapping
        The block `uncertainty`.
    """
    messages = [*_zone_differs(summary, finer), *_class_differs(summary, finer), *_between_classes(summary, found)]
    return [f"verification: {message}" for message in messages]


def _zone_differs(summary: Mapping[str, Any], finer: Mapping[str, Any]) -> list[str]:
    here, there = bool(summary["zone"]["volume_ml"]), bool(finer["zone"]["volume_ml"])
    if here != there:
        return [f"{'something' if here else 'nothing'} is ablated in the run, and the finer mesh says otherwise"]
    lost = [
        ".".join(path) for path in _paths(summary) if (_value(summary, path) is None) != (_value(finer, path) is None)
    ]
    return [f"{path} exists in only one of run and finer run" for path in lost]


def _class_differs(summary: Mapping[str, Any], finer: Mapping[str, Any]) -> list[str]:
    if summary["margin"] is None or summary["margin"]["class"] == finer["margin"]["class"]:
        return []
    here, there = summary["margin"]["class"], finer["margin"]["class"]
    return [f"the margin's class is {here} in the run and {there} on the finer mesh: it depends on the mesh"]


def _between_classes(summary: Mapping[str, Any], found: Mapping[str, Any]) -> list[str]:
    if summary["margin"] is None or found["margin"]["minimum_mm"] is None:
        return []
    minimum, spread = summary["margin"]["minimum_mm"], found["margin"]["minimum_mm"]
    lives_inside = summary["margin"]["class"] == "residual" and minimum >= 0.0
    low, high = (classify(end / MM_PER_M, has_residual=lives_inside) for end in (minimum - spread, minimum + spread))
    if low == high:
        return []
    return [
        f"the smallest margin is {minimum:.2f} ± {spread:.2f} mm, from class {low} to class {high}: "
        "its class is not numerically certain"
    ]


def _tree(summary: Mapping[str, Any], value: Callable[[Path], float | None]) -> Block:
    """A value for each quantity, under the paths that the summary has."""
    tree: Block = {block: None if summary[block] is None else {} for block in _QUANTITIES} | {"sensors": {}}
    for path in _paths(summary):
        part = tree
        for key in path[:-1]:
            part = part.setdefault(key, {})
        part[path[-1]] = value(path)
    return tree


def _paths(summary: Mapping[str, Any]) -> list[Path]:
    paths: list[Path] = [
        (block, key) for block, keys in _QUANTITIES.items() if summary[block] is not None for key in keys
    ]
    vessels = [] if summary["heat_sink"] is None else summary["heat_sink"]["vessels"]
    paths += [("heat_sink", "vessels", name, key) for name in vessels for key in _OF_EACH_VESSEL]
    return paths + [("sensors", name, key) for name in summary.get("sensors") or {} for key in _OF_EACH_SENSOR]


def _value(summary: Mapping[str, Any], path: Path) -> float | None:
    """Value at a path; None where it, or a part on the way, is missing or no finite number."""
    value: Any = summary
    for key in path:
        value = None if value is None else value.get(key)
    return float(value) if value is not None and isfinite(value) else None


def _both_have_a_zone(summary: Mapping[str, Any], finer: Mapping[str, Any]) -> bool:
    return bool(summary["zone"]["volume_ml"]) and bool(finer["zone"]["volume_ml"])
