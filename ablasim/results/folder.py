"""Result folders that are whole or not there."""

from __future__ import annotations

import errno
import fcntl
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

from ablasim.errors import OutputError

SUMMARY = "summary.json"
_TOKEN_BYTES = 4
DISK_FULL = (errno.ENOSPC, errno.EDQUOT)
NOT_ALLOWED = (errno.EACCES, errno.EPERM, errno.EROFS)


class ResultFolder:
    """A folder of results that appears under its name only when it is finished.

    Everything is written into a hidden folder beside it (`folder`), which takes the name `path` when the
    ``with`` block ends well. After an error, or for a run that was killed, nothing stands at `path` that
    was not there before; an earlier result of that name is given up only when the new one is whole. What killed runs
    left hidden is swept by the next one to the same place.

    Parameters
    ----------
    path : path
        Where the results shall stand.
    overwrite : bool
        Whether an existing folder of that name may be replaced. Only a folder that is empty or holds the file
        `marker` is ever replaced: it is a result of the same kind, not somebody's home.
    marker : str, optional
        Name of the file by which a result is known.

    Attributes
    ----------
    path : Path
        Where the results will stand.
    folder : Path
        Where to write them; valid inside the ``with`` block.

    Raises
    ------
    OutputError
        On entry, if `path` exists and may not be replaced, or the place cannot be written to; on exit, if
        the folder cannot take its name. An `OSError` of writing inside the block (disk full) leaves it as
        an `OutputError`.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as place:
    ...     with ResultFolder(Path(place) / "run") as result:
    ...         _ = (result.folder / "summary.json").write_text("{}")
    ...     sorted(file.name for file in (Path(place) / "run").iterdir())
    ['summary.json']
    """

    def __init__(self, path: str | os.PathLike[str], *, overwrite: bool = False, marker: str = SUMMARY) -> None:
        self.path = Path(path)
        self.overwrite = overwrite
        self.marker = marker
        self.folder = self.path
        self._lock = -1

    def __enter__(self) -> ResultFolder:
        self.check()
        with _disk_errors_in_words(self.path):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._sweep()
            self._make()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        written = self.folder
        try:
            if error is None:
                with _disk_errors_in_words(self.path):
                    self._take_name()
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)
            self.folder = self.path
            os.close(self._lock)
        if isinstance(error, OSError):
            message = _message_of(error, written, self.path)
            if message is not None:
                raise OutputError(message) from error

    def _sibling(self, purpose: str) -> Path:
        return self.path.with_name(f".{self.path.name}.{purpose}-{secrets.token_hex(_TOKEN_BYTES)}")

    def _make(self) -> None:
        """Make the hidden folder and hold it for as long as this process lives."""
        while True:
            self.folder = self._sibling("part")
            self.folder.mkdir()
            self._lock = os.open(self.folder, os.O_RDONLY)
            _try_to_hold(self._lock)
            if self.folder.exists():  # swept by another run before it was held
                return
            os.close(self._lock)

    def _sweep(self) -> None:
        """Remove hidden folders of runs to this place whose process is gone: killed ones cannot do so themselves."""
        ours = re.compile(rf"\.{re.escape(self.path.name)}\.part-[0-9a-f]{{{2 * _TOKEN_BYTES}}}")
        for folder in self.path.parent.iterdir():
            if not ours.fullmatch(folder.name) or folder.is_symlink() or not folder.is_dir():
                continue
            try:
                lock = os.open(folder, os.O_RDONLY)
            except OSError:
                continue
            try:
                if _try_to_hold(lock):
                    shutil.rmtree(folder, ignore_errors=True)
            finally:
                os.close(lock)

    def check(self) -> None:
        """Check that the place is free, or that what stands there may be replaced.

        Raises
        ------
        OutputError
            If it may not.
        """
        if not os.path.lexists(self.path):
            return
        if not self.path.is_dir() or self.path.is_symlink():
            message = f"{self.path}: exists and is not a folder of results; choose another name"
            raise OutputError(message)
        is_result = (self.path / self.marker).is_file() or not any(self.path.iterdir())
        if not is_result:
            what = f"holds no {self.marker}, so it is not a result of this kind"
            message = f"{self.path}: exists and {what}; choose another name"
            raise OutputError(message)
        if not self.overwrite:
            message = f"{self.path}: exists already; --overwrite (in Python: overwrite=True) replaces it"
            raise OutputError(message)

    def _take_name(self) -> None:
        self.check()
        if not self.path.exists():
            self.folder.replace(self.path)
            return
        old = self._sibling("old")
        self.path.replace(old)
        try:
            self.folder.replace(self.path)
        except OSError:
            old.replace(self.path)
            raise
        shutil.rmtree(old, ignore_errors=True)


def _try_to_hold(folder: int) -> bool:
    """Whether a folder could be held: the system lets go of it when the process that holds it ends, however it does."""
    try:
        fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:  # held by another run, or a file system without locks, on which nothing is swept
        return False
    return True


_OF_RESULTS = (
    "the disk is full; free some space, or write the results to another place",
    "no permission to write there; choose another place",
    "cannot be written: {}",
)
_ELSEWHERE = (
    "the disk is full there; free some space (the results lie elsewhere)",
    "no permission to read or write it (the results lie elsewhere)",
    "cannot be read or written: {} (the results lie elsewhere)",
)


@contextmanager
def _disk_errors_in_words(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise OutputError(_in_words(path, error, _OF_RESULTS)) from error


def _message_of(error: OSError, folder: Path, path: Path) -> str | None:
    """What to say of an error while results for `path` were written into `folder`; None if it is about neither disk.

    The results are blamed only where the error names a file of theirs, or no file at all; a full disk or a missing
    permission elsewhere, such as a cache's, is told with its own file.
    """
    troubles = _number(error) in (*DISK_FULL, *NOT_ALLOWED, errno.EIO)
    if not isinstance(error.filename, str | bytes):
        return _in_words(path, error, _OF_RESULTS) if troubles else None
    named = Path(os.fsdecode(error.filename))
    if folder.absolute() in (named.absolute(), *named.absolute().parents):
        return _in_words(path, error, _OF_RESULTS)
    return _in_words(named, error, _ELSEWHERE) if troubles else None


def _in_words(place: Path, error: OSError, words: tuple[str, str, str]) -> str:
    """What happened at a place: that the disk is full, that it may not be used, or whatever the error says."""
    full, denied, other = words
    number = _number(error)
    if number in DISK_FULL:
        return f"{place}: {full}"
    if number in NOT_ALLOWED:
        return f"{place}: {denied}"
    return f"{place}: {other.format(error.strerror or error)}"


def _number(error: OSError) -> int | None:
    """Error number; HDF5 has it in its words alone."""
    if error.errno is not None:
        return error.errno
    return next((number for number in (*DISK_FULL, *NOT_ALLOWED) if f"errno = {number}" in str(error)), None)
