"""Single files that are whole or not there."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ablasim.errors import OutputError


@contextmanager
def whole_file(path: Path, *, overwrite: bool = False) -> Iterator[Path]:
    """Let a file be written under a hidden name beside its place, which it takes when the block ends well.

    Parameters
    ----------
    path : Path
        Where the file shall stand.
    overwrite : bool, optional
        Whether a file of that name may be replaced.

    Yields
    ------
    Path
        Where to write it; the name ends as that of `path` does.

    Raises
    ------
    OutputError
        If the place is taken, or cannot be written to.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as place:
    ...     with whole_file(Path(place) / "page.html") as file:
    ...         _ = file.write_text("a page")
    ...     [item.name for item in Path(place).iterdir()]
    ['page.html']
    """
    check_place(path, overwrite=overwrite)
    hidden = path.with_name(f".{path.stem}.part-{secrets.token_hex(4)}{path.suffix}")
    try:
        yield hidden
        check_place(path, overwrite=overwrite)
        hidden.replace(path)
    except OSError as error:
        message = f"{path}: cannot be written: {error.strerror or error}"
        raise OutputError(message) from error
    finally:
        hidden.unlink(missing_ok=True)


def check_place(path: Path, *, overwrite: bool) -> None:
    """Check that a file may be written.

    Raises
    ------
    OutputError
        If something stands there that may not be replaced, or its folder is missing.
    """
    if os.path.lexists(path) and not path.is_file():
        message = f"{path}: exists and is no file; choose another name"
        raise OutputError(message)
    if path.exists() and not overwrite:
        message = f"{path}: exists already; --overwrite replaces it"
        raise OutputError(message)
    if not path.parent.is_dir():
        message = f"{path}: its folder does not exist; make it first"
        raise OutputError(message)
