"""The secret in the app's address: kept in the user's own files, so that a page finds an app that was started again."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from secrets import token_hex

_BYTES = 16
_PRIVATE = 0o600
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def default_file() -> Path:
    """Where the token is kept: ``$XDG_STATE_HOME/ablasim/app_token``, or ``~/.local/state/ablasim/app_token``."""
    base = os.environ.get("XDG_STATE_HOME")
    return (Path(base) if base else Path.home() / ".local" / "state") / "ablasim" / "app_token"


def kept_token(file: Path | None = None) -> str:
    """Token of this user's app, the same at every start.

    Parameters
    ----------
    file : Path, optional
        Where it is kept; by default `default_file`.

    Returns
    -------
    str
        32 hexadecimal digits. A file that others could have read or written is replaced; where none can be kept the
        token is good for this start alone.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     file = Path(folder) / "app_token"
    ...     kept_token(file) == kept_token(file), len(kept_token(file))
    (True, 32)
    """
    file = default_file() if file is None else file
    try:
        return _read(file) or _written(file)
    except OSError:
        return token_hex(_BYTES)


def _read(file: Path) -> str | None:
    """The token of a file that is this user's alone and holds one."""
    try:
        descriptor = os.open(file, os.O_RDONLY | os.O_NOFOLLOW)
    except FileNotFoundError:
        return None
    with os.fdopen(descriptor, encoding="ascii", errors="replace") as opened:
        found = os.fstat(descriptor)
        text = opened.read(2 * _BYTES + 1).strip()
    is_ours = found.st_uid == os.getuid() and not found.st_mode & _OTHERS
    return text if is_ours and len(text) == 2 * _BYTES and not set(text) - set("0123456789abcdef") else None


def _written(file: Path) -> str:
    """A new token, in a file of its own that takes the place of any other."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    token, hidden = token_hex(_BYTES), file.with_name(f".{file.name}.{token_hex(4)}")
    with os.fdopen(os.open(hidden, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE), "w", encoding="ascii") as opened:
        opened.write(token + "\n")
    hidden.replace(file)
    return token
