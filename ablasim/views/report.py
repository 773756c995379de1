"""The written report of a run: one self-contained HTML file to read, print and send on."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from PIL import Image

from ablasim.errors import OutputError
from ablasim.views import report_tables as tables
from ablasim.views.material_table import materials_table, n_unchecked
from ablasim.views.report_margin import class_spread, model_interval, spread_over
from ablasim.views.report_text import measured, number

QUESTION = "Is there an ablated margin of 5 mm, better 10 mm, all round the tumour, also on the side of the vessel?"
QUESTION_WITHOUT_VESSELS = "Is there an ablated margin of 5 mm, better 10 mm, all round the tumour?"
QUESTION_WITHOUT_TUMOUR = "How large is the ablation zone?"
DISCLAIMER = "For research and teaching only. Not for clinical use."


def render_report(
    path: Path,
    summary: Mapping[str, Any],
    *,
    title: str,
    question: str = QUESTION,
    pictures: Mapping[str, Path] | None = None,
    materials: Sequence[Mapping[str, Any]] = (),
    assumptions: Sequence[str] = (),
    scenario_text: str = "",
) -> None:
    """Write the report as one HTML file with its pictures inside.

    Parameters
    ----------
    path : Path
        HTML file to write.
    summary : mapping
        Content of ``summary.json``; blocks that are missing or None are left out of the report.
    title : str
        Title of the scenario.
    question : str, optional
        What the report answers.
    pictures : mapping of str to Path, optional
        Caption and PNG file, in the order shown.
    materials : sequence of mappings, optional
        Rows with the keys ``tissue``, ``quantity``, ``value``, ``unit``, ``range``, ``source``, ``conditions``,
        ``verified``, ``note``, ``alternatives`` (value, source and whether it was checked), ``choice`` and
        ``user_defined``; all but the first three may be missing.
    assumptions : sequence of str, optional
        What was assumed, a sentence each.
    scenario_text : str, optional
        The scenario as it ran, shown at the end.
    """
    page = (
        environment()
        .get_template("report.html")
        .render(
            title=title,
            question=question,
            disclaimer=DISCLAIMER,
            answer=answer(summary),
            verdict=verdict(summary),
            is_incomplete=summary.get("status", "complete") == "incomplete",
            warnings=[str(warning) for warning in summary.get("warnings") or ()],
            tiles=tables.headline(summary),
            sections=tables.sections(summary),
            pictures=[(caption, embedded(file)) for caption, file in (pictures or {}).items()],
            materials=materials_table(materials),
            n_unverified=n_unchecked(materials),
            assumptions=list(assumptions),
            scenario_text=scenario_text,
            provenance=tables.provenance(summary),
        )
    )
    path.write_text(page, encoding="utf-8")


def answer(summary: Mapping[str, Any]) -> str:
    """Answer to the clinical question, in one to three sentences; no margin is quoted finer than 0.1 mm without ±.

    Examples
    --------
    >>> answer({"margin": {"class": "a0", "minimum_mm": 11.0}})
    'Yes: at least 10 mm everywhere; the smallest margin is 11.0 mm.'
    """
    margin = summary.get("margin")
    if not margin:
        return "The scenario has no tumour, so there is no margin to judge."
    minimum = measured(summary, "margin.minimum_mm", "mm", decimals=1)
    vessel = margin.get("nearest_vessel")
    near = f" (the nearest vessel there is {vessel})" if vessel else ""
    residual = number(margin.get("residual_ml"), "ml", decimals=2)
    words = {
        "a0": "Yes: at least 10 mm everywhere",
        "5_to_10": "Partly: at least 5 mm everywhere, but not 10 mm",
        "below_5": "No: the tumour's whole surface is ablated, but not 5 mm round it",
        "residual": f"No: living tumour remains, {residual}",
    }
    verdict_words = words.get(str(margin.get("class")), "No class was given")
    interval = model_interval(summary)
    spread = f" Over the {spread_over(summary)} that may be right it is {interval}." if interval else ""
    return f"{verdict_words}; the smallest margin is {minimum}{near}.{spread} {class_spread(summary)}".rstrip()


def verdict(summary: Mapping[str, Any]) -> str:
    """Margin class as a word for the page's colours; ``none`` without a tumour."""
    margin = summary.get("margin") or {}
    return str(margin.get("class") or "none")


def embedded(picture: Path) -> str:
    """PNG file as a data URL.

    Raises
    ------
    OSError
        If the file cannot be read.
    OutputError
        If it is no whole PNG picture.
    """
    content = picture.read_bytes()
    try:
        with Image.open(BytesIO(content), formats=["PNG"]) as image:
            image.verify()  # the sum of every part
    except (OSError, SyntaxError, ValueError) as error:  # as Pillow finds it no PNG, cut short, or changed
        message = f"{picture}: must be a whole PNG picture: run the scenario again, or take the file away to do without"
        raise OutputError(message) from error
    return "data:image/png;base64," + base64.b64encode(content).decode("ascii")


def environment() -> Environment:
    """Jinja environment of the pages in ``ablasim/views``: it escapes everything and refuses unknown names."""
    return Environment(
        loader=PackageLoader("ablasim", "views"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
