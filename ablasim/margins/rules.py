"""Rules of the literature for a sufficient margin, each with its source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ablasim.margins.clip import Floats
from ablasim.margins.statistics import SUFFICIENT_MARGIN, WIDE_MARGIN

RULE_SHELLS = (3e-3, 6e-3)
"""Thickness of the shells that rules ask for, m."""

_LAIMER_2021 = "Laimer et al., Eur. Radiol. 31:6489-6499, 2021, doi:10.1007/s00330-020-07579-x (abstract)"
_WHOLE = 100.0


@dataclass(frozen=True)
class Rule:
    """A rule that a margin keeps or breaks.

    Parameters
    ----------
    name : str
        In summaries.
    words : str
        What it asks for.
    thickness : float
        Margin it asks for, m.
    needed_percent : float
        Share of the tumour's surface, or of the shell's volume, that must have it.
    source : str
        Where it comes from, and what was read.
    verified : bool
        Whether it was found there in these words.
    of_shell : bool
        Whether the share is that of the shell's volume.
    strict : bool
        Whether more than the thickness is asked for, not just as much.
    """

    name: str
    words: str
    thickness: float
    needed_percent: float
    source: str
    verified: bool
    of_shell: bool = False
    strict: bool = False


RULES: tuple[Rule, ...] = (
    Rule(
        name="3_mm_everywhere",
        words="at least 3 mm all round",
        thickness=3e-3,
        needed_percent=_WHOLE,
        source=f"{_LAIMER_2021}: thinnest shell ablated to 100 % without local progression, 76 colorectal metastases, "
        "radiofrequency ablation",
        verified=True,
    ),
    Rule(
        name="6_mm_shell_90_percent",
        words="at least 90 % of the tissue within 6 mm",
        thickness=6e-3,
        needed_percent=90.0,
        of_shell=True,
        source=f"{_LAIMER_2021}: at least 90 % of the 6 mm shell, by volume, was needed",
        verified=True,
    ),
    Rule(
        name="6_mm_on_95_percent",
        words="at least 6 mm on 95 % of the surface",
        thickness=6e-3,
        needed_percent=95.0,
        source="a stricter reading of the rule above (surface, not volume; 95 %); no source was found that says so",
        verified=False,
    ),
    Rule(
        name="5_mm_everywhere",
        words="at least 5 mm all round",
        thickness=SUFFICIENT_MARGIN,
        needed_percent=_WHOLE,
        source="Laimer et al., Eur. Radiol. 35:1046-1056, 2025, doi:10.1007/s00330-024-10956-5 (abstract): no local "
        "progression from 5 mm on by one software, from 4 mm on by another, 173 colorectal metastases; hepatocellular "
        "carcinoma: none above 5 mm (Laimer et al., Eur. Radiol. 5/2020, abstract)",
        verified=True,
    ),
    Rule(
        name="above_10_mm",
        words="more than 10 mm all round (A0)",
        thickness=WIDE_MARGIN,
        needed_percent=_WHOLE,
        strict=True,
        source="name A0: Søreide and Kok, Br. J. Surg. 111:znae184, 2024 (title; its definition was not read). Wang et "
        "al., Cardiovasc. Intervent. Radiol. 36:166-175, 2013, doi:10.1007/s00270-012-0377-1 (abstract): 80 % without "
        "local progression after two years at 11 to 15 mm, 74 % at 6 to 10 mm, 46 % at 1 to 5 mm",
        verified=False,
    ),
)


@dataclass(frozen=True)
class RuleResult:
    """What a margin makes of a rule.

    Parameters
    ----------
    rule : Rule
        The rule.
    met : bool
        Whether it is kept.
    percent : float or None
        Share of the surface or the shell that has the margin; None for a shell without tissue.
    """

    rule: Rule
    met: bool
    percent: float | None


def check_rules(
    values: Floats, areas: Floats, minimum: float, shells: Mapping[float, float | None]
) -> tuple[RuleResult, ...]:
    """Hold a margin to every rule.

    Parameters
    ----------
    values, areas : ndarray, shape (n,)
        Margins at points of the tumour's surface, m, and the area each stands for, m².
    minimum : float
        Smallest margin, also between the points, m: it decides a rule that asks for the whole surface.
    shells : mapping of float to (float or None)
        Dead share of each of `RULE_SHELLS`.

    Returns
    -------
    tuple of RuleResult
        In the order of `RULES`. A rule that asks for a shell without tissue is kept: there is nothing to ablate.
    """
    return tuple(_check(rule, values, areas, minimum, shells) for rule in RULES)


def _check(
    rule: Rule, values: Floats, areas: Floats, minimum: float, shells: Mapping[float, float | None]
) -> RuleResult:
    if rule.of_shell:
        share = shells[rule.thickness]
        return RuleResult(rule, share is None or 100.0 * share >= rule.needed_percent, _percent(share))
    reaches = np.greater if rule.strict else np.greater_equal
    percent = 100.0 * float(areas[reaches(values, rule.thickness)].sum() / areas.sum())
    if rule.needed_percent == _WHOLE:
        return RuleResult(rule, bool(reaches(minimum, rule.thickness)), percent)
    return RuleResult(rule, percent >= rule.needed_percent, percent)


def _percent(share: float | None) -> float | None:
    return None if share is None else 100.0 * share
