"""What results and inputs are called on pictures, in words with units."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ablasim.study.checks import unit_suffix


@dataclass(frozen=True)
class Label:
    """Words for a quantity.

    Parameters
    ----------
    words : str
        The quantity.
    unit : str
        Its unit as one writes it; '' for plain numbers.
    """

    words: str
    unit: str = ""

    @property
    def axis(self) -> str:
        """Words and unit, as on an axis.

        Examples
        --------
        >>> Label("smallest margin", "mm").axis, Label("speed", "mm/s").axis
        ('smallest margin / mm', 'speed / (mm/s)')
        """
        unit = f"({self.unit})" if "/" in self.unit else self.unit
        return f"{self.words} / {unit}" if unit else self.words


_UNITS = {
    "_v_per_cm": "V/cm", "_w_m2_k": "W/(m² K)", "_w_m_k": "W/(m K)", "_j_kg_k": "J/(kg K)", "_j_kg": "J/kg",
    "_kg_m3": "kg/m³", "_w_m3": "W/m³", "_ml_min": "ml/min", "_mm_s": "mm/s", "_s_m": "S/m", "_per_s": "1/s",
    "_per_k": "1/K", "_mm": "mm", "_ml": "ml", "_w": "W", "_j": "J", "_c": "°C", "_k": "K", "_s": "s", "_ohm": "Ω",
    "_percent": "%", "_v": "V", "_a": "A", "_deg": "°", "_mhz": "MHz", "_hz": "Hz", "_db": "dB", "_us": "µs",
    "_min": "min",
}  # fmt: skip

_RESULTS = {
    "margin.minimum_mm": "smallest margin",
    "margin.tumour_ablated_percent": "tumour ablated",
    "margin.residual_ml": "living tumour",
    "margin.percentiles_mm.5": "margin that 95 % of the tumour's surface have",
    "margin.shell_ablated_percent.5_mm": "5 mm shell ablated",
    "margin.shell_ablated_percent.10_mm": "10 mm shell ablated",
    "zone.volume_ml": "volume of the ablation zone",
    "zone.long_axis_mm": "zone along the applicator",
    "zone.short_axis_mm": "smallest width of the zone",
    "zone.largest_width_mm": "largest width of the zone",
    "heat_sink.margin_loss_mm": "margin lost to the vessels",
    "heat_sink.volume_loss_ml": "volume lost to the vessels",
    "heat_sink.volume_loss_percent": "volume lost to the vessels",
    "source.max_temperature_c": "highest temperature",
    "source.energy_delivered_j": "energy delivered",
    "source.impedance_ohm.start": "impedance at the start",
    "source.impedance_ohm.end": "impedance at the end",
}
_OF_VESSEL = {
    "retraction_mm": "zone drawn in by the {}",
    "rim_min_mm": "least living rim on the {}",
    "rim_mean_mm": "mean living rim on the {}",
    "power_removed_end_w": "heat taken by the {} at the end of power",
    "energy_share_percent": "share of the energy taken by the {}",
}
_INPUTS = {
    "power_w": "power",
    "forward_power_w": "forward power",
    "voltage_v": "voltage",
    "volts_per_cm": "voltage per distance",
    "duration_s": "duration",
    "perfusion_factor": "perfusion, factor on the tissues' values",
    "perfusion_rate_per_s": "perfusion",
    "electrical_conductivity_s_m": "electrical conductivity",
    "thermal_conductivity_w_m_k": "thermal conductivity",
    "temperature_c": "temperature",
    "blood_temperature_c": "temperature of the blood",
    "coolant_temperature_c": "temperature of the coolant",
    "mean_speed_mm_s": "mean speed of the blood",
    "diameter_mm": "diameter",
    "active_length_mm": "active length",
    "exposure_mm": "exposed length",
    "spacing_mm": "spacing of the needles",
}
_OWNED = ("vessels", "applicators", "tissues", "tumour")
_AXES = ("x", "y", "z")


def plain_words(name: str) -> str:
    """A name as words.

    Examples
    --------
    >>> plain_words("hepatic_vein"), plain_words("towards_vein_mm")
    ('hepatic vein', 'towards vein mm')
    """
    return name.replace("_", " ").strip()


def with_unit(words: str, key: str) -> Label:
    """Label whose unit is the one at the end of a key."""
    return Label(words, _UNITS.get(unit_suffix(key), ""))


def result_name(path: str) -> Label | None:
    """Label of a headline result by its path in the summary; None for others.

    Examples
    --------
    >>> result_name("heat_sink.vessels.hepatic_vein.rim_mean_mm").axis
    'mean living rim on the hepatic vein / mm'
    """
    if path in _RESULTS:
        keys = [part for part in path.split(".") if unit_suffix(part)]
        return with_unit(_RESULTS[path], keys[-1])
    of_vessel = re.fullmatch(r"heat_sink\.vessels\.(\w+)\.(\w+)", path)
    if of_vessel and of_vessel[2] in _OF_VESSEL:
        return with_unit(_OF_VESSEL[of_vessel[2]].format(plain_words(of_vessel[1])), path)
    return None


def result_label(path: str) -> Label:
    """Label of any result: its name, or its path."""
    return result_name(path) or with_unit(path, path)


def input_label(variable: Mapping[str, Any]) -> Label:
    """Label of a variable of a study, as ``study.json`` has it.

    Examples
    --------
    >>> offset = {"kind": "vessel_distance", "vessel": "hepatic_vein"}
    >>> input_label({"name": "d_mm", "path": None, "offset": offset}).axis
    'distance of the hepatic vein from the tumour / mm'
    >>> input_label({"name": "p_w", "path": "protocol.0.drive.electrode.power_w", "offset": None}).axis
    'power / W'
    >>> input_label({"name": "s_mm_s", "path": "vessels.hepatic_vein.mean_speed_mm_s", "offset": None}).words
    'mean speed of the blood in the hepatic vein'
    """
    offset = variable["offset"]
    if offset is None:
        return _of_path(variable["name"], variable["path"])
    if offset["kind"] == "vessel_distance":
        return Label(f"distance of the {plain_words(offset['vessel'])} from the tumour", "mm")
    own = variable["name"].removesuffix("_mm")
    body = plain_words(offset["body"].partition(".")[2] or offset["body"])
    return Label(f"{body} moved {_direction(offset['along'])} ({plain_words(own)})", "mm")


def _of_path(name: str, path: Any) -> Label:
    several = not isinstance(path, str)
    steps = (path[0] if several else path).split(".")
    words = _INPUTS.get(steps[-1])
    if words is None or several:
        return with_unit(plain_words(name.removesuffix(unit_suffix(name))), name)
    if steps[0] not in _OWNED:
        return with_unit(words, steps[-1])
    owner = plain_words("tumour" if steps[0] == "tumour" else steps[1])
    article = "" if owner.startswith("this ") else "the "
    return with_unit(f"{words} {'in' if steps[-1] == 'mean_speed_mm_s' else 'of'} {article}{owner}", steps[-1])


def _direction(along: Any) -> str:
    """A direction in words: along an axis where it is one."""
    parts = [float(part) for part in along]
    axes = [axis for axis, part in zip(_AXES, parts, strict=True) if part]
    if len(axes) == 1:
        return f"along {'−' if min(parts) < 0 else ''}{axes[0]}"
    return f"along [{', '.join(f'{part:g}' for part in parts)}]".replace("-", "−")
