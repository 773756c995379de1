"""Answers as files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ablasim.errors import OutputError
from ablasim.study.store import write_whole
from ablasim.study.table import write_csv


def write_files(
    content: Mapping[str, Any], rows: Sequence[Mapping[str, Any]], json: Path | None, csv: Path | None
) -> None:
    """Write what was found as JSON, and its rows as CSV, where asked for.

    Raises
    ------
    OutputError
        If a file cannot be written.
    """
    import pandas as pd

    if json is not None:
        try:
            write_whole(json, {**content, "rows": list(rows)})
        except OSError as error:
            message = f"{json}: cannot be written: {error.strerror or error}"
            raise OutputError(message) from error
    if csv is not None:
        write_csv(pd.DataFrame(list(rows)), csv)
