"""What the commands that ask a study's table share: reading, words of a surrogate, rows to screen and files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from ablasim.cli.tables import rich_table
from ablasim.errors import AnalysisError, OutputError
from ablasim.results.place import check_place
from ablasim.study.analysis.held_back import HeldBack
from ablasim.study.analysis.observations import Observations, observe
from ablasim.study.analysis.surrogate import USUAL_CASES_PER_INPUT, Surrogate
from ablasim.study.checks import unit_suffix
from ablasim.study.counts import how_many
from ablasim.study.extra import check_extra
from ablasim.study.names import result_name
from ablasim.study.store import StudyFolder

_WORDS = {
    "_mm": "mm", "_ml": "ml", "_w": "W", "_s": "s", "_min": "min", "_c": "°C", "_k": "K", "_j": "J", "_v": "V",
    "_a": "A", "_ohm": "Ω", "_percent": "%", "_per_s": "1/s", "_mm_s": "mm/s", "_s_m": "S/m", "_w_m_k": "W/(m K)",
    "_w_m2_k": "W/(m² K)", "_kg_m3": "kg/m³", "_j_kg_k": "J/(kg K)", "_ml_min": "ml/min", "_deg": "°",
    "_v_per_cm": "V/cm",
}  # fmt: skip


def observed(path: Path, result: str, at: Sequence[str]) -> Observations:
    """Inputs and result of a study's folder, with what ``--at`` says."""
    check_extra()
    return observe(StudyFolder(path), result, pairs(at))


def pairs(at: Sequence[str]) -> dict[str, float | str]:
    """Values by name, of NAME=VALUE.

    Examples
    --------
    >>> pairs(["power_w=20", "base=rf"])
    {'power_w': 20.0, 'base': 'rf'}

    Raises
    ------
    AnalysisError
        If one is no such pair, or a name is given twice.
    """
    found: dict[str, float | str] = {}
    for pair in at:
        name, equals, value = pair.partition("=")
        if not equals:
            message = f"--at {pair}: must be NAME=VALUE, such as --at power_w=20"
            raise AnalysisError(message)
        if name in found:
            message = f"--at {pair}: {name} is held at {found[name]} already: must be given once"
            raise AnalysisError(message)
        try:
            found[name] = float(value)
        except ValueError:
            found[name] = value
    return found


def check_files(json: Path | None, csv: Path | None, picture: Path | None = None) -> None:
    """Check that the files asked for can be written, before anything is computed; one that is there is replaced.

    Raises
    ------
    OutputError
        If a folder stands there, the folder to write into is missing, or the picture is not called .png.
    """
    for file in (json, csv, picture):
        if file is not None:
            check_place(file, overwrite=True)
    if picture is not None and picture.suffix.lower() != ".png":
        message = f"{picture}: must end in .png, the format of pictures"
        raise OutputError(message)


def unit_of(name: str) -> str:
    """Unit of a column in words; '' where it has none.

    Examples
    --------
    >>> unit_of("margin.minimum_mm"), unit_of("base")
    ('mm', '')
    """
    return _WORDS.get(unit_suffix(name), unit_suffix(name).removeprefix("_"))


def in_words(name: str) -> str:
    """Column as the axis of a picture says it.

    Examples
    --------
    >>> in_words("margin.minimum_mm"), in_words("perfusion_factor")
    ('smallest margin / mm', 'perfusion factor')
    """
    named = result_name(name)
    if named is not None:
        return named.axis
    words = name.removesuffix(unit_suffix(name)).replace("_", " ").replace(".", " ")
    return f"{words} / {unit_of(name)}" if unit_of(name) else words


def told(value: float, digits: int = 3) -> str:
    """A number as a table shows it.

    Examples
    --------
    >>> told(-0.01234), told(1234.5)
    ('−0.0123', '1234')
    """
    text = f"{value:.0f}" if abs(value) >= 10.0**digits else f"{value:.{digits}g}"
    return text.replace("-", "−")


def tell_points(console: Console, observations: Observations) -> None:
    """Say how many points have the result, and what the others are."""
    known, left_out = int(observations.known.sum()), observations.left_out()
    without = f"; without it: {left_out}" if left_out else ""
    points, have = how_many(len(observations.y), "point"), "has" if known == 1 else "have"
    console.print(Text(f"{known} of {points} {have} {observations.result}{without}"), soft_wrap=True)


def tell_surrogate(console: Console, observations: Observations, surrogate: Surrogate, held: HeldBack) -> None:
    """Say how far the surrogate is off."""
    unit = unit_of(observations.result)
    together = ", cases of one draw together" if held.together else ""
    cases, inputs = how_many(len(held.observed), "case"), how_many(len(surrogate.inputs), "input")
    console.print(
        Text(
            f"surrogate of {cases} over {inputs}; held back in {held.folds} parts{together}: "
            f"error {told(held.rms_error)} {unit} (rms), {told(held.largest_error)} {unit} at most; "
            f"{held.explained:.1%} of the variance foretold; {held.within_95:.0%} of the cases within the stated 95 % "
            f"interval; noise of a run {told(surrogate.noise_sd)} {unit}"
        ),
        soft_wrap=True,
    )
    usual = USUAL_CASES_PER_INPUT * len(surrogate.inputs)
    if len(held.observed) < usual:
        few = f"{cases} are few for {inputs}: {usual} are usual"
        console.print(Text.assemble(("warning: ", "yellow"), few), soft_wrap=True)
    if held.explained < 0.5:
        console.print(Text.assemble(("warning: ", "yellow"), "the surrogate foretells less than half of the variance"))


def surrogate_as_data(surrogate: Surrogate, held: HeldBack) -> dict[str, Any]:
    """What a file says of a surrogate."""
    return {
        "cases": len(held.observed),
        "inputs": [each.name for each in surrogate.inputs],
        "lengths": surrogate.lengths,
        "noise_sd": surrogate.noise_sd,
        "held_back": {
            "folds": held.folds,
            "draws_together": held.together,
            "rms_error": held.rms_error,
            "largest_error": held.largest_error,
            "variance_foretold": held.explained,
            "within_95": held.within_95,
            "widening": held.widening,
        },
    }


def print_rows(console: Console, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table."""
    console.print(rich_table(heads, rows))
