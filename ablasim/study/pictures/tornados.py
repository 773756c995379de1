"""The tornado plots of a study, one for each base."""

from __future__ import annotations

from pathlib import Path

from ablasim.study.counts import how_many
from ablasim.study.names import result_label
from ablasim.study.pictures.effects import Effects, alone, by_regression
from ablasim.study.pictures.studied import Studied
from ablasim.study.pictures.tornado import tornado
from ablasim.study.pictures.words import base_words, fixed_words, heading, mesh_words, noise_words

LEAST_EXPLAINED = 0.7
"""Explained share of the variance below which a regression tells little about sensitivity (from memory of Saltelli et
al., Global Sensitivity Analysis: The Primer, Wiley, 2008, of linear regression)."""

_WIDE = 104


def draw_tornados(studied: Studied, result: str, target: Path) -> list[Path]:
    """Draw how far each input moves a result, where inputs vary one at a time, or at least two vary together.

    Parameters
    ----------
    studied : Studied
        The study.
    result : str
        Column of the result.
    target : Path
        Folder to write to.

    Returns
    -------
    list of Path
        What was written.
    """
    written: list[Path] = []
    for base in studied.bases:
        of_base = studied.of_base(base)
        found = alone(of_base, result) if studied.one_at_a_time else by_regression(of_base, result)
        if found is None or len(found.effects) < 2:
            continue
        suffix = f"_{base}" if len(studied.bases) > 1 else ""
        path = target / f"tornado_{result.replace('.', '_')}{suffix}.png"
        label, floor = result_label(result), studied.floor(base, result)
        of_several = f"{base_words(studied)[base]}: " if len(studied.bases) > 1 else ""
        subtitle = heading(
            f"{of_several}{fixed_words(studied, [base])}",
            mesh_words(of_base),
            noise_words(floor, label.unit),
            _how(found),
            width=_WIDE,
        )
        sd = None if floor is None else floor.sd
        tornado(path, found, label=label, sd=sd, title=studied.title, subtitle=subtitle)
        written.append(path)
    return written


def _how(found: Effects) -> str:
    if found.explained is None:
        return f"the base, and {how_many(found.n_cases - 1, 'run')}, each with one input changed"
    kind = "quadratic" if found.is_curved else "linear"
    logged = " and ".join(effect.item.label.words for effect in found.effects if effect.item.is_log)
    on = f" on the logarithm of {logged}" if logged else ""
    runs, share = how_many(found.n_cases, "run"), f"{100.0 * max(found.explained, 0.0):.0f} %"
    words = f"{kind} regression{on} over {runs}; explains {share} of the variance of runs left out"
    if found.explained < LEAST_EXPLAINED:
        words += f": below {100.0 * LEAST_EXPLAINED:.0f} %, the bars tell little"
    return words
