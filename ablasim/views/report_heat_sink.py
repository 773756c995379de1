"""What the vessels took, as tables of the report."""

from __future__ import annotations

from ablasim.views.report_pulses import dies_by_pulses, scaffold_note
from ablasim.views.report_text import Block, Table, at, measured, number

OF_VESSEL = {
    "retraction_mm": ("zone drawn in, lumen included", "mm"),
    "tissue_lost_mm": ("tissue lost on that line", "mm"),
    "rim_min_mm": ("living rim, least", "mm"),
    "rim_mean_mm": ("living rim, mean", "mm"),
    "power_removed_end_w": ("power taken at the end", "W"),
    "energy_removed_j": ("energy taken", "J"),
    "energy_share_percent": ("of the energy delivered", "%"),
    "blood_warming_k": ("blood warmed by", "K"),
    "wall_max_temperature_c": ("wall, highest temperature", "°C"),
    "wall_max_temperature_time_s": ("… after", "s"),
    "wall_dead_by_heat_percent": ("wall dead by heat", "%"),
}


def heat_sink_heading(summary: Block) -> str:
    """Heading of what vessels cost: under pulses blood distorts the field, and takes no heat that would have killed."""
    return "What the field's distortion by blood costs" if dies_by_pulses(summary) else "What the vessels took"


def heat_sink_tables(summary: Block) -> list[Table]:
    """Loss against the twin without vessels, in all and by vessel."""
    sink = summary.get("heat_sink") or {}
    parts = (
        ("all vessels, against the same run without them", "volume_loss_ml", "margin_loss_mm"),
        ("of it, by their flow", "flow_loss.ml", "flow_loss.mm"),
        ("of it, by their presence", "presence_loss.ml", "presence_loss.mm"),
        *(
            (f"without {name} alone", f"vessels.{name}.attributed_loss.ml", f"vessels.{name}.attributed_loss.mm")
            for name in sink.get("vessels") or {}
        ),
        ("of no single vessel", "shared_loss.ml", "shared_loss.mm"),
    )
    total = [
        (
            words,
            measured(summary, f"heat_sink.{volume}", "ml", decimals=2),
            measured(summary, f"heat_sink.{margin}", "mm", decimals=1),
        )
        for words, volume, margin in parts
        if at(sink, volume) is not None or at(sink, margin) is not None
    ]
    by_vessel = [
        (name, *(measured(summary, f"heat_sink.vessels.{name}.{key}", unit) for key, (_, unit) in OF_VESSEL.items()))
        for name in sink.get("vessels") or {}
    ]
    percent = sink.get("volume_loss_percent")
    note = "" if percent is None else f"The vessels cost {number(percent, '%', decimals=1)} of the zone's volume."
    if percent is not None and dies_by_pulses(summary):
        note = (
            f"The field's distortion by blood {'costs' if percent >= 0.0 else 'adds'} "
            f"{number(abs(percent), '%', decimals=1)} of the zone's volume. Blood "
            "conducts better than tissue: the field is stronger where it runs into the wall and weaker on the flanks, "
            "so a vessel may cost margin and no volume. This is no heat sink: the field kills, and the heat that blood "
            "takes, told below, saves no cell."
        )
    return [
        Table(
            ("loss to the field's distortion" if dies_by_pulses(summary) else "loss", "volume", "margin"), total, note
        ),
        Table(("vessel", *(words for words, _ in OF_VESSEL.values())), by_vessel, scaffold_note(summary)),
    ]
