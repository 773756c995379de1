"""Write the notebooks of the documentation from their sources, and run them.

    python tools/make_notebooks.py [NAME ...]

A source ``docs/notebooks/<name>.py`` has cells in the percent format: ``# %% [markdown]`` begins words, ``# %%`` code.
The notebook is run from the root of the checkout, so that it holds no path of a machine, and kept with its outputs.
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "docs" / "notebooks"
LARGEST = 400_000  # bytes
_CELL = re.compile(r"^# %%( \[markdown\])?[^\n]*\n", re.MULTILINE)


def main() -> None:
    """Make all notebooks, or those that are named."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", help="names of notebooks (default: all)")
    names = parser.parse_args().names or [file.stem for file in sorted(FOLDER.glob("*.py"))]
    for name in names:
        sys.stderr.write(f"{name} …\n")
        text = nbformat.writes(executed(unrun((FOLDER / f"{name}.py").read_text(encoding="utf-8"))))
        if len(text.encode()) > LARGEST:
            message = f"{name}: {len(text.encode())} bytes: must be below {LARGEST}"
            raise ValueError(message)
        (FOLDER / f"{name}.ipynb").write_text(text + "\n", encoding="utf-8")


def unrun(source: str) -> nbformat.NotebookNode:
    """The notebook of a source, without outputs; its cells are numbered, so that making it again changes nothing."""
    parts = _CELL.split(source)[1:]
    cells = []
    for i, (kind, text) in enumerate(zip(parts[::2], parts[1::2], strict=True)):
        if kind:
            words = "\n".join(line.removeprefix("#").removeprefix(" ") for line in text.strip().splitlines())
            cells.append(nbformat.v4.new_markdown_cell(words, id=f"cell-{i}"))
        else:
            cells.append(nbformat.v4.new_code_cell(text.strip(), id=f"cell-{i}"))
    python = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": python})


def executed(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """The same notebook, run from the root of the checkout.

    Raises
    ------
    CellExecutionError
        If a cell fails.
    """
    client = NotebookClient(notebook, timeout=600, kernel_name="python3", record_timing=False)
    client.execute(cwd=str(ROOT))
    notebook.metadata["language_info"] = {"name": "python"}  # and not the version of the Python that ran it
    return notebook


if __name__ == "__main__":
    main()
