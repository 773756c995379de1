"""A comparison in words: its table, its verdict on whether the patients are the same, and a line for each run."""

from __future__ import annotations

from itertools import groupby

from ablasim.comparison import Comparison, FinishedRun, Row
from ablasim.comparison.quantities import Value, comparison_rows, electrode_plates
from ablasim.units import SECONDS_PER_MINUTE
from ablasim.views.report_margin import CLASS_WORDS, ablated_share
from ablasim.views.report_text import Section, Table, enough_decimals, number, plus_minus

MODALITIES = {"rf": "Radiofrequency", "microwave": "Microwave", "ire": "Irreversible electroporation"}
"""Words for kinds of source; others are called as the summary calls them."""

SAME = "Checked: tumour, vessels, blood and tissues are the same in all cases."
NOT_SAME_PATIENT = "Not the same patient"
NOT_SAME_ANATOMY = "Not the same tumour or vessels"
MOST_TOLD = 4
"""Differences that the verdict names; the notes have all."""

_PICTURE_CHARACTERS = 90  # that fit below two panels
_SHORT_S = 120.0  # protocols below are told in seconds


def modality(run: FinishedRun) -> str:
    """Kind of source in words."""
    return MODALITIES.get(run.kind, run.kind.replace("_", " ").capitalize())


def headline(comparison: Comparison) -> str:
    """What is compared, in a few words."""
    names = [run.name for run in comparison.runs]
    return f"{', '.join(names[:-1])} and {names[-1]}, side by side"


def verdict(comparison: Comparison) -> str:
    """Whether the runs are of the same patient, and what is different if not."""
    of_patient = [difference.text for difference in comparison.differences if difference.of_patient]
    told = [*of_patient, *comparison.changes]
    rest = f"; and {len(told) - MOST_TOLD} more (see the notes)" if len(told) > MOST_TOLD else ""
    what = f"{'; '.join(told[:MOST_TOLD])}{rest}"
    if of_patient:
        return f"{NOT_SAME_PATIENT}: {what}."
    if comparison.changes:
        return f"{NOT_SAME_ANATOMY}: {what}. Tissues and their blood supply are the same in all cases."
    return SAME


def alarm(comparison: Comparison) -> str:
    """The same in the few words that a picture has room for; '' if tumour, vessels and tissues are the same."""
    if not comparison.same_patient:
        return f"{NOT_SAME_PATIENT}: more than device and treatment differs."
    if comparison.same_anatomy:
        return ""
    words = f"{NOT_SAME_ANATOMY}: {'; '.join(comparison.changes)}"
    return words if len(words) <= _PICTURE_CHARACTERS else f"{NOT_SAME_ANATOMY}: see the notes."


def notes(comparison: Comparison) -> list[str]:
    """What is to be said below the table: failed cases, single runs, differences."""
    failed = [f"{name} failed: {reason}" for name, reason in comparison.failed.items()]
    return [*failed, *comparison.remarks, *(difference.text for difference in comparison.differences)]


def sections(comparison: Comparison) -> list[Section]:
    """Tables of the comparison, one for each group of quantities; a column for each run."""
    heads = ("", *(run.name for run in comparison.runs))
    kinds = ("modality", *(modality(run) for run in comparison.runs))
    found = [Section("", [Table(heads, [kinds])])]
    for group, rows in groupby(comparison.rows, key=lambda row: row.quantity.group):
        cells = [(row.quantity.label, *cells_of(row)) for row in rows]
        found.append(Section(group, [Table(heads, cells)]))
    return found


def cells_of(row: Row) -> tuple[str, ...]:
    """Values of a row in words, with unit and ±."""
    return tuple(_cell(row, value, spread) for value, spread in zip(row.values, row.spreads, strict=True))


def _cell(row: Row, value: Value, spread: float | None) -> str:
    quantity = row.quantity
    if quantity.key == "margin.class":
        return CLASS_WORDS.get(str(value), number(value))
    if quantity.key == "margin.tumour_ablated_percent":
        return ablated_share(None if value is None else float(value))
    if isinstance(value, str) or value is None or spread is None:
        return number(value, quantity.unit, decimals=quantity.decimals)
    shown = number(value, decimals=enough_decimals(spread, quantity.decimals))
    return f"{shown} {plus_minus(spread, quantity.unit, decimals=quantity.decimals)}"


def short_line(run: FinishedRun) -> str:
    """The few numbers that matter, in one line."""
    found = {row.quantity.key: row.values[0] for row in comparison_rows([run])}

    def said(key: str, unit: str, decimals: int) -> str:
        return number(found.get(key), unit, decimals=decimals)

    parts = []
    if found.get("margin.minimum_mm") is not None:
        parts.append(f"margin {said('margin.minimum_mm', 'mm', 1)}")
    if found.get("without_vessels.minimum_mm") is not None:
        vessels = "vessel" if len(run.summary["heat_sink"]["vessels"]) == 1 else "vessels"
        parts[-1] += f" ({said('without_vessels.minimum_mm', '', 1)} without {vessels})"
    parts.append(said("zone.volume_ml", "ml", 0))
    duration = found.get("treatment.protocol_s")
    if isinstance(duration, float):
        is_short = duration < _SHORT_S
        parts.append(number(duration, "s") if is_short else number(duration / SECONDS_PER_MINUTE, "min"))
    needles = found.get("treatment.n_applicators")
    if isinstance(needles, int) and needles > 1:
        parts.append(f"{needles} {'electrodes' if electrode_plates(run) else 'needles'}")
    return " · ".join(parts)
