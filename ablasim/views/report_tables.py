"""Tables of the report, made of the blocks of ``summary.json``."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ablasim.damage import PULSE_ZONES, damage_model, wrongly_dead
from ablasim.views.report_heat_sink import heat_sink_heading, heat_sink_tables
from ablasim.views.report_margin import ablated_share, margin_tables, model_interval, spread_over
from ablasim.views.report_pulses import dead_by_pulses, dies_by_pulses, electroporation_tables, is_pulsed, train_tables
from ablasim.views.report_text import (
    NOTHING,
    Block,
    Section,
    Table,
    Tile,
    at,
    enough_decimals,
    number,
    place,
    plus_minus,
)
from ablasim.views.report_uncertainty import ACROSS, ALONG, how_found, uncertainty_table

_RULED_OUT = "ruled out"
ENERGY_TERMS = {
    "delivered_j": "delivered by the source",
    "metabolic_j": "metabolic heat",
    "stored_j": "stored in tissue (enthalpy gained)",
    "boundary_j": "out through the outer faces",
    "perfusion_j": "carried off by perfusion",
    "vessels_j": "carried off by vessels",
    "lumen_joule_j": "made inside lumens",
    "cooling_j": "taken by applicator cooling",
}
GENERATOR = {
    "power_w": ("power delivered to tissue", "W"),
    "voltage_v": ("voltage (rms)", "V"),
    "current_a": ("current (rms)", "A"),
    "impedance_ohm": ("impedance", "Ω"),
    "forward_w": ("forward power of the microwave generator", "W"),
    "reflected_w": ("reflected to the generator", "W"),
    "cable_loss_w": ("lost in the cable, both ways", "W"),
    "absorbed_w": ("absorbed by tissue", "W"),
    "interference_w": ("heat beside that, where fields add instead of powers", "W"),
    "lost_in_antenna_w": ("lost in the antenna", "W"),
    "radiated_w": ("leaving the computed tissue", "W"),
}


def headline(summary: Block) -> list[Tile]:
    """Headline numbers, with ± where the run was verified; those that do not exist are left out."""
    by_pulses = dies_by_pulses(summary)
    to_vessels = "to the field's distortion by blood" if by_pulses else "to vessels"
    by_heat = is_pulsed(summary) and not by_pulses
    zone = f"ablation zone, by {at(summary, 'zone.damage_model')}" if by_heat else "ablation zone"
    wanted = (
        ("smallest margin", "margin.minimum_mm", "mm", 1),
        ("tumour ablated", "margin.tumour_ablated_percent", "%", 1),
        (zone, "zone.volume_ml", "ml", 1),
        *([(dead_by_pulses(summary), "electroporation.irreversible_ml", "ml", 1)] if by_heat else []),
        (ALONG, "zone.long_axis_mm", "mm", 1),
        (ACROSS, "zone.short_axis_mm", "mm", 1),
        (f"volume lost {to_vessels}", "heat_sink.volume_loss_ml", "ml", 1),
        (f"margin lost {to_vessels}", "heat_sink.margin_loss_mm", "mm", 1),
        ("of the zone of the pulses, dead by heat too", "electroporation.heat_share_percent", "%", 1),
        ("largest current", "source.largest_current_a", "A", 1),
        ("highest temperature", "source.max_temperature_c", "°C", 0),
    )
    tiles = []
    for label, path, unit, decimals in wanted:
        value = at(summary, path)
        if value is not None:
            spread = at(summary.get("uncertainty"), path)
            words = plus_minus(spread, unit, decimals=decimals)
            is_share = path == "margin.tumour_ablated_percent"
            decimals = enough_decimals(spread, decimals)
            shown = ablated_share(value) if is_share else number(value, unit, decimals=decimals)
            if path == "margin.minimum_mm" and (interval := model_interval(summary)):
                words = f"{words} ({interval} over {spread_over(summary)})".lstrip()
            tiles.append(Tile(label, shown, words))
    return tiles


def sections(summary: Block) -> list[Section]:
    """Sections of the report for the blocks the summary has."""
    makers: Iterable[tuple[str, Callable[[Block], list[Table]]]] = (
        ("Margin around the tumour", margin_tables),
        ("Electroporation and its heat", electroporation_tables),
        (heat_sink_heading(summary), heat_sink_tables),
        ("Critical structures", structure_tables),
        ("Other damage models on the same run", damage_tables),
        ("Trains of pulses", train_tables),
        ("Source and generator", source_tables),
        ("Energy audit", energy_tables),
        ("Mesh and numerics", numerics_tables),
    )
    made = ((heading, [table for table in make(summary) if table.rows]) for heading, make in makers)
    return [Section(heading, tables) for heading, tables in made if tables]


def structure_tables(summary: Block) -> list[Table]:
    """What the critical structures were exposed to, beside their limits."""
    rows = [
        (
            name,
            number(block.get("max_temperature_c"), "°C", decimals=1),
            dose(block.get("max_cem43_min")),
            number(block.get("damaged_percent"), "%", decimals=1),
            number(block.get("distance_to_zone_mm"), "mm", decimals=1),
            number(block.get("limit_temperature_c"), "°C"),
            dose(block.get("limit_cem43_min")),
        )
        for name, block in (summary.get("critical_structures") or {}).items()
    ]
    columns = (
        "structure",
        "highest temperature",
        "highest CEM43",
        "damaged surface",
        "distance to the zone",
        "limit of temperature",
        "limit of CEM43",
    )
    note = "A negative distance: the structure reaches that deep into the zone. Limits are the scenario's."
    return [Table(columns, rows, note)]


def dose(minutes: float | None) -> str:
    """Write a thermal dose: beyond a million minutes it says only that all is dead.

    Examples
    --------
    >>> dose(239.7), dose(3e9)
    ('240 min', 'above 1e6 min')
    """
    return "above 1e6 min" if minutes is not None and minutes > 1e6 else number(minutes, "min")


def damage_tables(summary: Block) -> list[Table]:
    """Zone and margin by each damage model, and the spread of those that contradict nothing that was seen to live."""
    models = at(summary, "zone.by_damage_model") or {}
    headline = at(summary, "zone.damage_model") or next(iter(models), "")
    remarks = {name: _remark(name, headline) for name in models}
    rows = [
        (
            name,
            number(item.get("volume_ml"), "ml", decimals=2),
            number(item.get("minimum_margin_mm"), "mm", decimals=1),
            remarks[name],
        )
        for name, item in models.items()
    ]
    volumes = {name: item["volume_ml"] for name, item in models.items() if item.get("volume_ml") is not None}
    counted = [name for name in volumes if not remarks[name]]
    kept = [volumes[name] for name in counted]
    notes = []
    if len(kept) > 1:
        low, high = (number(bound, "ml", decimals=1) for bound in (min(kept), max(kept)))
        margins = f", the smallest margin from {interval}" if (interval := model_interval(summary)) else ""
        notes.append(
            f"The models {', '.join(counted)} spread from {low} to {high}{margins}: this is model uncertainty, "
            "whatever the mesh."
        )
    ruled_out = [name for name in volumes if remarks[name] == _RULED_OUT]
    if others := [f"{name} {number(volumes[name], 'ml', decimals=1)}" for name in ruled_out]:
        notes.append(
            f"Not counted, because they take tissue for dead that was seen to live at or near body temperature: "
            f"{', '.join(others)}."
        )
    return [Table(("damage model", "zone volume", "smallest margin", "remark"), rows, " ".join(notes))]


def _remark(name: str, headline: str) -> str:
    """Why a model does not count for the spread of the headline's zone; '' if it does."""
    zones = {zone.name: zone for zone in PULSE_ZONES}
    if name in zones and not zones[name].kills:
        return "opens cells, kills none"
    if name not in zones and wrongly_dead(damage_model(name)):
        return _RULED_OUT
    if (name in zones) == (headline in zones):
        return ""
    return "what pulses would kill" if name in zones else "what heat would kill"


def source_tables(summary: Block) -> list[Table]:
    """Start and end values of the generator, and what it delivered."""
    source = summary.get("source") or {}
    rows = [
        (words, number(at(source, f"{key}.start"), unit), number(at(source, f"{key}.end"), unit))
        for key, (words, unit) in GENERATOR.items()
        if source.get(key) is not None
    ]
    rows += [
        (f"reflected by {name}", NOTHING, number(antenna.get("reflected_share_percent"), "%", decimals=1))
        for name, antenna in (source.get("antennas") or {}).items()
    ]
    facts = [
        ("kind", number(source.get("kind"))),
        ("energy delivered", number(source.get("energy_delivered_j"), "J")),
        ("highest temperature", number(source.get("max_temperature_c"), "°C", decimals=1)),
        ("where", place(source.get("max_temperature_at_mm"))),
        ("fields of antennas solved", number(source.get("antenna_solves"))),
        ("residual of the antennas' power", number(source.get("power_residual_percent"), "%", decimals=4)),
    ]
    return [
        Table(("generator", "start", "end of power"), rows),
        Table(("quantity", "value"), [fact for fact in facts if fact[1] != NOTHING]),
    ]


def energy_tables(summary: Block) -> list[Table]:
    """Where the energy went."""
    energy = summary.get("energy") or {}
    delivered = energy.get("delivered_j")
    rows = []
    for key, words in ENERGY_TERMS.items():
        value = energy.get(key)
        if value is not None:
            share = 100.0 * value / delivered if delivered else None
            rows.append((words, number(value, "J"), number(share, "%", decimals=1)))
    residual = number(energy.get("residual_percent"), "%", decimals=3)
    note = f"Residual of the balance: {residual}; above 1 % a run is not accepted." if rows else ""
    return [Table(("term", "energy", "of what was delivered"), rows, note)]


def numerics_tables(summary: Block) -> list[Table]:
    """Size of the mesh, number of steps and cost; how far the numbers may be from converged ones."""
    wanted = (
        ("mesh points", "mesh.n_points", ""),
        ("tetrahedra", "mesh.n_cells", ""),
        ("least cell quality", "mesh.min_quality", ""),
        ("simulated time", "time.simulated_s", "s"),
        ("time steps", "time.n_steps", ""),
        ("wall time", "time.wall_s", "s"),
        ("processor time", "time.cpu_s", "s"),
        ("peak memory", "time.peak_memory_mb", "MB"),
    )
    rows = [(words, number(at(summary, path), unit)) for words, path, unit in wanted if at(summary, path) is not None]
    if rows and "uncertainty" in summary:
        rows.append(("numerical uncertainty", how_found(summary)))
    return [Table(("quantity", "value"), rows), uncertainty_table(summary)]


def provenance(summary: Block) -> list[tuple[str, str]]:
    """Versions and hash."""
    versions = summary.get("versions") or {}
    pairs = [(str(name), str(version)) for name, version in versions.items()]
    scenario_hash = summary.get("scenario_hash")
    return pairs + ([("scenario hash", str(scenario_hash))] if scenario_hash else [])
