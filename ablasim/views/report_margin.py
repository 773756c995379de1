"""The margin round the tumour, as tables of the report and of the command line."""

from __future__ import annotations

import math

from ablasim.views.report_text import NOTHING, Block, Table, measured, number, place

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
        ("smallest margin", measured(summary, "margin.minimum_mm", "mm", decimals=2)),
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
        Table(("quantity", "value"), [fact for fact in facts if fact[1] != NOTHING] if margin else []),
        _piece_table(margin),
        _rule_table(margin),
    ]


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
