"""The optional packages that sweeps need, and what to do without them."""

from __future__ import annotations

from importlib.util import find_spec

from ablasim.errors import OutputError

PACKAGES = ("dask", "distributed", "pandas", "pyarrow", "SALib", "sklearn")
"""Packages of the extra ``sweep``."""


def check_extra() -> None:
    """Check that the packages of the extra ``sweep`` are installed.

    Raises
    ------
    OutputError
        If one is missing; the message says how to get it.
    """
    missing = [name for name in PACKAGES if find_spec(name) is None]
    if missing:
        message = f"studies need {', '.join(missing)}, not installed: pip install '.[sweep]' in the checkout"
        raise OutputError(message)
