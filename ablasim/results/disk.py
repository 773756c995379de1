"""A file on disk that HDF5 writes through Python, so that a full disk ends in an error and not in a crash."""

from __future__ import annotations

import os
from pathlib import Path


class DiskFile:
    """A new file as `h5py.File` takes it, which keeps the first error of writing for whoever asks.

    HDF5 cannot let go of a file whose last bytes it failed to write: it fails again for every object in it, and then
    the process dies. It is told here that all is well, what it still writes is dropped, and `check` raises.

    Parameters
    ----------
    path : path
        File to write; what stands there is replaced.

    Raises
    ------
    OSError
        If it cannot be opened.

    Examples
    --------
    >>> import h5py
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as place:
    ...     disk = DiskFile(Path(place) / "numbers.h5")
    ...     with h5py.File(disk, "w") as file:
    ...         file["n"] = 3
    ...     disk.close()
    ...     with h5py.File(Path(place) / "numbers.h5") as file:
    ...         int(file["n"][()])
    3
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self._path = Path(path)
        self._stream = self._path.open("w+b", buffering=0)
        self._error: OSError | None = None

    def check(self) -> None:
        """Raise the first error of writing, if there was one.

        Raises
        ------
        OSError
            It, with the name of the file.
        """
        if self._error is not None:
            raise OSError(self._error.errno, self._error.strerror, str(self._path)) from self._error

    def read(self, size: int = -1) -> bytes:
        """Read from where the file stands."""
        return self._stream.read(size)

    def readinto(self, buffer: memoryview) -> int:
        """Fill a buffer from where the file stands; number of bytes."""
        return self._stream.readinto(buffer)

    def write(self, data: memoryview) -> int:
        """Write all bytes, or keep why not; number of bytes, as if all were written."""
        left = memoryview(data).cast("B")
        size = len(left)
        try:
            while len(left) and self._error is None:
                left = left[self._stream.write(left) :]
        except OSError as error:
            self._error = error
        return size

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to a place; where that is from the start."""
        return self._stream.seek(offset, whence)

    def tell(self) -> int:
        """Where the file stands."""
        return self._stream.tell()

    def truncate(self, size: int | None = None) -> int:
        """Set the length, or keep why not."""
        try:
            return self._stream.truncate(size)
        except OSError as error:
            self._error = self._error or error
            return self._stream.tell() if size is None else size

    def flush(self) -> None:
        """Nothing is held back: what is written lies with the system."""

    def close(self) -> None:
        """Close the file; a network's disk may say only now that it is full.

        Raises
        ------
        OSError
            If closing fails, or anything was not written.
        """
        try:
            self._stream.close()
        except OSError as error:
            self._error = self._error or error
        self.check()
