"""What mkdocs calls while it builds the documentation: pages that are made, links, equations and diagrams."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File

from ablasim.book.case import read_cases
from docsite.diagrams import tables_for_diagrams
from docsite.equations import formatted
from docsite.links import turned, with_cases
from docsite.pages import generated_pages

ROOT = Path(__file__).resolve().parents[1]
_MARKED = re.compile(r"^(```\w+) +\{[^}]*\}$", re.MULTILINE)  # what tests read of a block, and a site need not


def on_config(config: Any) -> Any:
    """Say who draws equations."""
    fences = config.mdx_configs.setdefault("pymdownx.superfences", {}).setdefault("custom_fences", [])
    fences.append({"name": "math", "class": "equations", "format": formatted})
    return config


def on_files(files: Any, config: Any) -> Any:
    """Add the pages that are made."""
    for place, content in generated_pages(ROOT).items():
        files.append(File.generated(config, place, content=content))
    return files


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """Turn links, take the marks off blocks, and show diagrams as tables."""
    place = page.file.src_uri
    text = markdown
    if not page.file.generated_by:
        text = with_cases(turned(text, f"docs/{place}", place), _cases(), place)
    return tables_for_diagrams(_MARKED.sub(r"\1", text))


@cache
def _cases() -> frozenset[str]:
    return frozenset(case.identifier for case in read_cases(ROOT / "validation"))
