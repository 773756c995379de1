"""The margin round the tumour, as tables of the report and of the command line."""

from __future__ import annotations

import math

from ablasim.margins.statistics import classify
from ablasim.units import MM_PER_M
from ablasim.views.report_pulses import dies_by_pulses
from ablasim.views.report_text import NOTHING, Block, Table, at, measured, number, place

_ENDS = ("margin.model_low_mm", "margin.model_high_mm")

BOUNDARY_NOTE = (
    "After radiofrequency ablation dead and living tissue were 0.8 mm apart in pigs (PMC5744668): a margin finer than "
    "that says nothing of cells."
)

CLASS_WORDS = {"residual": "residual tumour", "below_5": "below 5 mm", "5_to_10": "5 to 10 mm", "a0": "above 10 mm"}

MOST_PIECES = 8
"""Pieces of living tumour that are listed."""

MARGIN_WORDS = {
    "below_0": "below 0 mm",
    "0_to_5": "0 to 5 mm",
    "5_to_10": "5 to 10 mm",
    "above_10": "above 10 mm",
}


def margin_tables(summary: Block) -> list[Table]:
    """Shares of the tumour's surface by class, percentiles, shells and what remains."""
    margin = summary.get("margin") or {}
    shares = margin.get("surface_share_percent") or {}
    percentiles = margin.get("percentiles_mm") or {}
    shells = margin.get("shell_ablated_percent") or {}
    facts = [
        ("smallest margin", measured(summary, "margin.minimum_mm", "mm", decimals=1)),
        (f"… over the {spread_over(summary)}", model_interval(summary) or NOTHING),
        ("… and the mesh", whole_interval(summary) or NOTHING),
        ("where", place(margin.get("minimum_at_mm"))),
        ("nearest vessel", number(margin.get("nearest_vessel"))),
        ("tumour ablated", ablated_share(margin.get("tumour_ablated_percent"))),
        ("living tumour left", number(margin.get("residual_ml"), "ml", decimals=3)),
    ]
    facts += [(f"ablated within {_spaced(key)} of it", number(share, "%", decimals=1)) for key, share in shells.items()]
    facts += [
        (f"margin, {key} % of the surface below", number(value, "mm", decimals=1)) for key, value in percentiles.items()
    ]
    rows = [(MARGIN_WORDS.get(key, key), number(share, "%", decimals=1)) for key, share in shares.items()]
    return [
        Table(("margin", "share of the tumour's surface"), rows),
        Table(
            ("quantity", "value"),
            [fact for fact in facts if fact[1] != NOTHING] if margin else [],
            BOUNDARY_NOTE if margin else "",
        ),
        _seen_table(margin),
        _piece_table(margin),
        _rule_table(margin),
    ]


def model_interval(summary: Block) -> str:
    """Smallest margin over the damage models that are not ruled out, in words; '' for fewer than two.

    Examples
    --------
    >>> model_interval({"margin": {"model_low_mm": 1.13, "model_high_mm": 2.38}})
    '1.1 to 2.4 mm'
    """
    return _interval(at(summary, "margin.model_low_mm"), at(summary, "margin.model_high_mm"))


def spread_over(summary: Block) -> str:
    """What that interval runs over: with pulses the threshold's range counts as well.

    Examples
    --------
    >>> spread_over({"source": {"kind": "ire"}, "zone": {"damage_model": "irreversible_threshold"}})
    'thresholds and damage models'
    """
    return "thresholds and damage models" if dies_by_pulses(summary) else "damage models"


def whole_interval(summary: Block) -> str:
    """The same, widened by what mesh and time steps leave open at either end; '' without ± for both."""
    ends = [(at(summary, path), at(summary.get("uncertainty"), path)) for path in _ENDS]
    if any(value is None or spread is None for value, spread in ends):
        return ""
    (low, below), (high, above) = ends
    return _interval(low - below, high + above)


def class_spread(summary: Block) -> str:
    """Sentence on the classes that the damage models give, where they differ; '' where they agree."""
    ends = [float(end) / MM_PER_M for path in _ENDS if (end := at(summary, path)) is not None]
    if len(ends) < len(_ENDS):
        return ""
    low, high = (classify(end, has_residual=False) for end in ends)
    if low == high:
        return ""
    what = "threshold and the damage model" if dies_by_pulses(summary) else "damage model"
    return f"Its class depends on the {what}: {CLASS_WORDS[low]} to {CLASS_WORDS[high]}."


def _interval(low: float | None, high: float | None) -> str:
    if low is None or high is None:
        return ""
    return f"{number(low, decimals=1)} to {number(high, 'mm', decimals=1)}"


def _seen_table(margin: Block) -> Table:
    """Margin of the zone as heated beside that which later imaging sees."""
    seen = margin.get("contraction")
    if not seen:
        return Table(("margin", "as heated", "as later imaging sees it"), [])
    low, high = (number(seen[key], decimals=1) for key in ("minimum_low_mm", "minimum_high_mm"))
    minimum = number(seen["minimum_mm"], "mm", decimals=1)
    spread = "" if low == high else f" ({low} to {high})"
    rows = [
        ("smallest", number(margin.get("minimum_mm"), "mm", decimals=1), f"{minimum}{spread}"),
        ("class", number(margin.get("class")), number(seen["class"])),
        ("where", place(margin.get("minimum_at_mm")), place(seen["minimum_at_mm"])),
    ]
    across, along = (number(seen[key], "%", decimals=0) for key in ("radial_percent", "axial_percent"))
    note = (
        f"Ablated tissue is taken to lose {across} of its length across the applicator and {along} along it, towards "
        "the middle of the active part; the tumour is that of the pictures before. What later imaging shows as a "
        f"narrower margin was ablated all the same. Source of the shares: {seen['source']}."
    )
    return Table(("margin", "as heated", "as later imaging sees it"), rows, note)


def _rule_table(margin: Block) -> Table:
    """Rules of the literature, with what the margin has and where they come from."""
    rows = [
        (
            rule["asks_for"],
            "kept" if rule["met"] else "not kept",
            ablated_share(rule["percent"]),
            number(rule["needed_percent"], "%", decimals=0),
            rule["source"] if rule["verified"] else f"not verified: {rule['source']}",
        )
        for rule in (margin.get("rules") or {}).values()
    ]
    note = "These are observations in groups of patients, with margins measured in images; none is a guarantee."
    return Table(("rule", "", "reached", "needed", "source"), rows, note if rows else "")


def _piece_table(margin: Block) -> Table:
    """Connected pieces of living tumour, the largest first."""
    pieces = margin.get("residual_pieces") or []
    rows = [
        (
            number(piece["volume_ml"], "ml", decimals=4),
            place(piece["centre_mm"]),
            number(piece["nearest_vessel"]),
            "sleeve round an applicator" if piece["in_sleeve"] else "",
        )
        for piece in pieces[:MOST_PIECES]
    ]
    rest = len(pieces) - MOST_PIECES
    note = f"{rest} smaller pieces more." if rest > 0 else ""
    return Table(("piece of living tumour", "centre", "nearest vessel", ""), rows, note)


def ablated_share(percent: float | None) -> str:
    """Write an ablated share rounded down, so that what lives on is never rounded away.

    Examples
    --------
    >>> ablated_share(99.99), ablated_share(100.0)
    ('99.9 %', '100.0 %')
    """
    return number(None if percent is None else math.floor(10.0 * percent) / 10.0, "%", decimals=1)


def _spaced(key: str) -> str:
    return key.replace("_", " ")
