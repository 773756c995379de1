"""``summary.json`` read back, and checked for what its readers count on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from ablasim.errors import OutputError
from ablasim.results.summary_shape import Summary
from ablasim.scenario.messages import problems_of

_COMPULSORY = tuple(name for name, field in Summary.model_fields.items() if field.is_required())


def read_summary(file: Path) -> dict[str, Any]:
    """Read the summary of a finished run.

    Parameters
    ----------
    file : Path
        Its ``summary.json``.

    Returns
    -------
    dict
        All that it holds.

    Raises
    ------
    OutputError
        If the file cannot be read, is no summary, or lacks or garbles something that tables, reports and pages are made
        of; the message names each such key.
    """
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except json.JSONDecodeError as error:
        where = f"{file}:{error.lineno}:{error.colno}"
        message = f"{where}: cannot be read as JSON: {error.msg}: is the file cut off, or was it edited?"
        raise OutputError(message) from error
    except (OSError, UnicodeDecodeError, RecursionError) as error:
        message = f"{file}: cannot be read: {error}"
        raise OutputError(message) from error
    missing = [key for key in _COMPULSORY if not isinstance(content, dict) or key not in content]
    if missing:
        message = f"{file}: has no {', '.join(missing)}: must be the summary of a run"
        raise OutputError(message)
    try:
        Summary.model_validate(content)
    except ValidationError as error:
        problems = problems_of(error, Summary, content)
        raise OutputError("\n".join(f"{file}: {problem.path}: {problem.message}" for problem in problems)) from error
    return dict(content)
