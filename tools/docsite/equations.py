"""Fenced blocks ``math``, one equation a line in TeX, as drawings within the page: no script, no font, no network."""

from __future__ import annotations

import html
import io
import re
from typing import Any

from matplotlib import rc_context
from matplotlib.figure import Figure
from matplotlib.mathtext import MathTextParser

POINTS = 13.0  # size of the letters
INK = "#010203"  # stands for the colour of the text round it


def formatted(source: str, *_: Any, **__: Any) -> str:
    """HTML of a block, in the form that superfences asks for."""
    drawn = [drawing(line) for line in source.strip().splitlines() if line.strip()]
    return f'<div class="equations">{"".join(drawn)}</div>'


def drawing(tex: str) -> str:
    """One equation as SVG in the colour of the text, with its TeX for those who do not see it.

    Raises
    ------
    ValueError
        If matplotlib's mathtext cannot read it.
    """
    with rc_context({"mathtext.fontset": "stix", "svg.fonttype": "path", "svg.hashsalt": tex}):
        width, height, depth, *_ = MathTextParser("path").parse(f"${tex}$", 72.0)
        scale = POINTS / 10.0
        figure = Figure(figsize=((width * scale + 2) / 72.0, (height * scale + 2) / 72.0))
        bottom = (depth * scale + 1.0) / (height * scale + 2.0)
        figure.text(0.0, bottom, f"${tex}$", fontsize=POINTS, color=INK, va="baseline")
        file = io.StringIO()
        figure.savefig(file, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    svg = file.getvalue()
    svg = svg[svg.index("<svg") :].replace(INK, "currentColor")
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    label = html.escape(tex, quote=True)
    return svg.replace("<svg", f'<svg role="img" aria-label="{label}"', 1).replace("\n", " ")
