"""The quantities that are put side by side, each with its unit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ablasim.comparison.runs import FinishedRun
from ablasim.results.paths import at
from ablasim.schedule import schedule

Value = float | int | str | None


@dataclass(frozen=True)
class Quantity:
    """Something that is compared.

    Parameters
    ----------
    key : str
        Its path in ``summary.json``; those that start with ``treatment.`` and ``without_vessels.`` are found here.
    group, label : str
        Heading it stands under, and its name in words.
    unit : str
        Unit; '' for words and plain numbers.
    decimals : int
        Decimals worth showing.
    """

    key: str
    group: str
    label: str
    unit: str = ""
    decimals: int = 1


@dataclass(frozen=True)
class Row:
    """A quantity of every run, in the order of the runs.

    Parameters
    ----------
    quantity : Quantity
        Which.
    values : tuple of number, str or None
        What each run found; None where it has no such thing.
    spreads : tuple of float or None
        Numerical uncertainty (±) in the same unit; None where the run was not verified.
    """

    quantity: Quantity
    values: tuple[Value, ...]
    spreads: tuple[float | None, ...]


_ZONE, _MARGIN, _COST = "ablation zone", "margin", "what the vessels cost"
_TREATMENT, _HEAT, _NUMERICS = "treatment", "temperature", "mesh"

_BEFORE_VESSELS = (
    Quantity("zone.damage_model", _ZONE, "dead by"),
    Quantity("zone.volume_ml", _ZONE, "volume", "ml"),
    Quantity("zone.long_axis_mm", _ZONE, "along the applicator", "mm"),
    Quantity("zone.short_axis_mm", _ZONE, "across it, smallest width", "mm"),
    Quantity("zone.largest_width_mm", _ZONE, "largest width", "mm"),
    Quantity("margin.minimum_mm", _MARGIN, "smallest margin", "mm"),
    Quantity("margin.class", _MARGIN, "class"),
    Quantity("margin.tumour_ablated_percent", _MARGIN, "tumour ablated", "%"),
    Quantity("margin.nearest_vessel", _MARGIN, "vessel nearest to the smallest margin"),
    Quantity("without_vessels.minimum_mm", _COST, "smallest margin without vessels", "mm"),
    Quantity("heat_sink.margin_loss_mm", _COST, "margin lost", "mm"),
    Quantity("without_vessels.volume_ml", _COST, "volume without vessels", "ml"),
    Quantity("heat_sink.volume_loss_ml", _COST, "volume lost", "ml", 2),
    Quantity("heat_sink.volume_loss_percent", _COST, "volume lost", "%"),
)
_OF_VESSEL = (
    ("retraction_mm", "zone drawn in", "mm", 1),
    ("tissue_lost_mm", "tissue lost on that line", "mm", 1),
    ("rim_min_mm", "living rim, least", "mm", 1),
    ("rim_mean_mm", "living rim, mean", "mm", 1),
    ("energy_share_percent", "takes of the energy", "%", 1),
)
_AFTER_VESSELS = (
    Quantity("treatment.power_on_s", _TREATMENT, "power on", "s", 0),
    Quantity("treatment.protocol_s", _TREATMENT, "whole protocol", "s", 0),
    Quantity("treatment.n_applicators", _TREATMENT, "needles, antennas, plates", "", 0),
    Quantity("treatment.n_pulses", _TREATMENT, "pulses", "", 0),
    Quantity("source.largest_current_a", _TREATMENT, "largest current of a pulse", "A", 1),
    Quantity("source.energy_delivered_j", _TREATMENT, "energy delivered", "J", 0),
    Quantity("source.max_temperature_c", _HEAT, "highest", "°C", 0),
    Quantity("electroporation.heat_share_percent", _HEAT, "of the pulses' zone, dead by heat too", "%", 1),
)
_OF_WALL = (
    ("wall_max_temperature_c", "wall, highest", "°C", 1),
    ("wall_dead_by_heat_percent", "wall dead by heat", "%", 1),
)
_OF_STRUCTURE = (
    ("max_temperature_c", "highest", "°C", 1),
    ("damaged_percent", "damaged surface", "%", 1),
)
_LAST = (
    Quantity("mesh.n_points", _NUMERICS, "points", "", 0),
    Quantity("energy.residual_percent", _NUMERICS, "energy not accounted for", "%", 3),
)


def comparison_rows(runs: Sequence[FinishedRun]) -> tuple[Row, ...]:
    """Quantities of runs, side by side; those that no run has are left out.

    Parameters
    ----------
    runs : sequence of FinishedRun
        The runs.
    """
    rows = (_row(quantity, runs) for quantity in _quantities(runs))
    return tuple(row for row in rows if any(value is not None for value in row.values))


def names_in(runs: Iterable[FinishedRun], path: str) -> tuple[str, ...]:
    """Names that a block of the summaries has, over all runs, each once."""
    return tuple(dict.fromkeys(name for run in runs for name in at(run.summary, path) or ()))


def derived(run: FinishedRun) -> dict[str, Value]:
    """Quantities of a run that are no key of its summary."""
    return {
        "without_vessels.minimum_mm": _sum(run, "margin.minimum_mm", "heat_sink.margin_loss_mm"),
        "without_vessels.volume_ml": _sum(run, "zone.volume_ml", "heat_sink.volume_loss_ml"),
        "treatment.power_on_s": _duration(run, powered_only=True),
        "treatment.protocol_s": _duration(run, powered_only=False),
        "treatment.n_applicators": len(run.anatomy.needles) + len(run.anatomy.plates) or None,
        "treatment.n_pulses": sum(train["pulses"] for train in at(run.summary, "source.trains") or ()) or None,
    }


def _quantities(runs: Sequence[FinishedRun]) -> tuple[Quantity, ...]:
    of_vessels = (
        Quantity(f"heat_sink.vessels.{name}.{key}", _COST, f"{name}: {label}", unit, decimals)
        for name in names_in(runs, "heat_sink.vessels")
        for key, label, unit, decimals in _OF_VESSEL
    )
    of_walls = (
        Quantity(f"heat_sink.vessels.{name}.{key}", _HEAT, f"{name}: {label}", unit, decimals)
        for name in names_in(runs, "heat_sink.vessels")
        for key, label, unit, decimals in _OF_WALL
    )
    of_structures = (
        Quantity(f"critical_structures.{name}.{key}", _HEAT, f"{name}: {label}", unit, decimals)
        for name in names_in(runs, "critical_structures")
        for key, label, unit, decimals in _OF_STRUCTURE
    )
    return (*_BEFORE_VESSELS, *of_vessels, *_AFTER_VESSELS, *of_walls, *of_structures, *_LAST)


def _row(quantity: Quantity, runs: Sequence[FinishedRun]) -> Row:
    return Row(
        quantity,
        tuple(_value(run, quantity.key) for run in runs),
        tuple(at(run.summary.get("uncertainty"), quantity.key) for run in runs),
    )


def _value(run: FinishedRun, key: str) -> Value:
    own = derived(run)
    value: Value = own[key] if key in own else at(run.summary, key)
    return value


def _sum(run: FinishedRun, *paths: str) -> float | None:
    parts = [at(run.summary, path) for path in paths]
    return None if any(part is None for part in parts) else float(sum(parts))


def _duration(run: FinishedRun, *, powered_only: bool) -> float | None:
    """Length of the protocol, or of its powered stages, s; None for a steady state."""
    if run.scenario.protocol[0].steady:
        return None
    stages = [stage for stage in schedule(run.scenario) if not stage.until_cool]
    return float(sum(stage.end - stage.start for stage in stages if stage.is_powered or not powered_only))
