"""Pulses as tables of the report and of the command line: trains, zones, needles."""

from __future__ import annotations

from ablasim.damage import PULSE_ZONES
from ablasim.views.report_text import Block, Table, at, number, place

HEAT_COLUMNS = ("dead by heat alone", "volume", "inside the zone of the pulses", "outside it", "share of that zone")


def is_pulsed(summary: Block) -> bool:
    """Whether pulses are what the run is about."""
    return bool(at(summary, "source.kind") == "ire")


def dies_by_pulses(summary: Block) -> bool:
    """Whether the zone, and with it the margin and what vessels cost, is that of pulses, and not of their heat.

    Examples
    --------
    >>> dies_by_pulses({"source": {"kind": "ire"}, "zone": {"damage_model": "cem43_240"}})
    False
    """
    return is_pulsed(summary) and at(summary, "zone.damage_model") in {zone.name for zone in PULSE_ZONES}


def dead_by_pulses(summary: Block) -> str:
    """Words for the volume that pulses kill, with the model that says so."""
    return f"dead by pulses, by {at(summary, 'electroporation.damage_model')}"


def train_tables(summary: Block) -> list[Table]:
    """Every train of pulses in its order, with current, resistance and energy."""
    source = summary.get("source") or {}
    trains = source.get("trains") or ()
    rows = [
        (
            str(index),
            f"{train['anode']} to {train['cathode']}{_goes_on(train)}",
            number(train["voltage_v"], "V", decimals=0),
            number(train["spacing_mm"], "mm", decimals=1),
            number(train["volts_per_cm"], "V/cm", decimals=0),
            f"{train['pulses']} × {number(train['width_us'], 'µs')}",
            _both(train["current_a"], "A", 1),
            _both(train["resistance_ohm"], "Ω", 0),
            number(train["energy_j"], "J", decimals=0),
            _fitting(train),
        )
        for index, train in enumerate(trains, start=1)
    ]
    columns = (
        "train",
        "pair, anode first",
        "voltage",
        "spacing",
        "voltage per distance",
        "pulses",
        "current, first to last pulse",
        "resistance",
        "energy",
        "current limit",
    )
    limit = number(source.get("current_limit_a"), "A")
    note = (
        f"The generator gives {limit} at most; a run does not stop there, but says what voltage would fit."
        if rows
        else ""
    )
    if any(train.get("goes_on_after") is not None for train in trains):
        note += " A train during which blood stops or flows again is told in parts; its pulses count together."
    return [Table(columns, rows, note)]


def electroporation_tables(summary: Block) -> list[Table]:
    """Zones of pulses and of heat, and how the needles lie."""
    block = summary.get("electroporation") or {}
    facts = [
        ("dead by pulses", number(block.get("irreversible_ml"), "ml", decimals=2)),
        ("by the model", number(block.get("damage_model"))),
        ("opened for a while only (reversible)", number(block.get("reversible_ml"), "ml", decimals=2)),
        ("largest field", number(block.get("largest_field_v_per_cm"), "V/cm", decimals=0)),
        ("where", place(block.get("largest_field_at_mm"))),
        ("highest temperature", number(block.get("highest_temperature_c"), "°C", decimals=1)),
        ("opened tissue stays conductive between trains", number(block.get("conductivity_stays"))),
        ("order of the pairs", "; ".join(block.get("order") or ())),
    ]
    heat = [
        (
            name,
            number(item["volume_ml"], "ml", decimals=2),
            number(item["inside_ml"], "ml", decimals=2),
            number(item["outside_ml"], "ml", decimals=2),
            number(item["share_of_zone_percent"], "%", decimals=1),
        )
        for name, item in (block.get("dead_by_heat") or {}).items()
    ]
    pairs = [
        (
            f"{pair['first']} and {pair['second']}",
            number(pair["spacing_mm"], "mm", decimals=1),
            number(pair["at_tips_mm"], "mm", decimals=1),
            number(pair["at_shafts_mm"], "mm", decimals=1),
            f"{number(pair['angle_deg'], decimals=1)}°",
            number(pair["depth_offset_mm"], "mm", decimals=1),
            number(pair["is_parallel"]),
        )
        for pair in block.get("needle_pairs") or ()
    ]
    heat_note = (
        "Heat kills by itself what the pulses would have killed too inside their zone; outside it, it adds."
        if heat
        else ""
    )
    return [
        Table(("quantity", "value"), facts if block else []),
        Table(HEAT_COLUMNS, heat, heat_note),
        Table(
            (
                "needles",
                "apart at mid-exposure",
                "at the tips",
                "at the upper end",
                "from parallel",
                "depth offset",
                "parallel",
            ),
            pairs,
        ),
    ]


def scaffold_note(summary: Block) -> str:
    """Sentence on the walls of vessels and ducts under pulses; '' without pulses, vessels and critical structures."""
    scaffold = at(summary, "electroporation.scaffold")
    if not scaffold or not (at(summary, "heat_sink.vessels") or summary.get("critical_structures")):
        return ""
    return (
        "Pulses kill cells and leave the frame of vessels and ducts: it is taken for spared where heat does not reach "
        f"{scaffold['spared_below']} on the wall. Grounds: {scaffold['source']}."
    )


def _goes_on(train: Block) -> str:
    reason = train.get("goes_on_after")
    return "" if reason is None else f" (goes on: {reason})"


def _both(values: Block, unit: str, decimals: int) -> str:
    start, end = (number(values[moment], decimals=decimals) for moment in ("start", "end"))
    return f"{start} {unit}" if start == end else f"{start} to {end} {unit}"


def _fitting(train: Block) -> str:
    if not train["current_limited"]:
        return "kept"
    fits = train["voltage_that_fits_v"]
    return "passed" if fits is None else f"passed; {number(fits, 'V', decimals=0)} would fit"
