"""Numerical uncertainty in the report: ± of a verified run, the finer run's numbers, and how ± was found."""

from __future__ import annotations

from ablasim.views.report_text import NOTHING, Block, Table, at, number, plus_minus

ALONG, ACROSS = "zone along the applicator", "zone across it, smallest width"
"""Words for the axes of a zone: between needles it may be wider than it is long."""

QUANTITIES = {
    "zone.volume_ml": ("ablation zone", "ml", 2),
    "zone.long_axis_mm": (ALONG, "mm", 2),
    "zone.short_axis_mm": (ACROSS, "mm", 2),
    "margin.minimum_mm": ("smallest margin", "mm", 2),
    "margin.model_low_mm": ("… by the damage model that gives least", "mm", 2),
    "margin.model_high_mm": ("… by the one that gives most", "mm", 2),
    "heat_sink.volume_loss_ml": ("volume lost to vessels", "ml", 2),
    "heat_sink.margin_loss_mm": ("margin lost to vessels", "mm", 2),
}
OF_EACH_VESSEL = {
    "retraction_mm": ("retraction", "mm", 2),
    "power_removed_end_w": ("power taken at the end", "W", 2),
    "energy_removed_j": ("energy taken", "J", 0),
}
OF_EACH_SENSOR = {
    "max_temperature_c": ("highest temperature", "°C", 1),
    "end_temperature_c": ("temperature at the end", "°C", 1),
}


def how_found(summary: Block) -> str:
    """How ± was found, in a few words; or that it was not.

    Examples
    --------
    >>> how_found({"uncertainty": None})
    'not asked for (ablasim run --verify)'
    """
    uncertainty = summary.get("uncertainty")
    if not uncertainty:
        return "not asked for (ablasim run --verify)"
    if uncertainty.get("status") != "verified":
        return "asked for, not found (see the warnings)"
    method = uncertainty["method"]
    return (
        f"{method['name']}, {method['n_points']:,} and {method['finer_n_points']:,} points "
        f"(order {method['order']:g} assumed, safety factor {method['safety_factor']:g})"
    )


def uncertainty_table(summary: Block) -> Table:
    """Every verified number, the finer run's and ±, with a sentence on what ± means; no rows without them."""
    uncertainty = summary.get("uncertainty") or {}
    rows = [
        (
            words,
            number(at(summary, path), unit, decimals=decimals),
            number(at(uncertainty.get("finer"), path), unit, decimals=decimals),
            plus_minus(at(uncertainty, path), unit, decimals=decimals) or NOTHING,
        )
        for path, (words, unit, decimals) in _labelled(summary).items()
        if uncertainty.get("finer") and at(summary, path) is not None
    ]
    return Table(("quantity", "this run", "on the finer mesh", "numerical uncertainty"), rows, _note(uncertainty))


def _labelled(summary: Block) -> dict[str, tuple[str, str, int]]:
    """Label, unit and decimals of every quantity that is verified, by path."""
    of_each = {"heat_sink.vessels": OF_EACH_VESSEL, "sensors": OF_EACH_SENSOR}
    return QUANTITIES | {
        f"{block}.{name}.{key}": (f"{name}: {words}", unit, decimals)
        for block, quantities in of_each.items()
        for name in at(summary, block) or {}
        for key, (words, unit, decimals) in quantities.items()
    }


def _note(uncertainty: Block) -> str:
    method = uncertainty.get("method")
    if not method:
        return ""
    ratio = number(method["refinement_ratio"], decimals=2)
    floor = number(method["length_floor_mm"], "mm", decimals=1)
    return (
        "± says how far the converged value may be from that of this run: the difference to a run on a finer mesh with "
        f"shorter time steps, times r^p / (r^p − 1) for edges shorter by r = {ratio} and an assumed order p = "
        f"{method['order']:g}, times a safety factor of {method['safety_factor']:g} (Roache 1994; Celik et al. 2008); "
        f"of a length {floor} at least, since two meshes can agree by chance. "
        "It is numerical only: models and material values add their own."
    )
