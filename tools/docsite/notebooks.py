"""The executed notebooks as pages, with the pictures that they hold."""

from __future__ import annotations

from pathlib import Path

import nbformat
from nbconvert import MarkdownExporter

NOTE = "*This page is a notebook, run from top to bottom: `docs/notebooks/{name}` in the repository.*"


def notebook_pages(folder: Path) -> dict[str, str | bytes]:
    """Pages and pictures by file name.

    Parameters
    ----------
    folder : Path
        Where the notebooks lie, with their outputs.
    """
    found: dict[str, str | bytes] = {}
    for file in sorted(folder.glob("*.ipynb")):
        notebook = nbformat.read(file, as_version=4)
        resources = {"unique_key": file.stem, "output_files_dir": f"{file.stem}_files"}
        text, made = MarkdownExporter().from_notebook_node(notebook, resources)
        heading, _, rest = text.strip().partition("\n")
        found[f"{file.stem}.md"] = f"{heading}\n\n{NOTE.format(name=file.name)}\n{rest}\n"
        found |= {str(Path(name)): content for name, content in made["outputs"].items()}
    return found
